"""What came of a talk: said once, by who talked, and what is written with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from aiohttp import web
from sqlalchemy import func, select

from crm import fields
from crm.access import Right, Scope
from crm.card_tables import note
from crm.people_tables import audit
from crm.tables import task
from daemon.api.server import application

from .talking import Floor

if TYPE_CHECKING:
    from .conftest import Client, House

JANE = "+442079460201"
SAID: dict[str, Any] = {
    "outcome": "agreed",
    "note": "will take two",
    "task": {"text": "send the invoice", "due_at": "2099-01-02T09:00:00Z"},
}


@pytest.fixture
async def floor(
    house: House, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Floor:
    """Boris and Anna of the same department, and who heads it; Zoe of another."""
    await house.person("anna", department="sales")
    await house.person("boris", department="sales")
    await house.person("boss", role="supervisor", department="sales")
    await house.person("zoe", department="service")
    return Floor(house, await aiohttp_client(application(house.context)))


async def rows(house: House, query: Any) -> list[Any]:
    async with house.context.database.read() as connection:
        return list((await connection.execute(query)).all())


async def test_outcome_note_and_task_in_one_step(floor: Floor) -> None:
    call = await floor.talk("anna", JANE)
    card = await floor.card(JANE, curator="anna")
    path = f"/calls/{call.id}/wrap-up"
    _, before = await floor.ask("anna", "GET", path)
    assert (before["outcome"], before["note"], before["may_wrap_up"]) == (None, None, True)
    status, said = await floor.ask("anna", "PUT", path, SAID)
    assert status == 200, said
    assert (said["outcome"], said["person"], said["client_id"]) == ("agreed", "anna", str(card))
    assert (said["note"]["text"], said["note"]["call_id"]) == ("will take two", str(call.id))
    assert (said["task"]["text"], said["task"]["agent"]) == ("send the invoice", "anna")
    assert (await floor.ask("anna", "GET", path))[1] == said
    _, timeline = await floor.ask("anna", "GET", f"/clients/{card}/timeline")
    assert [one["kind"] for one in timeline["items"]] == ["task", "note", "call"]
    told = await rows(
        floor.house, select(audit.c.action).where(audit.c.client_id == card).order_by(audit.c.seq)
    )
    kept = [row.action for row in told if row.action not in {"client_opened", "call_opened"}]
    assert kept == ["note_added", "task_created", "call_wrapped_up"]


async def test_the_same_again_changes_nothing(floor: Floor) -> None:
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna")
    path = f"/calls/{call.id}/wrap-up"
    _, first = await floor.ask("anna", "PUT", path, SAID)
    entries = await rows(floor.house, select(func.count()).select_from(audit))
    _, second = await floor.ask("anna", "PUT", path, SAID)
    assert second == first
    assert await rows(floor.house, select(func.count()).select_from(audit)) == entries
    assert len(await rows(floor.house, select(note.c.id))) == 1
    assert len(await rows(floor.house, select(task.c.id).where(task.c.kind == "todo"))) == 1


async def test_said_otherwise_it_is_changed_where_it_stands(floor: Floor) -> None:
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna")
    path = f"/calls/{call.id}/wrap-up"
    _, first = await floor.ask("anna", "PUT", path, SAID)
    other = {"outcome": "complaint", "note": "is angry", "task": {"text": "call the boss"}}
    _, second = await floor.ask("anna", "PUT", path, other)
    assert (second["outcome"], second["note"]["id"]) == ("complaint", first["note"]["id"])
    assert (second["note"]["text"], second["task"]["id"]) == ("is angry", first["task"]["id"])
    assert (second["task"]["text"], second["task"]["due_at"]) == ("call the boss", None)
    # What is left out stays.
    _, third = await floor.ask("anna", "PUT", path, {"outcome": "other"})
    assert (third["outcome"], third["note"], third["task"]) == (
        "other",
        second["note"],
        second["task"],
    )


async def test_a_task_that_is_done_is_followed_by_another(floor: Floor) -> None:
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna")
    path = f"/calls/{call.id}/wrap-up"
    _, first = await floor.ask("anna", "PUT", path, SAID)
    await floor.ask("anna", "PATCH", f"/tasks/{first['task']['id']}", {"closed": True})
    _, second = await floor.ask("anna", "PUT", path, {**SAID, "task": {"text": "call again"}})
    assert second["task"]["id"] != first["task"]["id"]
    assert second["note"] == first["note"]


async def test_who_may(floor: Floor) -> None:
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna", deputy="zoe")
    path, said = f"/calls/{call.id}/wrap-up", {"outcome": "agreed"}
    # Her client, whom she may change; a head of the department; nobody of another.
    for who, status in (("zoe", 200), ("boss", 200), (None, 200), ("boris", 404)):
        assert (await floor.ask(who, "PUT", path, said))[0] == status, who
    await floor.house.person(
        "boris", {Right.CALLS_READ: Scope.ALL, Right.CLIENTS_CHANGE: Scope.OWN}
    )
    status, problem = await floor.ask("boris", "PUT", path, said)
    assert (status, problem["code"]) == (403, "wrap_up_not_yours")
    assert (await floor.ask("boris", "GET", path))[1]["may_wrap_up"] is False


async def test_only_a_talk_can_be_wrapped_up(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, answered=False)
    await floor.card(JANE, curator="anna")
    status, problem = await floor.ask("anna", "PUT", f"/calls/{call.id}/wrap-up", SAID)
    assert (status, problem["code"]) == (409, "wrap_up_no_talk")
    status, problem = await floor.ask("anna", "PUT", f"/calls/{UUID(int=7)}/wrap-up", SAID)
    assert (status, problem["code"]) == (404, "call_not_found")


async def test_with_anothers_private_client_only_the_outcome(floor: Floor) -> None:
    call = await floor.talk("boris", JANE)
    await floor.card(JANE, curator="anna", private=True)
    path = f"/calls/{call.id}/wrap-up"
    status, problem = await floor.ask("boris", "PUT", path, SAID)
    assert (status, problem["code"]) == (409, "wrap_up_no_client")
    status, said = await floor.ask("boris", "PUT", path, {"outcome": "agreed"})
    assert (status, said["client_id"], said["outcome"]) == (200, None, "agreed")
    # Others are not told what came of it.
    _, seen = await floor.ask("boss", "GET", path)
    assert (seen["outcome"], seen["person"], seen["may_wrap_up"]) == (None, None, False)


async def test_what_is_hidden_is_refused(floor: Floor) -> None:
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna")
    await floor.house.hide("anna", fields.NOTES)
    path = f"/calls/{call.id}/wrap-up"
    status, problem = await floor.ask("anna", "PUT", path, SAID)
    assert (status, problem["code"]) == (403, "field_hidden")
    await floor.house.person("boris", {Right.TASKS_CHANGE: Scope.NONE}, department="sales")
    called = await floor.talk("boris", "+442079460202")
    await floor.card("+442079460202", curator="boris")
    status, problem = await floor.ask("boris", "PUT", f"/calls/{called.id}/wrap-up", SAID)
    assert (status, problem["code"]) == (403, "not_allowed")
    # All or nothing.
    assert await rows(floor.house, select(note.c.id)) == []


@pytest.mark.parametrize(
    ("body", "named"),
    [
        ({"outcome": "sold"}, "outcome"),
        ({"outcome": "agreed", "note": "  "}, "note"),
        ({"outcome": "agreed", "task": {"text": ""}}, "task_text"),
        ({"outcome": "agreed", "colour": "red"}, "colour"),
    ],
)
async def test_bad_input_names_what_is_wrong(floor: Floor, body: Any, named: str) -> None:
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna")
    status, problem = await floor.ask("anna", "PUT", f"/calls/{call.id}/wrap-up", body)
    assert status == 400
    assert named in problem["detail"] or problem["code"] == named, problem


async def test_the_company_names_its_own_outcomes(floor: Floor) -> None:
    _, usual = await floor.ask("anna", "GET", "/policies/outcomes")
    assert [one["key"] for one in usual["items"]][:2] == ["agreed", "call_back"]
    assert usual["items"][1]["words"] == "call back"
    wanted = {
        "outcomes": [{"key": "agreed"}, {"key": "visit", "labels": {"en": "comes to the shop"}}]
    }
    assert (await floor.ask("anna", "PUT", "/policies/outcomes", wanted))[0] == 403
    status, now = await floor.ask(None, "PUT", "/policies/outcomes", wanted)
    assert status == 200
    assert [one["words"] for one in now["items"]] == ["agreed", "comes to the shop"]
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna")
    path = f"/calls/{call.id}/wrap-up"
    assert (await floor.ask("anna", "PUT", path, {"outcome": "visit"}))[0] == 200
    assert (await floor.ask("anna", "PUT", path, {"outcome": "complaint"}))[0] == 400
    for bad in (
        [{"key": "visit"}],
        [{"key": "Visit!", "labels": {"ru": "x"}}],
        [{"key": "agreed"}, {"key": "agreed"}],
        [{"key": "visit", "labels": {"en": "020 7946 0155"}}],
    ):
        status, _ = await floor.ask(None, "PUT", "/policies/outcomes", {"outcomes": bad})
        assert status == 400, bad


async def test_a_retired_outcome_stays_readable(floor: Floor) -> None:
    path = "/policies/outcomes"
    visit = {"key": "visit", "labels": {"en": "comes to the shop", "ru": "придёт в магазин"}}
    sold = {"key": "sold", "labels": {"ru": "продано"}}
    await floor.ask(None, "PUT", path, {"outcomes": [visit, sold]})
    call = await floor.talk("anna", JANE)
    await floor.card(JANE, curator="anna")
    said = f"/calls/{call.id}/wrap-up"
    assert (await floor.ask("anna", "PUT", said, {"outcome": "visit"}))[0] == 200
    status, now = await floor.ask(None, "PUT", path, {"outcomes": [{"key": "agreed"}]})
    # A talk has it; the other one nobody ever chose.
    assert [(one["key"], one["words"]) for one in now["retired"]] == [
        ("visit", "comes to the shop")
    ]
    assert now["items"][0]["usual"] == {"en": "agreed", "ru": "договорились"}
    # What was said stays sayable of that talk, and of no other.
    assert (await floor.ask("anna", "PUT", said, {"outcome": "visit", "note": "at 5"}))[0] == 200
    other = await floor.talk("anna", JANE)
    refused = await floor.ask("anna", "PUT", f"/calls/{other.id}/wrap-up", {"outcome": "visit"})
    assert (status, refused[0]) == (200, 400)
    _, again = await floor.ask(None, "PUT", path, {"outcomes": [visit]})
    assert (again["retired"], [one["key"] for one in again["items"]]) == ([], ["visit"])
    _, usual = await floor.ask(None, "PUT", path, {"outcomes": []})
    assert [one["key"] for one in usual["retired"]] == ["visit"]
    assert len(usual["items"]) == 6
