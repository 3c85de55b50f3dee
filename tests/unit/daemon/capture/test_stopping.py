"""The end comes within its time, whatever hangs."""

from __future__ import annotations

import threading

import pytest
from structlog.testing import capture_logs

from daemon import stopping
from daemon.stopping import StopLimit


def test_a_stop_that_takes_too_long_ends_the_process_and_says_so() -> None:
    ended = threading.Event()
    codes: list[int] = []

    def end(code: int) -> None:
        codes.append(code)
        ended.set()

    with capture_logs() as logs:
        limit = StopLimit(seconds=0.01, end=end)
        limit.begin()
        limit.begin()
        assert ended.wait(30)
    assert codes == [1]
    assert [line["event"][:25] for line in logs] == ["the stop takes too long, "]


def test_a_log_that_takes_nothing_does_not_hold_up_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stuck, ended = threading.Event(), threading.Event()
    monkeypatch.setattr(stopping._log, "error", lambda *_said, **_about: stuck.wait(60))
    StopLimit(seconds=0.01, end=lambda _code: ended.set()).begin()
    assert ended.wait(30)
    assert not stuck.is_set()
    stuck.set()


def test_nothing_ends_a_daemon_that_was_not_told_to_stop() -> None:
    codes: list[int] = []
    StopLimit(seconds=0, end=codes.append)
    assert codes == []
