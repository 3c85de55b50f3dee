"""What the PBX is told to do for a customer on hold."""

from __future__ import annotations

from typing import Final, Protocol

from daemon.ami.actions import Action, Response, originate
from daemon.ami.link import ActionTimeoutError, LinkDownError
from daemon.calls.dialplan import HOLD_PREFIX
from daemon.holding.refusal import HoldRefusedError, Refusal
from daemon.holding.talk import Talk

CONTEXT: Final = "callward-hold"
KNOWN: Final = f"DIALPLAN_EXISTS({CONTEXT},music,1)"
"""The dialplan function that says ``1`` where the PBX has what is needed."""
HELD_BY: Final = "CALLWARD_HELD_BY"
"""The variable of a channel that plays: the uniqueid of the manager's."""
_TENDED: Final = "CALLWARD_TENDED"
_SILENT: Final = "-32767"
"""Of VOLUME: by what each sample is divided."""
_LOUD: Final = "0"
"""As it is."""
_BOTH_WAYS: Final = ("VOLUME(RX)", "VOLUME(TX)")
_BEGIN_SECONDS: Final = 3.0
_SECONDS: Final = 3.0


class Link(Protocol):
    """``daemon.ami.link.AmiLink``."""

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        """Send once."""


async def ask(link: Link, action: Action) -> Response:
    """The PBX's answer, whatever it is. Raises ``HoldRefusedError`` where there is none."""
    try:
        return await link.send(action, timeout=_SECONDS)
    except (LinkDownError, ActionTimeoutError):
        raise HoldRefusedError(Refusal.PBX_DOWN) from None


async def tell(link: Link, action: Action) -> None:
    """Have it done. Raises ``HoldRefusedError``."""
    if not (await ask(link, action)).success:
        raise HoldRefusedError(Refusal.PBX_REFUSED)


async def get(link: Link, variable: str, channel: str | None = None) -> str:
    """A variable's value, or a function's; empty where it has none. Raises like ``ask``."""
    of = () if channel is None else (("Channel", channel),)
    answer = await ask(link, Action("Getvar", (*of, ("Variable", variable))))
    return answer.message.headers.get("Value", "").strip()


def play(player: str, talk: Talk) -> Action:
    """Music to the customer, by a channel under that uniqueid."""
    variables = {
        "__CALLWARD_HOLD": player,
        "__CALLWARD_SPIED": talk.customer,
        f"__{HELD_BY}": talk.manager,
    }
    begun = originate(
        channel=f"Local/between@{CONTEXT}/n",
        channel_id=player,
        context=CONTEXT,
        exten="spy",
        timeout_seconds=_BEGIN_SECONDS,
        variables=variables,
    )
    return Action(begun.name, (*begun.headers, ("OtherChannelId", f"{player}-2")))


def silence(channel: str, *, on: bool) -> tuple[Action, ...]:
    """Neither hear that channel nor let it hear; or both again."""
    return tuple(_set(channel, way, _SILENT if on else _LOUD) for way in _BOTH_WAYS)


def tend(player: str, sign: str) -> Action:
    """Say that we are there; ``sign`` is another each time."""
    return _set(player, _TENDED, sign)


def player_id(id_: str) -> str:
    """The uniqueid of a channel that plays."""
    return f"{HOLD_PREFIX}{id_}"


def _set(channel: str, variable: str, value: str) -> Action:
    return Action("Setvar", (("Channel", channel), ("Variable", variable), ("Value", value)))
