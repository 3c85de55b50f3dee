"""What can be wrong with the vault's key and with what it sealed, in English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "key_size": (
        "the key has {size} bytes; it must have {wanted}",
        "в ключе {size} байт, а должно быть {wanted}",
    ),
    "sealed_version": (
        "a sealed value has version {version}; 01 is known",
        "у зашифрованного значения версия {version}; известна 01",
    ),
    "sealed_altered": (
        "a sealed value was altered, moved or sealed with another key",
        "зашифрованное значение изменено, перенесено или зашифровано другим ключом",
    ),
    "foreign": (
        "vault.key_file: {path} is not the key of database {database}: put back the key that"
        " belongs to it",
        "vault.key_file: {path} — ключ не от базы {database}: верните ключ, который к ней"
        " относится",
    ),
    "missing": (
        "vault.key_file: {path} is missing, but database {database} was sealed with it: put the"
        " key back from its backup. A new key could not open what is there, so none is made",
        "vault.key_file: файла {path} нет, а база {database} зашифрована им: верните ключ из"
        " резервной копии. Новый ключ её не откроет, поэтому он не создаётся",
    ),
    "unusable": (
        "vault.key_file: {path} cannot be used: {reason}",
        "vault.key_file: {path} использовать нельзя: {reason}",
    ),
    "mode": (
        "vault.key_file: {path} has mode {mode}, so others may read or change it; allowed is 0600"
        " or 0400: chmod 600 {path}",
        "vault.key_file: у {path} права {mode}, его могут прочитать или изменить другие;"
        " допустимо 0600 или 0400: chmod 600 {path}",
    ),
    "size": (
        "vault.key_file: {path} has {size} bytes; a key has {wanted}: put it back from its backup",
        "vault.key_file: размер {path} в байтах: {size}, а у ключа их {wanted}: верните его из"
        " резервной копии",
    ),
    "credential_missing": (
        "vault.credential = {name}: systemd passed no credential of that name ({path}): the unit"
        " needs LoadCredential={name}:/PATH/OF/THE/KEY",
        "vault.credential = {name}: systemd не передал секрет с таким именем ({path}): в юните"
        " нужна строка LoadCredential={name}:/ПУТЬ/К/КЛЮЧУ",
    ),
    "rotate_no_key": (
        "vault.key_file: there is no {path}: a new key takes the place of that file. Where the key"
        " is a systemd credential, set vault.key_file to the file from which it is loaded",
        "vault.key_file: файла {path} нет, а новый ключ встаёт на место этого файла. Если ключ"
        " передаёт systemd, укажите в vault.key_file файл, из которого он его берёт",
    ),
    "rotate_credential": (
        "this process was given its key by systemd; a new one can only take the place of a file:"
        " run callward vault rotate outside of the unit",
        "ключ этому процессу передал systemd, а заменить можно только файл: запустите"
        " callward vault rotate вне юнита",
    ),
    "rotate_value": (
        "{table}.{column}: a value of one row cannot be opened ({row}): nothing was changed, the"
        " old key holds. Restore that row from a backup or clear it, then rotate again",
        "{table}.{column}: значение одной записи не открывается ({row}): ничего не изменено,"
        " действует прежний ключ. Восстановите эту запись из резервной копии или очистите её и"
        " запустите замену снова",
    ),
}
