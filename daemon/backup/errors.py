"""What can be wrong with a backup, or keep one from being made or restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from config.worded import WordedError

_WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "not_a_backup": (
        "{name} is no backup of Callward",
        "{name} не резервная копия Callward",
    ),
    "wrong_key": (
        "{name} was encrypted with another key: name the file with its key (--key-file), or restore"
        " that key from what you keep elsewhere (callward backup key --restore)",
        "{name} зашифрована другим ключом: укажите файл с её ключом (--key-file) или восстановите"
        " этот ключ по записи, которую вы храните отдельно (callward backup key --restore)",
    ),
    "cut_off": (
        "{name} is not whole: its end is missing or damaged. Copy it again from where it was made,"
        " or"
        " take another backup",
        "{name} неполная: конец потерян или повреждён. Скопируйте её заново оттуда, где она"
        " создана,"
        " или возьмите другую копию",
    ),
    "altered": (
        "{name} was altered or damaged after it was made. Copy it again from where it was made, or"
        " take another backup",
        "{name} изменена или повреждена после создания. Скопируйте её заново оттуда, где она"
        " создана, или возьмите другую копию",
    ),
    "format": (
        "{name} was made by a later Callward ({version}): install that one, then restore",
        "{name} создана более новым Callward ({version}): установите его и восстановите копию",
    ),
    "no_file": ("{name}: there is no such file", "{name}: такого файла нет"),
    "unreadable": ("{name} cannot be read: {reason}", "{name} не читается: {reason}"),
    "unwritable": (
        "{name} cannot be written: {reason}. Nothing half-written is left",
        "{name} не записать: {reason}. Недописанного файла не осталось",
    ),
    "full": (
        "{name} cannot be written: the disk is full. Nothing half-written is left; free space"
        " there,"
        " name another place, or leave the recordings out (--without-recordings)",
        "{name} не записать: диск заполнен. Недописанного файла не осталось; освободите место,"
        " укажите другое место или не берите записи разговоров (--without-recordings)",
    ),
    "no_space": (
        "{name}: {needed} are needed and {free} are free. Free space there, name another place, or"
        " leave the recordings out (--without-recordings)",
        "{name}: нужно {needed}, свободно {free}. Освободите место, укажите другое место или не"
        " берите записи разговоров (--without-recordings)",
    ),
    "no_target": (
        "say where to: callward backup --to FILE or FOLDER, or set backup.folder",
        "укажите куда: callward backup --to ФАЙЛ или ПАПКА, либо задайте backup.folder",
    ),
    "exists": (
        "{name} is there already; name another file",
        "{name} уже существует; укажите другой файл",
    ),
    "busy": (
        "another backup is being made just now; wait until it ends",
        "сейчас создаётся другая резервная копия; дождитесь её конца",
    ),
    "key_missing": (
        "backup.key_file: {path} is not there. Make a key first (callward backup key) and keep what"
        " it shows elsewhere; on a new machine restore it (callward backup key --restore)",
        "backup.key_file: файла {path} нет. Сначала создайте ключ (callward backup key) и сохраните"
        " показанное отдельно; на новой машине восстановите его (callward backup key --restore)",
    ),
    "key_unusable": (
        "backup key {path} cannot be used: {reason}",
        "ключ резервных копий {path} не годится: {reason}",
    ),
    "key_mode": (
        "backup key {path} is readable by others (mode {mode}): chmod 600 {path}",
        "ключ резервных копий {path} доступен другим (права {mode}): chmod 600 {path}",
    ),
    "key_exists": (
        "there is a key already: {path}. Backups made with it need it; callward backup key shows it"
        " again",
        "ключ уже есть: {path}. Созданным с ним копиям нужен он; callward backup key покажет его"
        " снова",
    ),
    "key_content": (
        "backup key {path} holds no key, or a wrong letter: restore it (callward backup key"
        " --restore)",
        "в файле {path} нет ключа резервных копий или в нём неверная буква: восстановите его"
        " (callward"
        " backup key --restore)",
    ),
    "recovery_form": (
        "this is no recovery key: it has 56 letters A-Z and digits 2-7, in groups of four",
        "это не ключ восстановления: в нём 56 букв A-Z и цифр 2-7, группами по четыре",
    ),
    "recovery_check": (
        "a letter of this recovery key is wrong: compare it with what you wrote down",
        "в ключе восстановления неверная буква: сверьте его с записанным",
    ),
    "changed_database": (
        "the database has another schema than this Callward ({version} instead of {head}). Start"
        " the"
        " daemon once: callward run",
        "схема базы не та, с которой работает этот Callward ({version} вместо {head}). Запустите"
        " службу один раз: callward run",
    ),
    "no_database": (
        "there is no database yet ({name}): nothing to back up",
        "базы ещё нет ({name}): копировать нечего",
    ),
    "program": (
        "{program} is not on this machine; PostgreSQL {version} needs it (Debian:"
        " postgresql-client)",
        "на этой машине нет {program}, он нужен для PostgreSQL {version} (в Debian:"
        " postgresql-client)",
    ),
    "program_failed": (
        "{program} ended with an error: {said}",
        "{program} завершился с ошибкой: {said}",
    ),
    "verify": (
        "{name} does not hold what it should: {what}. It was not kept; make it again, and check the"
        " disk and memory of this machine",
        "в {name} не то, что должно быть: {what}. Она не сохранена; создайте её заново и проверьте"
        " диск и память этой машины",
    ),
    "wrong_content": (
        "{name} does not hold what it should: {what}",
        "в {name} не то, что должно быть: {what}",
    ),
    "kind": (
        "{name} holds a {had} database and database.url names {wanted}: restore it into the same"
        " kind"
        " of database",
        "в {name} база {had}, а database.url указывает {wanted}: восстанавливайте в базу того же"
        " вида",
    ),
    "newer": (
        "{name} holds a database of schema {version}; this Callward knows versions up to {head}:"
        " install the Callward that made it",
        "в {name} база со схемой {version}, а этот Callward знает версии до {head}: установите тот"
        " Callward, который её создал",
    ),
    "not_empty": (
        "{name} is not empty: restoring replaces all that is there. To replace it, add --force",
        "{name} не пуста: восстановление заменит всё, что там есть. Чтобы заменить, добавьте"
        " --force",
    ),
    "other_key": (
        "vault.key_file: {path} holds another key than the backup. With --force it is kept beside"
        " as"
        " {path}.old-…",
        "vault.key_file: в {path} другой ключ, чем в копии. С --force он останется рядом как"
        " {path}.old-…",
    ),
    "settings": (
        "the backup's settings cannot be used here:\n{reason}\nCorrect them in {path} and restore"
        " again",
        "настройки из копии здесь не годятся:\n{reason}\nИсправьте их в {path} и повторите"
        " восстановление",
    ),
}


class BackupError(WordedError):
    """One thing that is wrong. Names files; holds no key and nothing of what they hold."""

    words = _WORDS
