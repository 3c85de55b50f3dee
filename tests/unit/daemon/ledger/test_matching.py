"""Two lists of the same calls are matched whatever their order; what one of them lacks is found."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.calls.call import Call, Direction, Disposition, Origin
from daemon.calls.identity import call_id
from daemon.ledger.differences import (
    DayAccount,
    Difference,
    DifferenceKind,
    PbxDay,
    Unchecked,
)
from daemon.ledger.matching import Matched, StoredCall, Window, match_calls, stored_twice

BEGIN = datetime(2026, 3, 1, tzinfo=UTC)
WINDOW = Window(
    begin=BEGIN,
    end=BEGIN + timedelta(days=1),
    now=BEGIN + timedelta(days=2),
    since=BEGIN - timedelta(days=9),
)


def a_call(number: int, **more: object) -> Call:
    """One of the day: each begins a second after the one before."""
    at = BEGIN + timedelta(seconds=number % 80_000)
    uniqueid = f"{int(at.timestamp())}.{number}"
    made = Call(
        id=call_id("pbx", uniqueid, at),
        pbx="pbx",
        linkedids=frozenset({uniqueid}),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=at,
        answered_at=at + timedelta(seconds=4),
        ended_at=at + timedelta(seconds=30),
        disposition=Disposition.ANSWERED,
        complete=True,
        gone=True,
        seen_whole=True,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def stored(call: Call, **more: object) -> StoredCall:
    made = StoredCall(
        id=call.id,
        pbx=call.pbx,
        linkedids=call.linkedids,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        disposition=call.disposition and call.disposition.value,
        ordered=call.origin is Origin.ORIGINATED,
        complete=call.complete,
        gone=call.gone,
    )
    return replace(made, **more)  # type: ignore[arg-type]


def matched(logged: list[Call], held: list[StoredCall], window: Window = WINDOW) -> Matched:
    return match_calls("pbx", logged, held, window)


def kinds(found: Matched) -> dict[DifferenceKind, int]:
    return dict(Counter(one.kind for one in found.differences))


@given(
    numbers=st.sets(st.integers(0, 500), max_size=30),
    lost=st.sets(st.integers(0, 500)),
    unlogged=st.sets(st.integers(0, 500)),
    order=st.randoms(use_true_random=False),
)
@settings(max_examples=200, deadline=None)
def test_what_one_side_lacks_is_found_and_nothing_else(
    numbers: set[int], lost: set[int], unlogged: set[int], order: object
) -> None:
    both = numbers - lost - unlogged
    logged = [a_call(one) for one in sorted(numbers - unlogged)]
    held = [stored(a_call(one)) for one in sorted(numbers - lost)]
    order.shuffle(logged)  # type: ignore[attr-defined]
    order.shuffle(held)  # type: ignore[attr-defined]
    found = matched(logged, held)
    expected = {
        DifferenceKind.NOT_STORED: len((numbers - unlogged) & lost),
        DifferenceKind.NOT_LOGGED: len((numbers - lost) & unlogged),
    }
    assert kinds(found) == {kind: count for kind, count in expected.items() if count}
    account = found.account
    assert (account.logged, account.stored) == (len(logged), len(held))
    assert account.matched == len(both)


def test_a_call_of_two_linkedids_is_one_call() -> None:
    call = a_call(1, linkedids=frozenset({"1772323201.1", "1772323205.9"}))
    found = matched([call], [stored(call, linkedids=frozenset({"1772323205.9"}))])
    assert (kinds(found), found.account.matched) == ({}, 1)


def test_two_stored_ones_of_one_real_call() -> None:
    call = a_call(1, linkedids=frozenset({"1772323201.1", "1772323205.9"}))
    held = [
        stored(call, linkedids=frozenset({"1772323201.1"})),
        stored(a_call(2), linkedids=frozenset({"1772323205.9"})),
    ]
    found = matched([call], held)
    assert kinds(found) == {DifferenceKind.STORED_TWICE: 1}
    [twice] = found.differences
    assert (twice.call_id, found.wanted[twice.key]) == (call.id, call)
    # Without a log, only what shares a linkedid can be told to be one.
    assert stored_twice("pbx", held, WINDOW) == ()
    same = [stored(call), stored(a_call(2), linkedids=call.linkedids)]
    assert [one.call_id for one in stored_twice("pbx", same, WINDOW)] == [call.id]


def test_two_logged_ones_of_one_stored_call() -> None:
    one, other = a_call(1), a_call(2)
    found = matched([one, other], [stored(one, linkedids=one.linkedids | other.linkedids)])
    assert kinds(found) == {DifferenceKind.LOGGED_APART: 1}


def test_midnight_belongs_to_the_day_that_it_begins() -> None:
    first = a_call(0, started_at=BEGIN)
    last = a_call(1, started_at=BEGIN + timedelta(days=1))
    found = matched([first, last], [stored(first), stored(last)])
    assert (found.account.logged, found.account.stored) == (1, 1)
    # The log and the link may stamp a begin a moment apart: the stored one counts.
    before = stored(first, started_at=BEGIN - timedelta(milliseconds=1))
    found = matched([first], [before])
    assert (kinds(found), found.account.logged, found.account.stored) == ({}, 0, 0)


def test_what_runs_or_is_just_over_is_not_judged() -> None:
    call = a_call(1)
    assert call.ended_at is not None
    soon = replace(WINDOW, now=call.ended_at + timedelta(seconds=119))
    found = matched([call], [], soon)
    assert (kinds(found), found.account.running, found.account.logged) == ({}, 1, 0)
    found = matched([], [stored(call, gone=False, complete=False)])
    assert (kinds(found), found.account.running, found.account.stored) == ({}, 1, 0)
    found = matched([call], [stored(call, gone=False, complete=False)])
    assert (kinds(found), found.account.running) == ({}, 1)


def test_a_call_that_the_log_saw_in_part_explains_a_stored_one() -> None:
    call = a_call(1, seen_whole=False)
    found = matched([call], [stored(call, disposition="missed")])
    assert (kinds(found), found.account.logged) == ({}, 0)


def test_an_ordered_call_that_failed_may_be_told_otherwise_by_the_log() -> None:
    call = a_call(1, disposition=Disposition.MISSED, answered_at=None, origin=Origin.ORIGINATED)
    assert kinds(matched([call], [stored(call, disposition="cancelled")])) == {}
    wrong = stored(call, disposition="answered")
    assert kinds(matched([call], [wrong])) == {DifferenceKind.DISPOSITION: 1}
    dialled = stored(call, disposition="cancelled", ordered=False)
    assert kinds(matched([call], [dialled])) == {DifferenceKind.DISPOSITION: 1}


def test_clocks_may_be_five_seconds_apart() -> None:
    call = a_call(1)
    assert call.ended_at is not None
    for seconds, expected in ((5, {}), (6, {DifferenceKind.END: 1})):
        held = stored(call, ended_at=call.ended_at + timedelta(seconds=seconds))
        assert kinds(matched([call], [held])) == expected


async def test_ten_thousand_calls_are_matched_beside_live_ones() -> None:
    logged = [a_call(one) for one in range(10_000)]
    held = [stored(one) for one in logged[:-1]]
    matching = asyncio.create_task(asyncio.to_thread(match_calls, "pbx", logged, held, WINDOW))
    turns = 0
    while not matching.done():
        turns += 1
        await asyncio.sleep(0)
    assert kinds(await matching) == {DifferenceKind.NOT_STORED: 1}
    # On the event loop itself there would be one turn.
    assert turns > 10


def test_an_account_is_the_same_out_of_its_json() -> None:
    one = Difference(
        kind=DifferenceKind.END,
        pbx="pbx",
        call_id=a_call(1).id,
        linkedid="1.1",
        at=BEGIN,
        details={"stored": BEGIN.isoformat(), "logged": ""},
        left="no_log",
    )
    account = DayAccount(
        day=BEGIN.date(),
        checked_at=BEGIN,
        pbxs=(
            PbxDay(pbx="pbx", logged=3),
            PbxDay(pbx="b", unchecked=Unchecked.STARTS_LATER, log_begins_at=BEGIN),
        ),
        recordings=2,
        crm="elsewhere",
        counts={DifferenceKind.END: 1},
        differences=(one, Difference(kind=DifferenceKind.ORPHAN, details={"file": "a"})),
        mended_at=BEGIN,
        mended={DifferenceKind.NOT_STORED: 2},
    )
    assert DayAccount.from_json(account.to_json()) == account
