"""Sealing a whole database with a new key, in one transaction, and the key file's swap.

Whatever ends it where, the database is sealed with one key, and that key is in one of two files:
``KEY`` or ``KEY.new``. ``crm.key_file`` finishes what broke off between both.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from sqlalchemy import (
    Column,
    Connection,
    Table,
    bindparam,
    func,
    or_,
    select,
    text,
    tuple_,
    update,
)

from crm.audit import AuditLog, Entry
from crm.key_file import (
    KEY_VERSION,
    finish_swap,
    keep_old,
    old_key_file,
    read_key,
    stored_check_value,
    write_new_key,
)
from crm.sealed import COLUMNS, SealedColumn
from crm.tables import vault_key
from crm.vault import KEY_BYTES, Sealed, Vault, VaultError
from store.database import Database
from store.lease import reserve

_BATCH: Final = 2000


class Step(StrEnum):
    """How far a rotation has come."""

    KEY_WRITTEN = "key_written"
    SEALING = "sealing"
    SEALED = "sealed"
    """The database is committed: from here the new key holds."""
    OLD_KEPT = "old_kept"
    SWAPPED = "swapped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """Rows of one table that are done, of all that it has."""

    step: Step
    table: str = ""
    done: int = 0
    total: int = 0


Tell = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotated:
    """What became of it."""

    values: int
    """Sealed values that the new key seals; 0 where a rotation that broke off was finished."""
    old_key: Path
    finished: bool
    """The former one was only finished: its key is the new one."""


async def rotate(
    database: Database, key_file: Path, entry: Entry | None, tell: Tell = lambda _: None
) -> Rotated:
    """Replace the key. ``entry``: who does it, for the audit.

    ``StoreError`` while a daemon works on the database; ``VaultError`` where the key or a value
    cannot be opened: nothing is changed then. ``tell`` may be called on another thread.
    """
    async with reserve(database):
        old = await asyncio.to_thread(_standing, key_file)
        async with database.read() as connection:
            check_value = await connection.run_sync(stored_check_value)
        if check_value != old.check_value:
            if check_value is None or finish_swap(key_file, check_value) is None:
                raise VaultError("foreign", path=key_file, database=database.name)
            return Rotated(values=0, old_key=old_key_file(key_file, old), finished=True)
        key = os.urandom(KEY_BYTES)
        await asyncio.to_thread(write_new_key, key_file, key)
        tell(Progress(step=Step.KEY_WRITTEN))
        new = Vault(key)

        def work(connection: Connection) -> int:
            values = _seal_anew(connection, old, new, tell)
            if entry is not None:
                AuditLog(database, new).add(connection, entry)
            return values

        values = await database.write(work)
        tell(Progress(step=Step.SEALED))
        kept = keep_old(key_file)
        tell(Progress(step=Step.OLD_KEPT))
        finish_swap(key_file, new.check_value)
        tell(Progress(step=Step.SWAPPED))
        await _drop_old_pages(database)
        return Rotated(values=values, old_key=kept, finished=False)


def _standing(key_file: Path) -> Vault:
    try:
        return Vault(read_key(key_file))
    except FileNotFoundError:
        raise VaultError("rotate_no_key", path=key_file) from None
    except OSError as error:
        raise VaultError("unusable", path=key_file, reason=error.strerror) from error


def _seal_anew(connection: Connection, old: Vault, new: Vault, tell: Tell) -> int:
    values = 0
    for table, columns in _by_table().items():
        values += _TableRotation(table, columns, old, new).run(connection, tell)
    connection.execute(
        update(vault_key)
        .where(vault_key.c.version == KEY_VERSION)
        # When the first key was made stays: since then Callward keeps calls (the ledger asks).
        .values(check_value=new.check_value)
    )
    return values


def _by_table() -> Mapping[Table, list[SealedColumn]]:
    tables: dict[Table, list[SealedColumn]] = {}
    for one in COLUMNS:
        assert isinstance(one.column.table, Table)
        tables.setdefault(one.column.table, []).append(one)
    return tables


class _TableRotation:
    """One table, row by row in the order of its primary key; a batch is in memory."""

    def __init__(self, table: Table, columns: list[SealedColumn], old: Vault, new: Vault) -> None:
        self._table = table
        self._columns = columns
        self._old, self._new = old, new
        self._key: list[Column[Any]] = list(table.primary_key)
        self._values = 0

    def run(self, connection: Connection, tell: Tell) -> int:
        filled = or_(*(one.column.is_not(None) for one in self._columns))
        total = connection.execute(select(func.count()).where(filled)).scalar_one()
        done = 0
        change = self._change()
        for rows in self._batches(connection, filled):
            connection.execute(change, [self._sealed(row) for row in rows])
            done += len(rows)
            tell(Progress(step=Step.SEALING, table=self._table.name, done=done, total=total))
        return self._values

    def _batches(
        self, connection: Connection, filled: Any
    ) -> Iterator[Sequence[Mapping[str, Any]]]:
        batch = select(self._table).where(filled).order_by(*self._key).limit(_BATCH)
        rows: Sequence[Any] = connection.execute(batch).mappings().all()
        while rows:
            yield rows
            last = [
                bindparam(None, rows[-1][column.name], type_=column.type) for column in self._key
            ]
            after = tuple_(*self._key) > tuple_(*last)
            rows = connection.execute(batch.where(after)).mappings().all()

    def _change(self) -> Any:
        values: dict[str, Any] = {
            one.column.name: bindparam(f"new_{one.column.name}") for one in self._columns
        }
        if any(one.indexed for one in self._columns):
            values["blind_index"] = bindparam("new_blind_index")
        same = [column == bindparam(f"old_{column.name}") for column in self._key]
        return update(self._table).where(*same).values(values)

    def _sealed(self, row: Mapping[str, Any]) -> dict[str, Any]:
        keys = tuple(row[column.name] for column in self._key)
        changed = {f"old_{column.name}": row[column.name] for column in self._key}
        for one in self._columns:
            sealed: Sealed | None = row[one.column.name]
            if sealed is None:
                changed[f"new_{one.column.name}"] = None
                continue
            context = one.context(keys)
            try:
                opened = self._old.open(sealed, context)
            except VaultError as error:
                raise VaultError(
                    "rotate_value",
                    table=self._table.name,
                    column=one.column.name,
                    row=" ".join(map(str, keys)),
                ) from error
            changed[f"new_{one.column.name}"] = self._new.seal(opened, context)
            if one.indexed is not None:
                changed["new_blind_index"] = self._new.blind_index(one.indexed(row, opened))
            self._values += 1
        return changed


async def _drop_old_pages(database: Database) -> None:
    """What the old key sealed shall not linger in SQLite's log."""
    if database.url.get_backend_name() == "sqlite":
        async with database.engine.connect() as connection:
            await connection.commit()
            await connection.execution_options(isolation_level="AUTOCOMMIT")
            await connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
