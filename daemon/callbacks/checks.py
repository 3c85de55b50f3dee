"""What is asked of the PBX before it is told to call: one round trip."""

from __future__ import annotations

import asyncio
import re
from typing import Final, Protocol

from daemon.ami.actions import Action, Response
from daemon.ami.link import ActionTimeoutError, LinkDownError
from daemon.callbacks.refusal import CallbackRefusedError, Refusal
from daemon.routing.people import AgentPhone
from dialplan import settings_file as dialplan

_PATIENCE_SECONDS: Final = 2.0
_AWAY: Final = frozenset({"UNAVAILABLE", "INVALID"})
"""Device states (main/devicestate.c): no contact is registered, or there is no such endpoint."""
_TRUNK: Final = re.compile(
    r"(?P<device>(?:PJSIP|SIP|IAX2)/[\w.-]+)/"
    r"|(?P<technology>PJSIP|SIP|IAX2)/[^@/]*\{\w+\}[^@/]*@(?P<name>[\w.-]+)"
)


class Link(Protocol):
    """``daemon.ami.link.AmiLink``."""

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        """Send once."""


async def check(link: Link, phone: AgentPhone, dial: str) -> None:
    """Whether the PBX can make the call. Raises ``CallbackRefusedError``.

    ``dial`` is the ``pbx.dial`` of the settings.
    """
    trunk = trunk_of(dial)
    asked = ["CALLWARD_DIALPLAN"]
    asked += [f"DEVICE_STATE({device})" for device in (phone.endpoint, trunk) if device]
    try:
        # All are written before the first is answered.
        answers = await asyncio.gather(*(_get(link, name) for name in asked))
    except (LinkDownError, ActionTimeoutError):
        raise CallbackRefusedError(Refusal.PBX_DOWN) from None
    values = dict(zip(asked, answers, strict=True))
    version = values["CALLWARD_DIALPLAN"]
    if not version:
        raise CallbackRefusedError(Refusal.DIALPLAN_MISSING)
    if version != str(dialplan.VERSION):
        raise CallbackRefusedError(
            Refusal.DIALPLAN_VERSION, installed=version[:8], wanted=str(dialplan.VERSION)
        )
    if phone.endpoint and values[f"DEVICE_STATE({phone.endpoint})"] in _AWAY:
        raise CallbackRefusedError(Refusal.PHONE_NOT_REGISTERED, phone=phone.key)
    if trunk and values[f"DEVICE_STATE({trunk})"] in _AWAY:
        raise CallbackRefusedError(Refusal.TRUNK_DOWN)


def trunk_of(dial: str) -> str | None:
    """The device behind a dial string, ``PJSIP/operator``; ``None`` where the dialplan or a group
    of lines (``Local``, ``DAHDI/g1``) decides: of those no state is known."""
    found = _TRUNK.match(dial)
    if found is None:
        return None
    return found["device"] or f"{found['technology']}/{found['name']}"


async def _get(link: Link, variable: str) -> str:
    answer = await link.send(Action("Getvar", (("Variable", variable),)), timeout=_PATIENCE_SECONDS)
    return answer.message.headers.get("Value", "").strip()
