"""Quotas as people meet them: slowed, locked, told; and the ways around them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from http import HTTPStatus
from itertools import pairwise
from unittest.mock import AsyncMock

import pytest
from sqlalchemy.exc import OperationalError

from crm.audit import Action
from crm.numbers import Owner
from crm.phones import NewPhone, add_phones
from daemon.api.problems import ProblemError
from daemon.calls.call import Call, Direction, Leg, Origin, Party, PartyKind
from daemon.watching.refusal import QuotaProblemError
from store.ids import uuid7

from .conftest import COMPANY, CUSTOMER, House


async def test_a_scraper_is_slowed_locked_and_told_at_the_right_numbers(house: House) -> None:
    cards = await house.clients(80, curator="boris")
    anna = house.viewer("anna")
    opened = 0
    refusal = None
    for page in range(0, 80, 20):
        rows = cards[page : page + 20]
        await house.reading.listed(anna, rows, Action.CLIENTS_LISTED)
        for card in rows:
            try:
                await house.reading.opened(anna, card)
            except ProblemError as error:
                refusal = error
                break
            opened += 1
    # The usual quota of a manager; from the 48th card on, 80 %, each answer is slower.
    assert opened == 60
    assert len(house.time.slept) == 13
    assert all(slower > faster for faster, slower in pairwise(house.time.slept))
    assert max(house.time.slept) <= 4
    assert isinstance(refusal, QuotaProblemError)
    assert refusal.status is HTTPStatus.TOO_MANY_REQUESTS
    assert refusal.code == "quota"
    assert 3000 < refusal.retry_after <= 3661
    assert refusal.about["used"] == refusal.about["limit"] == 60
    assert refusal.about["who"] == "dina, sofia"
    for language in ("en", "ru"):
        assert "sofia" in (refusal.response(language).text or "")
    assert refusal.response("en").headers["Retry-After"] == str(refusal.retry_after)
    kinds = [alert.kind for alert in await house.alerts("sofia")]
    assert sorted(kinds) == ["others", "quota", "rate"]
    assert [notice.kind for notice in await house.notices("anna")] == ["quota"]
    assert len(await house.notices("sofia")) == 3
    assert await house.notices("boris") == []
    assert len(await house.entries(Action.CLIENT_OPENED)) == 60
    assert len(await house.entries(Action.QUOTA_REACHED)) == 1
    assert await house.alerts("anna") == []


async def test_a_card_again_costs_nothing_and_is_quick_also_when_locked(house: House) -> None:
    await house.quotas(manager={"cards_hour": 3})
    cards = await house.clients(4)
    anna = house.viewer("anna")
    for card in cards[:3]:
        await house.reading.opened(anna, card)
    house.time.slept.clear()
    for card in cards[:3] * 20:
        await house.reading.opened(anna, card)
    assert house.time.slept == []
    with pytest.raises(ProblemError):
        await house.reading.opened(anna, cards[3])
    house.time.forward(minutes=61)
    await house.reading.opened(anna, cards[3])


async def test_the_day_s_quota_outlasts_the_hour_s(house: House) -> None:
    await house.quotas(manager={"cards_hour": 2, "cards_day": 4})
    cards = await house.clients(5)
    anna = house.viewer("anna")
    for card in cards[:4]:
        await house.reading.opened(anna, card)
        house.time.forward(minutes=40)
    with pytest.raises(ProblemError) as refused:
        await house.reading.opened(anna, cards[4])
    assert refused.value.text == "quota.cards.24"
    house.time.forward(hours=22)
    await house.reading.opened(anna, cards[4])


async def test_a_restart_gives_nobody_more(house: House) -> None:
    await house.quotas(manager={"cards_hour": 3, "rows_hour": 10})
    cards = await house.clients(11)
    anna = house.viewer("anna")
    for card in cards[:3]:
        await house.reading.opened(anna, card)
    await house.reading.listed(anna, cards[:10], Action.CLIENTS_SEARCHED, {"words": "a"})
    before = house.reading.usage("anna")
    reading = house.restarted()
    await reading.load()
    assert reading.usage("anna") == before
    with pytest.raises(ProblemError):
        await reading.opened(anna, cards[3])
    with pytest.raises(ProblemError):
        await reading.listed(anna, cards[10:], Action.CLIENTS_LISTED)
    await reading.listed(anna, cards[:10], Action.CLIENTS_LISTED)


async def test_lifted_is_lifted_after_a_restart_too(house: House) -> None:
    await house.quotas(manager={"cards_hour": 1})
    one, other = await house.clients(2)
    anna, sofia = house.viewer("anna"), house.viewer("sofia")
    await house.reading.opened(anna, one)
    with pytest.raises(ProblemError):
        await house.reading.opened(anna, other)
    await house.audit.tell(sofia.entry(Action.QUOTA_LIFTED, object="anna"))
    house.reading.lift("anna")
    reading = house.restarted()
    await reading.load()
    await reading.opened(anna, other)


async def test_many_small_lists_and_searches_count_as_one_large(house: House) -> None:
    await house.quotas(manager={"rows_hour": 10})
    cards = await house.clients(12)
    anna = house.viewer("anna")
    seen = 0
    with pytest.raises(ProblemError) as refused:
        for card in cards:
            await house.reading.listed(anna, [card], Action.CLIENTS_SEARCHED, {"words": "c"})
            await house.reading.listed(anna, cards[:seen], Action.CALLS_LISTED)
            seen += 1
    assert seen == 10
    assert refused.value.text == "quota.rows.1"
    # Nothing of what he found in vain is charged, and it is recorded all the same.
    await house.reading.listed(anna, [], Action.CLIENTS_SEARCHED, {"words": "z"})
    assert (await house.entries(Action.CLIENTS_SEARCHED))[-1].count == 0


async def test_asking_for_many_at_once_gains_nothing(house: House) -> None:
    await house.quotas(manager={"cards_hour": 10})
    cards = await house.clients(30)
    anna = house.viewer("anna")

    async def opens(number: int) -> bool:
        try:
            await house.reading.opened(anna, cards[number])
        except ProblemError:
            return False
        return True

    answered = await asyncio.gather(*(opens(number) for number in range(30)))
    assert sum(answered) <= 10
    assert len(await house.entries(Action.CLIENT_OPENED)) <= 10


async def test_nobody_waits_for_another(house: House) -> None:
    await house.quotas(manager={"cards_hour": 5})
    cards = await house.clients(5)
    for card in cards:
        await house.reading.opened(house.viewer("anna"), card)
    house.time.slept.clear()
    await house.reading.opened(house.viewer("boris"), cards[0])
    assert house.time.slept == []


async def test_the_operator_is_recorded_and_not_limited(house: House) -> None:
    await house.quotas(manager={"cards_hour": 1})
    for card in await house.clients(5):
        await house.reading.opened(house.operator, card)
    assert len(await house.entries(Action.CLIENT_OPENED)) == 5
    reading = house.restarted()
    await reading.load()
    assert await house.alerts() == []


async def test_the_client_with_whom_he_talks_costs_nothing(house: House) -> None:
    await house.quotas(manager={"cards_hour": 1})
    talking, other, third = await house.clients(3)
    index = house.vault.blind_index(CUSTOMER)
    new = NewPhone(CUSTOMER, Owner.CLIENT, talking.id)
    await house.database.write(lambda c: add_phones(c, house.vault, {index: new}))
    call = Call(
        id=uuid7(),
        pbx="pbx",
        linkedids=frozenset({"1"}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=house.time.now,
        customer_number=CUSTOMER,
        company_number=COMPANY,
        legs=(
            Leg(
                channel="1",
                party=Party(kind=PartyKind.AGENT, name="anna"),
                started_at=house.time.now,
            ),
        ),
    )
    house.board.publish(call)
    anna = house.viewer("anna")
    await house.reading.opened(anna, talking)
    await house.reading.opened(anna, other)
    # That client rings at anna, not at boris.
    await house.reading.opened(house.viewer("boris"), talking)
    with pytest.raises(ProblemError):
        await house.reading.opened(house.viewer("boris"), third)
    assert (await house.entries(Action.CLIENT_OPENED))[0].object == f"call:{call.id}"
    reading = house.restarted()
    await reading.load()
    cards = next(used for used in reading.usage("anna") if used.hours == 1)
    assert cards.used == 1


async def test_whom_the_board_shows_is_counted_and_never_waited_for(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    await house.quotas(manager={"rows_hour": 3})
    seen, more = (await house.clients(5, curator="boris"))[:2], (await house.clients(2))
    anna = house.viewer("anna")
    gone = OperationalError("", {}, Exception("locked"))
    refused = AsyncMock(side_effect=gone)
    with monkeypatch.context() as locked:
        locked.setattr(house.database, "write", refused)
        assert house.reading.glimpsed(anna, seen)
        await asyncio.sleep(0)
        assert house.reading.glimpsed(anna, seen)
        await house.reading.told()
    assert refused.await_count == 1
    assert house.reading.usage("anna")[2].used == 2
    # Four would be beyond it: none is shown, and none is counted.
    assert not house.reading.glimpsed(anna, more)
    assert house.reading.glimpsed(anna, more[:1])
    assert house.reading.glimpsed(anna, seen)
    await house.reading.told()
    # Nothing was lost while the database was away, and a restart still knows it.
    assert [row.count for row in await house.entries(Action.CALLS_LISTED)] == [2, 1]
    assert house.time.slept == []
    again = house.restarted()
    await again.load()
    assert not again.glimpsed(anna, more)
    assert again.glimpsed(house.operator, more)
    assert [notice.kind for notice in await house.notices("anna")] == ["quota"]


async def test_the_audit_tells_of_private_clients_no_more_than_another_would_find(
    house: House,
) -> None:
    one, other = await house.clients(2)
    anna = house.viewer("anna")
    asked = {"q": "vera", "code": "20303", "category": "key", "curator": "anna"}
    for found in ([replace(one, private=True), other], [other]):
        await house.reading.listed(anna, found, Action.CLIENTS_SEARCHED, asked)
    hidden, plain = await house.entries(Action.CLIENTS_SEARCHED)
    assert (hidden.count, plain.count) == (1, 1)
    told = house.details(hidden)
    assert {name: told[name] for name in asked} == {**asked, "q": "…", "code": "…"}
    assert {name: house.details(plain)[name] for name in asked} == asked
    # It is counted as any other.
    assert next(used.used for used in house.reading.usage("anna") if used.unit == "rows") == 2


async def test_whose_rows_were_asked_for_stands_on_the_entry(house: House) -> None:
    (one,) = await house.clients(1)
    anna = house.viewer("anna")
    await house.reading.listed(anna, [one], Action.TASKS_LISTED, client_id=one.id)
    (entry,) = await house.entries(Action.TASKS_LISTED)
    assert (entry.client_id, entry.count) == (one.id, 1)
    assert str(one.id) not in str(house.details(entry))
