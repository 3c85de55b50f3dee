"""What is counted, against a world that was counted by hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import mean, median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Connection, true

from daemon.calls.call import Call, Direction, Disposition
from daemon.history.tables import call
from daemon.reports.days import Days, day_number, day_of, hour_of_week, local_hour
from daemon.reports.figures import Figures, Times, count_calls, count_people
from tests.unit.daemon.api.conftest import House, house
from tests.unit.daemon.api.talking import a_talk

__all__ = ["house"]

LONDON = ZoneInfo("Europe/London")
MARCH = Days(date(2026, 3, 1), date(2026, 3, 31), LONDON)
JANE, JOHN = "+442079460201", "+442079460202"


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


def waited(one: Call, seconds: float) -> Call:
    """Somebody answered so long after the call began; or, of one in vain, it lasted so long."""
    after = one.started_at + timedelta(seconds=seconds)
    if one.answered_at is None:
        return replace(one, ended_at=after)
    return replace(one, answered_at=after, ended_at=after + timedelta(seconds=one.talk_seconds))


async def counted(house: House, work: Callable[[Connection], Any]) -> Any:
    async with house.context.database.read() as connection:
        return await connection.run_sync(work)


Put = Callable[..., Awaitable[None]]


@pytest.fixture
def put(house: House) -> Put:
    async def write(*calls: Call) -> None:
        await house.write(*calls)

    return write


async def the_world(put: Put) -> None:
    """Monday the 2nd of March: anna takes two, one is missed at anna and boris, boris calls out
    twice. Tuesday: one is missed at once. Sunday the 29th, when clocks go forward: one at 00:30 and
    one at 01:30 UTC, which is 02:30 in London.
    """
    await put(
        waited(a_talk(("anna",), JANE, at(2, 9), seconds=60), 10),
        waited(a_talk(("anna", "boris"), JOHN, at(2, 9, 30), seconds=300), 25),
        waited(a_talk(("anna", "boris"), JANE, at(2, 10), answered=False), 40),
        a_talk(("boris",), JANE, at(2, 11), seconds=120, direction=Direction.OUTBOUND),
        a_talk(("boris",), JOHN, at(2, 11, 30), answered=False, direction=Direction.OUTBOUND),
        waited(a_talk(("anna",), JOHN, at(3, 9), answered=False), 5),
        waited(a_talk(("boris",), JANE, at(29, 0, 30), seconds=20), 20),
        waited(a_talk(("boris",), JANE, at(29, 1, 30), seconds=40), 30),
    )
    # None of these counts: colleagues among themselves, one that runs, and those of other months.
    internal = a_talk(("anna",), JANE, at(4, 9), direction=Direction.INTERNAL)
    runs = replace(a_talk(("anna",), JANE, at(4, 10)), gone=False, complete=False, ended_at=None)
    before = a_talk(("anna",), JANE, datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC))
    after = a_talk(("anna",), JANE, datetime(2026, 3, 31, 23, 0, tzinfo=UTC))
    await put(internal, runs, before, after)


async def test_all_of_a_month(house: House, put: Put) -> None:
    await the_world(put)
    found = await counted(house, lambda c: count_calls(c, MARCH, true()))
    assert found == {
        None: Figures(
            inbound=6,
            answered=4,
            within=2,
            left_early=1,
            outbound=2,
            reached=1,
            waiting=Times(median=22.5, mean=21.25, longest=30.0),
            talk=Times(median=60.0, mean=108.0, longest=300.0),
            talk_seconds=540.0,
        )
    }
    assert (found[None].missed, found[None].service_level) == (2, 2 / 6)


async def test_nothing_happened(house: House) -> None:
    days = Days(date(2025, 3, 1), date(2025, 3, 31), LONDON)
    assert await counted(house, lambda c: count_calls(c, days, true())) == {None: Figures()}
    assert await counted(house, lambda c: count_people(c, days, true())) == {None: Figures()}
    assert Figures().service_level is None


async def test_by_hour_of_the_week_on_the_companys_clock(house: House, put: Put) -> None:
    await the_world(put)
    hour = hour_of_week(local_hour(MARCH, call.c.started_at))
    found = await counted(house, lambda c: count_calls(c, MARCH, true(), hour))
    assert {None: found.pop(None)} == await counted(house, lambda c: count_calls(c, MARCH, true()))
    sunday = 6 * 24
    assert {key: (one.inbound, one.outbound) for key, one in found.items()} == {
        9: (2, 0),
        10: (1, 0),
        11: (0, 2),
        24 + 9: (1, 0),
        sunday: (1, 0),
        # There was no hour between 01:00 and 02:00.
        sunday + 2: (1, 0),
    }
    assert found[9].waiting == Times(median=17.5, mean=17.5, longest=25.0)


async def test_by_day_and_within_other_seconds(house: House, put: Put) -> None:
    await the_world(put)
    day = day_number(local_hour(MARCH, call.c.started_at))
    found = await counted(house, lambda c: count_calls(c, MARCH, true(), day, within_seconds=25))
    assert found.pop(None).within == 3
    assert {
        day_of(key).day: (one.inbound, one.within, one.left_early) for key, one in found.items()
    } == {
        2: (3, 2, 0),
        3: (1, 0, 1),
        29: (2, 1, 0),
    }


async def test_by_manager(house: House, put: Put) -> None:
    await the_world(put)
    found = await counted(house, lambda c: count_people(c, MARCH, true()))
    # One was missed and is no manager's; one that calls out in vain is his all the same.
    assert (found[None].inbound, found.pop(None).outbound) == (6, 2)
    assert {
        name: (one.inbound, one.answered, one.rang, one.unanswered, one.outbound, one.reached)
        for name, one in found.items()
    } == {"anna": (2, 2, 4, 2, 0, 0), "boris": (2, 2, 4, 1, 2, 1)}
    assert found["anna"].talk == Times(median=180.0, mean=180.0, longest=300.0)
    assert found["boris"].talk_seconds == 180.0


async def test_a_manager_at_whom_it_only_rang_stands_there_too(house: House, put: Put) -> None:
    await put(a_talk(("anna",), JANE, at(2, 9), answered=False))
    found = await counted(house, lambda c: count_people(c, MARCH, true()))
    assert found == {
        None: Figures(inbound=1),
        "anna": Figures(rang=1, unanswered=1),
    }


@pytest.mark.parametrize("seed", range(4))
async def test_days_add_up_as_counted_one_by_one(house: House, seed: int) -> None:
    chance = Random(seed)
    world = [
        (
            chance.randrange(30 * 24 * 60),
            chance.choice([Direction.INBOUND, Direction.OUTBOUND]),
            chance.random() < 0.7,
            chance.randrange(90),
            chance.randrange(900),
        )
        for _ in range(60)
    ]
    calls = [
        waited(
            a_talk(
                ("anna",),
                JANE,
                MARCH.begin + timedelta(minutes=minutes),
                seconds=talk,
                direction=direction,
                answered=answered,
            ),
            wait,
        )
        for minutes, direction, answered, wait, talk in world
    ]
    await house.write(*calls)
    day = day_number(local_hour(MARCH, call.c.started_at))
    found = await counted(house, lambda c: count_calls(c, MARCH, true(), day))
    assert found.pop(None) == _by_hand(calls)
    by_day: dict[date, list[Call]] = defaultdict(list)
    for one in calls:
        by_day[one.started_at.astimezone(LONDON).date()].append(one)
    assert {day_of(key): one for key, one in found.items()} == {
        date_: _by_hand(some) for date_, some in by_day.items()
    }


def _by_hand(calls: list[Call]) -> Figures:
    inbound = [one for one in calls if one.direction is Direction.INBOUND]
    outbound = [one for one in calls if one.direction is Direction.OUTBOUND]
    answered = [one for one in inbound if one.disposition is Disposition.ANSWERED]
    reached = [one for one in outbound if one.disposition is Disposition.ANSWERED]
    waits = [
        (one.answered_at - one.started_at).total_seconds() for one in answered if one.answered_at
    ]
    talks = [one.talk_seconds for one in [*answered, *reached]]
    return Figures(
        inbound=len(inbound),
        answered=len(answered),
        within=sum(wait <= 20 for wait in waits),
        left_early=sum(
            one.ended_at - one.started_at <= timedelta(seconds=20)
            for one in inbound
            if one.ended_at and one not in answered
        ),
        outbound=len(outbound),
        reached=len(reached),
        waiting=_times(waits),
        talk=_times(talks),
        talk_seconds=sum(talks),
    )


def _times(values: list[float]) -> Times:
    if not values:
        return Times()
    return Times(median=round(median(values), 3), mean=round(mean(values), 3), longest=max(values))
