"""One connection to one PBX, from the first byte to the last: sign in, filter, watch, snapshot."""

from __future__ import annotations

import asyncio
import errno
import socket
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import NoReturn

from config.settings import PbxSettings
from daemon.ami import snapshot
from daemon.ami.actions import Action, Response, core_status, login, ping
from daemon.ami.filters import EVENT_CLASSES, login_filters
from daemon.ami.message import Message
from daemon.ami.protocol import AmiProtocol, Connection, ConnectionEndedError, NotAmiError
from daemon.ami.state import Notice, Reason, presentable


class LinkDownError(Exception):
    """The PBX is not connected, or was lost in mid-action; ``notice`` says why."""

    def __init__(self, pbx: str, notice: Notice) -> None:
        super().__init__(f"{pbx}: {notice.text()}")
        self.notice = notice


class ActionTimeoutError(Exception):
    """The PBX did not answer an action in time; it may have done it all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """Of one connection, in seconds."""

    connect: float = 10.0
    greeting: float = 10.0
    login: float = 10.0
    booted: float = 10.0
    """After this long without ``FullyBooted`` the snapshot is taken all the same, with a notice."""
    action: float = 10.0
    snapshot: float = 30.0
    ping_every: float = 10.0
    ping: float = 10.0
    """Silence after a ping that ends the connection. Any byte is a sign of life."""


class Session:
    """``open``, ``release``, ``watch``, and ``close`` in any case.

    ``on_messages`` is called from ``release`` on; ``on_notices`` while ``watch`` runs, with all
    that is amiss.
    """

    def __init__(
        self,
        settings: PbxSettings,
        secret: str,
        deadlines: Deadlines,
        surprises: Counter[str],
        *,
        on_messages: Callable[[list[Message]], None],
        on_notices: Callable[[tuple[Notice, ...]], None],
    ) -> None:
        self._settings = settings
        self._secret = secret
        self._deadlines = deadlines
        self._on_messages = on_messages
        self._on_notices = on_notices
        self._notices: tuple[Notice, ...] = ()
        self._booted = asyncio.Event()
        self._why_ended = Reason.LOST
        self._protocol = AmiProtocol(self._receive, surprises=surprises)
        self._connection = Connection(settings.host, settings.port, lambda: self._protocol)

    async def open(self) -> tuple[Notice, ...]:
        """Connect, sign in and set the filters; gives what is amiss. Raises ``LinkDownError``."""
        await self._connect()
        await self._log_in()
        await self._ask_start()
        await self._set_filters()
        return self._notices

    def release(self) -> None:
        """From now on hand messages over; those held back since the login come first."""
        self._protocol.release()

    def resync(self) -> None:
        """Take another snapshot when the one under way is done."""
        self._booted.set()

    async def watch(self) -> NoReturn:
        """Take snapshots and listen for silence until the end, which is a ``LinkDownError``."""
        # No TaskGroup: until Python 3.13 it forgets a cancellation that meets an error.
        tasks = [
            asyncio.create_task(watching)
            for watching in (self._notice_end(), self._notice_silence(), self._take_snapshots())
        ]
        try:
            ended, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
        for task in ended:
            task.result()
        raise self._ended()

    async def close(self) -> None:
        """End the connection. No message comes after."""
        self._connection.close()
        self._protocol.close()
        if self._protocol.connected:
            await asyncio.shield(self._protocol.ended)

    async def ask(self, action: Action, timeout: float | None = None) -> Response:
        """Send an action once. Raises ``ActionTimeoutError``, ``LinkDownError``."""
        seconds = self._deadlines.action if timeout is None else timeout
        try:
            async with asyncio.timeout(seconds):
                return await self._protocol.send(action)
        except TimeoutError:
            raise ActionTimeoutError(
                f"{self._settings.name}: {action.name} was not answered in {seconds:g} s"
            ) from None
        except ConnectionEndedError:
            raise self._ended() from None

    async def _connect(self) -> None:
        try:
            async with asyncio.timeout(self._deadlines.connect):
                await self._connection.open()
        except OSError as error:
            raise self._down(*_why_not_connected(error)) from None
        try:
            async with asyncio.timeout(self._deadlines.greeting):
                await asyncio.shield(self._protocol.greeted)
        except TimeoutError:
            raise self._down(Reason.GREETING_TIMEOUT) from None
        except NotAmiError as error:
            raise self._down(Reason.NOT_AMI, presentable(error.opening)) from None
        except ConnectionEndedError:
            raise self._down(Reason.NO_GREETING) from None

    async def _log_in(self) -> None:
        # Only now: a secret is not for whatever else may listen on that port.
        action = login(self._settings.username, self._secret, EVENT_CLASSES)
        try:
            answer = await self.ask(action, self._deadlines.login)
        except ActionTimeoutError:
            raise self._down(Reason.LOGIN_TIMEOUT) from None
        if not answer.success:
            raise self._down(Reason.LOGIN_REFUSED, presentable(answer.text))

    async def _ask_start(self) -> None:
        """Its answer is the first of all that ``on_messages`` gets: whether this is the PBX of
        before is known before anybody, by whatever list he asks for, learns what runs on it."""
        try:
            await self.ask(core_status(), self._deadlines.login)
        except ActionTimeoutError:
            raise self._down(Reason.LOGIN_TIMEOUT) from None

    async def _set_filters(self) -> None:
        for action in login_filters():
            try:
                answer = await self.ask(action, self._deadlines.login)
            except ActionTimeoutError:
                raise self._down(Reason.LOGIN_TIMEOUT) from None
            if not answer.success:
                refusal = Notice(reason=Reason.FILTER_REFUSED, detail=presentable(answer.text))
                self._notices = (refusal,)
                return

    async def _notice_end(self) -> NoReturn:
        await asyncio.shield(self._protocol.ended)
        raise self._ended()

    async def _notice_silence(self) -> NoReturn:
        while True:
            await asyncio.sleep(self._deadlines.ping_every)
            answer = self._protocol.send(ping())
            heard = self._protocol.bytes_received
            while not (await asyncio.wait({answer}, timeout=self._deadlines.ping))[0]:
                if self._protocol.bytes_received == heard:
                    answer.cancel()
                    self._why_ended = Reason.SILENT
                    raise self._ended()
                heard = self._protocol.bytes_received
            answer.exception()  # an end of the connection is told by ``_notice_end``

    async def _take_snapshots(self) -> NoReturn:
        """Once after each ``FullyBooted``, which Asterisk says at login or when it has loaded."""
        try:
            async with asyncio.timeout(self._deadlines.booted):
                await self._booted.wait()
        except TimeoutError:
            self._amend(Reason.NOT_BOOTED, holds=True)
            await self._take_snapshot()
        while True:
            await self._booted.wait()
            self._booted.clear()
            self._amend(Reason.NOT_BOOTED, holds=False)
            await self._take_snapshot()

    async def _take_snapshot(self) -> None:
        missing: list[str] = []

        async def ask(action: Action) -> tuple[Message, ...]:
            try:
                answer = await self.ask(action, self._deadlines.snapshot)
            except ActionTimeoutError:
                missing.append(action.name)
                return ()
            if not answer.success and action.name not in snapshot.MAY_BE_REFUSED:
                missing.append(action.name)
            return answer.events

        await ask(snapshot.CHANNELS)
        await ask(snapshot.STATUS)
        bridges = await ask(snapshot.BRIDGES)
        for action in snapshot.bridge_details(bridges):
            await ask(action)
        await ask(snapshot.QUEUES)
        await ask(snapshot.PARKED)
        detail = ", ".join(dict.fromkeys(missing))
        self._amend(Reason.SNAPSHOT_INCOMPLETE, holds=bool(missing), detail=detail)

    def _receive(self, messages: list[Message]) -> None:
        for message in messages:
            name = message.headers.get("Event")
            if name == "FullyBooted":
                self._booted.set()
            elif name == "Shutdown":
                self._why_ended = Reason.PBX_SHUTDOWN
        self._on_messages(messages)

    def _amend(self, reason: Reason, *, holds: bool, detail: str = "") -> None:
        others = tuple(notice for notice in self._notices if notice.reason is not reason)
        self._notices = (*others, Notice(reason=reason, detail=detail)) if holds else others
        self._on_notices(self._notices)

    def _down(self, reason: Reason, detail: str = "") -> LinkDownError:
        return LinkDownError(self._settings.name, Notice(reason=reason, detail=detail))

    def _ended(self) -> LinkDownError:
        return self._down(self._why_ended)


def _why_not_connected(error: OSError) -> tuple[Reason, str]:
    if isinstance(error, TimeoutError):
        return Reason.CONNECT_TIMEOUT, ""
    if isinstance(error, socket.gaierror):
        return Reason.NAME_UNKNOWN, ""
    # A name with several addresses ends in one error that only quotes the others.
    if isinstance(error, ConnectionRefusedError) or f"Errno {errno.ECONNREFUSED}]" in str(error):
        return Reason.REFUSED, ""
    return Reason.UNREACHABLE, error.strerror or type(error).__name__
