"""The daemon's side of the encoder: processes that start with work and end when it is done."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import suppress
from types import TracebackType
from typing import Self

import structlog

from recordings.errors import ErrorCode, RecordingError
from recordings.job import Stored, StoreJob

_COMMAND = (sys.executable, "-P", "-m", "recordings.worker")
_LINE_LIMIT = 1 << 20
_END_SECONDS = 5.0

_log = structlog.get_logger(__name__)


class Encoder:
    """Runs at most ``processes`` jobs at once, each in a process of low priority.

    A process that dies or hangs takes its job once more to a new one; the second time is the
    job's failure. One without work for ``idle_seconds`` is ended. Use it with ``async with``.
    """

    def __init__(
        self, *, processes: int = 1, idle_seconds: float = 30.0, job_seconds: float = 900.0
    ) -> None:
        self._workers = tuple(_Worker(idle_seconds, job_seconds) for _ in range(processes))
        # Last in, first out: a second process starts only when the first one has work.
        self._free: asyncio.LifoQueue[_Worker] = asyncio.LifoQueue()
        for worker in reversed(self._workers):
            self._free.put_nowait(worker)

    @property
    def process_ids(self) -> tuple[int, ...]:
        """Of the processes that run now."""
        return tuple(worker.pid for worker in self._workers if worker.pid is not None)

    async def store(self, job: StoreJob) -> Stored:
        """Do one job. Raises ``RecordingError``."""
        line = job.to_line()
        worker = await self._free.get()
        try:
            answer = await worker.ask(line)
            if answer is None:
                _log.warning("encoder was lost, trying once more", recording=str(job.recording))
                answer = await worker.ask(line)
        finally:
            self._free.put_nowait(worker)
        if answer is None:
            raise RecordingError(ErrorCode.WORKER_LOST, "the encoder was lost twice")
        return Stored.from_line(answer)

    async def close(self) -> None:
        """End every process. A job that runs fails and can be repeated."""
        for worker in self._workers:
            await worker.end()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()


class _Worker:
    """One process at a time, started when it is asked something."""

    def __init__(self, idle_seconds: float, job_seconds: float) -> None:
        self._idle_seconds = idle_seconds
        self._job_seconds = job_seconds
        self._process: asyncio.subprocess.Process | None = None
        self._leaving: asyncio.TimerHandle | None = None

    @property
    def pid(self) -> int | None:
        """Of the process, where it runs."""
        process = self._process
        return process.pid if process is not None and process.returncode is None else None

    async def ask(self, line: bytes) -> bytes | None:
        """The answer, or ``None`` where the process died or took too long; it is gone then."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        process = self._process
        if process is None or process.returncode is not None:
            process = self._process = await _start()
        answer = b""
        try:
            async with asyncio.timeout(self._job_seconds):
                answer = await _exchange(process, line)
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
        return answer

    async def end(self) -> None:
        """Let the process end, and make it where it will not."""
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

    def _dismiss(self) -> None:
        """End of its input is the process's sign to go; asyncio collects it."""
        if self._leaving is not None:
            self._leaving.cancel()
            self._leaving = None
        process, self._process = self._process, None
        if process is not None and process.stdin is not None:
            process.stdin.close()

    def _kill(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            with suppress(ProcessLookupError):
                process.kill()


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
