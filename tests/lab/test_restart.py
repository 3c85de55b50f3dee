"""An upgrade is a restart: whatever runs meanwhile is one whole record with its whole recording."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.audio import hears
from lab.daemon import Daemon, audio
from lab.phones import Answer
from lab.scenarios import Stage, numbers
from tests.lab.test_capture import CUSTOMER_SIDE, latest, listens, stored

pytestmark = pytest.mark.lab


@pytest.fixture
def daemon(daemon: Daemon) -> Iterator[Daemon]:
    """It goes and comes; afterwards it is there."""
    yield daemon
    if not daemon.is_running:
        daemon.start()


def _upgraded(daemon: Daemon, while_away: Callable[[], None]) -> None:
    """Its schema is taken back and forward meanwhile, as for an older and a newer Callward."""
    daemon.stop()
    while_away()
    daemon.command("database", "downgrade", "--yes")
    daemon.command("database", "upgrade")
    daemon.start()


def _stopped(daemon: Daemon, while_away: Callable[[], None]) -> None:
    daemon.stop()
    while_away()
    daemon.start()


def _killed(daemon: Daemon, while_away: Callable[[], None]) -> None:
    daemon.kill()
    while_away()
    daemon.start()


@pytest.mark.parametrize(
    "how", [_stopped, _killed, _upgraded], ids=["stopped", "killed", "upgraded"]
)
def test_calls_that_run_go_on_and_are_whole(
    stage: Stage, daemon: Daemon, tmp_path: Path, how: Callable[..., None]
) -> None:
    known = {call["id"] for call in daemon.calls()}

    def new() -> list[dict[str, Any]]:
        return [call for call in daemon.calls() if call["id"] not in known]

    # One after the other, so that each is known by its place.
    stage.desk("102", Answer(0.2))
    talking = stage.dial(stage.customer(186), numbers.DESK_102)
    agent = stage.answers(stage.desk("102"))
    daemon.wait_until(lambda: len(new()) == 1 and new()[0]["answered_by"] == "102")

    held_phone = stage.customer(187, Answer(0.2))
    holder = stage.dial(stage.desk("103"), held_phone.number)
    held = stage.answers(held_phone)
    holder.wait("answered")
    listens(stage, holder, 0.5)
    holder.hold()
    daemon.wait_until(lambda: len(new()) == 2)

    ringing = stage.dial(stage.customer(188), numbers.DESK_101)
    rang = stage.rings(stage.desk("101"))
    daemon.wait_until(lambda: len(new()) == 3)

    # Both of its members have a call: he waits.
    queued = stage.dial(stage.customer(189), numbers.QUEUE)
    queued.wait("answered")
    daemon.wait_until(lambda: len(new()) == 4)
    before = {call["id"] for call in new()}
    assert all(call["ended_at"] is None for call in new())

    listens(stage, talking, 0.5)
    # They go on talking while nobody watches: the PBX records it.
    how(daemon, lambda: listens(stage, talking, 1.5))
    daemon.wait_until(lambda: {call["id"] for call in new()} == before)
    assert all(call["ended_at"] is None for call in new())

    # And now each goes its way; as long as 102 talks, the queue has 101 alone.
    holder.unhold()
    listens(stage, holder, 0.5)
    held.hangup()
    holder.wait_end()
    # What rings goes on ringing; the next one is answered.
    stage.desk("101", Answer(0.2))
    ringing.hangup()
    rang.wait_end()
    in_queue = stage.answers(stage.desk("101"))
    listens(stage, queued, 0.5)
    queued.hangup()
    in_queue.wait_end()
    listens(stage, talking, 0.5)
    talking.hangup()
    agent.wait_end()

    calls = latest(daemon, 4)
    assert {call["id"] for call in calls} == before
    assert [call["complete"] for call in calls] == [True] * 4
    talked, outbound, missed, of_queue = calls
    assert (talked["disposition"], talked["answered_by"]) == ("answered", "102")
    assert (outbound["direction"], outbound["disposition"]) == ("outbound", "answered")
    assert (of_queue["disposition"], of_queue["answered_by"]) == ("answered", "101")
    assert of_queue["queue"] == "sales"
    assert (missed["disposition"], missed["hangup_by"]) == ("missed", "customer")
    assert len({call["client_id"] for call in calls}) == 4

    recording = stored(daemon, talked["id"])
    # From before the restart to after it, in one piece.
    assert len(daemon.get(f"/api/v1/calls/{talked['id']}")["recordings"]) == 1
    assert recording["duration_seconds"] >= talked["talk_seconds"] - 1
    sound = audio(daemon, recording["id"], tmp_path / "recording.flac")
    for start in (0.5, recording["duration_seconds"] / 2, recording["duration_seconds"] - 1):
        assert hears(sound, talking.phone.tone, channel=CUSTOMER_SIDE, start=start), start
    for call in (outbound, of_queue):
        assert stored(daemon, call["id"])["duration_seconds"] >= call["talk_seconds"] - 1
