"""The doctor's examination by the running daemon: one at a time, beside everything else.

It looks at files and asks PBXs, any of which may hang: so it has a thread and a loop of its own.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

import structlog

from config.problems import Language
from config.settings import Settings
from daemon.doctor.examine import examine_ground
from daemon.doctor.findings import Finding

LIMIT_SECONDS: Final = 45.0
"""After that an examination ends with what it has found."""
KEPT_SECONDS: Final = 300.0
"""For so long its result is given to whoever asks, unless he wants a new one."""
FRESH_SECONDS: Final = 10.0
"""A result that is no older is as good as a new one."""
_CHECKUP: Final = {"by": "checkup"}

Examination = Callable[[Settings, Language], AsyncIterator[Finding]]


@dataclass(slots=True)
class Report:
    """What one examination found, so far or in the end."""

    language: Language
    began_at: datetime
    finished_at: datetime | None = None
    cut_short: bool = False
    """It took too long, and the rest was not looked at."""
    findings: list[Finding] = field(default_factory=list)


class Checkup:
    """Examines when it is asked, and keeps what was found."""

    def __init__(
        self,
        settings: Settings,
        *,
        examine: Examination = examine_ground,
        limit: float = LIMIT_SECONDS,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._examine = examine
        self._limit = limit
        self._now = now
        self._known: dict[Language, Report] = {}
        self._running: tuple[Report, asyncio.Event] | None = None

    async def report(self, language: Language, *, fresh: bool, patience: float) -> Report:
        """The newest result; a new examination where there is none that is good enough.

        Gives what is known after ``patience`` seconds; ``finished_at`` says whether that is all.
        """
        loop = asyncio.get_running_loop()
        end = loop.time() + patience
        with suppress(TimeoutError):
            async with asyncio.timeout_at(end):
                while not self._is_good(language, fresh=fresh):
                    if self._running is None:
                        self._begin(language)
                    assert self._running is not None
                    await self._running[1].wait()
        if self._running is not None and self._running[0].language == language:
            return self._running[0]
        return self._known.get(language) or Report(language, self._now())

    def _is_good(self, language: Language, *, fresh: bool) -> bool:
        known = self._known.get(language)
        if known is None or known.finished_at is None:
            return False
        age = (self._now() - known.finished_at).total_seconds()
        return age <= (FRESH_SECONDS if fresh else KEPT_SECONDS)

    def _begin(self, language: Language) -> None:
        report, done = Report(language, self._now()), asyncio.Event()
        self._running = report, done
        loop = asyncio.get_running_loop()

        def finish() -> None:
            report.finished_at = self._now()
            self._known[language] = report
            self._running = None
            done.set()

        def work() -> None:
            structlog.contextvars.bind_contextvars(**_CHECKUP)
            try:
                asyncio.run(self._collect(report))
            finally:
                # The daemon may have ended meanwhile, and its loop with it.
                with suppress(RuntimeError):
                    loop.call_soon_threadsafe(finish)

        # One that hangs in a file system keeps nobody from ending the daemon.
        threading.Thread(target=work, name="checkup", daemon=True).start()

    async def _collect(self, report: Report) -> None:
        try:
            async with asyncio.timeout(self._limit):
                async for finding in self._examine(self._settings, report.language):
                    report.findings.append(finding)
        except TimeoutError:
            report.cut_short = True
