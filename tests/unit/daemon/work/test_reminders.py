"""Reminders under a moved clock: late rather than never, once, and to who may read the client."""

from __future__ import annotations

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from crm.tasks import add_task, change_task, close_task
from crm.watch_tables import notice
from daemon.work.reminders import Reminders
from store.ids import uuid7

from .conftest import BEGAN, Office, cards

MINUTE = timedelta(minutes=1)


class Clock:
    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def reminders(office: Office, clock: Clock) -> Reminders:
    """Beside those of the daemon, whose clock is later than all of these: so in no daemon's way."""
    return Reminders(office.context.database, lambda: office.context.staff.now, clock)


async def remind(
    office: Office, client_id: UUID, agent: str | None, at: datetime, by: str = "anna"
) -> UUID:
    id_ = uuid7()

    def add(connection: Connection) -> None:
        add_task(
            connection,
            office.context.vault,
            id_=id_,
            client_id=client_id,
            agent=agent,
            text="call",
            due_at=at + MINUTE,
            remind_at=at,
            by=by,
            at=BEGAN,
        )

    await office.write(add)
    return id_


async def told(office: Office) -> list[tuple[str, str]]:
    rows = await office.rows(select(notice.c.person, notice.c.about).order_by(notice.c.id))
    return [(row.person, row.about["task"]) for row in rows]


FUTURE = datetime.fromisoformat("2099-01-01T09:00:00+00:00")


async def test_told_when_due_and_only_once(
    office: Office, reminders: Reminders, clock: Clock
) -> None:
    [id_] = await office.write(lambda c: cards(c, 1, "anna"))
    first = await remind(office, id_, "anna", FUTURE)
    second = await remind(office, id_, "anna", FUTURE + 2 * MINUTE)
    clock.now = FUTURE - MINUTE
    assert await reminders.tell_due() == FUTURE
    assert await told(office) == []
    clock.now = FUTURE
    assert await reminders.tell_due() == FUTURE + 2 * MINUTE
    assert await told(office) == [("anna", str(first))]
    # After a night without the daemon: late, and not twice.
    clock.now = FUTURE + timedelta(days=1)
    again = Reminders(office.context.database, lambda: office.context.staff.now, clock)
    assert await again.tell_due() is None
    assert await again.tell_due() is None
    assert await told(office) == [("anna", str(first)), ("anna", str(second))]


async def test_closed_tasks_are_told_of_no_more_and_a_new_time_anew(
    office: Office, reminders: Reminders, clock: Clock
) -> None:
    [id_] = await office.write(lambda c: cards(c, 1, "anna"))
    done = await remind(office, id_, "anna", FUTURE)
    later = await remind(office, id_, "anna", FUTURE)
    await office.write(lambda c: close_task(c, done, BEGAN, "anna"))
    clock.now = FUTURE
    await reminders.tell_due()
    assert await told(office) == [("anna", str(later))]
    vault = office.context.vault
    await office.write(lambda c: change_task(c, vault, later, {"remind_at": FUTURE + MINUTE}))
    clock.now = FUTURE + MINUTE
    await reminders.tell_due()
    assert await told(office) == [("anna", str(later)), ("anna", str(later))]


async def test_whom_it_is_told(office: Office, reminders: Reminders, clock: Clock) -> None:
    await office.person("boss", role="supervisor")
    [annas] = await office.write(lambda c: cards(c, 1, "anna"))
    [private] = await office.write(lambda c: cards(c, 1, "anna", private=True))
    [nobodys] = await office.write(lambda c: cards(c, 1))
    # Boris may not read the clients any more: then their curator is told.
    await remind(office, annas, "boris", FUTURE, by="boss")
    await remind(office, private, "boris", FUTURE, by="boss")
    # The group's: who set it.
    await remind(office, nobodys, None, FUTURE, by="boris")
    clock.now = FUTURE
    assert await reminders.tell_due() is None
    assert [name for name, _ in await told(office)] == ["anna", "anna", "boris"]


async def test_they_stop_though_a_reminder_is_set_in_the_same_moment(reminders: Reminders) -> None:
    running = asyncio.create_task(reminders.run())
    while not reminders._changed._waiters:  # none is due
        await asyncio.sleep(0)
    reminders.poke()
    running.cancel()
    async with asyncio.timeout(30):
        await asyncio.gather(running, return_exceptions=True)
    assert running.cancelled()
