"""The link to one PBX: keeps a session alive, comes back after each end, tells how it is."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NoReturn

import structlog

from config.settings import PbxSettings
from daemon.ami.actions import Action, Response
from daemon.ami.message import Message
from daemon.ami.session import ActionTimeoutError, Deadlines, LinkDownError, Session
from daemon.ami.state import LinkState, Notice, Reason

__all__ = ["ActionTimeoutError", "AmiLink", "Deadlines", "LinkDownError", "Retries"]

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retries:
    """Pauses before connecting again, in seconds: full jitter below a ceiling that doubles."""

    first: float = 0.5
    most: float = 30.0
    stable: float = 30.0
    """A connection that lived this long starts again from the first."""

    def ceiling(self, failures: int) -> float:
        """The longest pause after so many failures in a row."""
        return min(self.most, self.first * 2.0 ** min(failures, 32))


class AmiLink:
    """One PBX. Run ``run`` as a task; several links live side by side.

    ``on_messages`` gets every message, answers and snapshots included, one batch for each TCP
    read; ``on_state`` gets each change of state. Both are plain functions that only put things
    somewhere. A change to connected comes before that connection's first message, a change to
    down after its last. ``clock`` gives aware UTC, ``chance`` numbers from 0 to 1.
    """

    def __init__(
        self,
        settings: PbxSettings,
        secret: str,
        *,
        on_messages: Callable[[list[Message]], None],
        on_state: Callable[[LinkState], None],
        deadlines: Deadlines | None = None,
        retries: Retries | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
        chance: Callable[[], float] = random.random,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._on_messages = on_messages
        self._on_state = on_state
        self._deadlines = deadlines or Deadlines()
        self._retries = retries or Retries()
        self._clock = clock
        self._chance = chance
        self._sleep = sleep
        self.surprises: Counter[str] = Counter()
        """What the PBX sent that it should not have, by kind, since the start: see ``Framer``."""
        self._closing = asyncio.Event()
        self._session: Session | None = None
        self._state = LinkState(
            pbx=settings.name,
            address=f"{settings.host}:{settings.port}",
            connected=False,
            since=clock(),
            notices=(Notice(reason=Reason.STARTING),),
        )

    @property
    def state(self) -> LinkState:
        """How it is now."""
        return self._state

    async def run(self) -> None:
        """Keep the PBX connected until ``close`` or cancellation. Raises only for a bug."""
        try:
            async with asyncio.TaskGroup() as group:
                work = group.create_task(self._keep_connected())
                await self._closing.wait()
                work.cancel()
        finally:
            self._change(connected=False, notices=(Notice(reason=Reason.CLOSED),))

    def close(self) -> None:
        """Make ``run`` end, whatever it is doing: connected, connecting or waiting to."""
        self._closing.set()

    def resync(self) -> None:
        """Take another snapshot: messages were dropped here. Each connection begins with one."""
        if self._session is not None:
            self._session.resync()

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        """Send one action once, and give its answer; ``Response.success`` says whether it was done.

        Raises ``LinkDownError`` while the PBX is not connected (nothing was sent) or when it is
        lost before the answer, ``ActionTimeoutError`` after ``timeout`` seconds. Is never repeated.
        """
        if self._session is None:
            lost = Notice(reason=Reason.LOST)
            raise LinkDownError(
                self._settings.name, lost if self._state.connected else self._state.notices[0]
            )
        return await self._session.ask(action, timeout)

    async def _keep_connected(self) -> NoReturn:
        loop = asyncio.get_running_loop()
        failures = 0
        while True:
            started = loop.time()
            try:
                await self._live_through_session()
            except LinkDownError as down:
                self._change(connected=False, notices=(down.notice,))
            if loop.time() - started >= self._retries.stable:
                failures = 0
            pause = self._retries.ceiling(failures) * self._chance()
            failures += 1
            await self._sleep(pause)

    async def _live_through_session(self) -> NoReturn:
        session = Session(
            self._settings,
            self._secret,
            self._deadlines,
            self.surprises,
            on_messages=self._on_messages,
            on_notices=lambda notices: self._change(connected=True, notices=notices),
        )
        known = self.surprises.copy()
        try:
            notices = await session.open()
            self._session = session
            self._change(connected=True, notices=notices)
            session.release()
            await session.watch()
        finally:
            self._session = None
            await session.close()
            if new := self.surprises - known:
                log.warning("ami wire surprises", pbx=self._settings.name, **new)

    def _change(self, *, connected: bool, notices: tuple[Notice, ...]) -> None:
        """Tell of a change, and only of a change: failing again for the same reason is none."""
        before = self._state
        if (connected, notices) == (before.connected, before.notices):
            return
        self._state = LinkState(
            pbx=before.pbx,
            address=before.address,
            connected=connected,
            since=before.since if connected == before.connected else self._clock(),
            notices=notices,
        )
        wrong = {notice.reason for notice in notices} - {Reason.CLOSED}
        record = log.warning if wrong else log.info
        record(
            "ami link is up" if connected else "ami link is down",
            pbx=before.pbx,
            address=before.address,
            reasons=[notice.reason.value for notice in notices],
            advice=[notice.text() for notice in notices],
        )
        self._on_state(self._state)
