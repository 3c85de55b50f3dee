"""What the PBX is told to do for a callback."""

from __future__ import annotations

from typing import Final

from config.settings import CallbackSettings
from daemon.ami.actions import Action, originate
from daemon.callbacks.callback import Callback
from daemon.routing.people import AgentPhone
from daemon.routing.tokens import ClientLeg, PhoneLeg, Tokens, mobile_dial

KEY_SECONDS: Final = 25
"""In which he who answered on his mobile hears who it is, and presses the key."""
SPARE_SECONDS: Final = 15


def issue(
    tokens: Tokens, leg: ClientLeg, phone: AgentPhone, settings: CallbackSettings
) -> tuple[str, ...]:
    """The tokens of a callback: the client's, and that of the phone if it has a number."""
    lives = settings.agent_seconds + KEY_SECONDS + SPARE_SECONDS
    issued = [tokens.issue(leg, lives_seconds=lives)]
    if phone.endpoint is None:
        own = PhoneLeg(leg.agent or "", phone.key, leg.code, settings.agent_seconds)
        issued.append(tokens.issue(own, lives_seconds=SPARE_SECONDS))
    return tuple(issued)


def call_agent(
    callback: Callback, tokens: tuple[str, ...], phone: AgentPhone, settings: CallbackSettings
) -> Action:
    """The one Originate: rings the agent, then runs the client's token in the dialplan."""
    seconds = settings.agent_seconds
    channel = phone.endpoint
    if channel is None:
        # It is answered by the key that he presses, not by the mobile or its voicemail.
        channel = mobile_dial(tokens[1])
        seconds += KEY_SECONDS
    return originate(
        channel=channel,
        channel_id=callback.channel,
        context="callward-token",
        exten=tokens[0],
        caller_id=f'"{callback.name}" <{callback.code}>',
        timeout_seconds=seconds,
        variables={"CALLWARD_CODE": callback.code, "CALLWARD_NAME": callback.name},
    )


def longest_seconds(settings: CallbackSettings) -> int:
    """After which the two talk, or it is over."""
    return settings.agent_seconds + KEY_SECONDS + settings.client_seconds + SPARE_SECONDS


def hang_up(channel: str) -> Action:
    """By uniqueid, which Asterisk takes where it finds no such name (``ast_channel_get_by_name``,
    main/channel.c)."""
    return Action("Hangup", (("Channel", channel), ("Cause", "16")))
