"""A stretch of the PBX's own log as calls: some minutes of it here, more in a process of its own.

Python folds some thousand calls a second on one core. After a long gap that core would not be there
for the calls of the present: a child process of low priority reads and folds then, and hands over
calls, a hundred at a time.
"""

from __future__ import annotations

import errno
import os
import pickle
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import IO, Any, Final, NamedTuple, Protocol, Self

from config.settings import PbxSettings
from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.cel.logged import LoggedCalls
from daemon.cel.rows import CelColumnsError
from daemon.cel.source import CelSource, open_source

_CALLS_AT_ONCE: Final = 100
_HERE: Final = timedelta(minutes=10)
"""So much of a log is folded sooner than a process is started."""
_NICE: Final = 10
# Not ``-m``: what this module defines would be ``__main__``'s there, unknown to the parent.
_COMMAND: Final = (sys.executable, "-P", "-c", "from daemon.cel.folding import main; main()")


class Stretch(NamedTuple):
    """Calls in the order of their ends."""

    calls: list[Call]
    left_open: bool = False
    """The log tells no end of them."""


class Folding(Protocol):
    """Use it with ``with``; ``next`` blocks: from a thread, one at a time."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None: ...

    def next(self) -> Stretch | None:
        """The next calls; ``None`` at the end. Raises OSError and CelColumnsError where the log
        cannot be read.
        """


def fold_log(pbx: PbxSettings, log: CelSource, directory: Directory, since: datetime) -> Folding:
    """What the log tells since then; its ``surprises`` are added to those of ``log``."""
    if datetime.now(UTC) - since < _HERE:
        return _Here(_stretches(pbx, log, directory, since))
    return _Apart(pbx, directory, since, log.surprises)


def _stretches(
    pbx: PbxSettings, log: CelSource, directory: Directory, since: datetime
) -> Iterator[Stretch]:
    logged = LoggedCalls(pbx.name, directory, log.surprises)
    ended: list[Call] = []
    for rows in log.rows(since):
        ended += logged.feed(rows)
        if len(ended) >= _CALLS_AT_ONCE:
            yield Stretch(ended)
            ended = []
    yield Stretch(ended)
    yield Stretch(logged.finish(), left_open=True)


class _Here:
    def __init__(self, stretches: Iterator[Stretch]) -> None:
        self._stretches = stretches

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        """Nothing is held."""

    def next(self) -> Stretch | None:
        return next(self._stretches, None)


class _Apart:
    """The parent's side."""

    def __init__(
        self, pbx: PbxSettings, directory: Directory, since: datetime, surprises: Counter[str]
    ) -> None:
        self._asked = (pbx, directory, since)
        self._surprises = surprises
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        # Whoever waits in ``next`` on another thread reads the end then.
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def next(self) -> Stretch | None:
        if self._process is None:
            self._process = self._start()
        assert self._process.stdout is not None
        try:
            # From a child of ours, over a pipe that nobody else has.
            told: Any = pickle.load(self._process.stdout)  # noqa: S301
        except (EOFError, pickle.UnpicklingError):
            # Also in the middle of a stretch: killed for want of memory.
            raise OSError(errno.EPIPE, "the process that reads the log has ended") from None
        if isinstance(told, Exception):
            raise told
        if isinstance(told, Counter):
            self._surprises.update(told)
            return None
        assert isinstance(told, Stretch)
        return told

    def _start(self) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(_COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert process.stdin is not None
        try:
            pickle.dump(self._asked, process.stdin)
            process.stdin.close()
        except BrokenPipeError:
            pass  # its end is read in a moment
        return process


def _serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """The child's side: calls, and then what could not be read, or why nothing could."""

    def tell(what: Stretch | Counter[str] | Exception) -> None:
        pickle.dump(what, told, pickle.HIGHEST_PROTOCOL)
        told.flush()

    pbx, directory, since = pickle.load(asked)  # noqa: S301 - from the daemon that started it
    log = open_source(pbx)
    assert log is not None
    try:
        for stretch in _stretches(pbx, log, directory, since):
            tell(stretch)
    except OSError as error:
        tell(OSError(error.errno, error.strerror))
    except CelColumnsError as error:
        tell(error)
    else:
        tell(log.surprises)


def main() -> None:
    """Serve the daemon that started this process."""
    os.nice(_NICE)
    # Whatever a library prints must not stand between two answers.
    told = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        _serve(sys.stdin.buffer, told)
    except BrokenPipeError:
        # The daemon has ended; the next one reads the log again.
        os._exit(0)
