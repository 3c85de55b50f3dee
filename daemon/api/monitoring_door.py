"""Who may be on which running call, and how: asked before it begins, and again while it lasts."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from types import MappingProxyType
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from crm.access import Access, Right
from crm.callers import known_clients, private_indexes
from crm.monitoring_policy import KEY, MonitoringPolicy
from crm.monitorings import Mode
from daemon.api.context import ApiContext
from daemon.api.problems import ProblemError
from daemon.calls.call import Call
from daemon.history.seen import takes_part

RIGHTS: Final[Mapping[Mode, Right]] = MappingProxyType(
    {
        Mode.LISTEN: Right.LIVE_LISTEN,
        Mode.WHISPER: Right.LIVE_WHISPER,
        Mode.BARGE: Right.LIVE_BARGE,
        Mode.TAKEOVER: Right.LIVE_TAKEOVER,
    }
)
"""Beside that to listen, which all of them need."""
_NOBODY: Final = Access(person="", rights={})
"""Of whose private clients there are none: to him all of them are shut."""


def policy_of(context: ApiContext) -> MonitoringPolicy:
    """As the company decided it."""
    return MonitoringPolicy.read(context.staff.now.policy(KEY))


def may(access: Access, mode: Mode, call: Call) -> bool:
    """Whether his rights reach that call in that mode; private clients are another question."""
    wanted = (Right.LIVE_LISTEN, RIGHTS[mode])
    return all(takes_part(access, right, call) for right in wanted)


def call_for(context: ApiContext, access: Access, id_: UUID, right: Right) -> Call:
    """A running call that he may know of by that right. A 404 problem for all others."""
    call = context.board.get(id_)
    if call is None or call.gone or not takes_part(access, right, call):
        raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_found")
    return call


async def check(context: ApiContext, access: Access, mode: Mode, call: Call) -> UUID | None:
    """Whose card the customer's number is, where that person may do so now.

    Raises a 403 problem where his rights or the policy on private clients shut the call.
    """
    if not may(access, mode, call):
        raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
    if call.customer_number is None:
        return None
    index = context.vault.blind_index(call.customer_number)
    # An owner may hear calls with his private client where the policy says so; nobody else.
    open_to = access if policy_of(context).private == "curator" else _NOBODY

    def look(connection: Connection) -> tuple[bool, UUID | None]:
        shut = bool(private_indexes(connection, [index], open_to))
        return shut, None if shut else known_clients(connection, [index]).get(index)

    shut, client_id = await context.database.look(look)
    if shut:
        raise ProblemError(HTTPStatus.FORBIDDEN, "monitoring_private")
    return client_id
