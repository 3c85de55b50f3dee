"""Who asks: a manager, known by his token, or the operator at this machine.

Every door of the API decides by a ``Viewer``. A manager's is narrowed to what he may see and
never holds a number; the operator, who comes without a token over loopback, sees everything.
"""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import hdrs, web
from sqlalchemy import ColumnElement

from config.settings import Reach
from crm.access_tokens import find_agent
from crm.clients import reachable
from crm.vault import Vault
from daemon.api.context import CONTEXT
from daemon.api.masking import safe_text
from daemon.api.problems import ProblemError
from daemon.history.queries import Concerning
from daemon.routing.people import Agent, People

PROTOCOL: Final = "callward"
"""The WebSocket subprotocol; a browser's WebSocket sends a token only as the one after it."""


@dataclass(frozen=True, slots=True)
class Viewer:
    """For whom an answer is meant."""

    agent: str | None = None
    """The manager's name; ``None`` for the operator, to whom nothing is hidden."""
    reach: Reach = "all"
    """Which clients the manager may call, and so see."""

    @property
    def is_operator(self) -> bool:
        """Whether this is the operator."""
        return self.agent is None

    @property
    def concerning(self) -> Concerning | None:
        """To which calls his view is narrowed."""
        return None if self.agent is None else Concerning(self.agent, self.reach)

    @property
    def within(self) -> ColumnElement[bool] | None:
        """To which clients his view is narrowed."""
        return None if self.agent is None else reachable(self.agent, self.reach)

    def vault(self, vault: Vault) -> Vault | None:
        """What opens numbers, for the operator."""
        return vault if self.is_operator else None

    def text(self, text: str | None) -> str | None:
        """A name or the like: a manager gets none whose digits could be a number."""
        return text if self.is_operator else safe_text(text)

    def if_operator(self, text: str | None) -> str | None:
        """A number, or what another system named and a number may be in."""
        return text if self.is_operator else None


OPERATOR: Final = Viewer()

_VIEWER: Final = web.RequestKey("viewer", Viewer)


async def viewer_of(request: web.Request) -> Viewer:
    """Who sent this request: asked for once, then remembered with it.

    ``Authorization: Bearer TOKEN``, or ``Sec-WebSocket-Protocol: callward, TOKEN``. Raises a 401
    problem where the token is unknown, revoked, or of an agent whom the settings no longer name.
    """
    known = request.get(_VIEWER)
    if known is None:
        known = request[_VIEWER] = await _identify(request)
    return known


def known_agents(people: People) -> dict[str, Agent]:
    """By name, everybody whom the settings name: agents, and endpoints of the group."""
    return {agent.name: agent for agent in (*people.settled, *people.group)}


def find_known(people: People, name: str) -> Agent | None:
    """That agent, where the settings name him; where they name nobody, any endpoint's own.

    Who left the settings is nobody any more, though a phone could be called like him.
    """
    known = known_agents(people)
    return known.get(name) if known else people.find(name)


def get_known(people: People, name: str, parameter: str) -> Agent:
    """As ``find_known``; a 400 problem that names who there is, where there is no such agent."""
    agent = find_known(people, name)
    if agent is None:
        allowed = ", ".join(known_agents(people)) or "—"
        raise ProblemError(HTTPStatus.BAD_REQUEST, "unknown_agent", name=parameter, allowed=allowed)
    return agent


async def _identify(request: web.Request) -> Viewer:
    token = token_of(request)
    if token is None:
        return OPERATOR
    context = request.app[CONTEXT]
    async with context.database.read() as connection:
        name = await connection.run_sync(find_agent, token)
    agent = None if name is None else find_known(context.people, name)
    if agent is None:
        raise ProblemError(HTTPStatus.UNAUTHORIZED, "invalid_token")
    return Viewer(agent.name, agent.calls)


def token_of(request: web.Request) -> str | None:
    """The token that a request shows, good or not; ``None`` where it shows none."""
    if hdrs.AUTHORIZATION in request.headers:
        scheme, _, token = request.headers[hdrs.AUTHORIZATION].partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""
    offered = [
        one.strip()
        for line in request.headers.getall(hdrs.SEC_WEBSOCKET_PROTOCOL, ())
        for one in line.split(",")
    ]
    if offered[:1] == [PROTOCOL] and len(offered) > 1:
        return offered[1]
    return None
