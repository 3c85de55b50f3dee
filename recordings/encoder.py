"""The daemon's side of the encoder: a process that starts with work and ends when it is done."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog

from recordings.errors import ErrorCode, RecordingError
from recordings.job import Job, Outcome, jobs_to_line, outcomes_from_line

_COMMAND = (sys.executable, "-P", "-m", "recordings.worker")
_LINE_LIMIT = 1 << 22
"""Bytes; a stored recording takes 5000 at most."""
_END_SECONDS = 1.0

_log = structlog.get_logger(__name__)


class Encoder:
    """Hands jobs to one process of low priority, some at a time.

    Where it dies or hangs, those jobs go to a new process, one by one; a job with which that one
    is lost too has failed. Without work for ``idle_seconds`` it is ended. Use it with
    ``async with``.
    """

    def __init__(self, *, idle_seconds: float = 30.0, job_seconds: float = 900.0) -> None:
        self._idle_seconds = idle_seconds
        self._job_seconds = job_seconds
        self._asking = asyncio.Lock()
        self._process: asyncio.subprocess.Process | None = None
        self._leaving: asyncio.TimerHandle | None = None

    @property
    def process_id(self) -> int | None:
        """Of the process, where it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def do(self, jobs: Sequence[Job]) -> list[Outcome]:
        """The outcome of each."""
        if not jobs:
            return []
        async with self._asking:
            outcomes = await self._ask(jobs)
            if outcomes is not None:
                return outcomes
            _log.warning("encoder was lost, trying once more", jobs=len(jobs))
            again = [await self._ask([job]) for job in jobs]
        return [_lost() if one is None else one[0] for one in again]

    async def close(self) -> None:
        """End the process. A job that runs fails and can be repeated."""
        process = self._process
        self._dismiss()
        if process is None:
            return
        try:
            async with asyncio.timeout(_END_SECONDS):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def _ask(self, jobs: Sequence[Job]) -> list[Outcome] | None:
        """``None`` where the process died or took too long; it is gone then."""
        self._stay()
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await _start()
        answer = b""
        try:
            async with asyncio.timeout(self._job_seconds):
                answer = await _exchange(process, jobs_to_line(jobs))
        except (TimeoutError, ConnectionError):
            pass
        finally:
            # Also when cancelled: the answer would be taken for that of the next question.
            if not answer.endswith(b"\n"):
                self._kill()
        if self._process is None:
            return None
        loop = asyncio.get_running_loop()
        self._leaving = loop.call_later(self._idle_seconds, self._dismiss)
        return outcomes_from_line(answer)

    def _stay(self) -> None:
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None

    def _dismiss(self) -> None:
        """End of its input is the process's sign to go; asyncio collects it."""
        self._stay()
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()


def _lost() -> RecordingError:
    return RecordingError(ErrorCode.WORKER_LOST, "the encoder was lost twice")


async def _start() -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        *_COMMAND,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        limit=_LINE_LIMIT,
        # A Ctrl-C at the terminal is the daemon's to handle.
        start_new_session=True,
        env={**os.environ, "OPENBLAS_NUM_THREADS": "1"},
    )


async def _exchange(process: asyncio.subprocess.Process, line: bytes) -> bytes:
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(line)
    await process.stdin.drain()
    return await process.stdout.readline()
