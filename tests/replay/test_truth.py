"""Every recorded call comes out as the phones saw it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from daemon.replay import replay
from tests.replay.recorded import JOURNALS, Journal, settings

TOLERANCE_SECONDS = 0.3
EXACT = (
    "direction",
    "customer_number",
    "company_number",
    "queue",
    "answered_by",
    "last_agent",
    "disposition",
    "hangup_by",
    "transfers",
    "origin",
    "complete",
)
INSTANTS = ("started_at", "answered_at", "ended_at")
DURATIONS = ("ring_seconds", "talk_seconds")


def differences(got: list[dict[str, Any]], truth: list[dict[str, Any]]) -> list[str]:
    """What the replay says otherwise than the phones."""
    by_start = sorted(truth, key=lambda call: call["started_at"])
    found = [] if len(got) == len(truth) else [f"{len(got)} calls instead of {len(truth)}"]
    for number, (call, seen) in enumerate(zip(got, by_start, strict=False)):
        unchecked = set(seen.get("unchecked", ()))
        found += [
            f"[{number}].{key}: {call.get(key)!r}, the phones say {seen.get(key)!r}"
            for key, same in _comparison(call, seen).items()
            if key not in unchecked and not same
        ]
    return found


def _comparison(call: dict[str, Any], seen: dict[str, Any]) -> dict[str, bool]:
    return {
        **{key: call[key] == seen[key] for key in EXACT},
        **{key: _near(_instant(call[key]), _instant(seen[key])) for key in INSTANTS},
        **{key: _near(call[key], seen[key]) for key in DURATIONS},
        "rang": sorted(call["rang"]) == sorted(seen["rang"]),
        "announcements": call["announcements"] == list(seen.get("announcements", ())),
        "recorded": (call["recording"] is not None) == seen["recorded"],
    }


def _instant(value: str | None) -> float | None:
    return None if value is None else datetime.fromisoformat(value).timestamp()


def _near(one: float | None, other: float | None) -> bool:
    if one is None or other is None:
        return one is other
    return abs(one - other) <= TOLERANCE_SECONDS


def test_there_are_enough_journals() -> None:
    assert len(JOURNALS) >= 40


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.name)
def test_live_as_the_phones_saw(journal: Journal) -> None:
    assert differences(replay(journal.files, None, settings()), journal.truth) == []
