from __future__ import annotations

from datetime import UTC, datetime
from uuid import RFC_4122

from hypothesis import given
from hypothesis import strategies as st

from daemon.calls.identity import began_at, call_id

NOW = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)


def test_the_second_stands_in_the_uniqueid() -> None:
    at = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert began_at("1700000000.12") == at
    assert began_at("lab-1700000000.12") == at
    assert began_at("chosen-by-an-originate") is None
    assert began_at("") is None


@given(st.text(min_size=1), st.text(min_size=1))
def test_the_same_call_has_the_same_id(pbx: str, uniqueid: str) -> None:
    one = call_id(pbx, uniqueid, NOW)
    assert one == call_id(pbx, uniqueid, NOW)
    assert one != call_id(pbx + "2", uniqueid, NOW)
    assert (one.version, one.variant) == (7, RFC_4122)


def test_ids_sort_by_time() -> None:
    assert call_id("pbx", "1700000000.2", NOW) < call_id("pbx", "1700000001.1", NOW)
