"""Callbacks: begun, once and never late, and cancelled."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from weakref import WeakValueDictionary

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from config.settings import Settings
from crm.numbers import NumberPlan
from crm.vault import Vault
from daemon.ami.link import ActionTimeoutError, LinkDownError
from daemon.callbacks import orders, rows
from daemon.callbacks.callback import Callback, EndReason, State
from daemon.callbacks.checks import Link, check
from daemon.callbacks.ledger import Ledger, Live
from daemon.callbacks.limits import Limits
from daemon.callbacks.refusal import CallbackRefusedError, Refusal
from daemon.callbacks.requests import (
    CallbackRequest,
    Target,
    known_by_key,
    phone_for,
    target_of,
)
from daemon.callbacks.watch import Watch
from daemon.routing.connect import AccessOf
from daemon.routing.people import Agent, AgentPhone
from daemon.routing.tokens import ClientLeg, Tokens
from store.database import Database
from store.ids import uuid7

_ORDER_SECONDS: Final = 5.0
"""For the PBX to say that it has queued an Originate."""
_STORE_SECONDS: Final = 3.0
_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class PbxLine:
    """One PBX, as callbacks use it."""

    link: Link
    watch: Watch


class Callbacks:
    """``begin`` and ``cancel``; how a callback goes on, the PBX tells (``Watch``).

    Callbacks go over the first PBX of the settings. An agent's requests are heard one after the
    other: of two clicks, the second finds what the first began.
    """

    def __init__(
        self,
        *,
        settings: Settings,
        database: Database,
        vault: Vault,
        plan: NumberPlan,
        access_of: AccessOf,
        tokens: Tokens,
        ledger: Ledger,
        lines: Mapping[str, PbxLine],
    ) -> None:
        self._settings = settings
        self._pbx = settings.pbx[0]
        self._database = database
        self._vault = vault
        self._plan = plan
        self._access_of = access_of
        self._tokens = tokens
        self._ledger = ledger
        self._lines = lines
        self._limits = Limits(settings.callbacks)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._errands: set[asyncio.Task[None]] = set()

    def settle(self, settings: Settings) -> None:
        """Other limits and ringing times from now on; who is rung already is rung as he was."""
        self._settings = settings
        self._limits.settings = settings.callbacks

    async def begin(self, agent: Agent, request: CallbackRequest) -> tuple[Callback, bool]:
        """Ring the agent, then the client; the callback, and whether it is a new one.

        Returns when the PBX has taken the order, or has not: then it has ended. Raises
        ``CallbackRefusedError`` where nothing was begun.
        """
        async with self._turns.setdefault(agent.name, asyncio.Lock()):
            earlier, target = await self._database.look(
                lambda connection: self._read(connection, agent, request)
            )
            if earlier is not None:
                return self._ledger.newest(earlier.id) or earlier, False
            assert target is not None
            live = self._ledger.of_agent(agent.name)
            if live is not None:
                if live.callback.client_id == target.client_id:
                    return live.callback, False
                raise CallbackRefusedError(Refusal.AGENT_BUSY)
            phone = phone_for(agent, request.via)
            self._limits.check(agent.name, len(self._ledger))
            line = self._lines[self._pbx.name]
            await check(line.link, phone, self._pbx.dial)
            # The check took a while, in which others began theirs.
            self._limits.check(agent.name, len(self._ledger))
            live = self._prepare(agent, phone, target, request)
            async with asyncio.timeout(_STORE_SECONDS):
                await self._ledger.begin(live)
            self._limits.count(agent.name)
            self._watch_the_clock(live)
            await self._order(line, live, phone)
            return live.callback, True

    async def cancel(self, id_: UUID) -> None:
        """Have it ended, however far it is. That it has, is told as ever.

        Raises ``CallbackRefusedError`` while the PBX cannot be told; it is told when it is back,
        and nobody is dialled meanwhile.
        """
        live = self._ledger.live(id_)
        if live is None:
            return
        live.known = replace(live.known, stopped=EndReason.CANCELLED)
        for token in live.tokens:
            self._tokens.revoke(token)
        if not live.sent:
            return
        line = self._lines.get(live.callback.pbx)
        try:
            if line is None:
                raise CallbackRefusedError(Refusal.PBX_DOWN)
            for channel in line.watch.channels_of(live):
                await line.link.send(orders.hang_up(channel), timeout=_ORDER_SECONDS)
        except (LinkDownError, ActionTimeoutError):
            raise CallbackRefusedError(Refusal.PBX_DOWN) from None

    async def find(self, id_: UUID) -> Callback | None:
        """One callback, as it is now."""
        newest = self._ledger.newest(id_)
        if newest is not None:
            return (await self.named_now([newest]))[0]
        async with self._database.read() as connection:
            return await connection.run_sync(rows.find, id_)

    async def list_callbacks(
        self,
        *,
        limit: int,
        agents: Collection[str] | None = None,
        after: UUID | None = None,
        live: bool | None = None,
    ) -> list[Callback]:
        """Newest first, as they are now."""
        async with self._database.read() as connection:
            found = await connection.run_sync(
                lambda c: rows.list_callbacks(c, limit=limit, agents=agents, after=after, live=live)
            )
        return await self.named_now([self._ledger.newest(one.id) or one for one in found])

    async def named_now(self, callbacks: Collection[Callback]) -> list[Callback]:
        """These, as they may be shown now: a client may have become private while they went on.
        Without the client, while the database does not answer.
        """
        try:
            return await self._database.look(
                lambda connection: rows.named_now(connection, callbacks)
            )
        except (DBAPIError, PoolTimeoutError, OSError, TimeoutError):
            return [one.without_client for one in callbacks]

    def running(self) -> list[Callback]:
        """Those that go on, oldest first."""
        return [live.callback for live in self._ledger]

    @property
    def listeners(self) -> list[Callable[[Callback], None]]:
        """Are told of every new state; plain functions that only put it somewhere."""
        return self._ledger.listeners

    def hang_up(self, pbx: str, channel: str) -> None:
        """Have a channel ended, by its uniqueid, as soon as may be; for ``Watch``."""
        errand = asyncio.get_running_loop().create_task(self._hang_up(pbx, channel))
        self._errands.add(errand)
        errand.add_done_callback(self._errands.discard)

    async def take_up(self) -> None:
        """Take over what an earlier run left; once, before anything else is asked."""
        await self._ledger.load()
        for live in self._ledger:
            if live.callback.pbx in self._lines:
                self._watch_the_clock(live)
            else:
                self._ledger.end(live, EndReason.DAEMON_RESTARTED)

    # ── one after the other ──────────────────────────────────────────────────────────────────

    def _read(
        self, connection: Connection, agent: Agent, request: CallbackRequest
    ) -> tuple[Callback | None, Target | None]:
        earlier = known_by_key(connection, agent.name, request)
        if earlier is not None:
            return earlier, None
        access = self._access_of(agent.name)
        if access is not None and not request.own_private:
            access = replace(access, own_private=False)
        return None, target_of(connection, self._vault, self._plan, access, request)

    def _prepare(
        self, agent: Agent, phone: AgentPhone, target: Target, request: CallbackRequest
    ) -> Live:
        limits = self._settings.callbacks
        id_, now = uuid7(), datetime.now(UTC)
        leg = ClientLeg(
            client_id=target.client_id,
            phone_id=target.phone_id,
            agent=agent.name,
            code=target.code,
            name=target.name,
            seconds=limits.client_seconds,
            callback_id=id_,
        )
        return Live(
            Callback(
                id=id_,
                pbx=self._pbx.name,
                agent=agent.name,
                client_id=target.client_id,
                via=phone.key,
                idempotency_key=request.idempotency_key,
                state=State.RINGING_AGENT,
                created_at=now,
                changed_at=now,
                code=target.code,
                name=target.name,
                private_of=target.private_of,
            ),
            tokens=orders.issue(self._tokens, leg, phone, limits),
            sent=False,
            connection=self._lines[self._pbx.name].watch.connection,
        )

    async def _order(self, line: PbxLine, live: Live, phone: AgentPhone) -> None:
        """The one Originate. What became of it without an answer, nobody knows: it is not
        repeated, the client's token is good no more, and a channel that comes of it is hung up.
        """
        if live.known.stopped is not None:
            self._ledger.end(live, live.known.stopped)
        # It may also have ended while it was being stored: the link was lost and is back.
        if not live.callback.is_live:
            return
        live.sent = True
        order = orders.call_agent(live.callback, live.tokens, phone, self._settings.callbacks)
        try:
            answer = await line.link.send(order, timeout=_ORDER_SECONDS)
        except (LinkDownError, ActionTimeoutError):
            self._ledger.end(live, EndReason.LINK_LOST)
            return
        if not answer.success:
            _log.error("pbx refused to originate", pbx=self._pbx.name, answer=answer.text)
            self._ledger.end(live, EndReason.REFUSED)

    # ── the end ──────────────────────────────────────────────────────────────────────────────

    def _watch_the_clock(self, live: Live) -> None:
        seconds = orders.longest_seconds(self._settings.callbacks)
        asyncio.get_running_loop().call_later(seconds, self._overdue, live.callback.id)

    def _overdue(self, id_: UUID) -> None:
        """Nobody tells how it is: the link is down, or an event was lost."""
        live = self._ledger.live(id_)
        if live is not None and live.callback.state is not State.TALKING:
            self.hang_up(live.callback.pbx, live.callback.channel)
            self._ledger.end(live, live.known.lost)

    async def _hang_up(self, pbx: str, channel: str) -> None:
        line = self._lines.get(pbx)
        if line is None:
            return
        try:
            await line.link.send(orders.hang_up(channel), timeout=_ORDER_SECONDS)
        except (LinkDownError, ActionTimeoutError):
            _log.warning("callback's channel could not be hung up", pbx=pbx)
