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
        "database {name} cannot be read: {reason}; if its disk is full, free some space; else"
        " restore it from a backup or name another file in database.url",
        "база {name} не читается: {reason}; если её диск полон, освободите место; иначе"
        " восстановите её из резервной копии или укажите в database.url другой файл",
    ),
    "newer": (
        "database {name} has schema version {version}, written by Callward {writer}; this Callward"
        " {own} knows versions up to {head}: install Callward {writer} or later. To stay with this"
        " one, run callward database downgrade there until version {head} is reached, or restore"
        " an older backup",
        "у базы {name} версия схемы {version}, её записал Callward {writer}, а этот Callward {own}"
        " знает версии до {head}: установите Callward {writer} или новее. Чтобы остаться на этом,"
        " выполните там callward database downgrade, пока версия не станет {head}, или"
        " восстановите более старую копию",
    ),
    "newer_unsigned": (
        "database {name} has schema version {version}; this Callward {own} knows versions up to"
        " {head}: install the Callward that wrote it. To stay with this one, run callward database"
        " downgrade there until version {head} is reached, or restore an older backup",
        "у базы {name} версия схемы {version}, а этот Callward {own} знает версии до {head}:"
        " установите тот Callward, который её записал. Чтобы остаться на этом, выполните там"
        " callward database downgrade, пока версия не станет {head}, или восстановите более"
        " старую копию",
    ),
    "older": (
        "database {name} has schema version {version}, this Callward needs {head}: start the daemon"
        " once (callward run) or run callward database upgrade",
        "у базы {name} версия схемы {version}, а этому Callward нужна {head}: запустите службу один"
        " раз (callward run) или выполните callward database upgrade",
    ),
    "empty": (
        "database {name} has no schema: there is nothing to go back from",
        "в базе {name} нет схемы: возвращаться не от чего",
    ),
    "in_use": (
        "database {name} is in use: a daemon of Callward runs on it. Stop it first"
        " (systemctl stop callward); calls go on by the fallback and are caught up afterwards",
        "база {name} занята: на ней работает служба Callward. Сначала остановите её"
        " (systemctl stop callward); звонки пойдут по запасному пути и попадут в базу потом",
    ),
    "lead_lost": (
        "another daemon works on database {name} now: nothing was written",
        "на базе {name} теперь работает другая служба: ничего не записано",
    ),
    "second": (
        "database {name} has a daemon of Callward already: on SQLite there is one. Stop it"
        " (systemctl stop callward), or use PostgreSQL, where a second one stands by",
        "на базе {name} уже работает служба Callward: с SQLite она одна. Остановите её"
        " (systemctl stop callward) или используйте PostgreSQL, где вторая ждёт в резерве",
    ),
    "reserved": (
        "database {name} is taken by a command that needs it for itself (callward vault rotate,"
        " database, init or restore): wait until it ends",
        "база {name} занята командой, которой она нужна целиком (callward vault rotate, database,"
        " init или restore): дождитесь её конца",
    ),
}
