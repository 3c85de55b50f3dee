"""Who may be on which running call: asked at the API's door, with a PBX that is not there."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection

from crm.access import Right, Scope
from crm.callers import known_clients
from crm.monitorings import (
    MONITORED,
    EndedBy,
    Mode,
    Monitoring,
    Step,
    Via,
    end_open,
    list_monitorings,
    save,
)
from crm.notices import list_notices, tell
from daemon.calls.call import Call, Leg, Party, PartyKind
from store.ids import uuid7

from .conftest import BEGAN, CUSTOMERS, House, a_call, put_on_card

Client = TestClient[web.Request, web.Application]
Ask = Callable[..., Awaitable[tuple[int, Any]]]
LISTENS = {Right.LIVE_LISTEN: Scope.ALL}
ALL = dict.fromkeys(
    (
        Right.LIVE_LISTEN,
        Right.LIVE_WHISPER,
        Right.LIVE_BARGE,
        Right.LIVE_TAKEOVER,
        Right.LIVE_HANGUP,
    ),
    Scope.ALL,
)


def _talk(
    agent: str = "anna", *, customer: str | None = CUSTOMERS[0], answered: bool = True
) -> Call:
    call = a_call(9, customer=customer, running=True)
    at = BEGAN if answered else None
    caller = Leg(
        channel="9.0", party=Party(kind=PartyKind.CUSTOMER), started_at=BEGAN, answered_at=at
    )
    talks = Leg(
        channel="9.1",
        party=Party(kind=PartyKind.AGENT, name=agent),
        started_at=BEGAN,
        answered_at=at,
    )
    return replace(call, legs=(caller, talks), last_agent=agent if answered else None)


@pytest.fixture
def ask(house: House, client: Client) -> Ask:
    async def asked(
        person: str, method: str, path: str, body: dict[str, Any] | None = None
    ) -> tuple[int, Any]:
        headers = await house.token(person)
        async with client.request(method, f"/api/v1/{path}", json=body, headers=headers) as answer:
            return answer.status, await answer.json() if answer.content_length else None

    return asked


async def _wants(ask: Ask, person: str, call: Call, mode: str = "listen", **more: Any) -> str:
    body = {"call_id": str(call.id), "mode": mode, **more}
    status, answer = await ask(person, "POST", "monitorings", body)
    return f"{status} {answer['code']}"


async def test_rights_decide_call_by_call_and_mode_by_mode(house: House, ask: Ask) -> None:
    call = _talk()
    house.context.board.publish(call)
    await house.person("chief", ALL, department="sales")
    await house.person("ear", LISTENS)
    own = {Right.LIVE_LISTEN: Scope.OWN}
    await house.person("own", own)
    await house.person("nobody")
    assert await _wants(ask, "nobody", call) == "403 not_allowed"
    assert await _wants(ask, "own", call) == "404 call_not_found"
    assert await _wants(ask, "ear", call, "whisper") == "403 not_allowed"
    # As far as the PBX, which is not there.
    assert await _wants(ask, "ear", call) == "503 pbx_down"
    for mode in ("whisper", "barge", "takeover"):
        assert await _wants(ask, "chief", call, mode) == "503 pbx_down"
    assert house.context.monitorings.running() == []


async def test_what_can_not_be_heard_says_why(house: House, ask: Ask) -> None:
    await house.person("chief", ALL)
    gone = _talk()
    assert await _wants(ask, "chief", gone) == "404 call_not_found"
    rings = _talk(answered=False)
    house.context.board.publish(rings)
    assert await _wants(ask, "chief", rings) == "409 monitoring_not_talking"
    house.context.board.publish(_talk("chief"))
    assert await _wants(ask, "chief", rings) == "409 monitoring_own_call"
    assert await _wants(ask, "chief", rings, via="phone") == "422 monitoring_no_phone"


async def test_private_clients_are_heard_by_nobody_or_their_curator(house: House, ask: Ask) -> None:
    await house.person("chief", ALL)
    await house.person("owner", ALL)
    call = _talk()
    house.context.board.publish(call)
    await house.write(call)
    index = house.context.vault.blind_index(CUSTOMERS[0])

    def hide(connection: Connection) -> None:
        card = known_clients(connection, [index])[index]
        put_on_card(connection, card, {"private": True, "curator": "owner"})

    await house.context.database.write(hide)
    for person in ("chief", "owner"):
        assert await _wants(ask, person, call) == "403 monitoring_private"
    await house.person("boss", {Right.POLICY_CHANGE: Scope.ALL, Right.POLICY_READ: Scope.ALL})
    status, _ = await ask("boss", "PUT", "policies/monitoring", {"private": "curator"})
    assert status == 200
    assert await _wants(ask, "chief", call) == "403 monitoring_private"
    assert await _wants(ask, "owner", call) == "503 pbx_down"


async def test_a_reason_is_asked_where_policy_wants_one(house: House, ask: Ask) -> None:
    await house.person("chief", ALL)
    await house.person("boss", {Right.POLICY_CHANGE: Scope.ALL, Right.POLICY_READ: Scope.ALL})
    call = _talk()
    house.context.board.publish(call)
    changed = await ask("boss", "PUT", "policies/monitoring", {"reason_required": True})
    assert changed == (200, {"reason_required": True, "manager_told": False, "private": "never"})
    assert (await ask("boss", "GET", "policies/monitoring"))[1]["reason_required"] is True
    assert await _wants(ask, "chief", call) == "422 monitoring_reason"
    assert await _wants(ask, "chief", call, reason=" ") == "422 monitoring_reason"
    assert await _wants(ask, "chief", call, reason="he is new") == "503 pbx_down"
    for wrong in ({"private": "all"}, {"reason_required": "yes"}, {"loud": True}):
        status, answer = await ask("boss", "PUT", "policies/monitoring", wrong)
        assert (status, answer["code"]) == (400, "invalid_field")


async def test_a_call_is_hung_up_by_who_may(house: House, ask: Ask) -> None:
    call = _talk()
    house.context.board.publish(call)
    await house.person("chief", ALL)
    await house.person("ear", LISTENS)
    path = f"calls/{call.id}/hangup"
    assert (await ask("ear", "POST", path))[0] == 403
    status, answer = await ask("chief", "POST", path)
    assert (status, answer["code"]) == (503, "pbx_down")


async def test_what_was_stored_is_shown_to_himself_and_to_who_reads_reports(
    house: House, ask: Ask
) -> None:
    vault, at = house.context.vault, datetime.now(UTC)
    one = Monitoring(
        id=uuid7(),
        call_id=house.calls[0].id,
        person="chief",
        agent="anna",
        via=Via.BROWSER,
        address="192.0.2.7",
        steps=(Step(mode=Mode.LISTEN, at=at), Step(mode=Mode.BARGE, at=at)),
        reason="he called from 020 7946 0101",
        started_at=at,
    )
    await house.context.database.write(lambda connection: save(connection, vault, one))
    await house.person("chief", ALL)
    await house.person("peer", ALL)
    await house.person("boss", {**LISTENS, Right.REPORTS_READ: Scope.ALL})
    await house.hide("chief")
    await house.hide("boss", "phones")
    path = f"monitorings/{one.id}"
    assert (await ask("peer", "GET", path))[0] == 404
    status, shown = await ask("chief", "GET", path)
    assert (status, shown["reason"], shown["mode"]) == (200, one.reason, "barge")
    (listed,) = (await ask("boss", "GET", f"monitorings?call={one.call_id}"))[1]["items"]
    assert "7946" not in listed["reason"]
    assert await house.context.database.write(lambda c: end_open(c, at)) == 1
    async with house.context.database.read() as connection:
        (stored,) = await connection.run_sync(list_monitorings, vault)
    assert stored == replace(one, ended_at=at, ended_by=EndedBy.RESTART)


async def test_who_is_listened_to_does_not_see_it_by_his_own_right_to_listen(
    house: House, ask: Ask, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = _talk("lead")
    house.context.board.publish(call)
    one = Monitoring(
        id=uuid7(),
        call_id=call.id,
        person="chief",
        agent="lead",
        via=Via.PHONE,
        address=None,
        steps=(Step(mode=Mode.LISTEN, at=BEGAN),),
        started_at=BEGAN,
    )
    monkeypatch.setattr(house.context.monitorings, "running", lambda: [one])
    goes_on = SimpleNamespace(record=one, ears=SimpleNamespace(running=True))
    monkeypatch.setattr(house.context.monitorings, "get", lambda _id: goes_on)
    rights = {**LISTENS, Right.CALLS_READ: Scope.ALL}
    seen = {}
    for name in ("lead", "peer"):
        await house.person(name, rights)
        _, listed = await ask(name, "GET", f"monitorings?call={call.id}")
        _, board = await ask(name, "GET", "live")
        (row,) = [row for row in board["calls"] if row["id"] == str(call.id)]
        seen[name] = (len(listed["items"]), [who["person"] for who in row["monitored_by"]])
    assert seen == {"lead": (0, []), "peer": (1, ["chief"])}


async def test_a_manager_reads_afterwards_who_was_on_his_call(house: House, ask: Ask) -> None:
    at = datetime.now(UTC)

    def leave(connection: Connection) -> None:
        for mode in Mode:
            about = {"person": "chief", "mode": mode.value, "at": at.isoformat()}
            tell(connection, "anna", MONITORED, about, at)

    await house.context.database.write(leave)
    texts = [one["text"] for one in (await ask("anna", "GET", "notices"))[1]["items"]]
    assert len(set(texts)) == 4
    assert all("chief" in text for text in texts)
    async with house.context.database.read() as connection:
        assert len(await connection.run_sync(list_notices, "anna")) == 4
