"""Who may pause which call's recording, and what is told of it: at the API's door."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection

from crm.access import Right, Scope
from crm.recording_pauses import Pause, PauseEnd, save
from daemon.ami.actions import Response
from daemon.ami.message import Message
from daemon.calls.call import Call, Leg, Party, PartyKind, RecordingRef
from store.ids import uuid7

from .conftest import BEGAN, CUSTOMERS, DownLine, House, a_call

Client = TestClient[web.Request, web.Application]
PAUSES = {Right.RECORDINGS_PAUSE: Scope.OWN, Right.CALLS_READ: Scope.OWN}


def _talk(agent: str = "anna", *, recorded: bool = True) -> Call:
    call = a_call(9, customer=CUSTOMERS[0], running=True)
    talks = Leg(
        channel="9.1",
        party=Party(kind=PartyKind.AGENT, name=agent),
        started_at=BEGAN,
        answered_at=BEGAN,
    )
    recordings = (RecordingRef(channel="9.1", name="9.1", started_at=BEGAN),) if recorded else ()
    return replace(call, answered_at=BEGAN, legs=(talks,), recordings=recordings)


async def _ask(
    house: House, client: Client, person: str, method: str, path: str
) -> tuple[int, Any]:
    headers = await house.token(person)
    async with client.request(method, f"/api/v1/{path}", headers=headers) as answer:
        return answer.status, await answer.json() if answer.content_length else None


async def test_rights_decide_and_a_refusal_says_why(house: House, client: Client) -> None:
    for person, scope in (("mine", Scope.OWN), ("chief", Scope.ALL)):
        await house.person(person, dict.fromkeys(PAUSES, scope))
    await house.person("nobody", {Right.RECORDINGS_PAUSE: Scope.NONE})
    call = _talk("mine")
    path = f"calls/{call.id}/recording-pause"

    async def wants(person: str) -> str:
        status, answer = await _ask(house, client, person, "PUT", path)
        return f"{status} {answer['code']}"

    assert await wants("mine") == "404 call_not_found"
    house.context.board.publish(_talk("mine", recorded=False))
    assert await wants("mine") == "409 call_not_recorded"
    house.context.board.publish(call)
    assert await wants("nobody") == "403 not_allowed"
    for person in ("mine", "chief"):
        assert await wants(person) == "503 pbx_down"
    house.context.board.publish(_talk("boris"))
    assert await wants("mine") == "404 call_not_found"
    status, answer = await _ask(house, client, "chief", "DELETE", path)
    assert (status, answer["code"]) == (404, "call_not_paused")


async def test_a_pause_is_told_while_it_lasts_and_afterwards(
    house: House, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def does(*_: object, **_more: object) -> Response:
        return Response(Message({"Response": "Success"}))

    monkeypatch.setattr(DownLine, "send", does)
    await house.person("mine", PAUSES | {Right.REPORTS_READ: Scope.OWN})
    call = _talk("mine")
    house.context.board.publish(call)
    await house.write(call)
    path = f"calls/{call.id}/recording-pause"
    status, paused = await _ask(house, client, "mine", "PUT", path)
    assert (status, paused["person"], paused["ended_at"]) == (200, "mine", None)
    _, live = await _ask(house, client, "mine", "GET", "live")
    (row,) = live["calls"]
    assert (row["paused"]["person"], row["paused"]["until"]) == ("mine", paused["until"])
    assert row["can"]["pause"] is True
    _, board = await _ask(house, client, "mine", "GET", "board")
    assert [one["pauses"] for one in board["running"]] == [[paused]]
    assert (await _ask(house, client, "mine", "DELETE", path))[0] == 204
    _, live = await _ask(house, client, "mine", "GET", "live")
    assert live["calls"][0]["paused"] is None
    async with house.context.pauses:
        pass  # What is still to be stored is.
    _, known = await _ask(house, client, "mine", "GET", f"calls/{call.id}")
    (kept,) = known["pauses"]
    assert (kept["ended_by"], kept["resumed_by"]) == ("person", "mine")
    _, counted = await _ask(
        house, client, "mine", "GET", "control/pauses?since=2026-01-01T00:00:00Z"
    )
    assert [one["pauses"] for one in counted["people"]] == [1]
    assert [one["call_id"] for one in counted["items"]] == [str(call.id)]


async def test_control_counts_by_person_within_his_reach(house: House, client: Client) -> None:
    await house.person("chief", {Right.REPORTS_READ: Scope.ALL})
    await house.person("mine", {Right.REPORTS_READ: Scope.OWN})

    def paused(person: str, seconds: float, end: PauseEnd) -> Pause:
        return Pause(
            id=uuid7(),
            call_id=uuid7(),
            person=person,
            pbx="pbx",
            channels=("1.0",),
            started_at=BEGAN,
            until=BEGAN + timedelta(seconds=120),
            ended_at=BEGAN + timedelta(seconds=seconds),
            ended_by=end,
        )

    def store(connection: Connection) -> None:
        save(connection, paused("mine", 30, PauseEnd.PERSON))
        save(connection, paused("anna", 120, PauseEnd.LIMIT))
        save(connection, paused("anna", 20, PauseEnd.PERSON))

    await house.context.database.write(store)
    path = f"control/pauses?since={BEGAN:%Y-%m-%dT%H:%M:%SZ}"
    _, found = await _ask(house, client, "chief", "GET", path)
    assert found["people"][0] == {
        "person": "anna",
        "pauses": 2,
        "calls": 2,
        "seconds": 140.0,
        "longest_seconds": 120.0,
        "not_resumed": 1,
    }
    assert [one["person"] for one in found["items"]] == ["anna", "anna", "mine"]
    _, page = await _ask(house, client, "chief", "GET", f"{path}&limit=2")
    _, rest = await _ask(house, client, "chief", "GET", f"{path}&limit=2&after={page['next']}")
    assert [len(page["items"]), len(rest["items"]), rest["next"]] == [2, 1, None]
    _, hers = await _ask(house, client, "mine", "GET", path)
    assert [one["person"] for one in hers["people"]] == ["mine"]
