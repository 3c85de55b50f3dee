"""What is asked for, and what it means: whose callback, to whom, on which phone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Connection

from crm.access import Access
from crm.callers import Caller, find_by_client, find_by_code, get_number
from crm.names import phone_name
from crm.numbers import NumberPlan
from crm.vault import Vault
from daemon.callbacks import rows
from daemon.callbacks.callback import Callback
from daemon.callbacks.refusal import CallbackRefusedError, Refusal
from daemon.routing.connect import may_know, may_reach
from daemon.routing.people import Agent, AgentPhone


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackRequest:
    """``POST /callbacks``: either a client's id or his short code."""

    client_id: UUID | None = None
    short_code: str | None = None
    via: str | None = None
    """The key of one of the manager's phones; by default the first on which he takes calls."""
    idempotency_key: str | None = None
    own_private: bool = True
    """``False``: the manager's private clients are shut, as ``Access.own_private`` says."""

    def is_for(self, callback: Callback) -> bool:
        """Whether this callback is what is asked for."""
        client = self.client_id in (None, callback.client_id)
        code = self.short_code in (None, callback.code)
        return client and code and self.via in (None, callback.via)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """The client who is to be called."""

    client_id: UUID
    phone_id: UUID
    code: str
    name: str
    """As it may be shown on a phone."""
    private_of: str | None = None
    """The curator, where it is a private client."""


def phone_for(agent: Agent, via: str | None) -> AgentPhone:
    """On which of his phones the manager is rung. Raises ``CallbackRefusedError``."""
    first = next(iter(agent.ringing or agent.phones), None)
    phone = first if via is None else agent.phone(via)
    if phone is None:
        known = ", ".join(one.key for one in agent.phones)
        raise CallbackRefusedError(Refusal.NO_SUCH_PHONE, allowed=known)
    return phone


def known_by_key(connection: Connection, agent: str, request: CallbackRequest) -> Callback | None:
    """The callback that this very request has begun before.

    Raises ``CallbackRefusedError`` where another one has used its key.
    """
    if request.idempotency_key is None:
        return None
    earlier = rows.find_by_key(connection, agent, request.idempotency_key)
    if earlier is not None and not request.is_for(earlier):
        raise CallbackRefusedError(Refusal.KEY_REUSED)
    return earlier


def target_of(
    connection: Connection,
    vault: Vault,
    plan: NumberPlan,
    access: Access | None,
    request: CallbackRequest,
) -> Target:
    """The client, if who has this access may call him and he can be called.

    Raises ``CallbackRefusedError``: to who may not know of him, there is no such client.
    """
    client: Caller | None = None
    if request.client_id is not None:
        client = find_by_client(connection, request.client_id)
    elif request.short_code is not None:
        client = find_by_code(connection, request.short_code)
    if client is None or client.client_id is None or not may_know(access, client):
        raise CallbackRefusedError(Refusal.CLIENT_NOT_FOUND)
    if not may_reach(access, client):
        raise CallbackRefusedError(Refusal.NOT_ALLOWED)
    phone = next(_dialable(connection, vault, plan, client), None)
    if phone is None:
        raise CallbackRefusedError(Refusal.NOT_DIALABLE)
    return Target(
        client_id=client.client_id,
        phone_id=phone,
        code=client.code or "",
        name=phone_name(client.name, private=client.private),
        private_of=(client.curator or "") if client.private else None,
    )


def _dialable(
    connection: Connection, vault: Vault, plan: NumberPlan, client: Caller
) -> Iterator[UUID]:
    """His phones with a number that leads outside: no emergency number, none of the company's."""
    for phone_id in client.phone_ids:
        if plan.outside(get_number(connection, vault, phone_id)) is not None:
            yield phone_id
