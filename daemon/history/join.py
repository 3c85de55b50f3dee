"""What becomes of rows that an earlier run of the daemon, or another source, wrote."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from daemon.calls.call import Direction, Disposition
from daemon.history.rows import CallRows, RecordingKey, Row

_SAME_MOMENT = timedelta(seconds=2)
"""AMI and CEL stamp the same transfer or announcement a little apart."""
_UNIQUEID_GRAIN = timedelta(seconds=1)
_FIRST_KNOWN = ("pbx", "direction", "origin", "customer_phone_id", "company_phone_id", "queue")
"""What the earlier run saw from the beginning stays."""
_KEPT = ("customer_phone_id", "company_phone_id", "queue")
"""What no record takes away that does not know it."""
_LONGEST = ("ring_seconds", "talk_seconds", "hold_seconds")


def join(before: CallRows, now: CallRows) -> CallRows:
    """What is stored, and what a run that may have seen only the end of the call says of it.

    Nothing known gets lost: an answer stays an answer, an end that is known stays known, legs
    that are over stay. Of what both say, the later word counts.
    """
    if before.call["complete"] and not now.call["complete"]:
        kept = _join_announcements(before.announcements, now.announcements)
        recordings = _join_recordings(before.recordings, {}, gone=before.call["gone"])
        return replace(before, recordings=recordings, announcements=kept)
    call = _join_calls(before.call, now.call)
    return CallRows(
        call=call,
        linkedids=before.linkedids | now.linkedids,
        legs=_join_legs(before.legs, now.legs),
        transfers=_join_transfers(before.transfers, now.transfers),
        recordings=_join_recordings(before.recordings, now.recordings, gone=call["gone"]),
        announcements=_join_announcements(before.announcements, now.announcements),
    )


def correct(before: CallRows, now: CallRows) -> CallRows:
    """What is stored, and a record that was reconciled with it: that one counts.

    What the earlier runs took for a transfer, an answer or an end was seen too early or too late.
    """
    if before.call["complete"] and not now.call["complete"]:
        return join(before, now)
    row = {key: now.call[key] if now.call[key] is not None else before.call[key] for key in _KEPT}
    legs = {channel: leg for channel, leg in before.legs.items() if channel not in now.legs}
    ordered = sorted((legs | now.legs).values(), key=lambda leg: leg["started_at"])
    return CallRows(
        call={**now.call, **row, "merged_into": before.call["merged_into"]},
        linkedids=before.linkedids | now.linkedids,
        legs={leg["channel"]: {**leg, "position": at} for at, leg in enumerate(ordered)},
        transfers=now.transfers,
        recordings=_join_recordings(before.recordings, now.recordings, gone=now.call["gone"]),
        announcements=_join_announcements(before.announcements, now.announcements),
    )


def _join_calls(before: Row, now: Row) -> Row:
    row = {key: before[key] if value is None else value for key, value in now.items()}
    for key in _FIRST_KNOWN:
        if before[key] is not None:
            row[key] = before[key]
    for key in _LONGEST:
        row[key] = max(before[key], now[key])
    row["started_at"] = _earlier(before["started_at"], now["started_at"])
    row["gone"] = before["gone"] or now["gone"]
    row["merged_into"] = before["merged_into"]
    if before["customer_phone_id"] is None:
        row["direction"] = now["direction"]
    if before["direction"] == Direction.INTERNAL != row["direction"]:
        # It was so, and somebody had answered perhaps, before the customer was called.
        return row | {key: now[key] for key in ("answered_at", "disposition")}
    if before["answered_at"] is not None:
        row["answered_at"] = before["answered_at"]
        if before["answered_by"] is not None or before["answered_by_phone_id"] is not None:
            row["answered_by"] = before["answered_by"]
            row["answered_by_phone_id"] = before["answered_by_phone_id"]
    if before["disposition"] == Disposition.ANSWERED:
        row["disposition"] = before["disposition"]
    return row


def _earlier(before: datetime, now: datetime) -> datetime:
    """A run that comes late knows only in which second a channel began, rounded down."""
    return now if before - now >= _UNIQUEID_GRAIN else before


def _join_legs(before: dict[str, Row], now: dict[str, Row]) -> dict[str, Row]:
    joined = {
        channel: {
            key: row[key] if now.get(channel, row)[key] is None else now.get(channel, row)[key]
            for key in row
        }
        for channel, row in before.items()
    }
    joined.update({channel: dict(row) for channel, row in now.items() if channel not in before})
    for channel, row in joined.items():
        if channel in before and channel in now:
            row["started_at"] = _earlier(before[channel]["started_at"], now[channel]["started_at"])
            for key in ("ringing_from", "answered_at"):
                # A snapshot after a gap may know only that it was before now.
                known = [one[key] for one in (before[channel], now[channel]) if one[key]]
                row[key] = min(known, default=None)
    ordered = sorted(joined.values(), key=lambda row: (row["started_at"], row["position"]))
    return {row["channel"]: {**row, "position": at} for at, row in enumerate(ordered)}


def _join_transfers(before: list[Row], now: list[Row]) -> list[Row]:
    kept = [row for row in before if not any(_same_transfer(row, other) for other in now)]
    ordered = sorted(kept + now, key=lambda row: row["at"])
    return [{**row, "position": at} for at, row in enumerate(ordered)]


def _same_transfer(one: Row, other: Row) -> bool:
    return bool(one["kind"] == other["kind"] and abs(one["at"] - other["at"]) < _SAME_MOMENT)


def _join_announcements(before: list[Row], now: list[Row]) -> list[Row]:
    kept = [row for row in before if not any(_same_announcement(row, other) for other in now)]
    ordered = sorted(kept + now, key=lambda row: row["at"])
    return [{**row, "position": at} for at, row in enumerate(ordered)]


def _same_announcement(one: Row, other: Row) -> bool:
    same = all(one[key] == other[key] for key in ("channel", "sound"))
    return same and abs(one["at"] - other["at"]) < _SAME_MOMENT


def _join_recordings(
    before: dict[RecordingKey, Row], now: dict[RecordingKey, Row], *, gone: bool
) -> dict[RecordingKey, Row]:
    """Of a call that is over all are finished, also those of which only the earlier run knew."""
    joined = before | now
    for key, row in joined.items():
        known = (one[key]["finished"] for one in (before, now) if key in one)
        joined[key] = {**row, "finished": gone or any(known)}
    return joined
