from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.ids import uuid7
from store.types import from_microseconds, to_microseconds


@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=45))])))
def test_an_instant_comes_back_as_aware_utc(at: datetime) -> None:
    back = from_microseconds(to_microseconds(at))
    assert back == at
    assert back.tzinfo is UTC


def test_a_naive_instant_is_refused() -> None:
    with pytest.raises(ValueError, match="has no time zone"):
        to_microseconds(datetime(2026, 1, 1))  # noqa: DTZ001


def test_ids_sort_by_age_and_are_version_7() -> None:
    ids = [uuid7() for _ in range(1000)]
    assert all(id_.version == 7 for id_ in ids)
    assert len(set(ids)) == len(ids)
    assert [id_.int >> 64 for id_ in ids] == sorted(id_.int >> 64 for id_ in ids)
