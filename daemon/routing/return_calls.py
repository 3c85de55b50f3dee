"""Managers who call the company's number from their own mobile.

Caller id alone can be forged: where ``mobile.pin`` says so, nothing is told or done before the PIN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from config.decided import SettingsNow
from crm.callers import Caller, find_by_client, find_by_code
from crm.pins import PinCheck, Pins
from daemon.routing.connect import AccessOf, connect, may_know, may_reach
from daemon.routing.people import Agent, People
from daemon.routing.prompts import LOCKED, NOT_ALLOWED, WRONG_CODE, WRONG_PIN
from daemon.routing.recent import find_last_client
from daemon.routing.sessions import MOST_TRIES, Session, Sessions
from daemon.routing.tokens import Tokens
from daemon.routing.wire import Answer, Bye, CallClient, Manager, No, Welcome
from store.database import Database

RECENT: Final = timedelta(hours=24)
"""A client of yesterday morning is not meant by "call back"."""


@dataclass(frozen=True, slots=True)
class ReturnCalls:
    """Opens sessions and answers what is asked in them. ``clock`` gives aware UTC."""

    settings: SettingsNow
    database: Database
    people: People
    access_of: AccessOf
    tokens: Tokens
    pins: Pins
    clock: Callable[[], datetime]
    sessions: Sessions = field(default_factory=Sessions)

    async def open(self, agent: Agent, channel: str) -> Manager | None:
        """The answer to a call from his own mobile.

        ``None`` where a PIN is asked for and he has none, or he left: then he is a caller without
        a number.
        """
        if self.access_of(agent.name) is None:
            return None
        if self.settings().mobile.pin == "never":
            name, session = self.sessions.open(agent.name, channel, trusted=True)
            return Manager(name, asks_pin=False, code=await self._offer(agent, session))
        if not (await self.pins.state(agent.name)).is_set:
            return None
        name, _ = self.sessions.open(agent.name, channel, trusted=False)
        return Manager(name, asks_pin=True, code="")

    async def pin(self, name: str, channel: str, pin: str) -> Answer:
        """Whether the PIN is right; if so, whom he is offered."""
        session, agent = self._find(name, channel)
        if session is None or agent is None:
            return Bye(NOT_ALLOWED)
        if not session.trusted:
            match await self.pins.check(agent.name, pin):
                case PinCheck.WRONG:
                    return No(WRONG_PIN)
                case PinCheck.LOCKED:
                    self.sessions.close(name)
                    return Bye(LOCKED)
            session.trusted = True
        return Welcome(await self._offer(agent, session))

    async def choose(self, name: str, channel: str, code: str) -> Answer:
        """A token for the client of this code; without a code for the one who was offered."""
        session, agent = self._find(name, channel)
        if session is None or agent is None or not session.trusted:
            return Bye(NOT_ALLOWED)
        offered = session.offered
        client: Caller | None = None
        if code:
            client = await self.database.look(lambda connection: find_by_code(connection, code))
        elif offered is not None:
            client = await self.database.look(
                lambda connection: find_by_client(connection, offered)
            )
        answer: CallClient | No = No(WRONG_CODE)
        access = self.access_of(agent.name)
        if client is not None and may_know(access, client):
            seconds = self.settings().callbacks.client_seconds
            answer = connect(self.tokens, access, agent, client, seconds)
        if isinstance(answer, CallClient):
            return answer
        session.tries += 1
        if session.tries < MOST_TRIES:
            return answer
        self.sessions.close(name)
        return Bye(answer.prompt)

    def _find(self, name: str, channel: str) -> tuple[Session | None, Agent | None]:
        session = self.sessions.find(name, channel)
        return session, None if session is None else self.people.find(session.agent)

    async def _offer(self, agent: Agent, session: Session) -> str:
        """The code of the client whom he missed or spoke to last; empty where there is none."""
        since = self.clock() - RECENT

        def last(connection: Connection) -> Caller | None:
            client_id: UUID | None = find_last_client(connection, agent.name, since)
            return None if client_id is None else find_by_client(connection, client_id)

        client = await self.database.look(last)
        access = self.access_of(agent.name)
        if client is None or not client.code or not may_reach(access, client):
            return ""
        session.offered = client.client_id
        return client.code
