"""The PBX's own log as a table: of MariaDB (FreePBX, ``cel_odbc``), of PostgreSQL (``cel_pgsql``).

Rows are read in the order in which they were written, by ``id``: neither program makes an index on
the time, and a FreePBX of some years has millions of rows. Where to begin is looked for by halves.
"""

from __future__ import annotations

import errno
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    URL,
    Column,
    Connection,
    Engine,
    MetaData,
    Select,
    Table,
    create_engine,
    func,
    inspect,
    make_url,
    select,
)
from sqlalchemy.exc import DBAPIError, NoSuchTableError, SQLAlchemyError
from sqlalchemy.pool import NullPool
from sqlalchemy.types import NullType

from config.secrets import read_cel_secret
from config.settings import PbxSettings
from daemon.cel.rows import NEEDED_COLUMNS, CelColumnsError, CelRow, make_row

ROWS_AT_ONCE: Final = 500
_CONNECT_SECONDS: Final = 5
_ANSWER_SECONDS: Final = 30
_DRIVERS: Final = {
    "mysql": "mysql+pymysql",
    "mariadb": "mysql+pymysql",
    "postgresql": "postgresql+psycopg",
}
_ALIASES: Final = {"extra": "eventextra"}
"""FreePBX's and ``cel_pgsql``'s name for what ``cel_custom`` calls so."""


class CelUnreachableError(OSError):
    """The database cannot be asked; ``strerror`` says why, in the driver's words."""


class CelTable:
    """See ``daemon.cel.source.CelSource``. Each reading has a connection of its own."""

    def __init__(self, pbx: PbxSettings, surprises: Counter[str] | None = None) -> None:
        assert pbx.cel.url is not None
        self.surprises = Counter[str]() if surprises is None else surprises
        """What could not be read, by reason."""
        self._pbx = pbx
        self._zone = pbx.timezone
        self._url = make_url(pbx.cel.url)

    @property
    def name(self) -> str:
        """The address, without a password, and the table."""
        return f"{self._url.render_as_string()} {self._pbx.cel.table}"

    def rows(self, since: datetime, until: datetime | None = None) -> Iterator[list[CelRow]]:
        """See ``daemon.cel.source.CelSource.rows``."""
        with self._connected() as connection:
            table = self._table(connection)
            last = _before(connection, table, lambda at: self._at(at) < since)
            while batch := connection.execute(_page(table, last)).mappings().all():
                last = batch[-1]["id"]
                rows = [row for one in batch if (row := self._row(one)) is not None]
                if until is not None and rows and rows[0].at > until:
                    return
                yield rows

    @contextmanager
    def _connected(self) -> Iterator[Connection]:
        engine = self._engine()
        try:
            with engine.connect() as connection:
                yield connection
        except DBAPIError as error:
            raise CelUnreachableError(errno.EIO, _said(error)) from error
        except SQLAlchemyError as error:
            raise CelUnreachableError(errno.EIO, type(error).__name__) from error
        finally:
            engine.dispose()

    def _engine(self) -> Engine:
        password = read_cel_secret(self._pbx)
        driver = _DRIVERS[self._url.get_backend_name()]
        options: dict[str, Any] = {"connect_timeout": _CONNECT_SECONDS}
        query = dict(self._url.query)
        if driver.startswith("mysql"):
            options |= {"read_timeout": _ANSWER_SECONDS, "write_timeout": _ANSWER_SECONDS}
            query.setdefault("charset", "utf8mb4")
        url = URL.create(
            driver,
            self._url.username,
            None if password is None else password.get_secret_value(),
            self._url.host or None,
            self._url.port,
            self._url.database,
            query,
        )
        try:
            # Autocommit: nobody's rows are kept from being cleaned up while the log is read.
            return create_engine(
                url,
                poolclass=NullPool,
                hide_parameters=True,
                connect_args=options,
                isolation_level="AUTOCOMMIT",
            )
        except ModuleNotFoundError as error:
            text = f"Python package {error.name} is missing (the extra postgresql)"
            raise CelUnreachableError(errno.ENOPKG, text) from error

    def _table(self, connection: Connection) -> Table:
        """As it is in the database, its columns under the names that ``cel_custom`` uses."""
        name = self._pbx.cel.table
        try:
            found = [one["name"] for one in inspect(connection).get_columns(name)]
        except NoSuchTableError:
            raise CelColumnsError(f"there is no table {name}") from None
        keys = {column: _ALIASES.get(column.lower(), column.lower()) for column in found}
        missing = sorted((NEEDED_COLUMNS | {"id"}) - set(keys.values()))
        if missing:
            raise CelColumnsError(
                f"columns {', '.join(missing)} are missing among {', '.join(found)}"
            )
        # What the driver makes of a value is taken as it is.
        columns = [Column(column, NullType, key=key) for column, key in keys.items()]
        return Table(name, MetaData(), *columns)

    def _row(self, values: Mapping[Any, Any]) -> CelRow | None:
        at = values["eventtime"]
        row = make_row(
            {str(key): _text(value) for key, value in values.items()},
            at=self._at(at) if isinstance(at, datetime) else None,
            zone=self._zone,
        )
        if row is None:
            self.surprises["unreadable row"] += 1
        return row

    def _at(self, at: datetime) -> datetime:
        return at if at.tzinfo is not None else at.replace(tzinfo=self._zone)


def _page(table: Table, after: int) -> Select[Any]:
    columns: Sequence[Column[Any]] = list(table.c)
    return (
        select(*(column.label(column.key) for column in columns))
        .where(table.c.id > after)
        .order_by(table.c.id)
        .limit(ROWS_AT_ONCE)
    )


def _before(connection: Connection, table: Table, is_early: Callable[[datetime], bool]) -> int:
    """The greatest id of which all rows up to it are early, by some twenty look-ups."""
    first, newest = connection.execute(select(func.min(table.c.id), func.max(table.c.id))).one()
    if first is None:
        return 0
    low, high = int(first) - 1, int(newest)
    newest_up_to = select(table.c.eventtime).order_by(table.c.id.desc()).limit(1)
    while low < high:
        middle = (low + high + 1) // 2
        at = connection.execute(newest_up_to.where(table.c.id <= middle)).scalar()
        if not isinstance(at, datetime) or is_early(at):
            low = middle
        else:
            high = middle - 1
    return low


def _text(value: object) -> str:
    if value is None:
        return ""
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)


def _said(error: DBAPIError) -> str:
    """The driver's own words: who may not connect where, or which right is missing; no rows."""
    return f"{type(error.orig).__name__}: {' '.join(str(error.orig).split())[:200]}"
