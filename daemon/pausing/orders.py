"""What the PBX is told to do about what it records."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Final, Protocol

from daemon.ami.actions import Action, Response
from daemon.ami.link import ActionTimeoutError, LinkDownError
from daemon.pausing.refusal import PauseRefusedError, Refusal

PAUSED: Final = "CALLWARD_PAUSED"
"""The channel variable: ``callward-renew`` leaves the recording alone while it is set."""
_RENEW: Final = "renew"
_SECONDS: Final = 3.0
_DECODER_SECONDS: Final = 0.1
"""As in ``callward-renew``."""


class Link(Protocol):
    """``daemon.ami.link.AmiLink``."""

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        """Send once."""


async def reach(link: Link, channel: str) -> None:
    """Change nothing. Raises ``PauseRefusedError`` where the PBX cannot be told."""
    await _get(link, channel, PAUSED)


async def silence(link: Link, channel: str) -> bool:
    """From now on silence is recorded of this channel; ``False``: the PBX did not do it.

    Raises ``PauseRefusedError`` where the PBX cannot be told.
    """
    if not (await _tell(link, _set(channel, "yes"))).success:
        return False
    return (await _tell(link, _mute(channel, "1"))).success


async def silence_all(link: Link, channels: Iterable[str]) -> None:
    """The same of all of these. Raises ``PauseRefusedError``: then some may be silent."""
    for channel in channels:
        if not await silence(link, channel):
            raise PauseRefusedError(Refusal.PBX_REFUSED)


async def let_be_heard(link: Link, channel: str) -> bool:
    """It is recorded again; ``False``: the channel is gone, or nothing was recorded of it.

    Where its other end has changed meanwhile, the recording begins anew in the same files, which
    the dialplan had put off. Raises ``PauseRefusedError`` where the PBX cannot be told.
    """
    changed = await _get(link, channel, PAUSED) == _RENEW
    if not (await _tell(link, _set(channel, ""))).success:
        return False
    if not changed:
        return (await _tell(link, _mute(channel, "0"))).success
    folder = await _get(link, channel, "CALLWARD_FOLDER")
    path = f"{folder}/{await _get(link, channel, 'CALLWARD_RECORDING')}"
    await _tell(link, Action("StopMixMonitor", (("Channel", channel),)))
    await asyncio.sleep(_DECODER_SECONDS)
    options = f"ar({path}.rx.wav)t({path}.tx.wav)"
    begun = Action("MixMonitor", (("Channel", channel), ("File", ""), ("Options", options)))
    return (await _tell(link, begun)).success


def _set(channel: str, value: str) -> Action:
    return Action("Setvar", (("Channel", channel), ("Variable", PAUSED), ("Value", value)))


def _mute(channel: str, state: str) -> Action:
    headers = (("Channel", channel), ("Direction", "both"), ("State", state))
    return Action("MixMonitorMute", headers)


async def _get(link: Link, channel: str, variable: str) -> str:
    answer = await _tell(link, Action("Getvar", (("Channel", channel), ("Variable", variable))))
    return answer.message.headers.get("Value", "").strip()


async def _tell(link: Link, action: Action) -> Response:
    try:
        return await link.send(action, timeout=_SECONDS)
    except (LinkDownError, ActionTimeoutError):
        raise PauseRefusedError(Refusal.PBX_DOWN) from None
