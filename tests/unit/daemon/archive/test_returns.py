from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, event, insert, select

from crm.archive import archive_client, come_back, order_purge
from crm.audit import AuditLog
from crm.people_tables import audit
from crm.tables import client, phone
from crm.vault import Vault
from daemon.archive.returns import Returns
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

VAULT = Vault(bytes(range(32)))
AT = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


def somebody(connection: Connection) -> tuple[UUID, UUID]:
    """A client and his phone."""
    client_id, phone_id = uuid7(), uuid7()
    connection.execute(
        insert(client).values(
            id=client_id, source="call", created_at=AT, private=False, decoy=False
        )
    )
    connection.execute(
        insert(phone).values(
            id=phone_id,
            number=VAULT.seal("+442079460101", b"phone.number " + phone_id.bytes),
            blind_index=VAULT.blind_index(f"{phone_id}"),
            owner="client",
            client_id=client_id,
            created_at=AT,
        )
    )
    return client_id, phone_id


def call_row(
    phone_id: UUID | None, direction: str = "inbound", at: datetime = AT
) -> Mapping[str, Any]:
    return {"customer_phone_id": phone_id, "direction": direction, "started_at": at}


def is_archived(connection: Connection, id_: UUID) -> bool:
    row = select(client.c.archived_at).where(client.c.id == id_)
    return connection.execute(row).scalar_one() is not None


async def test_who_calls_comes_back_and_the_audit_says_so(database: Database) -> None:
    def work(connection: Connection) -> tuple[UUID, UUID, UUID]:
        (calls, its), (silent, _), (waits, waiting) = (somebody(connection) for _ in range(3))
        for id_ in (calls, silent, waits):
            archive_client(connection, id_, by="anna", at=AT)
        order_purge(connection, waits, by="dora", at=AT)
        rows = [call_row(its), call_row(waiting), call_row(None)]
        Returns(AuditLog(database, VAULT))(connection, [dict(row) for row in rows])
        assert not is_archived(connection, calls)
        assert is_archived(connection, silent)
        assert is_archived(connection, waits)
        return calls, silent, waits

    calls, *_ = await database.write(work)
    async with database.read() as connection:
        told = await connection.execute(
            select(audit.c.actor, audit.c.action, audit.c.client_id, audit.c.object)
        )
        assert [tuple(row) for row in told] == [("callward", "client_restored", calls, "call")]


async def test_a_call_from_before_that_is_caught_up_changes_nothing(database: Database) -> None:
    def work(connection: Connection) -> None:
        id_, its = somebody(connection)
        archive_client(connection, id_, by="anna", at=AT)
        before = call_row(its, at=AT - timedelta(seconds=1))
        Returns(AuditLog(database, VAULT))(connection, [dict(before)])
        assert is_archived(connection, id_)

    await database.write(work)


async def test_whom_the_company_calls_does_not_come_back(database: Database) -> None:
    def work(connection: Connection) -> None:
        id_, its = somebody(connection)
        archive_client(connection, id_, by="anna", at=AT)
        Returns(AuditLog(database, VAULT))(connection, [dict(call_row(its, "outbound"))])
        assert is_archived(connection, id_)

    await database.write(work)


async def test_where_nothing_is_archived_one_look_is_enough(database: Database) -> None:
    def work(connection: Connection) -> list[str]:
        _, its = somebody(connection)
        asked: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            asked.append(statement)

        event.listen(connection, "before_cursor_execute", note)
        assert come_back(connection, {its: AT}) == []
        if connection.dialect.name == "sqlite":
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[0]}", (1, 0)).all()
            assert "ix_client_gone" in str(plan)
        return asked

    assert len([one for one in await database.write(work) if one.startswith("SELECT")]) == 1
