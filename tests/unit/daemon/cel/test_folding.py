"""The process that folds a long log may end at any moment: its daemon does not."""

from __future__ import annotations

import sys
from collections import Counter

import pytest

from daemon.calls.directory import Directory
from daemon.cel import folding
from tests.replay.recorded import settings
from tests.unit.daemon.capture.conftest import LONG_AGO

_KILLED = """
import os, pickle, signal, sys
told = pickle.dumps(list(range(100_000)))
os.write(1, told[: int(len(told) * {part})])
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("part", [0.0, 0.0001, 0.5, 0.99])
def test_one_that_is_killed_in_the_middle_of_a_word_is_a_log_that_cannot_be_read(
    part: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = settings()
    pbx = known.pbx[0]
    directory = Directory.from_settings(known.company, known.agents, pbx)
    program = _KILLED.format(part=part)
    monkeypatch.setattr(folding, "_COMMAND", (sys.executable, "-c", program))
    with folding._Apart(pbx, directory, LONG_AGO, Counter()) as apart, pytest.raises(OSError):
        apart.next()
