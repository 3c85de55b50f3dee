"""A callback is begun once, never late, and every refusal leaves no trace."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection

from crm.tables import phone
from daemon.ami.link import ActionTimeoutError, LinkDownError
from daemon.ami.state import Notice, Reason
from daemon.callbacks import rows
from daemon.callbacks.callback import Callback, EndReason, State, channel_of
from daemon.callbacks.refusal import CallbackRefusedError
from daemon.calls.events import LinkLost, SnapshotEnded
from daemon.routing.tokens import ClientLeg, PhoneLeg
from tests.unit.daemon.callbacks.conftest import KNOWN, OTHER, House
from tests.unit.daemon.roster import member

DOWN = LinkDownError("pbx", Notice(reason=Reason.LOST))


async def stored(house: House) -> list[Callback]:
    return await house.database.write(lambda c: rows.list_callbacks(c, limit=99))


async def refused(house: House, code: str, **request: Any) -> CallbackRefusedError:
    with pytest.raises(CallbackRefusedError) as caught:
        await house.press(**request)
    assert caught.value.refusal == code
    assert house.link.named("Originate") == []
    assert await stored(house) == []
    return caught.value


async def test_it_is_stored_before_anything_is_dialled(house: House) -> None:
    house.link.hold = asyncio.Event()
    pressed = asyncio.create_task(house.press())
    while not house.link.named("Originate"):
        await asyncio.sleep(0)
    (row,) = await stored(house)
    assert (row.state, row.agent, row.via) == (State.RINGING_AGENT, "Alice", "101")
    house.link.hold.set()
    callback, new = await pressed
    assert (callback.id, new) == (row.id, True)


async def test_the_order(house: House) -> None:
    client_id = await house.client(name="Ivan Petrov")
    callback, _ = await house.press(client_id=client_id)
    (order,) = house.link.named("Originate")
    assert order["Channel"] == "PJSIP/101"
    assert order["ChannelId"] == channel_of(callback.id)
    assert order["Context"] == "callward-token"
    assert order["Async"] == "true"
    assert order["CallerID"] == f'"Ivan Petrov" <{callback.code}>'
    leg = house.tokens.redeem(order["Exten"])
    assert isinstance(leg, ClientLeg)
    assert (leg.client_id, leg.callback_id, leg.agent) == (client_id, callback.id, "Alice")
    assert KNOWN[-7:] not in str(house.link.sent)


async def test_to_the_mobile(house: House) -> None:
    await house.press(via="mobile")
    (order,) = house.link.named("Originate")
    technology, _, rest = order["Channel"].partition("/")
    token, _, context = rest.partition("@")
    assert (technology, context) == ("Local", "callward-mobile/n")
    assert house.tokens.redeem(token) == PhoneLeg("Alice", "mobile", _code(order), 25)


def _code(order: dict[str, str]) -> str:
    return order["CallerID"].partition("<")[2].rstrip(">")


async def test_a_double_click(house: House) -> None:
    await house.client()
    both = await asyncio.gather(*(house.press() for _ in range(5)))
    assert len({callback.id for callback, _ in both}) == 1
    assert sum(new for _, new in both) == 1
    assert len(house.link.named("Originate")) == 1


async def test_by_short_code(house: House) -> None:
    first, _ = await house.press()
    again, new = await house.press(short_code=first.code)
    assert (again.id, new) == (first.id, False)


async def test_the_same_key(house: House) -> None:
    first, _ = await house.press(idempotency_key="k")
    live = house.ledger.live(first.id)
    assert live is not None
    house.ledger.end(live, EndReason.AGENT_BUSY)
    again, new = await house.press(idempotency_key="k")
    assert (again.id, again.reason, new) == (first.id, EndReason.AGENT_BUSY, False)
    # After a restart too.
    await house.ledger.store_changes()
    later = house.restarted()
    again, new = await later.press(idempotency_key="k")
    assert (again.id, again.state, new) == (first.id, State.ENDED, False)
    with pytest.raises(CallbackRefusedError, match="idempotency_key_reused"):
        await house.press(idempotency_key="k", client_id=await house.client(OTHER))
    with pytest.raises(CallbackRefusedError, match="idempotency_key_reused"):
        await house.press(idempotency_key="k", via="mobile")
    # Another agent's keys are his own.
    _, new = await house.press("Bob", idempotency_key="k")
    assert new
    assert len(house.link.named("Originate")) == 2


async def test_another_client_meanwhile(house: House) -> None:
    await house.press()
    with pytest.raises(CallbackRefusedError, match="agent_busy"):
        await house.press(client_id=await house.client(OTHER))


async def test_limits(house: House) -> None:
    for _ in range(3):
        callback, _ = await house.press()
        live = house.ledger.live(callback.id)
        assert live is not None
        house.ledger.end(live, EndReason.TALKED)
    with pytest.raises(CallbackRefusedError, match="too_many_callbacks") as caught:
        await house.press()
    assert 0 < (caught.value.retry_after_seconds or 0) <= 61


async def test_limit_of_all(house: House) -> None:
    await house.press()
    await house.press("Bob")
    house.people.choose("Alice", ["mobile"], "together")
    with pytest.raises(CallbackRefusedError, match="too_many_at_once"):
        await house.press("103")


async def test_who_is_away_calls_as_always(house: House) -> None:
    house.people.is_away = lambda _name: True
    house.people.choose("Alice", ["mobile"], "together")
    callback, _ = await house.press()
    assert callback.via == "mobile"


async def test_an_unknown_client(house: House) -> None:
    await refused(house, "client_not_found", client_id=uuid4())
    await refused(house, "client_not_found", short_code="77777")


async def test_no_right(house: House) -> None:
    client_id = await house.client(curator="Alice")
    await refused(house, "not_allowed", agent="Bob", client_id=client_id)


async def test_to_who_may_not_know_of_him_there_is_no_such_client(house: House) -> None:
    house.roster.put(member("Bob"))
    client_id = await house.client(curator="Alice")
    await refused(house, "client_not_found", agent="Bob", client_id=client_id)
    private = await house.client(OTHER, name="Jane", curator="Bob", deputy="Alice", private=True)
    await refused(house, "client_not_found", client_id=private)
    # As he comes now, his own are shut.
    await refused(house, "client_not_found", agent="Bob", client_id=private, own_private=False)
    callback, _ = await house.press("Bob", client_id=private)
    assert (callback.name, callback.private_of) == ("", "Bob")
    stored = await house.callbacks.find(callback.id)
    assert stored is not None
    assert (stored.name, stored.private_of) == ("", "Bob")


async def test_who_left_or_is_unknown_calls_nobody(house: House) -> None:
    client_id = await house.client()
    house.roster.leave("Alice")
    await refused(house, "client_not_found", client_id=client_id)


async def test_no_such_phone(house: House) -> None:
    caught = await refused(house, "no_such_phone", via="102")
    assert caught.about == {"allowed": "101, mobile"}


async def test_nothing_to_dial(house: House) -> None:
    """His number has become an employee's, or he has none any more."""
    client_id = await house.client()
    employees = await house.client("+442079460109")

    def lose(connection: Connection) -> None:
        connection.execute(phone.delete().where(phone.c.client_id == client_id))

    await house.database.write(lose)
    await refused(house, "not_dialable", client_id=client_id)
    house.callbacks._plan = type(house.plan)(["+442079460109"], region="GB")
    await refused(house, "not_dialable", client_id=employees)


@pytest.mark.parametrize(
    ("variable", "value", "code"),
    [
        ("CALLWARD_DIALPLAN", "", "dialplan_missing"),
        ("CALLWARD_DIALPLAN", "2", "dialplan_version"),
        ("DEVICE_STATE(PJSIP/101)", "UNAVAILABLE", "phone_not_registered"),
        ("DEVICE_STATE(PJSIP/101)", "INVALID", "phone_not_registered"),
        ("DEVICE_STATE(PJSIP/operator)", "UNAVAILABLE", "trunk_down"),
    ],
)
async def test_what_the_pbx_says(house: House, variable: str, value: str, code: str) -> None:
    house.link.values[variable] = value
    await refused(house, code)


@pytest.mark.parametrize("error", [DOWN, ActionTimeoutError("late")])
async def test_no_link(house: House, error: Exception) -> None:
    house.link.raises["Getvar"] = error
    await refused(house, "pbx_down")


@pytest.mark.parametrize("error", [DOWN, ActionTimeoutError("late")])
async def test_an_order_without_an_answer_is_not_repeated(house: House, error: Exception) -> None:
    house.link.raises["Originate"] = error
    callback, _ = await house.press()
    assert callback.reason is EndReason.LINK_LOST
    (order,) = house.link.named("Originate")
    assert house.tokens.redeem(order["Exten"]) is None
    await house.ledger.store_changes()
    (row,) = await stored(house)
    assert row == callback


async def test_an_order_that_is_refused(house: House) -> None:
    house.link.refuses.add("Originate")
    callback, new = await house.press()
    assert (callback.reason, new) == (EndReason.REFUSED, True)
    assert len(house.tokens) == 0


async def test_cancelled_before_the_order_went_out(house: House) -> None:
    client_id = await house.client()
    begin = house.ledger.begin

    async def begin_and_cancel(live: Any) -> None:
        await begin(live)
        await house.callbacks.cancel(live.callback.id)

    house.ledger.begin = begin_and_cancel  # type: ignore[method-assign]
    callback, _ = await house.press(client_id=client_id)
    assert callback.reason is EndReason.CANCELLED
    assert house.link.named("Originate") == []


async def test_the_link_flaps_while_it_is_stored(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It has ended then: no phone rings for it, and the row says so whatever was written first."""
    client_id = await house.client()
    write = house.database.write

    async def write_slowly(work: Any) -> Any:
        at = datetime.now(UTC)
        house.watch.step(LinkLost(at=at))
        house.watch.step(SnapshotEnded(at=at))
        monkeypatch.setattr(house.database, "write", write)
        await house.ledger.store_changes()
        return await write(work)

    monkeypatch.setattr(house.database, "write", write_slowly)
    callback, _ = await house.press(client_id=client_id)
    assert callback.reason is EndReason.LINK_LOST
    assert house.link.named("Originate") == []
    assert house.told == [callback]
    await house.ledger.store_changes()
    assert [row.reason for row in await stored(house)] == [EndReason.LINK_LOST]


async def test_cancelling_takes_the_token_away_and_hangs_up(house: House) -> None:
    callback, _ = await house.press()
    (order,) = house.link.named("Originate")
    await house.callbacks.cancel(callback.id)
    assert house.tokens.redeem(order["Exten"]) is None
    assert house.link.named("Hangup") == [{"Channel": callback.channel, "Cause": "16"}]
    # That it has ended, the PBX tells.
    now = await house.callbacks.find(callback.id)
    assert now is not None and now.is_live


async def test_a_database_that_does_not_take_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is dialled; and a row that was written after all is not taken for a live one."""
    client_id = await house.client()
    monkeypatch.setattr("daemon.callbacks.callbacks._STORE_SECONDS", 0)
    with pytest.raises(TimeoutError):
        await house.press(client_id=client_id)
    assert house.link.named("Originate") == []
    assert len(house.tokens) == len(house.ledger) == 0
    await house.ledger.store_changes()
    assert [row.state for row in await stored(house) if row.is_live] == []


async def test_numbers_are_nowhere_in_what_is_kept(house: House) -> None:
    callback, _ = await house.press()
    everything = f"{callback} {await stored(house)} {house.told} {house.link.sent}"
    for secret in (KNOWN, KNOWN[-7:], "7700900101"):
        assert secret not in everything
