"""The daily run: which days it looks at, and the alert that a day raises and settles."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm.tables import vault_key
from crm.watch_tables import alert
from daemon.ledger.alerting import DIFFERS, UNREAD
from daemon.ledger.differences import DayState, DifferenceKind
from daemon.messages import say

from .conftest import DAY, Company

NEXT = datetime(2026, 11, 22, 3, 29, 59, tzinfo=UTC)
_SECOND = timedelta(seconds=1)


async def alerts(company: Company) -> list[Any]:
    return await company.rows(select(alert).order_by(alert.c.id))


async def test_it_runs_once_a_day_and_says_that_nothing_is_unmatched(company: Company) -> None:
    daily = company.daily
    company.now = NEXT
    assert await daily.look() == []
    company.now = NEXT + _SECOND
    looked_at = await daily.look()
    # Of the week before, none is left out.
    assert looked_at == [DAY - timedelta(days=n) for n in range(6, -1, -1)]
    assert await daily.look() == []
    account = await company.ledger.find(DAY)
    assert account is not None
    assert account.state is DayState.MATCHED
    assert await alerts(company) == []
    assert (company.counts.unmatched, company.counts.checked_at) == (0, company.now.timestamp())


async def test_a_later_day_looks_at_the_one_before_and_at_those_that_differ(
    company: Company,
) -> None:
    lost = company.calls[0]
    await company.remove(lost.id)
    company.now = NEXT + _SECOND
    daily = company.daily
    await daily.look()
    company.now += timedelta(days=1)
    assert await daily.look() == [DAY, DAY + timedelta(days=1)]


async def test_nothing_is_looked_at_from_before_the_installation(company: Company) -> None:
    since = datetime(2026, 11, 20, 12, tzinfo=UTC)
    await company.run(update(vault_key).values(created_at=since))
    assert await company.daily.due(date(2026, 11, 22)) == [date(2026, 11, 20), DAY]


async def test_a_day_that_was_looked_at_before_its_end_is_due(company: Company) -> None:
    since = datetime(2026, 11, 21, 12, tzinfo=UTC)
    await company.run(update(vault_key).values(created_at=since))
    company.now = datetime(2026, 11, 21, 22, tzinfo=UTC)
    await company.check()
    assert await company.daily.due(date(2026, 11, 22)) == [DAY]


async def test_a_day_that_differs_raises_an_alert_which_settles_itself(company: Company) -> None:
    await company.remove(company.calls[0].id)
    await company.check()
    await company.check()
    [raised] = await alerts(company)
    assert (raised.kind, raised.person, raised.settled_at) == (DIFFERS, None, None)
    assert raised.evidence == {"day": str(DAY), "unmatched": company.counts.unmatched}
    for language in ("en", "ru"):
        assert str(DAY) in say(language, f"alert.{DIFFERS}", person="—", **raised.evidence)
    await company.mend()
    [settled] = await alerts(company)
    assert settled.settled_by == "callward"
    assert company.counts.unmatched == 0


async def test_what_differs_anew_is_told_anew(company: Company) -> None:
    for _ in range(2):
        await company.remove(company.calls[0].id)
        await company.check()
        await company.mend()
    assert len(await alerts(company)) == 2


async def test_who_settled_it_by_hand_is_not_told_of_the_same_again(company: Company) -> None:
    one = next(each for each in company.calls if each.recordings)
    for file in (company.folder / "storage").rglob("*.flac"):
        file.unlink()
    assert set(await company.kinds()) == {DifferenceKind.OBJECT_MISSING}
    await company.run(update(alert).values(settled_by="anna", settled_at=company.now))
    await company.check()
    assert len(await alerts(company)) == 1
    await company.remove(one.id)
    await company.check()
    assert len(await alerts(company)) == 2


async def test_what_differs_is_not_settled_by_a_log_that_tells_it_no_more(
    company: Company,
) -> None:
    text = company.log.read_text()
    await company.remove(company.calls[0].id)
    before = await company.check()
    counted = before.counts[DifferenceKind.NOT_STORED]
    rotated_away = "".join(text.splitlines(keepends=True)[1:])
    for tells in (None, rotated_away, ""):
        company.log.unlink(missing_ok=True)
        if tells is not None:
            company.log.write_text(tells)
        account = await company.check()
        assert account.state is DayState.DIFFERS
        assert account.counts[DifferenceKind.NOT_STORED] == counted
        assert (await company.mend()).counts[DifferenceKind.NOT_STORED] == counted
        [raised, *_] = [one for one in await alerts(company) if one.kind == DIFFERS]
        assert raised.settled_at is None
    company.log.write_text(text)
    assert (await company.mend()).state is DayState.MATCHED
    assert all(one.settled_by == "callward" for one in await alerts(company))


async def test_whatever_it_stumbles_over_ends_nothing(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumble(_day: date) -> None:
        raise RuntimeError

    company.now = datetime(2026, 11, 22, 22, tzinfo=UTC)
    daily = company.daily
    with monkeypatch.context() as patch:
        patch.setattr(daily._ledger, "check", stumble)
        assert await daily.look() == []
    assert await daily.look() == []
    company.now += timedelta(minutes=15)
    assert DAY in await daily.look()


async def test_a_log_that_cannot_be_read_raises_an_alert_too(company: Company) -> None:
    text = company.log.read_text()
    company.log.unlink()
    await company.check()
    [raised] = await alerts(company)
    assert (raised.kind, raised.evidence) == (UNREAD, {"day": str(DAY), "pbx": "lab"})
    company.log.write_text(text)
    await company.check()
    [settled] = await alerts(company)
    assert settled.settled_by == "callward"
