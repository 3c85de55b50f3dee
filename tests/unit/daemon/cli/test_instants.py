"""Instants as people write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from daemon.cli.instants import parse_instant, parse_until

ZONE = timezone(timedelta(hours=3))
NOW = datetime(2026, 1, 31, 12, 0, tzinfo=ZONE)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-01-30", datetime(2026, 1, 30, tzinfo=ZONE)),
        ("2026-01-30T09:30", datetime(2026, 1, 30, 9, 30, tzinfo=ZONE)),
        ("2026-01-30T09:30:00Z", datetime(2026, 1, 30, 9, 30, tzinfo=UTC)),
        ("90m", NOW - timedelta(minutes=90)),
        ("12h", NOW - timedelta(hours=12)),
        ("7d", NOW - timedelta(days=7)),
    ],
)
def test_spellings(text: str, instant: datetime) -> None:
    assert parse_instant(text, NOW) == instant


@pytest.mark.parametrize("text", ["yesterday", "", "7w", "2026-13-01", "-3h"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"^Invalid isoformat|month must be"):
        parse_instant(text, NOW)


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("90m", NOW + timedelta(minutes=90)),
        ("1d", NOW + timedelta(days=1)),
        ("17:30", datetime(2026, 1, 31, 17, 30, tzinfo=ZONE)),
        ("9:00", datetime(2026, 2, 1, 9, tzinfo=ZONE)),
        ("2026-02-03", datetime(2026, 2, 3, tzinfo=ZONE)),
    ],
)
def test_ends_are_to_come(text: str, instant: datetime) -> None:
    assert parse_until(text, NOW) == instant


@pytest.mark.parametrize("text", ["soon", "25:00", "7w"])
def test_an_end_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"isoformat|hour must be"):
        parse_until(text, NOW)
