"""From an agent to a client: whether he may, and the token that stands for the client."""

from __future__ import annotations

from crm.access import may_call
from crm.callers import Caller
from crm.names import shown_name
from daemon.routing.people import Agent
from daemon.routing.prompts import NOT_ALLOWED, UNREACHABLE
from daemon.routing.tokens import ClientLeg, Tokens
from daemon.routing.wire import CallClient, No


def may_reach(agent: Agent, client: Caller) -> bool:
    """Whether this agent may call this client at all."""
    return may_call(agent.name, agent.calls, client.curator, client.deputy)


def connect(tokens: Tokens, agent: Agent, client: Caller, seconds: int) -> CallClient | No:
    """Go on to the client, who rings so long; or why not."""
    if not may_reach(agent, client):
        return No(NOT_ALLOWED)
    if client.client_id is None or client.phone_id is None:
        return No(UNREACHABLE)
    leg = ClientLeg(
        client_id=client.client_id,
        phone_id=client.phone_id,
        agent=agent.name,
        code=client.code or "",
        name=shown_name(client.name),
        seconds=seconds,
    )
    return CallClient(tokens.issue(leg), leg.code, leg.name)
