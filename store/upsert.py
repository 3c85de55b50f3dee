"""``INSERT … ON CONFLICT`` in the dialect of the connection at hand, one row or many."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Dialect, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.sql.dml import Insert

_Convert = Callable[[Any], Any]


@lru_cache
def insert_or_ignore(dialect: str, table: Table, keys: Sequence[str]) -> Insert:
    """Insert rows; those whose ``keys`` exist already are left as they are."""
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing(index_elements=keys)
    return sqlite.insert(table).on_conflict_do_nothing(index_elements=keys)


@lru_cache
def insert_or_update(dialect: str, table: Table) -> Insert:
    """Insert rows; those whose primary key exists already take the new values."""
    keys = [column.name for column in table.primary_key]
    values = [column.name for column in table.columns if not column.primary_key]
    if dialect == "postgresql":
        new = postgresql.insert(table)
        return new.on_conflict_do_update(
            index_elements=keys, set_={name: new.excluded[name] for name in values}
        )
    row = sqlite.insert(table)
    return row.on_conflict_do_update(
        index_elements=keys, set_={name: row.excluded[name] for name in values}
    )


@lru_cache
def _plain_insert(table: Table) -> Insert:
    return table.insert()


def insert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, each with the columns of the first; the others take their defaults."""
    _write(connection, _plain_insert(table), rows)


def insert_new_rows(
    connection: Connection, table: Table, keys: Sequence[str], rows: Sequence[Mapping[str, Any]]
) -> bool:
    """As ``insert_rows``, those whose ``keys`` are new; whether all of them were.

    ``False`` also where the driver does not say.
    """
    statement = insert_or_ignore(connection.dialect.name, table, keys)
    return _write(connection, statement, rows) == len(rows)


def upsert_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows, each with every column, or replace those of the same primary key."""
    _write(connection, insert_or_update(connection.dialect.name, table), rows)


def _write(connection: Connection, statement: Insert, rows: Sequence[Mapping[str, Any]]) -> int:
    """Half the CPU of ``connection.execute``, which looks the statement up anew each time."""
    if not rows:
        return 0
    sql, names, converters = _prepare(connection.dialect, statement, tuple(rows[0]))
    values = []
    for row in rows:
        row_values = [row[name] for name in names]
        for position, convert in converters:
            row_values[position] = convert(row_values[position])
        values.append(tuple(row_values))
    return connection.exec_driver_sql(sql, values).rowcount


@lru_cache(maxsize=256)
def _prepare(
    dialect: Dialect, statement: Insert, given: tuple[str, ...]
) -> tuple[str, list[str], list[tuple[int, _Convert]]]:
    """The driver's SQL, the columns in the order of its parameters, and who converts which."""
    # As they stand in the statement: in the table's order.
    columns = [column for column in statement.table.columns if column.name in given]
    names = [column.name for column in columns]
    compiled = statement.compile(dialect=dialect, column_keys=names)
    converters: list[tuple[int, _Convert]] = []
    for position, column in enumerate(columns):
        convert = column.type.dialect_impl(dialect).bind_processor(dialect)
        if convert is not None:
            converters.append((position, convert))
    return str(compiled), names, converters
