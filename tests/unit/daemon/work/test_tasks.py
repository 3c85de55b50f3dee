"""Tasks that people set: for whom, seen by whom, and what a reader may not see in them."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select, update

from crm.people_tables import audit
from crm.tables import client, task
from crm.tasks import open_callback_task
from store.ids import uuid7

from .conftest import BEGAN, Office, cards

TASKS = "/api/v1/tasks"
LATER = "2099-01-02T09:00:00+00:00"
NUMBER = "+44 20 7946 0155"


@pytest.fixture
async def annas(office: Office) -> UUID:
    """A client of Anna's; Boris is of her department, Clara of another; boss heads Anna's."""
    for name in ("dora", "emil"):
        await office.person(name, department="sales")
    await office.person("boss", role="supervisor", department="sales")
    await office.person("clara", department="other")
    [id_] = await office.write(lambda c: cards(c, 1, "dora"))
    assert isinstance(id_, UUID)
    return id_


async def set_task(office: Office, as_: str | None, **wanted: Any) -> tuple[int, Any]:
    headers = None if as_ is None else await office.token(as_)
    return await office.ask("POST", TASKS, {"text": "call about the offer", **wanted}, headers)


async def test_set_changed_closed_and_opened_again(office: Office, annas: UUID) -> None:
    dora = await office.token("dora")
    status, made = await set_task(office, "dora", client_id=str(annas), due_at=LATER)
    assert status == 201, made
    assert (made["kind"], made["agent"], made["created_by"]) == ("todo", "dora", "dora")
    assert (made["text"], made["overdue"]) == ("call about the offer", False)
    path = f"{TASKS}/{made['id']}"
    status, changed = await office.ask(
        "PATCH", path, {"text": "send it", "due_at": "2026-01-03T09:00:00Z"}, dora
    )
    assert (status, changed["text"], changed["overdue"]) == (200, "send it", True)
    _, closed = await office.ask("PATCH", path, {"closed": True}, dora)
    assert closed["closed_by"] == "dora"
    assert closed["closed_at"] is not None
    assert closed["overdue"] is False
    assert (await office.ask("GET", TASKS, headers=dora))[1]["items"] == []
    _, again = await office.ask("PATCH", path, {"closed": False}, dora)
    assert (again["closed_at"], again["closed_by"]) == (None, None)
    told = [
        (row.action, row.object)
        for row in await office.rows(
            select(audit.c.action, audit.c.object).where(audit.c.client_id == annas)
        )
    ]
    assert told == [
        ("task_created", made["id"]),
        ("task_changed", made["id"]),
        ("task_closed", made["id"]),
        ("task_changed", made["id"]),
    ]


async def test_the_text_is_sealed(office: Office, annas: UUID) -> None:
    await set_task(office, "dora", client_id=str(annas), text="the word is heliotrope")
    [row] = await office.rows(select(task.c.text))
    assert b"heliotrope" not in row.text


async def test_for_whom_a_task_may_be(office: Office, annas: UUID) -> None:
    for as_, agent, expected in (
        ("dora", "dora", 201),
        ("dora", None, 201),
        ("boss", "dora", 201),
        ("boss", "boss", 201),
        # Not hers to set tasks for.
        ("dora", "emil", 403),
        ("boss", "clara", 403),
        ("dora", "nobody at all", 403),
        # May not read the client.
        ("boss", "emil", 409),
        (None, "clara", 409),
    ):
        status, answer = await set_task(office, as_, client_id=str(annas), agent=agent)
        assert status == expected, (as_, agent, answer)


async def test_who_may_not_know_of_the_client_knows_no_task(office: Office, annas: UUID) -> None:
    _, made = await set_task(office, "dora", client_id=str(annas))
    clara = await office.token("clara")
    nobody = await office.ask("GET", f"{TASKS}/{uuid7()}", headers=clara)
    assert nobody[0] == 404
    path = f"{TASKS}/{made['id']}"
    assert await office.ask("GET", path, headers=clara) == nobody
    assert await office.ask("PATCH", path, {"closed": True}, clara) == nobody
    assert (await office.ask("GET", TASKS, headers=clara))[1]["items"] == []
    none = await set_task(office, "clara", client_id=str(uuid7()))
    assert none[0] == 404
    assert await set_task(office, "clara", client_id=str(annas)) == none


async def test_a_private_clients_task_is_the_curators_alone(office: Office, annas: UUID) -> None:
    _, made = await set_task(office, "dora", client_id=str(annas))
    await office.write(
        lambda c: c.execute(update(client).where(client.c.id == annas).values(private=True))
    )
    path = f"{TASKS}/{made['id']}"
    for as_ in (office.operator, await office.token("boss")):
        assert (await office.ask("GET", path, headers=as_))[0] == 404
        assert (await office.ask("GET", TASKS, headers=as_))[1]["items"] == []
    assert (await office.ask("GET", path, headers=await office.token("dora")))[0] == 200


async def test_hidden_numbers_are_dots_and_not_overwritten(office: Office, annas: UUID) -> None:
    _, made = await set_task(office, None, client_id=str(annas), text=f"try {NUMBER} too")
    assert made["text"] == f"try {NUMBER} too"
    # As the role's template has it.
    access = office.context.staff.now.access_of("dora")
    assert access is not None
    assert not access.sees("phones")
    dora, path = await office.token("dora"), f"{TASKS}/{made['id']}"
    _, seen = await office.ask("GET", path, headers=dora)
    assert seen["text"] == "try +••• too"
    status, problem = await office.ask("PATCH", path, {"text": "try no more"}, dora)
    assert (status, problem["code"]) == (403, "task_text_hidden")
    assert (await office.ask("PATCH", path, {"closed": True}, dora))[0] == 200
    assert (await office.ask("GET", path))[1]["text"] == f"try {NUMBER} too"


async def test_filters(office: Office, annas: UUID) -> None:
    [other] = await office.write(lambda c: cards(c, 1, "dora"))
    await set_task(office, "dora", client_id=str(annas), text="late", due_at=BEGAN.isoformat())
    await set_task(office, "dora", client_id=str(annas), text="later", due_at=LATER)
    await set_task(office, "boss", client_id=str(other), text="of boss")
    await set_task(office, "dora", client_id=str(other), text="group's", agent=None)
    _, done = await set_task(office, "dora", client_id=str(other), text="done")
    await office.ask("PATCH", f"{TASKS}/{done['id']}", {"closed": True})
    boss = await office.token("boss")

    async def found(query: str) -> list[str]:
        status, page = await office.ask("GET", f"{TASKS}?{query}", headers=boss)
        assert status == 200, page
        return [one["text"] for one in page["items"]]

    assert await found("") == ["group's", "of boss", "later", "late"]
    assert await found("mine=true") == ["of boss"]
    assert await found("agent=dora") == ["group's", "later", "late"]
    assert await found("state=overdue") == ["late"]
    assert await found("state=closed") == ["done"]
    assert await found(f"due_before={LATER.replace('+00:00', 'Z').replace('02T', '03T')}") == [
        "later",
        "late",
    ]
    assert await found(f"client_id={annas}") == ["later", "late"]
    assert await found("limit=2") == ["group's", "of boss"]
    status, problem = await office.ask("GET", f"{TASKS}?agent=clara", headers=boss)
    assert (status, problem["code"]) == (403, "not_yours")


async def test_a_callback_has_no_text_and_opens_again_once(office: Office, annas: UUID) -> None:
    first, second = uuid7(), uuid7()
    await office.write(lambda c: open_callback_task(c, annas, "dora", first, BEGAN))
    path = f"{TASKS}/{first}"
    status, problem = await office.ask("PATCH", path, {"text": "call him"})
    assert (status, problem["code"]) == (400, "task_callback_text")
    await office.ask("PATCH", path, {"closed": True})
    await office.write(lambda c: open_callback_task(c, annas, "dora", second, BEGAN))
    status, problem = await office.ask("PATCH", path, {"closed": False})
    assert (status, problem["code"]) == (409, "task_callback_open")


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"text": "   "}, "task_text"),
        ({"text": "x" * 2001}, "task_text"),
        ({"text": 5}, "invalid_field"),
        ({"due_at": "tomorrow"}, "invalid_field"),
        ({"due_at": "2026-01-02T09:00:00"}, "invalid_field"),
        ({"client_id": "his"}, "invalid_field"),
        ({"urgent": True}, "invalid_field"),
    ],
)
async def test_bad_tasks_are_named(
    office: Office, annas: UUID, wanted: dict[str, object], code: str
) -> None:
    status, problem = await set_task(office, None, **{"client_id": str(annas), **wanted})
    assert (status, problem["code"]) == (400, code)


async def test_a_reminder_is_told_once(office: Office, annas: UUID) -> None:
    past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
    _, made = await set_task(office, "boss", client_id=str(annas), agent="dora", remind_at=past)
    dora = await office.token("dora")
    async with asyncio.timeout(20):
        while True:
            _, seen = await office.ask("GET", f"{TASKS}/{made['id']}")
            if seen["reminded_at"] is not None:
                break
            await asyncio.sleep(0.01)
    _, notices = await office.ask("GET", "/api/v1/notices", headers=dora)
    assert [one["kind"] for one in notices["items"]] == ["task_reminder"]
