"""Callward is told to stop in the middle of everything: it is gone in seconds, nothing is lost."""

from __future__ import annotations

import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Final

import pytest

from lab.daemon import Daemon
from lab.lab import Lab
from lab.phones import Answer
from lab.scenarios import Stage, numbers
from tests.lab.test_capture import latest, listens

pytestmark = pytest.mark.lab

STOP_SECONDS: Final = 5.0
"""What operators are promised (docs/availability.md)."""


@pytest.fixture
def daemon(daemon: Daemon) -> Iterator[Daemon]:
    """It goes and comes; afterwards it is there."""
    yield daemon
    if not daemon.is_running:
        daemon.start()


@pytest.mark.parametrize("locked", [False, True], ids=["free", "locked"])
def test_a_stop_in_the_middle_of_calls(
    stage: Stage, daemon: Daemon, lab: Lab, *, locked: bool
) -> None:
    known = len(daemon.calls())
    stage.desk("102", Answer(0.2))
    talking = stage.dial(stage.customer(191), numbers.DESK_102)
    agent = stage.answers(stage.desk("102"))
    ended = stage.dial(stage.customer(192), numbers.DESK_101)
    rang = stage.rings(stage.desk("101"))
    daemon.wait_until(lambda: len(daemon.calls()) == known + 2)
    listens(stage, talking, 0.5)
    with closing(sqlite3.connect(lab.folder / "callward" / "callward.db")) as other:
        if locked:
            other.execute("BEGIN IMMEDIATE")
        ended.hangup()
        rang.wait_end()
        daemon.send(signal.SIGTERM)
        code = daemon.wait_until_ended(STOP_SECONDS)
        other.rollback()
    # A database that nobody can write keeps it from an orderly end, not from its end.
    assert code == (1 if locked else 0)
    talking.hangup()
    agent.wait_end()
    daemon.start()
    talked, missed = latest(daemon, 2)
    assert [call["complete"] for call in (talked, missed)] == [True, True]
    assert (talked["disposition"], missed["disposition"]) == ("answered", "missed")
    assert len(daemon.calls()) == known + 2
