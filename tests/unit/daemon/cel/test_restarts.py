"""Asterisk began anew: the log shows it by its channels, which are counted from 0 again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from daemon.cel.restarts import Restarts
from daemon.cel.rows import CelRow

AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def _row(uniqueid: str, event: str = "CHAN_START") -> CelRow:
    return CelRow(event, AT + timedelta(seconds=1), {"uniqueid": uniqueid})


@pytest.mark.parametrize(
    ("uniqueids", "noticed"),
    [
        (["100.0", "100.1", "104.2"], []),
        (["100.7", "103.0", "103.1"], ["103.0"]),
        (["pbx-a-100.7", "pbx-a-103.0"], ["pbx-a-103.0"]),
        (["100.80", "101.0"], ["101.0"]),
        # Two threads, each between its clock and its count.
        (["100.8", "101.7", "101.9"], []),
        # Ordered with an id of somebody's.
        (["100.8", "callward-0f5b", "109.9"], []),
        # And again.
        (["100.8", "110.0", "115.1", "120.0"], ["110.0", "120.0"]),
    ],
)
def test_the_first_channel_of_a_new_asterisk(uniqueids: list[str], noticed: list[str]) -> None:
    restarts = Restarts()
    assert [one for one in uniqueids if restarts.noticed(_row(one))] == noticed


def test_only_channels_that_begin_count() -> None:
    restarts = Restarts()
    assert not restarts.noticed(_row("100.8"))
    assert not restarts.noticed(_row("90.1", "HANGUP"))
