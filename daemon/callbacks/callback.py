"""A callback: a call that a manager starts by a button. Frozen records."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from daemon.calls import dialplan


class State(StrEnum):
    """How far it has come; the order is that of the way, and there is none back."""

    RINGING_AGENT = "ringing_agent"
    """From the moment at which it is stored: his phone is called."""
    AGENT_ANSWERED = "agent_answered"
    RINGING_CLIENT = "ringing_client"
    TALKING = "talking"
    ENDED = "ended"

    @property
    def order(self) -> int:
        """0 for the first."""
        return tuple(State).index(self)


class EndReason(StrEnum):
    """Why it ended."""

    TALKED = "talked"
    CANCELLED = "cancelled"
    """By whoever started it, before they talked."""
    AGENT_BUSY = "agent_busy"
    AGENT_DECLINED = "agent_declined"
    """His phone refused, or he did not press the key that takes it."""
    AGENT_NO_ANSWER = "agent_no_answer"
    AGENT_UNREACHABLE = "agent_unreachable"
    AGENT_HUNG_UP = "agent_hung_up"
    """He had answered, and did not wait for the client."""
    CLIENT_BUSY = "client_busy"
    CLIENT_NO_ANSWER = "client_no_answer"
    CLIENT_UNREACHABLE = "client_unreachable"
    REFUSED = "refused"
    """The PBX did not accept the order to call: nobody was rung."""
    LINK_LOST = "link_lost"
    """The link to the PBX broke, and when it was back the call was over."""
    PBX_RESTARTED = "pbx_restarted"
    DAEMON_RESTARTED = "daemon_restarted"
    """Callward was started anew before the client was called."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One callback, as it is stored."""

    id: UUID
    pbx: str
    agent: str
    """Whose it is, by name."""
    client_id: UUID
    via: str
    """The key of his phone: an endpoint, ``mobile``, ``mobile2``."""
    idempotency_key: str | None = None
    state: State
    reason: EndReason | None = None
    """Set once it has ended."""
    created_at: datetime
    changed_at: datetime
    ended_at: datetime | None = None
    code: str = ""
    """The client's short code; may be empty."""
    name: str = ""
    """The client's name as a phone shows it; empty for a private client."""
    private_of: str | None = None
    """The curator of a private client: for all others nobody tells who it is."""

    @property
    def without_client(self) -> Callback:
        """As it is told to all while nobody knows whether the client is private."""
        return replace(self, code="", name="", private_of="")

    @property
    def is_live(self) -> bool:
        """Whether it goes on."""
        return self.state is not State.ENDED

    @property
    def channel(self) -> str:
        """The uniqueid of its first channel."""
        return channel_of(self.id)


def channel_of(callback: UUID) -> str:
    """The ``ChannelId`` that the Originate names."""
    return dialplan.callback_channel(callback)


def callback_of(uniqueid: str) -> UUID | None:
    """Whose first channel this is; ``None`` for every other channel."""
    return dialplan.callback_of([uniqueid])
