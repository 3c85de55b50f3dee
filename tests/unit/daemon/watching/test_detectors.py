"""What is unusual, against what is usual for that very person."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from crm.alerts import AlertKind
from daemon.watching.detectors import Finding, Opening, Usual, detect, usual_of

UTC_ZONE = ZoneInfo("UTC")
NEW_HERE = Usual()
MORNING = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def works(at: datetime) -> bool:
    return 9 <= at.hour < 18


def opened(
    count: int, *, at: datetime = MORNING, every: float = 30, others: bool = False
) -> list[Opening]:
    """So many different cards, one each so many seconds."""
    return [
        Opening(at=at + timedelta(seconds=every * number), client_id=uuid4(), others=others)
        for number in range(count)
    ]


def found(
    today: list[Opening], usual: Usual = NEW_HERE, before: Iterable[UUID] = ()
) -> dict[AlertKind, Finding]:
    return {one.kind: one for one in detect(today, frozenset(before), usual, works)}


def test_an_ordinary_day_is_no_news() -> None:
    assert found(opened(29)) == {}
    assert found(opened(100, every=240)) == {}


def test_forty_cards_in_twenty_minutes_where_three_are_usual() -> None:
    today = opened(40)
    finding = found(today, Usual(half_hour=3))[AlertKind.RATE]
    assert finding.evidence["count"] == 40
    assert finding.evidence["usual"] == 3
    assert finding.evidence["from"] == today[0].at.isoformat()
    assert finding.evidence["to"] == today[-1].at.isoformat()
    assert len(finding.evidence["clients"]) == 40
    # The same, of somebody whose work it is.
    assert AlertKind.RATE not in found(today, Usual(half_hour=12))


def test_the_same_card_many_times_is_one_card() -> None:
    one = uuid4()
    today = [
        Opening(at=MORNING + timedelta(seconds=number), client_id=one, others=True)
        for number in range(200)
    ]
    assert found(today) == {}


def test_out_of_hours() -> None:
    night = MORNING.replace(hour=22)
    assert found(opened(4, at=night)) == {}
    assert found(opened(5, at=night))[AlertKind.HOURS].evidence["count"] == 5
    assert found(opened(5, at=night), Usual(out_of_hours=2)) == {}


def test_breadth_counts_different_clients_of_three_days() -> None:
    before = [uuid4() for _ in range(150)]
    today = opened(50, every=400, at=MORNING.replace(hour=9))
    assert found(today[:49], before=before) == {}
    finding = found(today, before=before)[AlertKind.BREADTH]
    assert finding.evidence["count"] == 200
    assert AlertKind.BREADTH not in found(today, Usual(day=40), before)


def test_other_people_s_clients() -> None:
    today = opened(15, others=True, every=60)
    assert found(today)[AlertKind.OTHERS].evidence["count"] == 15
    assert found(today, Usual(others=6)) == {}
    # Among many of his own they are no more than part of the work.
    own = opened(16, every=60)
    assert AlertKind.OTHERS not in found(sorted(today + own, key=lambda one: one.at))


def test_usual_is_the_median_of_the_days_on_which_he_worked() -> None:
    days = [
        opening
        for day, count in ((20, 4), (10, 6), (3, 60))
        for opening in opened(count, at=MORNING - timedelta(days=day))
    ]
    usual = usual_of(days, UTC_ZONE, works)
    assert usual == Usual(half_hour=6, out_of_hours=0, day=6, others=0)
    assert usual_of([], UTC_ZONE, works) == Usual()


def test_the_busiest_half_hour_is_a_window_that_slides() -> None:
    slow, quick = opened(10, every=600), opened(7, at=MORNING + timedelta(hours=3), every=60)
    assert usual_of(slow + quick, UTC_ZONE, works).half_hour == 7
