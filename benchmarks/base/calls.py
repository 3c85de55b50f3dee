"""Calls that never were, made by the database itself: an insert for each table."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, text

from benchmarks.base.clients import FIRST_DAY, MANAGERS
from daemon.history.tables import call, leg

_EVERY_SECONDS: Final = 6
_BATCH: Final = 500_000
_INDEXES: Final = sorted((*call.indexes, *leg.indexes), key=lambda index: str(index.name))
_FIRST_MICROSECONDS: Final = int(FIRST_DAY.timestamp()) * 1_000_000


@dataclass(frozen=True, slots=True)
class Dialect:
    """What the two databases write differently."""

    series: str
    """A table ``n`` with a column ``i`` from :first to :last."""
    at: str
    """The instant so many seconds after a call's beginning: ``{seconds}``."""
    id: str
    """A call's id, in order of age."""

    def when(self, seconds: str) -> str:
        """The expression for that instant."""
        return self.at.format(seconds=seconds)


SQLITE: Final = Dialect(
    series="WITH RECURSIVE n(i) AS (SELECT :first UNION ALL SELECT i + 1 FROM n WHERE i < :last)",
    at=f"{_FIRST_MICROSECONDS} + (n.i * {_EVERY_SECONDS} + {{seconds}}) * 1000000",
    id="base_call_id(n.i)",
)
POSTGRESQL: Final = Dialect(
    series=(
        "WITH n(i) AS"
        " (SELECT * FROM generate_series(CAST(:first AS bigint), CAST(:last AS bigint)))"
    ),
    at=(f"to_timestamp({_FIRST_MICROSECONDS // 1_000_000} + n.i * {_EVERY_SECONDS} + {{seconds}})"),
    id="CAST(lpad(to_hex(n.i), 12, '0') || '7000' || '8000' || lpad(to_hex(n.i), 12, '0') AS uuid)",
)


def call_id(i: int) -> bytes:
    """A call's id on SQLite, the same as PostgreSQL makes."""
    return i.to_bytes(6, "big") + b"\x70\x00\x80\x00" + i.to_bytes(6, "big")


def batches(count: int) -> Iterator[range]:
    """The calls, some at a time: a transaction for each."""
    for first in range(0, count, _BATCH):
        yield range(first, min(first + _BATCH, count))


def prepare(connection: Connection) -> None:
    """A table of our own by which calls find their clients, and no index to be kept meanwhile;
    ``finish`` undoes it."""
    for index in _INDEXES:
        index.drop(connection)
    connection.execute(text(_NUMBERED))
    connection.execute(text("CREATE INDEX ix_base_client ON base_client (n)"))


def finish(connection: Connection) -> None:
    """As the migrations have it."""
    connection.execute(text("DROP TABLE base_client"))
    for index in _INDEXES:
        index.create(connection)


def insert_calls(batch: range, clients: int, connection: Connection) -> None:
    """These calls with two legs each, spread over the clients; the curator answers."""
    is_sqlite = connection.dialect.name == "sqlite"
    if is_sqlite:
        connection.connection.driver_connection.create_function(  # type: ignore[union-attr]
            "base_call_id", 1, call_id, deterministic=True
        )
    trust(connection)
    for statement in _statements(SQLITE if is_sqlite else POSTGRESQL, clients):
        connection.execute(text(statement), {"first": batch[0], "last": batch[-1]})


def trust(connection: Connection) -> None:
    """Until the end of the transaction PostgreSQL looks nobody up to whom a row belongs."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))


_NUMBERED: Final = """
    CREATE TABLE base_client AS
    SELECT row_number() OVER (ORDER BY client.id) - 1 AS n, phone.id AS phone_id, client.curator
    FROM client JOIN phone ON phone.client_id = client.id
"""


def _statements(dialect: Dialect, clients: int) -> tuple[str, str, str]:
    whose = f"JOIN base_client ON base_client.n = (n.i * 7919) % {clients}"
    someone = f"coalesce(base_client.curator, '{MANAGERS[0]}')"
    calls = f"""
        INSERT INTO call (id, pbx, direction, origin, started_at, answered_at, ended_at,
            customer_phone_id, disposition, answered_by, last_agent, hangup_by, cause,
            ring_seconds, talk_seconds, hold_seconds, complete, gone)
        {dialect.series}
        SELECT {dialect.id}, 'pbx', CASE WHEN n.i % 3 = 0 THEN 'outbound' ELSE 'inbound' END,
            'dialled', {dialect.when("0")},
            CASE WHEN n.i % 5 = 0 THEN NULL ELSE {dialect.when("7")} END, {dialect.when("100")},
            base_client.phone_id, CASE WHEN n.i % 5 = 0 THEN 'missed' ELSE 'answered' END,
            CASE WHEN n.i % 5 = 0 THEN NULL ELSE {someone} END, {someone}, 'customer', 16,
            7, CASE WHEN n.i % 5 = 0 THEN 0 ELSE 93 END, 0, true, true
        FROM n {whose}"""
    legs = [
        f"""
        INSERT INTO leg (call_id, channel, position, kind, agent, phone_id, started_at,
            answered_at, ended_at, dial_status, cause)
        {dialect.series}
        SELECT {dialect.id}, CAST(n.i AS text) || '.{position}', {position}, '{kind}',
            {agent}, {phone}, {dialect.when("0")}, {dialect.when("7")}, {dialect.when("100")},
            {status}, 16
        FROM n {whose}"""
        for position, kind, agent, phone, status in (
            (0, "customer", "NULL", "base_client.phone_id", "NULL"),
            (1, "agent", someone, "NULL", "'ANSWER'"),
        )
    ]
    return calls, legs[0], legs[1]
