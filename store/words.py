"""What can be wrong with the database, in English and Russian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

_ALLOWED: Final = (
    "allowed is sqlite+aiosqlite:////FOLDER/FILE.db or postgresql+asyncpg://USER@HOST/NAME",
    "допустимо sqlite+aiosqlite:////ПАПКА/ФАЙЛ.db или postgresql+asyncpg://USER@HOST/NAME",
)

WORDS: Final[Mapping[str, tuple[str, str]]] = {
    "driver_missing": (
        "database.url: PostgreSQL needs the package {name}: pip install {name}",
        "database.url: для PostgreSQL нужен пакет {name}: pip install {name}",
    ),
    "url": (
        f"database.url: cannot be read; {_ALLOWED[0]}",
        f"database.url: не разобрать; {_ALLOWED[1]}",
    ),
    "driver": (
        f"database.url: {{name}} is not known; {_ALLOWED[0]}",
        f"database.url: {{name}} не поддерживается; {_ALLOWED[1]}",
    ),
    "memory": (
        "database.url: a database in memory would lose its calls; name a file:"
        " sqlite+aiosqlite:////FOLDER/FILE.db",
        "database.url: база в памяти потеряла бы звонки; укажите файл:"
        " sqlite+aiosqlite:////ПАПКА/ФАЙЛ.db",
    ),
    "not_writable": (
        "database.url: {path} cannot be opened for writing: {reason}",
        "database.url: {path} не открывается для записи: {reason}",
    ),
    "unreadable": (
        "database {name} cannot be read: {reason}; restore it from a backup or name another file"
        " in database.url",
        "база {name} не читается: {reason}; восстановите её из резервной копии или укажите в"
        " database.url другой файл",
    ),
    "newer": (
        "database {name} has schema version {version}; this Callward knows versions up to {head}:"
        " install the Callward that wrote it, or restore an older backup",
        "у базы {name} версия схемы {version}, а этот Callward знает версии до {head}:"
        " установите тот Callward, который её записал, или восстановите более старую копию",
    ),
    "in_use": (
        "database {name} is in use: a daemon of Callward runs on it. Stop it first"
        " (systemctl stop callward); calls go on by the fallback and are caught up afterwards",
        "база {name} занята: на ней работает служба Callward. Сначала остановите её"
        " (systemctl stop callward); звонки пойдут по запасному пути и попадут в базу потом",
    ),
    "reserved": (
        "database {name} is being sealed with a new key: wait until callward vault rotate ends",
        "база {name} сейчас перешифровывается новым ключом: дождитесь конца callward vault rotate",
    ),
}
