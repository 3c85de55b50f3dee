"""The end comes within its time, whatever hangs."""

from __future__ import annotations

import threading

from structlog.testing import capture_logs

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


def test_nothing_ends_a_daemon_that_was_not_told_to_stop() -> None:
    codes: list[int] = []
    StopLimit(seconds=0, end=codes.append)
    assert codes == []
