from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection

from crm.tables import client
from crm.tasks import (
    Task,
    close_callback_tasks,
    close_task,
    list_tasks,
    open_callback_task,
)
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate
from store.upsert import insert_rows

AT = datetime(2026, 1, 1, 12, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


def _card(connection: Connection) -> UUID:
    card = {"name": None, "source": "call", "curator": None, "deputy": None, "created_at": AT}
    id_ = uuid7()
    insert_rows(connection, client, [{"id": id_, **card}])
    return id_


@pytest.fixture
async def client_id(database: Database) -> UUID:
    return await database.write(_card)


async def test_who_called_in_vain_five_times_is_called_back_once(
    database: Database, client_id: UUID
) -> None:
    calls = [uuid7() for _ in range(5)]
    made = [
        await database.write(
            lambda c, id_=id_, n=n: open_callback_task(c, client_id, "101", id_, AT + n * MINUTE)  # type: ignore[misc]
        )
        for n, id_ in enumerate(calls)
    ]
    assert made == [True, False, False, False, False]
    (task,) = await database.write(list_tasks)
    assert task == Task(
        id=task.id, kind="callback", client_id=client_id, agent="101", call_id=calls[0],
        created_at=AT, closed_at=None, closed_by_call_id=None,
    )  # fmt: skip


async def test_a_call_that_is_stored_again_opens_nothing_again(
    database: Database, client_id: UUID
) -> None:
    missed, talk, later = uuid7(), uuid7(), uuid7()

    def both(connection: Connection) -> tuple[bool, int]:
        opened = open_callback_task(connection, client_id, None, missed, AT)
        closed = close_callback_tasks(connection, client_id, talk, AT + MINUTE)
        return opened, closed

    assert await database.write(both) == (True, 1)
    assert await database.write(both) == (False, 0)
    (task,) = await database.write(list_tasks)
    assert (task.closed_at, task.closed_by_call_id) == (AT + MINUTE, talk)
    # The next missed call is another matter, and the old talk does not close its task.
    opened = await database.write(
        lambda c: open_callback_task(c, client_id, None, later, AT + 2 * MINUTE)
    )
    closed = await database.write(lambda c: close_callback_tasks(c, client_id, talk, AT + MINUTE))
    assert (opened, closed) == (True, 0)


async def test_tasks_are_listed_and_closed_by_hand(database: Database, client_id: UUID) -> None:
    other = await database.write(_card)
    third = await database.write(_card)
    agents = {client_id: "101", other: "102", third: None}
    for id_, agent in agents.items():
        await database.write(
            lambda c, i=id_, a=agent: open_callback_task(c, i, a, uuid7(), AT)  # type: ignore[misc]
        )

    async def clients(**which: object) -> list[UUID]:
        found = await database.write(lambda c: list_tasks(c, **which))  # type: ignore[arg-type]
        return [task.client_id for task in found]

    assert await clients() == [third, other, client_id]
    assert await clients(agent="101") == [third, client_id]
    assert await clients(client_id=other) == [other]
    (first,) = await database.write(lambda c: list_tasks(c, limit=1))
    assert await clients(after=first.id) == [other, client_id]
    closed = [await database.write(lambda c: close_task(c, first.id, AT)) for _ in range(2)]
    assert closed == [True, False]
    assert await clients(is_open=True) == [other, client_id]
    assert await clients(is_open=False) == [third]
    assert not await database.write(lambda c: close_task(c, uuid7(), AT))
