"""An absence: somebody takes no calls of clients until he is back. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

LONGEST_DAYS: Final = 366
"""So far ahead an end may be named."""


class AwayReason(StrEnum):
    """Why somebody is away, as far as colleagues are told."""

    BREAK = "break"
    MEETING = "meeting"
    TRAINING = "training"
    DAY_OFF = "day_off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Away:
    """One person's absence."""

    person: str
    since: datetime
    until: datetime | None
    """When it ends by itself; ``None``: when somebody says so."""
    reason: AwayReason | None
    set_by: str
    """Who said so last: himself, or another."""

    def holds(self, at: datetime) -> bool:
        """Whether he is away at that instant."""
        return self.until is None or at < self.until
