"""What the command and the API say of the audit and of the vault's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    # One sentence for each action; {client}, {object} and {count} may be left out.
    "audit.signed_in": ("signed in", "вход в систему"),
    "audit.sign_in_refused": ("was refused at sign-in", "во входе отказано"),
    "audit.sign_in_locked": (
        "was locked out after wrong sign-ins",
        "вход заблокирован после неверных попыток",
    ),
    "audit.signed_out": ("signed out", "выход из системы"),
    "audit.session_closed": ("closed a session: {object}", "сеанс закрыт: {object}"),
    "audit.password_changed": ("changed the password of {object}", "пароль изменён: {object}"),
    "audit.totp_changed": (
        "changed the second factor of {object}",
        "второй фактор изменён: {object}",
    ),
    "audit.pin_changed": ("changed the PIN of {object}", "PIN изменён: {object}"),
    "audit.token_created": ("made a program's key: {object}", "ключ программы создан: {object}"),
    "audit.token_revoked": (
        "revoked a program's key: {object}",
        "ключ программы отозван: {object}",
    ),
    "audit.client_opened": ("opened the card of {client}", "карточка открыта: {client}"),
    "audit.clients_listed": ("listed clients: {count}", "список клиентов, показано: {count}"),
    "audit.clients_searched": ("searched for clients, found {count}", "поиск, найдено: {count}"),
    "audit.client_created": ("made the card of {client}", "карточка создана: {client}"),
    "audit.client_changed": ("changed the card of {client}", "карточка изменена: {client}"),
    "audit.client_assigned": (
        "gave {client} to another ({count})",
        "клиент передан: {client} (всего: {count})",
    ),
    "audit.clients_merged": (
        "merged another card into that of {client}",
        "карточки объединены: {client}",
    ),
    "audit.merge_undone": ("undid the merge of {client}", "объединение отменено: {client}"),
    "audit.client_archived": ("moved {client} to the archive", "клиент убран в архив: {client}"),
    "audit.client_restored": (
        "took {client} out of the archive",
        "клиент возвращён из архива: {client}",
    ),
    "audit.client_purge_ordered": (
        "ordered to delete {client} for good",
        "назначено удаление навсегда: {client}",
    ),
    "audit.client_purge_cancelled": (
        "cancelled the deletion of {client}",
        "удаление навсегда отменено: {client}",
    ),
    "audit.client_purged": ("deleted {client} for good", "клиент удалён навсегда: {client}"),
    "audit.change_undone": ("put back a change at {client}", "изменение отменено: {client}"),
    "audit.changes_listed": ("read changes: {count}", "прочитаны изменения: {count}"),
    "audit.takeover_asked": (
        "asked to take over the private clients of {object}",
        "запрошена передача личных клиентов: {object}",
    ),
    "audit.takeover_allowed": (
        "allowed to take over the private clients of {object}",
        "передача личных клиентов разрешена: {object}",
    ),
    "audit.takeover_refused": (
        "refused to take over the private clients of {object}",
        "в передаче личных клиентов отказано: {object}",
    ),
    "audit.note_added": ("wrote a note at {client}", "заметка добавлена: {client}"),
    "audit.note_changed": ("changed a note at {client}", "заметка изменена: {client}"),
    "audit.note_removed": ("removed a note at {client}", "заметка удалена: {client}"),
    "audit.task_created": ("set a task at {client}", "задача поставлена: {client}"),
    "audit.task_changed": ("changed a task at {client}", "задача изменена: {client}"),
    "audit.task_closed": ("closed a task at {client}", "задача закрыта: {client}"),
    "audit.tasks_listed": ("listed tasks: {count}", "список задач, показано: {count}"),
    "audit.call_opened": ("opened a call with {client}", "звонок открыт: {client}"),
    "audit.calls_listed": ("listed calls: {count}", "список звонков, показано: {count}"),
    "audit.call_made": ("called {client}", "звонок клиенту: {client}"),
    "audit.call_listened": (
        "listened to a running call: {object}",
        "прослушивание идущего разговора: {object}",
    ),
    "audit.call_whispered": (
        "whispered to the manager of a call: {object}",
        "подсказка менеджеру в разговоре: {object}",
    ),
    "audit.call_barged": (
        "joined a call of others: {object}",
        "вмешательство в чужой разговор: {object}",
    ),
    "audit.call_taken_over": ("took a call over: {object}", "разговор перехвачен: {object}"),
    "audit.call_hung_up": ("hung up a call: {object}", "разговор завершён: {object}"),
    "audit.call_held": (
        "put the customer of call {object} on hold",
        "клиент поставлен на удержание: звонок {object}",
    ),
    "audit.call_resumed": (
        "took the customer of call {object} off hold",
        "клиент снят с удержания: звонок {object}",
    ),
    "audit.recording_paused": (
        "paused the recording of call {object}",
        "запись звонка {object} приостановлена",
    ),
    "audit.recording_resumed": (
        "resumed the recording of call {object}",
        "запись звонка {object} возобновлена",
    ),
    "audit.recording_opened": (
        "opened a recording with {client}",
        "запись разговора открыта: {client}",
    ),
    "audit.recording_listened": (
        "listened to a recording with {client}",
        "запись разговора прослушана: {client}",
    ),
    "audit.recordings_expired": (
        "recordings expired by rule: {count}",
        "записи удалены по сроку хранения: {count}",
    ),
    "audit.legal_hold_set": (
        "set a legal hold: {client} {object}",
        "запрет на удаление установлен: {client} {object}",
    ),
    "audit.legal_hold_lifted": (
        "lifted a legal hold: {client} {object}",
        "запрет на удаление снят: {client} {object}",
    ),
    "audit.backup_made": ("made a backup: {object}", "резервная копия создана: {object}"),
    "audit.backup_restored": (
        "restored the backup {object}",
        "база восстановлена из резервной копии {object}",
    ),
    "audit.exported": ("exported clients: {count}", "выгрузка, клиентов: {count}"),
    "audit.export_downloaded": (
        "downloaded an export of clients: {count}",
        "выгрузка скачана, клиентов: {count}",
    ),
    "audit.export_recognised": (
        "asked whose an export was, found {count}",
        "вопрос, чья это выгрузка, найдено: {count}",
    ),
    "audit.imported": ("imported clients: {count}", "загрузка, клиентов: {count}"),
    "audit.person_created": ("made the person {object}", "сотрудник добавлен: {object}"),
    "audit.person_changed": ("changed the person {object}", "сотрудник изменён: {object}"),
    "audit.person_left": ("closed the access of {object}, who left", "сотрудник ушёл: {object}"),
    "audit.person_returned": (
        "opened the access of {object} again",
        "сотрудник вернулся: {object}",
    ),
    "audit.person_away": ("{object} is away from calls", "нет на месте: {object}"),
    "audit.person_back": ("{object} takes calls again", "снова на месте: {object}"),
    "audit.role_changed": ("changed the role {object}", "роль изменена: {object}"),
    "audit.department_changed": ("changed the department {object}", "отдел изменён: {object}"),
    "audit.field_rule_changed": (
        "changed which fields are hidden: {object}",
        "правило скрытых полей изменено: {object}",
    ),
    "audit.place_rule_changed": (
        "changed from where people may come: {object}",
        "правило доверенных мест изменено: {object}",
    ),
    "audit.policy_changed": ("changed a policy: {object}", "политика изменена: {object}"),
    "audit.category_changed": ("changed a category: {object}", "категория изменена: {object}"),
    "audit.custom_field_changed": (
        "changed a field of the cards: {object}",
        "поле карточек изменено: {object}",
    ),
    "audit.division_changed": (
        "changed how clients are divided",
        "изменено распределение клиентов",
    ),
    "audit.phones_chosen": ("chose the phones of {object}", "телефоны выбраны: {object}"),
    "audit.alert_settled": ("settled an alert: {object}", "тревога разобрана: {object}"),
    "audit.quota_reached": ("reached a quota: {object}", "достигнута квота: {object}"),
    "audit.quota_lifted": ("lifted the quota of {object}", "квота снята: {object}"),
    "audit.decoy_created": ("made a decoy client", "создан клиент-приманка"),
    "audit.decoy_removed": ("removed a decoy client", "удалён клиент-приманка"),
    "audit.report_opened": ("opened a report: {object}", "отчёт открыт: {object}"),
    "audit.audit_read": ("read the audit: {count}", "прочитан аудит, записей: {count}"),
    "audit.audit_shortened": (
        "found at its start that newest entries of the audit were gone: {count}",
        "при запуске обнаружено, что последних записей аудита нет: {count}",
    ),
    "audit.audit_head_lost": (
        "found at its start that the note of the newest entry of the audit was gone",
        "при запуске обнаружено, что отметки о последней записи аудита нет",
    ),
    "audit.vault_rotated": ("replaced the vault's key", "ключ хранилища заменён"),
    "audit.database_read": (
        "read the database with a command: {object}",
        "база прочитана командой: {object}",
    ),
    "audit.some_client": ("a client", "клиент не назван"),
    "audit.client_gone": ("a deleted client", "удалённый клиент"),
    "audit.not_told": (
        "The database takes no writes now: the audit was not told of this",
        "База сейчас не принимает записи: в журнал аудита это не попало",
    ),
    "audit.client_unnamed": ("a client without a name", "клиент без имени"),
    "audit.client_with_code": ("{name} (code {code})", "{name} (код {code})"),
    # The check of the chain.
    "audit.fault.changed": (
        "record {seq} was changed, put in or moved: it does not fit the chain",
        "запись {seq} изменена, вставлена или перенесена: она не подходит к цепочке",
    ),
    "audit.fault.missing": (
        "records {seq} to {until} are missing",
        "записей с {seq} по {until} нет",
    ),
    "audit.fault.details": (
        "the details of record {seq} are not those that were written",
        "подробности записи {seq} не те, что были записаны",
    ),
    "audit.fault.erased": (
        "the details of record {seq} are gone, though its client was not deleted for good",
        "подробностей записи {seq} нет, хотя её клиент не удалялся навсегда",
    ),
    "audit.fault.cut_off": (
        "the newest records are gone or were replaced: {seq} to {until}, as far as was noted",
        "последних записей нет или они подменены: с {seq} по {until}, насколько было отмечено",
    ),
    "audit.fault.no_key": (
        "the chain's key is gone from the database or does not open: nothing can be proved",
        "ключа цепочки в базе нет или он не открывается: доказать ничего нельзя",
    ),
    "audit.more_faults": ("and {count} more", "и ещё {count}"),
    "audit.shortened": (
        "record {seq}: at its start the daemon missed the newest entries before it, or the note of"
        " how far they went; so it is with a database that came back from a backup",
        "запись {seq}: при запуске служба не нашла последних записей перед ней или отметки о том,"
        " докуда они шли; так бывает с базой, восстановленной из резервной копии",
    ),
    "audit.head_unreadable": (
        "{path} cannot be read ({reason}): whether newest records were cut off is not known",
        "{path} не читается ({reason}): отрезаны ли последние записи, неизвестно",
    ),
    "audit.head_missing": (
        "there is no {path} yet: whether newest records were cut off is not known",
        "файла {path} ещё нет: отрезаны ли последние записи, неизвестно",
    ),
    "audit.good": ("{count} records, the chain is whole", "записей: {count}, цепочка цела"),
    "audit.bad": (
        "{count} records were checked; the chain is broken",
        "проверено записей: {count}; цепочка нарушена",
    ),
    "audit.checking": ("checking", "проверка"),
    "audit.no_entries": ("nothing was found", "ничего не найдено"),
    "audit.summary": (
        "{person} since {since}: entries {entries}, clients {clients}",
        "{person} с {since}: записей {entries}, клиентов {clients}",
    ),
    "audit.bad_month": (
        "--month {value}: a month is written as 2026-11",
        "--month {value}: месяц пишется так: 2026-11",
    ),
    "audit.bad_instant": (
        "{option} {value}: allowed is a date such as 2026-01-31, a time such as 2026-01-31T09:00,"
        " or how long ago: 12h, 7d",
        "{option} {value}: допустима дата 2026-01-31, время 2026-01-31T09:00 или давность: 12h, 7d",
    ),
    "audit.column.seq": ("number", "номер"),
    "audit.column.at": ("when", "когда"),
    "audit.column.person": ("who", "кто"),
    "audit.column.did": ("what", "что"),
    "audit.column.address": ("from", "откуда"),
    "audit.column.client": ("client", "клиент"),
    "audit.column.via": ("by", "через"),
    "audit.column.entries": ("times", "раз"),
    "audit.column.clients": ("clients", "клиентов"),
    "audit.column.last": ("last", "последний раз"),
    "api.unknown_action": (
        "action: {name} is not known; allowed: {allowed}",
        "action: {name} неизвестно; допустимо: {allowed}",
    ),
    # The vault's key.
    "vault.sealing": ("sealing {table}", "шифрование {table}"),
    "vault.rotated": (
        "done: {count} values are sealed with the new key. Secrets of the dialplan changed with it:"
        " run callward dialplan install for each PBX, then start Callward",
        "готово: новым ключом зашифровано значений: {count}. Вместе с ним изменились секреты"
        " диалплана: выполните callward dialplan install для каждой АТС, затем запустите Callward",
    ),
    "vault.finished": (
        "the rotation that broke off is finished; the database was sealed by it already. Run"
        " callward dialplan install for each PBX, then start Callward",
        "прерванная замена ключа завершена: база уже была ею зашифрована. Выполните"
        " callward dialplan install для каждой АТС, затем запустите Callward",
    ),
    "vault.old_key": (
        "the old key is {path}. Backups made until now open with it alone: take it to where they"
        " are, away from this machine, and destroy it with the last of them. Make a backup of the"
        " new key today",
        "прежний ключ: {path}. Резервные копии, сделанные до сих пор, открываются только им:"
        " перенесите его туда, где они лежат, прочь с этой машины, и уничтожьте вместе с последней"
        " из них. Сегодня же сделайте копию нового ключа",
    ),
    "vault.ask": (
        "Every value of {database} will be sealed with a new key. Go on?",
        "Все данные базы {database} будут зашифрованы новым ключом. Продолжить?",
    ),
    "help.audit": (
        "Who did what: questions to the audit, and its check.",
        "Кто что делал: вопросы к журналу аудита и его проверка.",
    ),
    "help.audit.verify": (
        "Check the chain, record by record; exit code 1 where anything is wrong.",
        "Проверить цепочку запись за записью; код 1, если что-то не так.",
    ),
    "help.audit.list": ("Print entries, newest first.", "Показать записи, новые сначала."),
    "help.audit.client": (
        "Who opened, changed, called this client.",
        "Кто открывал, менял клиента и звонил ему.",
    ),
    "help.audit.client.wanted": ("The client's id or short code.", "Id или короткий код клиента."),
    "help.audit.person": ("What a person touched.", "К чему прикасался сотрудник."),
    "help.audit.person.name": ("The person's name.", "Имя сотрудника."),
    "help.audit.days": ("Of how many days.", "За сколько дней."),
    "help.audit.exports": ("Exports of a month.", "Выгрузки за месяц."),
    "help.audit.month": (
        "The month, such as 2026-11; this one by default.",
        "Месяц, например 2026-11; по умолчанию текущий.",
    ),
    "help.audit.who": ("Only what this person did.", "Только действия этого сотрудника."),
    "help.audit.action": (
        "Only these actions, such as client_opened,exported.",
        "Только эти действия, например client_opened,exported.",
    ),
    "help.audit.object": (
        "Only about this: a call's, recording's or export's id, a person's name.",
        "Только об этом: id звонка, записи или выгрузки, имя сотрудника.",
    ),
    "help.audit.since": (
        "From then on: a date, a time, or 12h, 7d.",
        "Начиная с: дата, время или 12h, 7d.",
    ),
    "help.audit.until": (
        "Until then: a date, a time, or 12h, 7d.",
        "До: дата, время или 12h, 7d.",
    ),
    "help.audit.limit": ("At most so many.", "Не больше стольких."),
    "help.vault": ("The key that seals contact details.", "Ключ, которым зашифрованы контакты."),
    "help.vault.rotate": (
        "Replace the key and seal everything anew; the daemon must be stopped.",
        "Заменить ключ и зашифровать всё заново; служба должна быть остановлена.",
    ),
    "help.vault.yes": ("Do not ask.", "Не спрашивать."),
}
