"""Talks after which nothing was entered: which they are, who sees them, how they are settled."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web
from sqlalchemy import select, update

from crm.call_tables import question
from crm.card_tables import note
from crm.people_tables import audit, person
from crm.tables import task
from daemon.api.server import application
from daemon.calls.call import Direction

from .talking import Floor

if TYPE_CHECKING:
    from .conftest import Client, House

JANE, JOHN = "+442079460201", "+442079460202"
MOBILE = "+447700900150"
LATE = timedelta(hours=3)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)


@pytest.fixture
async def floor(
    house: House, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Floor:
    await house.person("anna", department="sales")
    await house.person("boris", department="sales")
    await house.person("boss", role="supervisor", department="sales")
    await house.person("zoe", role="supervisor", department="service")
    return Floor(house, await aiohttp_client(application(house.context)))


async def test_a_talk_without_an_entry_is_listed(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE, seconds=90)
    card = await floor.card(JANE, curator="anna", name="Jane")
    status, found = await floor.ask("boss", "GET", "/reconciliation")
    assert status == 200
    [talk] = found["items"]
    assert talk["call_id"] == str(call.id)
    assert (talk["managers"], talk["talk_seconds"]) == (["anna"], 90.0)
    assert (talk["client_id"], talk["client_name"]) == (str(card), "Jane")
    assert (talk["state"], talk["entered"], talk["may"]) == ("open", False, ["ask", "settle"])
    # She sees her own, and is to explain it.
    _, hers = await floor.ask("anna", "GET", "/reconciliation")
    assert [(one["call_id"], one["may"]) for one in hers["items"]] == [(str(call.id), ["answer"])]


async def test_what_is_no_talk_to_be_reconciled(floor: Floor) -> None:
    await floor.talk("anna", JANE, LATE, seconds=9)  # Too short.
    await floor.talk("anna", JANE, LATE, answered=False)
    await floor.talk("anna", JANE, 30 * MINUTE)  # There is still time.
    await floor.card(JANE, curator="anna")
    assert await floor.listed("boss") == []
    policy = {"min_talk_seconds": 5, "within_minutes": 15}
    assert (await floor.ask("boss", "PUT", "/policies/reconciliation", policy))[0] == 403
    assert (await floor.ask(None, "PUT", "/policies/reconciliation", policy))[1] == policy
    assert len(await floor.listed("boss")) == 2
    preview = "/policies/reconciliation/preview"
    status, effect = await floor.ask(None, "POST", preview, policy)
    assert (status, effect) == (200, {"days": 7, "talks": 2, "left_nothing": 2})
    assert (await floor.ask(None, "POST", preview, {}))[1]["talks"] == 0
    assert (await floor.ask("boss", "POST", preview, policy))[0] == 403
    for bad in ({"min_talk_seconds": 0}, {"within_minutes": "an hour"}, {"more": 1}):
        assert (await floor.ask(None, "PUT", "/policies/reconciliation", bad))[0] == 400


async def _wrap_up(floor: Floor, card: str, call: str) -> None:
    await floor.ask("anna", "PUT", f"/calls/{call}/wrap-up", {"outcome": "agreed"})


async def _note(floor: Floor, card: str, call: str) -> None:
    await floor.ask("anna", "POST", f"/clients/{card}/notes", {"text": "will come"})


async def _note_on_call(floor: Floor, card: str, call: str) -> None:
    await floor.ask("anna", "POST", f"/calls/{call}/notes", {"text": "will come"})


async def _task(floor: Floor, card: str, call: str) -> None:
    await floor.ask("anna", "POST", "/tasks", {"client_id": card, "text": "call"})


async def _task_done(floor: Floor, card: str, call: str) -> None:
    _, made = await floor.ask(None, "POST", "/tasks", {"client_id": card, "text": "call"})
    await floor.ask("anna", "PATCH", f"/tasks/{made['id']}", {"closed": True})


async def _change(floor: Floor, card: str, call: str) -> None:
    await floor.ask("anna", "PATCH", f"/clients/{card}", {"name": "Jane Ford"})


ENTRIES = [_wrap_up, _note, _note_on_call, _task, _task_done, _change]


@pytest.mark.parametrize("enter", ENTRIES)
async def test_whatever_she_enters_takes_it_off_the_list(
    floor: Floor, enter: Callable[[Floor, str, str], Awaitable[None]]
) -> None:
    call = await floor.talk("anna", JANE, LATE)
    card = await floor.card(JANE, curator="anna")
    assert await floor.listed("boss") == [str(call.id)]
    await enter(floor, str(card), str(call.id))
    assert await floor.listed("boss") == []
    assert await floor.listed("boss", "?state=all") == []


async def test_what_others_enter_does_not(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    card = await floor.card(JANE, curator="anna", deputy="boris")
    assert (await floor.ask("boris", "POST", f"/clients/{card}/notes", {"text": "x"}))[0] == 201
    assert (await floor.ask(None, "PATCH", f"/clients/{card}", {"name": "J"}))[0] == 200
    assert await floor.listed("boss") == [str(call.id)]


async def test_any_of_those_who_talked_may_enter(floor: Floor) -> None:
    await floor.talk(("anna", "boris"), JANE, LATE)
    card = await floor.card(JANE, curator="anna", deputy="boris")
    await floor.ask("boris", "POST", f"/clients/{card}/notes", {"text": "passed on"})
    assert await floor.listed("boss") == []


async def test_what_was_entered_before_the_talk_is_no_entry(floor: Floor) -> None:
    await floor.talk("anna", JANE, 5 * HOUR, answered=False)
    card = await floor.card(JANE, curator="anna")
    await floor.ask("anna", "POST", f"/clients/{card}/notes", {"text": "before"})
    call = await floor.talk("anna", JANE, -HOUR)
    policy = {"within_minutes": 1}
    await floor.ask(None, "PUT", "/policies/reconciliation", policy)
    # It has not ended for an hour yet: nothing is due.
    assert await floor.listed("boss") == []
    assert (await floor.ask("boss", "POST", f"/reconciliation/{call.id}/question", {}))[0] == 200


async def test_a_closed_callback_of_the_talk_itself_is_no_entry(floor: Floor) -> None:
    await floor.talk("anna", JANE, 5 * HOUR, answered=False)
    await floor.card(JANE, curator="anna")
    call = await floor.talk("anna", JANE, LATE, direction=Direction.OUTBOUND)
    async with floor.house.context.database.read() as connection:
        [closed] = (await connection.execute(select(task).where(task.c.kind == "callback"))).all()
    assert closed.closed_by == "anna"
    assert await floor.listed("boss") == [str(call.id)]


async def test_a_late_entry_is_for_the_last_talk(floor: Floor) -> None:
    first = await floor.talk("anna", JANE, 9 * HOUR)
    second = await floor.talk("anna", JANE, 2 * HOUR)
    card = await floor.card(JANE, curator="anna")
    await floor.ask("anna", "POST", f"/clients/{card}/notes", {"text": "will come"})
    assert await floor.listed("boss") == [str(first.id)]
    # One that names the call is for that one.
    await floor.ask(
        "anna", "POST", f"/clients/{card}/notes", {"text": "x", "call_id": str(first.id)}
    )
    assert await floor.listed("boss") == []
    assert second.id != first.id


async def test_one_entry_in_time_is_for_all_talks_of_that_hour(floor: Floor) -> None:
    talks = [
        await floor.talk("anna", JANE, ago)
        for ago in (3 * HOUR, 2 * HOUR + 50 * MINUTE, 2 * HOUR + 40 * MINUTE)
    ]
    card = await floor.card(JANE, curator="anna")
    await floor.ask("anna", "POST", f"/clients/{card}/notes", {"text": "will come"})
    at = talks[-1].started_at + 10 * MINUTE
    await floor.house.context.database.write(
        lambda c: (c.execute(update(note).values(created_at=at)), None)[1]
    )
    assert await floor.listed("boss") == []
    await floor.ask(None, "PUT", "/policies/reconciliation", {"within_minutes": 1})
    assert await floor.listed("boss") == [str(talks[1].id), str(talks[0].id)]


async def test_a_question_an_answer_and_the_end(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE, curator="anna")
    path = f"/reconciliation/{call.id}"
    status, asked = await floor.ask("boss", "POST", f"{path}/question", {"text": "what of it?"})
    assert (status, asked["state"], asked["person"]) == (200, "asked", "anna")
    assert (asked["asked_by"], asked["text"], asked["may"]) == ("boss", "what of it?", ["settle"])
    _, notices = await floor.ask("anna", "GET", "/notices")
    [notice] = notices["items"]
    assert notice["kind"] == "talk_asked"
    assert "boss asks what came of your talk" in notice["text"]
    assert notice["about"]["call"] == str(call.id)
    # One more click asks nobody twice.
    await floor.ask("boss", "POST", f"{path}/question", {"text": "what of it?"})
    assert (await floor.ask("anna", "GET", "/notices"))[1]["unread"] == 1

    status, said = await floor.ask("anna", "POST", f"{path}/answer", {"text": "he hung up"})
    assert (status, said["state"], said["answer"]) == (200, "answered", "he hung up")
    _, notices = await floor.ask("boss", "GET", "/notices")
    assert [one["kind"] for one in notices["items"]] == ["talk_answered"]
    assert await floor.listed("boss", "?state=asked") == []
    assert await floor.listed("boss", "?state=answered") == [str(call.id)]
    assert await floor.listed("boss") == [str(call.id)]

    status, ended = await floor.ask("boss", "POST", f"{path}/settle", {"reason": "a mistake"})
    assert (status, ended["state"], ended["settled_by"]) == (200, "settled", "boss")
    assert (ended["reason"], ended["may"]) == ("a mistake", [])
    assert await floor.listed("boss") == []
    assert await floor.listed("boss", "?state=settled") == [str(call.id)]
    for act, body in (("question", {}), ("settle", {"reason": "x"})):
        status, problem = await floor.ask("boss", "POST", f"{path}/{act}", body)
        assert (status, problem["code"]) == (409, "talk_is_settled")
    async with floor.house.context.database.read() as connection:
        actions = (await connection.execute(select(audit.c.action).order_by(audit.c.seq))).scalars()
        told = [one for one in actions if one.startswith("talk_")]
        [row] = (await connection.execute(select(question))).all()
    assert told == ["talk_asked", "talk_answered", "talk_settled"]
    for sealed in (row.text, row.answer, row.reason):
        assert b"what of it?" not in sealed
        assert b"hung up" not in sealed


async def test_a_wrap_up_answers_and_closes(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE, curator="anna")
    path = f"/reconciliation/{call.id}"
    await floor.ask("boss", "POST", f"{path}/question", {})
    await floor.ask("anna", "PUT", f"/calls/{call.id}/wrap-up", {"outcome": "agreed"})
    assert await floor.listed("boss") == []
    _, found = await floor.ask("boss", "GET", "/reconciliation?state=settled")
    [talk] = found["items"]
    assert (talk["state"], talk["entered"], talk["outcome"]) == ("settled", True, "agreed")
    assert (talk["settled_by"], talk["may"]) == (None, [])
    _, notices = await floor.ask("boss", "GET", "/notices")
    assert [one["kind"] for one in notices["items"]] == ["talk_answered"]
    status, problem = await floor.ask("boss", "POST", f"{path}/settle", {"reason": "x"})
    assert (status, problem["code"]) == (409, "talk_is_entered")


async def test_a_colleague_answers_nothing_in_her_name(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE)
    await floor.ask("boss", "POST", f"/reconciliation/{call.id}/question", {})
    path, said = f"/calls/{call.id}/wrap-up", {"outcome": "agreed"}
    assert (await floor.ask("boris", "PUT", path, said))[0] == 200
    _, found = await floor.ask("boss", "GET", "/reconciliation?state=asked")
    assert [(one["state"], one["answered_at"]) for one in found["items"]] == [("asked", None)]
    assert (await floor.ask("boss", "GET", "/notices"))[1]["items"] == []
    # She says the same: now she has said it. What her supervisor says later takes it from nobody.
    for who, outcome in (("anna", "agreed"), ("boris", "other")):
        assert (await floor.ask(who, "PUT", path, {"outcome": outcome}))[0] == 200
        assert await floor.listed("boss") == []


async def test_asked_again_after_an_answer(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE, curator="anna")
    path = f"/reconciliation/{call.id}"
    # She may explain it before anybody asks.
    _, said = await floor.ask("anna", "POST", f"{path}/answer", {"text": "nothing"})
    assert (said["state"], said["asked_by"]) == ("answered", None)
    _, asked = await floor.ask("boss", "POST", f"{path}/question", {"text": "what nothing?"})
    assert (asked["state"], asked["answer"], asked["answered_at"]) == ("asked", None, None)
    assert (await floor.ask("anna", "GET", "/notices"))[1]["unread"] == 1


async def test_scope(floor: Floor) -> None:
    annas = await floor.talk("anna", JANE, 4 * HOUR)
    zoes = await floor.talk("zoe", JOHN, 5 * HOUR)
    await floor.card(JANE, curator="anna")
    await floor.card(JOHN, curator="zoe")
    assert await floor.listed(None) == [str(annas.id), str(zoes.id)]
    assert await floor.listed(None, "?agent=zoe") == [str(zoes.id)]
    assert await floor.listed("boss") == [str(annas.id)]
    assert await floor.listed("zoe") == [str(zoes.id)]
    assert await floor.listed("boss", "?mine=true") == []
    assert await floor.listed("boris") == []
    for who, call, wanted in (
        ("zoe", annas, (404, "talk_not_found")),  # Of another department.
        ("zoe", zoes, (403, "own_talk")),
        ("anna", annas, (403, "not_allowed")),  # No supervisor.
    ):
        for act, body in (("question", {}), ("settle", {"reason": "x"})):
            path = f"/reconciliation/{call.id}/{act}"
            status, problem = await floor.ask(who, "POST", path, body)
            assert (status, problem["code"]) == wanted, (who, act)
    path = f"/reconciliation/{annas.id}/answer"
    status, problem = await floor.ask("boss", "POST", path, {"text": "I say"})
    assert (status, problem["code"]) == (403, "not_your_talk")


async def test_anothers_private_client_is_in_no_list(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE, curator="anna", private=True)
    assert await floor.listed("boss") == []
    assert await floor.listed(None) == []
    assert await floor.listed("anna") == [str(call.id)]
    status, _ = await floor.ask("boss", "POST", f"/reconciliation/{call.id}/question", {})
    assert status == 404


async def test_who_left_cannot_be_asked(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE, curator="anna")
    await floor.house.context.staff.change(
        lambda c: c.execute(
            update(person).where(person.c.name == "anna").values(left_at=call.started_at)
        )
    )
    _, found = await floor.ask("boss", "GET", "/reconciliation")
    assert found["items"][0]["may"] == ["settle"]
    path = f"/reconciliation/{call.id}"
    status, problem = await floor.ask("boss", "POST", f"{path}/question", {})
    assert (status, problem["code"]) == (409, "nobody_to_ask")
    assert (await floor.ask("boss", "POST", f"{path}/settle", {"reason": "left"}))[0] == 200


async def test_numbers_in_texts_are_hidden_from_whom_phones_are(floor: Floor) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE, curator="anna")
    path = f"/reconciliation/{call.id}"
    text: Any = {"text": f"is {MOBILE} his?"}
    assert (await floor.ask("boss", "POST", f"{path}/question", text))[1]["text"] == text["text"]
    _, hers = await floor.ask("anna", "GET", "/reconciliation")
    assert hers["items"][0]["text"] == "is +••• his?"


async def test_pages(floor: Floor) -> None:
    made = [await floor.talk("anna", JANE, (10 + n) * HOUR) for n in range(5)]
    await floor.card(JANE, curator="anna")
    wanted = [str(one.id) for one in made]
    _, first = await floor.ask("boss", "GET", "/reconciliation?limit=3")
    assert [one["call_id"] for one in first["items"]] == wanted[:3]
    query = f"?limit=3&after={first['next']}"
    _, second = await floor.ask("boss", "GET", f"/reconciliation{query}")
    assert [one["call_id"] for one in second["items"]] == wanted[3:]
    assert second["next"] is None
    status, _ = await floor.ask("boss", "GET", "/reconciliation?after=x")
    assert status == 400


@pytest.mark.parametrize(
    ("act", "body"),
    [
        ("settle", {"reason": " "}),
        ("settle", {}),
        ("question", {"text": ""}),
        ("question", {"a": 1}),
    ],
)
async def test_bad_input(floor: Floor, act: str, body: Any) -> None:
    call = await floor.talk("anna", JANE, LATE)
    await floor.card(JANE, curator="anna")
    status, _ = await floor.ask("boss", "POST", f"/reconciliation/{call.id}/{act}", body)
    assert status == 400
