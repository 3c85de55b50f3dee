from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.calls.call import Call, Direction, Disposition
from daemon.history.queries import (
    CallCursor,
    CallFilter,
    CallNotFoundError,
    find_call,
    get_call,
    list_calls,
)
from daemon.history.writer import HistoryWriter
from store.ids import uuid7

from .conftest import Base
from .story import COMPANY, CUSTOMER, answered, at, ended, ringing, transferred


@pytest.fixture
async def stored(base: Base, writer: HistoryWriter) -> list[Call]:
    """Oldest first: missed, answered, outbound, running."""
    missed = ended(ringing(channel="pbx-1.0", second=0))
    talked = ended(transferred(answered(ringing("+442079460102", channel="pbx-2.0", second=10))))
    outbound = replace(
        ended(ringing("+442079460103", channel="pbx-3.0", second=20)),
        direction=Direction.OUTBOUND,
        disposition=Disposition.CANCELLED,
        legs=(),
    )
    running = ringing(channel="pbx-4.0", second=30)
    calls = [missed, talked, outbound, running]
    await writer.write(calls)
    return calls


async def _list(base: Base, wanted: CallFilter, **rest: object) -> list[Call]:
    async with base.database.read() as connection:
        found = await list_calls(connection, wanted, vault=base.vault, **rest)  # type: ignore[arg-type]
    return [one.call for one in found]


async def test_filters(base: Base, stored: list[Call]) -> None:
    missed, talked, outbound, running = stored
    index = base.vault.blind_index(CUSTOMER)
    client_id = (await base.find(missed.id)).client_id  # type: ignore[union-attr]
    for wanted, expected in (
        (CallFilter(), [running, outbound, talked, missed]),
        (CallFilter(since=at(10), until=at(30)), [outbound, talked]),
        (CallFilter(direction=Direction.OUTBOUND), [outbound]),
        (CallFilter(disposition=Disposition.MISSED), [missed]),
        (CallFilter(running=True), [running]),
        (CallFilter(number=index), [running, missed]),
        (CallFilter(number=index, running=True), [running]),
        (CallFilter(client_id=client_id), [running, missed]),
        (CallFilter(agent="Anna"), [running, talked, missed]),
        (CallFilter(agent="Nobody"), []),
        (CallFilter(missed=True), [missed]),
        (CallFilter(company=base.vault.blind_index(COMPANY)), [running, outbound, talked, missed]),
        (CallFilter(company=index), []),
        (CallFilter(answered_by="101"), [talked]),
        (CallFilter(queue="Sales"), []),
        (CallFilter(least_talk_seconds=1), [talked]),
        (CallFilter(least_talk_seconds=100_000), []),
        (CallFilter(recorded=True), []),
        (CallFilter(recorded=False, running=True), [running]),
        (CallFilter(pbx="another"), []),
    ):
        assert await _list(base, wanted) == expected, wanted


async def test_pages_join_without_gap_or_overlap(base: Base, writer: HistoryWriter) -> None:
    # Several in the same instant: the id decides.
    calls = [ringing(None, channel=f"pbx-{n}", second=n // 3) for n in range(10)]
    await writer.write(calls)
    seen: list[Call] = []
    after = None
    while True:
        async with base.database.read() as connection:
            page = await list_calls(connection, limit=3, after=after)
        if not page:
            break
        seen += [one.call for one in page]
        after = CallCursor.parse(str(page[-1].cursor))
    assert len(seen) == 10
    assert {call.id for call in seen} == {call.id for call in calls}
    assert seen == sorted(seen, key=lambda call: (call.started_at, call.id), reverse=True)


@pytest.mark.parametrize("token", ["", "x", "1.2", "9" * 40 + "." + "0" * 32, "1." + "g" * 32])
def test_a_broken_cursor_is_refused(token: str) -> None:
    with pytest.raises(ValueError, match="not a cursor"):
        CallCursor.parse(token)


async def test_without_a_vault_no_number_is_opened(base: Base, stored: list[Call]) -> None:
    async with base.database.read() as connection:
        page = await list_calls(connection)
        one = await get_call(connection, stored[1].id)
    assert one.call.customer_number is None
    assert one.call.last_agent == "Anna"
    assert one.call.rang == ("101", "102", "Anna")
    assert "+44" not in "".join(str(vars_of(found.call)) for found in [*page, one])


def vars_of(call: Call) -> list[object]:
    parties = [(leg.party.name, leg.party.number) for leg in call.legs]
    transfers = [(one.by, one.to) for one in call.transfers]
    return [call.customer_number, call.company_number, call.answered_by, parties, transfers]


async def test_no_such_call(base: Base) -> None:
    async with base.database.read() as connection:
        assert await find_call(connection, uuid7()) is None
        with pytest.raises(CallNotFoundError):
            await get_call(connection, uuid7())
