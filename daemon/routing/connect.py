"""From an agent to a client: whether he may, and the token that stands for the client."""

from __future__ import annotations

from collections.abc import Callable

from crm.access import Access, Right, allows
from crm.callers import Caller
from crm.names import phone_name
from daemon.routing.people import Agent
from daemon.routing.prompts import NOT_ALLOWED, UNREACHABLE
from daemon.routing.tokens import ClientLeg, Tokens
from daemon.routing.wire import CallClient, No

AccessOf = Callable[[str], Access | None]
"""What the person of that name may do; ``None``: there is none, or he left."""


def may_reach(access: Access | None, client: Caller) -> bool:
    """Whether he may call this client at all."""
    return access is not None and allows(access, Right.CALLS_MAKE, client.target)


def may_know(access: Access | None, client: Caller) -> bool:
    """Whether he may know that there is this client. To who may not, his code is nobody's."""
    return access is not None and any(
        allows(access, right, client.target) for right in (Right.CALLS_MAKE, Right.CLIENTS_READ)
    )


def connect(
    tokens: Tokens, access: Access | None, agent: Agent, client: Caller, seconds: int
) -> CallClient | No:
    """Go on to the client, who rings so long; or why not. ``access``: the agent's."""
    if not may_reach(access, client):
        return No(NOT_ALLOWED)
    if client.client_id is None or client.phone_id is None:
        return No(UNREACHABLE)
    leg = ClientLeg(
        client_id=client.client_id,
        phone_id=client.phone_id,
        agent=agent.name,
        code=client.code or "",
        name=phone_name(client.name, private=client.private),
        seconds=seconds,
    )
    return CallClient(tokens.issue(leg), leg.code, leg.name)
