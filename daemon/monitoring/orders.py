"""What the PBX is told to do for who listens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from crm.monitorings import Mode
from daemon.ami.actions import Action, originate

CONTEXT: Final = "callward-monitor"
KNOWN: Final = f"DIALPLAN_EXISTS({CONTEXT},spy,1)"
"""The dialplan function that says ``1`` where the PBX has what is needed."""
_NAME: Final = '"Callward" <callward>'
"""Who calls, on the phone of who listens: neither number nor name of those who talk."""
_CONNECT_SECONDS: Final = 3.0
# ChanSpy: q no word of who is spied on, u by uniqueid, E and S end with that channel.
_SPY: Final = "quES"
_PHONE_MODES: Final[Mapping[Mode, str]] = {
    Mode.LISTEN: _SPY,
    Mode.WHISPER: f"{_SPY}w",
    Mode.BARGE: f"{_SPY}B",
}


def bring(address: str, line: str, channel: str, target: str, *, heard: bool) -> Action:
    """Bring what is said at ``target`` here; ``heard``: and let it hear what comes back."""
    # o: what it says, not what it hears.
    return _originate(
        f"AudioSocket/{address}/{line}/c(slin)",
        channel,
        "spy",
        {"CALLWARD_SPIED": target, "CALLWARD_SPY": f"{_SPY}o{'w' if heard else ''}"},
        _CONNECT_SECONDS,
    )


def bring_customer(address: str, line: str, channel: str, customer: str) -> Action:
    """Put the customer through to here at once."""
    variables = {"CALLWARD_SPIED": customer}
    dial = f"AudioSocket/{address}/{line}/c(slin)"
    return _originate(dial, channel, "take", variables, _CONNECT_SECONDS)


def ring(endpoint: str, channel: str, target: str, mode: Mode, seconds: float) -> Action:
    """Ring a phone; once it is answered, it is at ``target`` in that mode."""
    exten = "take" if mode is Mode.TAKEOVER else "phone"
    variables = {"CALLWARD_SPIED": target, "CALLWARD_SPY": _PHONE_MODES.get(mode, "")}
    return _originate(endpoint, channel, exten, variables, seconds)


def turn(channel: str, target: str, mode: Mode) -> tuple[Action, ...]:
    """Have a channel that listens go to that target in that mode; each after the one before."""
    exten = "take" if mode is Mode.TAKEOVER else "phone"
    variables = {"CALLWARD_SPIED": target, "CALLWARD_SPY": _PHONE_MODES.get(mode, "")}
    return (
        *(
            Action("Setvar", (("Channel", channel), ("Variable", name), ("Value", value)))
            for name, value in variables.items()
        ),
        Action(
            "Redirect",
            (("Channel", channel), ("Context", CONTEXT), ("Exten", exten), ("Priority", "1")),
        ),
    )


def _originate(
    channel: str, channel_id: str, exten: str, variables: Mapping[str, str], seconds: float
) -> Action:
    return originate(
        channel=channel,
        channel_id=channel_id,
        context=CONTEXT,
        exten=exten,
        caller_id=_NAME,
        timeout_seconds=seconds,
        variables=variables,
    )
