"""One person on one call."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from uuid import UUID

from crm.monitorings import Mode, Monitoring, Via
from daemon.calls.call import Call
from daemon.monitoring.browser import BrowserEars
from daemon.monitoring.desk_phone import PhoneEars


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Who wants to be where, and may."""

    person: str
    call: Call
    mode: Mode
    endpoint: str | None = None
    """The phone to ring, ``PJSIP/103``; ``None``: in a browser."""
    speaks: bool = False
    """He may also whisper, barge or take over."""
    reason: str | None = None
    address: str | None = None
    tells: bool = False
    """Who is listened to has a notice afterwards."""
    asker: object = None
    """For whoever asks later whether he still may."""


@dataclass(slots=True, eq=False)
class Session:
    """What goes on now; its record is told and stored at each change."""

    record: Monitoring
    pbx: str
    ears: BrowserEars | PhoneEars
    agents: set[str] = field(default_factory=set)
    """At whose sides he was."""
    asker: object = None
    """For whoever asks later whether he still may."""
    page: object | None = None
    """The page that hears it."""
    leaving: asyncio.TimerHandle | None = None
    """Set while no page is there; it ends then."""

    @property
    def id(self) -> UUID:
        """Of the record."""
        return self.record.id

    @property
    def needs_page(self) -> bool:
        """Whether it is nothing without one."""
        return self.record.via is Via.BROWSER
