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
    found = []
    if len(got) != len(truth):
        found.append(f"{len(got)} calls instead of {len(truth)}")
    by_start = sorted(truth, key=lambda call: call["started_at"])
    for number, (call, seen) in enumerate(zip(got, by_start, strict=False)):
        unchecked = set(seen.get("unchecked", ()))
        for key in EXACT:
            if key not in unchecked and call[key] != seen[key]:
                found.append(f"[{number}].{key}: {call[key]!r}, the phones say {seen[key]!r}")
        if "rang" not in unchecked and sorted(call["rang"]) != sorted(seen["rang"]):
            found.append(f"[{number}].rang: {call['rang']}, the phones say {seen['rang']}")
        if "recorded" not in unchecked and (call["recording"] is not None) != seen["recorded"]:
            found.append(f"[{number}].recording: {call['recording']}, not {seen['recorded']}")
        for key in INSTANTS:
            if key not in unchecked and not _near(_instant(call[key]), _instant(seen[key])):
                found.append(f"[{number}].{key}: {call[key]}, the phones say {seen[key]}")
        for key in DURATIONS:
            if key not in unchecked and not _near(call[key], seen[key]):
                found.append(f"[{number}].{key}: {call[key]}, the phones say {seen[key]}")
    return found


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
