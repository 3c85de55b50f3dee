"""``/api/v1/live``: a snapshot, then what changed; to each what he may know of."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError, web
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection

from crm.access import Right, Rights, Scope
from crm.phones import find_phones
from daemon.api.live import LIVE
from daemon.api.server import application
from daemon.api.sockets import TOO_SLOW
from daemon.calls.call import Call, Disposition, Leg, Party, PartyKind
from tests.unit.daemon.api.conftest import CUSTOMERS, House, a_call, put_on_card

Connect = Callable[..., Awaitable[TestClient[web.Request, web.Application]]]
EVERYTHING: Rights = {
    Right.CALLS_READ: Scope.ALL,
    Right.CLIENTS_READ: Scope.ALL,
    Right.LIVE_LISTEN: Scope.ALL,
}
STRANGER = "+442079460177"


def rung_at(call: Call, *names: str) -> Call:
    """The same call, ringing at these."""
    legs = [
        Leg(
            channel=f"{name}.{call.id}",
            party=Party(kind=PartyKind.AGENT, name=name),
            started_at=call.started_at,
            ringing_from=call.started_at,
        )
        for name in names
    ]
    return replace(call, legs=tuple(legs))


def talking(call: Call, name: str) -> Call:
    """The same call, taken by this one."""
    taken = call.started_at + timedelta(seconds=5)
    (leg,) = rung_at(call, name).legs
    return replace(
        call,
        legs=(replace(leg, answered_at=taken, ringing_to=taken),),
        answered_at=taken,
        disposition=Disposition.ANSWERED,
        answered_by=name,
    )


def over(call: Call) -> Call:
    ended = call.started_at + timedelta(seconds=60)
    legs = tuple(replace(leg, ended_at=ended) for leg in call.legs)
    return replace(call, legs=legs, ended_at=ended, gone=True, complete=True)


class Page:
    """Folds messages as a page does, and checks their numbers."""

    def __init__(self, socket: ClientWebSocketResponse) -> None:
        self.socket = socket
        self.seq = 0
        self.calls: dict[str, Any] = {}
        self.people: dict[str, Any] = {}
        self.figures: dict[str, Any] = {}
        self.messages = 0

    async def next(self) -> dict[str, Any]:
        told: dict[str, Any] = await self.socket.receive_json(timeout=30)
        self.messages += 1
        assert told["seq"] == self.seq + 1
        self.seq = told["seq"]
        if told["type"] == "snapshot":
            self.calls, self.people = {}, {}
        for call in told["calls"]:
            self.calls[call["id"]] = call
        for gone in told["gone"]:
            del self.calls[gone]
        for person in told["people"]:
            self.people[person["name"]] = person
        self.figures = told["figures"] or self.figures
        return told

    async def until(self, true: Callable[[], object]) -> None:
        async with asyncio.timeout(5):
            while not true():
                await self.next()

    def state(self, call: Call) -> str | None:
        shown = self.calls.get(str(call.id))
        return None if shown is None else str(shown["state"])

    def client(self, call: Call) -> Any:
        return self.calls.get(str(call.id), {}).get("client")


@asynccontextmanager
async def page_of(
    house: House, connect: Connect, person: str, rights: Rights = EVERYTHING
) -> AsyncIterator[Page]:
    if person != "anna":
        await house.person(person, rights)
    client = await connect(application(house.context), headers=await house.token(person))
    async with client.ws_connect("/api/v1/live") as socket:
        page = Page(socket)
        assert (await page.next())["type"] == "snapshot"
        yield page


async def test_a_call_from_its_first_ring_to_its_end(house: House, aiohttp_client: Connect) -> None:
    board, call = (
        house.context.board,
        rung_at(a_call(7, customer=CUSTOMERS[0], running=True), "anna"),
    )
    async with page_of(house, aiohttp_client, "boss") as page:
        assert {one["state"] for one in page.calls.values()} == {"ringing", "ended"}
        assert page.people["anna"]["state"] == "free"
        board.publish(call)
        await page.until(lambda: page.client(call) is not None)
        row = page.calls[str(call.id)]
        assert (row["state"], row["ringing"], row["agents"]) == ("ringing", ["anna"], [])
        assert row["client"]["short_code"] is not None
        assert (row["private"], row["withheld"]) == (False, False)
        assert page.people["anna"]["state"] == "ringing"
        waiting = page.figures["waiting"]
        board.publish(talking(call, "anna"))
        await page.until(lambda: page.state(call) == "talking")
        assert page.calls[str(call.id)]["can"]["listen"] is True
        assert page.calls[str(call.id)]["can"]["barge"] is False
        assert page.people["anna"]["call_id"] == str(call.id)
        assert page.figures["waiting"] == waiting - 1
        last = over(talking(call, "anna"))
        board.publish(last)
        await page.until(lambda: page.state(call) == "ended")
        assert page.people["anna"]["state"] == "free"
        assert page.people["anna"]["since"] is not None


async def test_what_is_asked_for_once_is_the_snapshot(
    house: House, aiohttp_client: Connect
) -> None:
    await house.person("boss", EVERYTHING)
    client = await aiohttp_client(application(house.context), headers=await house.token("boss"))
    answer = await client.get("/api/v1/live")
    told = await answer.json()
    assert (answer.status, told["type"], len(told["calls"])) == (200, "snapshot", 5)
    assert all(call["client"] for call in told["calls"] if call["state"] == "ringing")
    refused = await client.get("/api/v1/live?x=1")
    assert refused.status == 400


async def test_no_number_is_in_it(house: House, aiohttp_client: Connect) -> None:
    forwarded = rung_at(a_call(8, customer=CUSTOMERS[1], running=True), "anna", "+447700900155")
    mobile = replace(
        forwarded.legs[0], party=replace(forwarded.legs[0].party, number="+447700900101")
    )
    outside = Leg(
        channel="out",
        party=Party(kind=PartyKind.EXTERNAL, number="+447700900155"),
        started_at=forwarded.started_at,
        ringing_from=forwarded.started_at,
    )
    house.context.board.publish(replace(forwarded, legs=(mobile, outside)))
    await house.person("boss", EVERYTHING)
    client = await aiohttp_client(application(house.context), headers=await house.token("boss"))
    text = await (await client.get("/api/v1/live")).text()
    for number in (*CUSTOMERS, "+447700900101", "+447700900155"):
        assert number[-7:] not in text


async def test_a_manager_sees_what_rings_at_him_alone(
    house: House, aiohttp_client: Connect
) -> None:
    board, call = house.context.board, a_call(7, customer=STRANGER, running=True)
    own = {Right.CALLS_READ: Scope.OWN, Right.CLIENTS_READ: Scope.OWN}
    async with page_of(house, aiohttp_client, "boris", own) as page:
        assert page.calls == {}
        assert page.people.keys() == {"boris"}
        board.publish(rung_at(call, "anna"))
        board.publish(rung_at(call, "anna", "boris"))
        await page.until(lambda: page.state(call) == "ringing")
        # Another took it: his phone rings no more, and he is free.
        taken = talking(call, "anna")
        rung = replace(rung_at(call, "boris").legs[0], ended_at=taken.answered_at)
        board.publish(replace(taken, legs=(*taken.legs, rung)))
        await page.until(lambda: page.people["boris"]["state"] == "free")
        assert page.calls[str(call.id)]["can"] == dict.fromkeys(
            ("listen", "whisper", "barge", "takeover", "hangup", "pause", "hold"), False
        )


async def test_a_call_that_became_part_of_another_is_gone(
    house: House, aiohttp_client: Connect
) -> None:
    board, call = house.context.board, rung_at(a_call(7, customer=None, running=True), "anna")
    board.publish(call)
    async with page_of(house, aiohttp_client, "boss") as page:
        assert page.state(call) == "ringing"
        board.remove(call.id)
        await page.until(lambda: page.state(call) is None)


async def test_a_new_caller_gets_his_name_when_he_has_a_card(
    house: House, aiohttp_client: Connect
) -> None:
    call = rung_at(a_call(7, customer=STRANGER, running=True), "anna")
    async with page_of(house, aiohttp_client, "boss") as page:
        house.context.board.publish(call)
        await page.until(lambda: page.state(call) == "ringing")
        assert page.client(call) is None
        await house.write(call)
        await page.until(lambda: page.client(call) is not None)


def _put(house: House, number: str, **values: object) -> Callable[[Connection], None]:
    index = house.context.vault.blind_index(number)

    def put(connection: Connection) -> None:
        id_ = find_phones(connection, [index])[index].client_id
        assert id_ is not None
        put_on_card(connection, id_, values)

    return put


async def test_who_becomes_anothers_private_client_has_no_name_any_more(
    house: House, aiohttp_client: Connect
) -> None:
    call = rung_at(a_call(7, customer=CUSTOMERS[0], running=True), "anna")
    house.context.board.publish(call)
    async with page_of(house, aiohttp_client, "boss") as page:
        assert page.client(call) is not None
        private = _put(house, CUSTOMERS[0], name="Jane Ford", curator="anna", private=True)
        await house.context.database.write(private)
        await page.until(lambda: page.client(call) is None)
        assert page.calls[str(call.id)]["private"] is True
        assert page.calls[str(call.id)]["can"]["listen"] is False
    async with page_of(house, aiohttp_client, "anna") as page:
        assert page.client(call)["name"] == "Jane Ford"


async def test_a_name_that_could_be_a_number_is_hidden_with_numbers(
    house: House, aiohttp_client: Connect
) -> None:
    call = rung_at(a_call(7, customer=CUSTOMERS[0], running=True), "boss")
    house.context.board.publish(call)
    await house.context.database.write(_put(house, CUSTOMERS[0], name="2079460101"))
    await house.person("boss", EVERYTHING)
    await house.hide("boss", "phones")
    async with page_of(house, aiohttp_client, "boss") as page:
        assert page.client(call)["name"] is None


async def test_beyond_his_quota_nobody_is_told_who_others_talk_with(
    house: House, aiohttp_client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = rung_at(a_call(7, customer=CUSTOMERS[0], running=True), "anna")
    his = rung_at(a_call(8, customer=CUSTOMERS[1], running=True), "boss")
    house.context.board.publish(others)
    house.context.board.publish(his)
    asked = 0

    def refuse(_viewer: object, _clients: object) -> bool:
        nonlocal asked
        asked += 1
        return False

    monkeypatch.setattr(house.context.reading, "glimpsed", refuse)
    async with page_of(house, aiohttp_client, "boss") as page:
        assert page.calls[str(others.id)]["withheld"] is True
        assert page.client(others) is None
        assert page.calls[str(his.id)]["withheld"] is False
        assert page.client(his) is not None
        house.context.board.publish(talking(others, "anna"))
        await page.until(lambda: page.state(others) == "talking")
        # Who was refused is not asked about with every change.
        assert asked == 1


async def test_while_the_database_is_away_rows_have_no_names(
    house: House, aiohttp_client: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = rung_at(a_call(7, customer=STRANGER, running=True), "anna")
    await house.write(call)
    async with page_of(house, aiohttp_client, "boss") as page:

        @asynccontextmanager
        async def away() -> AsyncIterator[None]:
            raise OSError
            yield

        with monkeypatch.context() as patched:
            patched.setattr(house.context.database, "read", away)
            house.context.board.publish(call)
            await page.until(lambda: page.state(call) == "ringing")
            assert page.client(call) is None
        await page.until(lambda: page.client(call) is not None)


async def test_who_reads_slowly_gets_the_newest_and_no_backlog(
    house: House, aiohttp_client: Connect
) -> None:
    board, call = house.context.board, rung_at(a_call(7, customer=None, running=True), "anna")
    async with page_of(house, aiohttp_client, "boss") as page:
        for n in range(500):
            board.publish(replace(call, queue=f"q{n}"))
            await asyncio.sleep(0)
        await page.until(lambda: page.calls.get(str(call.id), {}).get("queue") == "q499")
        assert page.messages < 10


async def test_without_the_right_there_is_nothing(house: House, aiohttp_client: Connect) -> None:
    await house.person("boris", {Right.CALLS_READ: Scope.NONE})
    client = await aiohttp_client(application(house.context), headers=await house.token("boris"))
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/api/v1/live")
    assert refused.value.status == 403


async def test_who_may_no_more_is_cut_off(house: House, aiohttp_client: Connect) -> None:
    async with page_of(house, aiohttp_client, "boss") as page:
        await house.person("boss", {Right.CALLS_READ: Scope.OWN})
        message = await page.socket.receive(timeout=30)
        while message.type is WSMsgType.TEXT:
            message = await page.socket.receive(timeout=30)
        assert (message.type, message.data) == (WSMsgType.CLOSE, TOO_SLOW)


async def test_while_nobody_watches_nothing_is_kept(house: House, aiohttp_client: Connect) -> None:
    app = application(house.context)
    await house.person("boss", EVERYTHING)
    client = await aiohttp_client(app, headers=await house.token("boss"))
    calls = [rung_at(a_call(n, customer=None, running=True), "anna") for n in range(30, 60)]
    for call in calls:
        house.context.board.publish(call)
    told = await (await client.get("/api/v1/live")).json()
    assert {str(call.id) for call in calls} <= {call["id"] for call in told["calls"]}
    rows = len(app[LIVE].rows())
    for n in range(60, 90):
        house.context.board.publish(rung_at(a_call(n, customer=None, running=True), "anna"))
    assert len(app[LIVE].rows()) == rows


@pytest.fixture
def today() -> Callable[[Call], Call]:
    """The same call, moved to just now."""

    def move(call: Call) -> Call:
        by = datetime.now(UTC) - call.started_at - timedelta(seconds=90)
        changes: dict[str, Any] = {
            name: value + by
            for name in ("started_at", "answered_at", "ended_at")
            if (value := getattr(call, name)) is not None
        }
        return replace(call, **changes)

    return move


async def test_the_days_figures(
    house: House, aiohttp_client: Connect, today: Callable[[Call], Call]
) -> None:
    board = house.context.board
    missed = today(over(rung_at(a_call(40, customer=CUSTOMERS[2], running=True), "anna")))
    missed = replace(missed, disposition=Disposition.MISSED)
    answered = today(over(talking(a_call(41, customer=CUSTOMERS[1], running=True), "boris")))
    await house.write(missed)
    await house.write(answered)
    own = {Right.CALLS_READ: Scope.OWN}
    async with (
        page_of(house, aiohttp_client, "boss") as page,
        page_of(house, aiohttp_client, "boris", own) as his,
    ):
        # One rings still from the beginning.
        expected = {"calls": 3, "answered": 1, "missed": 1, "missed_open": 1, "waiting": 1}
        assert {name: page.figures[name] for name in expected} == expected
        assert (his.figures["calls"], his.figures["missed"]) == (1, 0)
        # He is called back: what ends is counted without asking, who is to be called, soon.
        again = today(over(talking(a_call(42, customer=CUSTOMERS[2], running=True), "anna")))
        await house.write(again)
        board.publish(again)
        board.publish(again)
        await page.until(lambda: page.figures["answered"] == 2)
        assert page.figures["calls"] == 4
        await page.until(lambda: page.figures["missed_open"] == 0)
        assert page.figures["missed"] == 1
        assert his.figures["calls"] == 1
