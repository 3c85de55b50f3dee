"""What a pause explains of a recording's silence."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from crm.recording_pauses import Pause
from daemon.pausing.silence import tells_silence
from recordings.models import RecordingState
from recordings.queries import Recording

BEGAN = datetime(2026, 3, 2, 12, tzinfo=UTC)


def _at(seconds: float) -> datetime:
    return BEGAN + timedelta(seconds=seconds)


def _recording(seconds: float | None) -> Recording:
    return Recording(
        id=uuid4(),
        call_id=uuid4(),
        pbx="pbx",
        channel="1.0",
        name="1.0",
        state=RecordingState.STORED,
        duration_seconds=seconds,
        started_at=BEGAN,
    )


def _pause(since: float, until: float | None) -> Pause:
    return Pause(
        id=uuid4(),
        call_id=uuid4(),
        person="anna",
        pbx="pbx",
        channels=("1.0",),
        started_at=_at(since),
        until=_at(since + 120),
        ended_at=None if until is None else _at(until),
    )


def test_silence_is_a_defect_where_enough_was_recorded() -> None:
    assert tells_silence(_recording(5), [])
    assert tells_silence(_recording(None), [_pause(0, 3)])
    assert tells_silence(_recording(60), [_pause(5, 50)])
    assert tells_silence(_recording(5), [_pause(70, 90)])


def test_a_pause_explains_silence() -> None:
    assert not tells_silence(_recording(60), [_pause(2, 55)])
    assert not tells_silence(_recording(60), [_pause(9, None)])
    # Two that overlap are silent once.
    assert tells_silence(_recording(60), [_pause(10, 40), _pause(20, 50)])
    assert not tells_silence(_recording(60), [_pause(2, 40), _pause(20, 55)])
