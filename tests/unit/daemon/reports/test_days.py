"""Days of the company's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from daemon.reports.days import MOST_DAYS, Days, SpanError, day_of

LONDON = ZoneInfo("Europe/London")
HOUR = timedelta(hours=1)


def test_a_day_begins_at_the_companys_midnight() -> None:
    days = Days(date(2026, 7, 1), date(2026, 7, 2), LONDON)
    assert days.begin == datetime(2026, 6, 30, 23, tzinfo=UTC)
    assert days.end == datetime(2026, 7, 2, 23, tzinfo=UTC)
    assert list(days) == [date(2026, 7, 1), date(2026, 7, 2)]


def test_a_clock_that_is_put_forward_or_back_is_followed_to_the_second() -> None:
    days = Days(date(2026, 3, 1), date(2026, 11, 30), LONDON)
    assert days.offsets() == [
        (datetime(2026, 3, 29, 1, tzinfo=UTC), 0 * HOUR),
        (datetime(2026, 10, 25, 1, tzinfo=UTC), HOUR),
        (datetime(2026, 12, 1, tzinfo=UTC), 0 * HOUR),
    ]
    # The change is the span's only day, of 23 hours.
    only = Days(date(2026, 3, 29), date(2026, 3, 29), LONDON)
    assert only.end - only.begin == 23 * HOUR
    assert [offset for _, offset in only.offsets()] == [0 * HOUR, HOUR]


def test_the_usual_span_ends_today_by_the_companys_clock() -> None:
    now = datetime(2026, 1, 31, 15, tzinfo=UTC)
    days = Days.wanted(None, None, ZoneInfo("Pacific/Auckland"), now)
    assert (days.first, days.last, days.count) == (date(2026, 1, 3), date(2026, 2, 1), 30)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 1, 2), date(2026, 1, 1)),
        (date(2025, 1, 1), date(2026, 2, 5)),
        (date(1, 1, 1), date(1, 1, 2)),
        (date(9999, 12, 30), date(9999, 12, 31)),
        (None, date(1, 1, 1)),
    ],
)
def test_spans_that_no_report_has(first: date | None, last: date) -> None:
    with pytest.raises(SpanError):
        Days.wanted(first, last, LONDON, datetime(2026, 1, 1, tzinfo=UTC))


def test_the_longest_span() -> None:
    last = date(2026, 2, 4)
    assert Days(last - timedelta(days=MOST_DAYS - 1), last, LONDON).count == MOST_DAYS


def test_a_days_number_is_read_again() -> None:
    assert day_of(0) == date(1970, 1, 1)
    assert day_of((date(2026, 3, 29) - date(1970, 1, 1)).days) == date(2026, 3, 29)
