"""What is asked of the PBX besides: whether it can, what is left there, and the end of a call."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import structlog

from daemon.ami.actions import Action
from daemon.ami.link import ActionTimeoutError, LinkDownError
from daemon.callbacks.orders import hang_up
from daemon.calls.call import Call
from daemon.calls.dialplan import is_spy
from daemon.monitoring import orders
from daemon.monitoring.ears import Link
from daemon.monitoring.refusal import MonitoringRefusedError, Refusal

_ASK_SECONDS: Final = 2.0
_AWAY: Final = frozenset({"UNAVAILABLE", "INVALID"})
"""Device states (main/devicestate.c): no contact is registered, or there is no such endpoint."""
_log = structlog.get_logger(__name__)


async def can_be_done(link: Link, endpoint: str | None) -> None:
    """Whether the PBX has what is needed, and the phone. Raises ``MonitoringRefusedError``."""
    asked = [orders.KNOWN, *([f"DEVICE_STATE({endpoint})"] if endpoint else [])]
    try:
        values = [await _get(link, name) for name in asked]
    except (LinkDownError, ActionTimeoutError):
        raise MonitoringRefusedError(Refusal.PBX_DOWN) from None
    if values[0] != "1":
        raise MonitoringRefusedError(Refusal.DIALPLAN_MISSING)
    if endpoint and values[1] in _AWAY:
        phone = endpoint.rpartition("/")[2]
        raise MonitoringRefusedError(Refusal.PHONE_NOT_REGISTERED, phone=phone)


async def hang_up_strays(link: Link, is_ours: Callable[[str], bool]) -> frozenset[str] | None:
    """Channels that listen, and for nobody of whom we know. Who has taken a call over on his phone
    talks in it, and goes on. Gives the channels that listen; ``None``: the PBX did not say.
    """
    living: set[str] = set()
    try:
        answer = await link.send(Action("CoreShowChannels"), timeout=_ASK_SECONDS)
        for row in answer.events:
            uniqueid = row.headers.get("Uniqueid", "")
            if not is_spy(uniqueid):
                continue
            living.add(uniqueid)
            if not is_ours(uniqueid) and not row.headers.get("BridgeId"):
                await link.send(hang_up(uniqueid), timeout=_ASK_SECONDS)
    except (LinkDownError, ActionTimeoutError):
        _log.warning("channels that listened before could not be looked for")
        return None
    return frozenset(living)


async def hang_up_all(link: Link, call: Call) -> None:
    """Everybody in a call. Raises ``MonitoringRefusedError``."""
    try:
        for leg in call.legs:
            if leg.ended_at is None:
                # One may be gone already with the one before.
                await link.send(hang_up(leg.channel), timeout=_ASK_SECONDS)
    except (LinkDownError, ActionTimeoutError):
        raise MonitoringRefusedError(Refusal.PBX_DOWN) from None


async def _get(link: Link, variable: str) -> str:
    answer = await link.send(Action("Getvar", (("Variable", variable),)), timeout=_ASK_SECONDS)
    return answer.message.headers.get("Value", "").strip()
