"""What people dial on the company's phones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from config.decided import SettingsNow
from crm.access import may_dial
from crm.callers import find_by_code, find_caller
from crm.short_codes import ShortCodes
from crm.vault import Vault
from daemon.routing.connect import AccessOf, connect, may_know
from daemon.routing.line import Line
from daemon.routing.outbound import (
    Code,
    Colleague,
    Company,
    Dialled,
    Dialling,
    Emergency,
    Nothing,
    Outside,
)
from daemon.routing.people import Agent, People
from daemon.routing.plan import plan_for_client, ring_agent
from daemon.routing.prompts import CLOSED, NOBODY, NOT_ALLOWED, WRONG_CODE
from daemon.routing.tokens import NumberLeg, Tokens
from daemon.routing.wire import Answer, CallClient, No, RingColleagues
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class DialledCalls:
    """Answers where a dialled number leads. ``clock`` gives aware UTC."""

    settings: SettingsNow
    database: Database
    vault: Vault
    codes: ShortCodes
    people: People
    access_of: AccessOf
    tokens: Tokens
    dialling: Dialling
    clock: Callable[[], datetime]

    async def answer(self, line: Line, channel_name: str, dialled: str) -> Answer:
        """A token for somebody outside, the phones of colleagues, or why not."""
        agent = self.people.by_channel(channel_name, line.pbx.name)
        meant = self.dialling.read(dialled)
        if isinstance(meant, Emergency):
            return self._outside(meant.digits, "" if agent is None else agent.name)
        if agent is None:
            return No(NOT_ALLOWED)
        if isinstance(meant, Code):
            answer = await self._code(agent, meant.code)
            if answer is not None:
                return answer
            # No code of anybody's; but numbers of so few digits exist.
            meant = Nothing() if meant.number is None else self.dialling.plain(meant.number)
        if isinstance(meant, Outside):
            return await self._number(agent, meant.number)
        return self._colleagues(line, agent, meant)

    def _colleagues(self, line: Line, agent: Agent, meant: Dialled) -> Answer:
        settings = self.settings()
        routing = settings.routing
        match meant:
            case Colleague(colleague):
                steps = ring_agent(colleague, routing.curator_seconds)
                return RingColleagues(line.ringing(steps, ""))
            case Company():
                zone = settings.company.timezone
                plan = plan_for_client(
                    self.people, routing, self.clock(), zone, without=(agent.name,)
                )
                if not plan.steps:
                    return No(CLOSED if plan.closed else NOBODY)
                return RingColleagues(line.ringing(plan.steps, ""))
            case _:
                return No(WRONG_CODE)

    async def _code(self, agent: Agent, code: str) -> Answer | None:
        client = await self.database.look(lambda connection: find_by_code(connection, code))
        access = self.access_of(agent.name)
        if client is None or not may_know(access, client):
            return None
        return connect(self.tokens, access, agent, client, self.settings().callbacks.client_seconds)

    async def _number(self, agent: Agent, number: str) -> Answer:
        caller = await self.database.look(
            lambda connection: find_caller(connection, self.vault, self.codes, number)
        )
        left = self.people.has_left(agent.name)
        if left or not may_dial(agent.dials, is_client=caller.client_id is not None):
            return No(NOT_ALLOWED)
        if caller.client_id is None:
            return self._outside(number, agent.name, caller.code or "")
        access = self.access_of(agent.name)
        return connect(self.tokens, access, agent, caller, self.settings().callbacks.client_seconds)

    def _outside(self, number: str, agent: str, code: str = "") -> CallClient:
        leg = NumberLeg(number, agent, code, self.settings().callbacks.client_seconds)
        return CallClient(self.tokens.issue(leg), code, "")
