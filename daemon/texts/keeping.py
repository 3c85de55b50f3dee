"""What the command and the API say of backups, of how long recordings stay, and of legal holds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "help.backup": (
        "Make an encrypted backup while the daemon runs, and verify it by restoring it.",
        "Создать зашифрованную резервную копию, не останавливая службу, и проверить"
        " восстановлением.",
    ),
    "help.backup.to": (
        "The file, or the folder to put it into; default: backup.folder of the settings.",
        "Файл или папка для копии; по умолчанию backup.folder из настроек.",
    ),
    "help.backup.without": (
        "Leave the recordings out (or where they are: do not restore them).",
        "Без записей разговоров.",
    ),
    "help.backup.key_file": (
        "The file with the backups' key; default: backup.key_file of the settings.",
        "Файл с ключом копий; по умолчанию backup.key_file из настроек.",
    ),
    "help.backup.list": (
        "List the backups in backup.folder, the newest first.",
        "Показать копии в backup.folder, новые сверху.",
    ),
    "help.backup.verify": (
        "Read a backup to its end, restore it into a place of its own, and compare.",
        "Прочесть копию до конца, восстановить её в отдельном месте и сверить.",
    ),
    "help.backup.file": ("The backup.", "Файл резервной копии."),
    "help.backup.key": (
        "Make the key that encrypts backups, or show it again, to be kept elsewhere.",
        "Создать ключ резервных копий или показать его снова, чтобы хранить отдельно.",
    ),
    "help.backup.key_restore": (
        "Put the key back from what you kept (asked for, or read from standard input).",
        "Восстановить ключ по записи (спросит или прочтёт со стандартного ввода).",
    ),
    "help.restore": (
        "Put a backup onto this machine: database, key, recordings and, where there are none,"
        " settings.",
        "Восстановить копию на этой машине: базу, ключ, записи и, если их нет, настройки.",
    ),
    "help.restore.force": (
        "Replace the database that is there; what can be kept is kept beside it.",
        "Заменить имеющуюся базу; что можно, останется рядом.",
    ),
    "backup.step.snapshot": ("Copying the database", "Копирование базы"),
    "backup.step.write": ("Recordings", "Записи разговоров"),
    "backup.step.verify": ("Verifying", "Проверка"),
    "backup.made": ("Backup made: {path} ({size})", "Резервная копия создана: {path} ({size})"),
    "backup.whole": (
        "{path} is whole; it was made at {at}",
        "{path} цела; создана {at}",
    ),
    "backup.held": (
        "It holds: calls {calls}, clients {clients} (database {database}); recordings {recordings}"
        " ({size}); the vault's key; the settings, without the files of secrets that they name",
        "В ней: звонков {calls}, клиентов {clients} (база {database}); записей {recordings}"
        " ({size});"
        " ключ хранилища; настройки, без файлов с паролями, которые в них названы",
    ),
    "backup.held_without": (
        "It holds: calls {calls}, clients {clients} (database {database}); the vault's key; the"
        " settings, without the files of secrets that they name. No recordings: {recordings}"
        " ({size})"
        " stand in the storage alone",
        "В ней: звонков {calls}, клиентов {clients} (база {database}); ключ хранилища; настройки,"
        " без"
        " файлов с паролями, которые в них названы. Записей нет: {recordings} ({size}) есть только"
        " в"
        " хранилище",
    ),
    "backup.restored": (
        "Verified: restored into a place of its own and compared",
        "Проверено: восстановлена в отдельном месте и сверена",
    ),
    "backup.read": (
        "Verified by reading and counting all of it. To have it restored as well, let Callward's"
        " user"
        " make databases: ALTER ROLE … CREATEDB",
        "Проверено чтением и подсчётом всего. Чтобы проверять восстановлением, разрешите"
        " пользователю"
        " Callward создавать базы: ALTER ROLE … CREATEDB",
    ),
    "backup.missing": (
        "Recordings whose file is not in the storage (deleted meanwhile, or lost): {count}, such as"
        " {first}",
        "Записи, файла которых в хранилище нет (удалены за это время или потеряны): {count},"
        " например {first}",
    ),
    "backup.altered": (
        "Recordings whose file is another one than was stored: {count}, such as {first}",
        "Записи, файл которых изменён после сохранения: {count}, например {first}",
    ),
    "backup.keep_key": (
        "To restore it on another machine you need this file and the key that callward backup key"
        " shows: keep both elsewhere",
        "Для восстановления на другой машине нужны этот файл и ключ, который показывает callward"
        " backup key: храните то и другое в другом месте",
    ),
    "backup.key_made": (
        "This is the key of your backups, now in {path}. Write it down or print it, and keep it"
        " elsewhere: without it no backup can be read",
        "Это ключ ваших резервных копий, он теперь в {path}. Запишите или распечатайте его и"
        " храните в"
        " другом месте: без него не прочесть ни одной копии",
    ),
    "backup.key_shown": (
        "This is the key of your backups, from {path}. Keep it elsewhere too: without it no backup"
        " can"
        " be read",
        "Это ключ ваших резервных копий, из {path}. Храните его и в другом месте: без него не"
        " прочесть"
        " ни одной копии",
    ),
    "backup.key_restored": ("The key is in {path} again", "Ключ снова в {path}"),
    "backup.key_asked": ("The backups' key", "Ключ резервных копий"),
    "backup.no_folder": (
        "backup.folder is not set: no backups are made by themselves",
        "backup.folder не задан: сами собой копии не создаются",
    ),
    "backup.database": (
        "the database cannot be read or written now ({reason})",
        "база сейчас не читается или не пишется ({reason})",
    ),
    "backup.column.file": ("File", "Файл"),
    "backup.column.size": ("Size", "Размер"),
    "backup.column.calls": ("Calls", "Звонков"),
    "backup.column.recordings": ("Recordings", "Записей"),
    "backup.column.problem": ("Problem", "Что не так"),
    "restore.done": (
        "Restored: all is as it was at {at}; what was done since is not there",
        "Восстановлено: всё как было {at}; сделанного позже нет",
    ),
    "restore.kept": ("What stood there before: {path}", "Что было здесь раньше: {path}"),
    "restore.settings": (
        "The settings of the backup are in {path}: look whether addresses and folders fit this"
        " machine, and whether the service may read it",
        "Настройки из копии лежат в {path}: проверьте, подходят ли этой машине адреса и папки и"
        " может"
        " ли служба их прочесть",
    ),
    "restore.no_settings": (
        "There are no settings: neither {path} nor any in the backup. Write them first (callward"
        " init)",
        "Настроек нет: ни {path}, ни в копии. Сначала создайте их (callward init)",
    ),
    "restore.absent": (
        "Recordings that are not in the storage: {count}. Copy them there from where you keep them",
        "Записей, которых в хранилище нет: {count}. Скопируйте их туда, откуда храните",
    ),
    "restore.next": ("What is left to do:", "Что осталось сделать:"),
    "restore.file": (
        "{path} is named by the settings and is not there: put it there",
        "{path} назван в настройках, но его нет: положите его туда",
    ),
    "restore.credential": (
        "encrypt {path} as the systemd credential again",
        "снова зашифруйте {path} как учётные данные systemd",
    ),
    "restore.then.owner": (
        "callward doctor says whether the service's user may read and write all of it",
        "callward doctor скажет, может ли служба всё это читать и писать",
    ),
    "restore.then.dialplan": (
        "on a new PBX: callward dialplan install",
        "на новой АТС: callward dialplan install",
    ),
    "restore.then.run": (
        "start the daemon (systemctl start callward); calls since then come from the PBX's own log",
        "запустите службу (systemctl start callward); более поздние звонки придут из журнала АТС",
    ),
    "restore.then.access": (
        "who left, passwords and keys that were changed or revoked since then are as before: look"
        " through callward people list and callward tokens list",
        "уволенные с тех пор, прежние пароли и отозванные ключи снова действуют: просмотрите"
        " callward people list и callward tokens list",
    ),
    "help.legal-hold": (
        "Calls and clients of which nothing may be deleted.",
        "Звонки и клиенты, которых удалять нельзя.",
    ),
    "help.legal-hold.add": (
        "Keep a call, or a client with all calls, until it is lifted.",
        "Запретить удаление звонка или клиента со всеми звонками, пока запрет не снят.",
    ),
    "help.legal-hold.lift": ("Lift it.", "Снять запрет."),
    "help.legal-hold.list": ("List them, the newest first.", "Показать запреты, новые сверху."),
    "help.legal-hold.all": ("Those that were lifted too.", "И снятые тоже."),
    "help.legal-hold.call": ("Id of the call.", "Id звонка."),
    "help.legal-hold.client": (
        "Id or short code of the client.",
        "Id или короткий код клиента.",
    ),
    "help.legal-hold.reason": ("Why.", "Почему."),
    "legal-hold.added": ("The hold stands.", "Запрет установлен."),
    "legal-hold.lifted": ("The hold is lifted.", "Запрет снят."),
    "legal-hold.one_of": (
        "name one of both: --call or --client",
        "укажите одно из двух: --call или --client",
    ),
    "legal-hold.call": ("call", "звонок"),
    "legal-hold.client": ("client", "клиент"),
    "legal-hold.column.on": ("On", "На что"),
    "legal-hold.column.since": ("Since", "Стоит с"),
    "legal-hold.column.by": ("By", "Кем"),
    "legal-hold.column.reason": ("Reason", "Почему"),
    "legal-hold.column.lifted": ("Lifted", "Снят"),
    "help.retention": (
        "Show which recordings go when, by the rules of the settings; deletes nothing.",
        "Показать, какие записи когда удалятся по правилам настроек; ничего не удаляет.",
    ),
    "help.retention.soon": ("Days to look ahead.", "На сколько дней вперёд смотреть."),
    "retention.column.rule": ("Rule", "Правило"),
    "retention.column.days": ("Days", "Дней"),
    "retention.column.stored": ("Stored", "Хранится"),
    "retention.column.due": ("Go within the hour", "Удалятся в течение часа"),
    "retention.column.soon": ("Go within {days} days", "Удалятся за {days} дн."),
    "retention.column.held": ("Kept by a legal hold", "Под запретом на удаление"),
    "retention.others": ("all others", "все остальные"),
    "retention.for_ever": ("for ever", "бессрочно"),
    "retention.caption": (
        "Recordings. The first rule that holds counts; calls stay.",
        "Записи разговоров. Действует первое подходящее правило; сами звонки остаются.",
    ),
    "retention.unknown_department": (
        "Nothing expires: these rules name a department that there is not: {names}. Make it, or"
        " change the settings and restart the daemon.",
        "Ничего не удаляется: эти правила называют отдел, которого нет: {names}. Создайте отдел или"
        " измените настройки и перезапустите службу.",
    ),
    "api.legal_hold": (
        "A legal hold stands on this client or on a call with him: nothing of it may be deleted,"
        " and no number taken off the client's card. Lift the hold first",
        "На клиенте или на звонке с ним стоит запрет на удаление: ничего нельзя удалить, и номера"
        " из карточки клиента убирать нельзя. Сначала снимите запрет",
    ),
    "api.legal_hold_stands": (
        "A legal hold stands there already",
        "Запрет на удаление там уже стоит",
    ),
    "api.no_legal_hold": ("No legal hold stands there", "Запрета на удаление там нет"),
    "recording.expired": ("expired", "срок истёк"),
    "alert.backup_failed": (
        "The daily backup failed: {reason}",
        "Ежедневная резервная копия не создана: {reason}",
    ),
    "alert.backup_overdue": (
        "No backup was made for two days; the newest one: {newest}",
        "Резервных копий нет уже двое суток; последняя: {newest}",
    ),
    "alert.recordings_lost": (
        "The backup found recordings whose file is gone or altered: {count}",
        "При копировании найдены записи, файл которых пропал или изменён: {count}",
    ),
}
