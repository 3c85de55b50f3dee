"""Whose desk phones the PBX leaves out by itself while Callward is silent, and until when."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from config.settings import Settings
from crm.absence import Away
from daemon.routing.people import People
from dialplan.settings_file import fallback


@dataclass(frozen=True, slots=True)
class Absent:
    """Whose phones are not rung, and until when."""

    people: People
    settings: Settings
    away_of: Callable[[str], Away | None]

    def phones(self) -> dict[str, int | None]:
        """Dial strings, with the end in seconds since 1970; ``None``: nobody knows when."""
        found: dict[str, int | None] = {}
        shared: set[str] = set()
        for agent in self.people.listed:
            one = self.away_of(agent.name)
            endpoints = {phone.endpoint for phone in agent.phones if phone.endpoint is not None}
            if one is None:
                shared |= endpoints
                continue
            until = None if one.until is None else round(one.until.timestamp())
            found |= dict.fromkeys(endpoints, until)
        return {dial: until for dial, until in found.items() if dial not in shared}

    def group(self) -> str:
        """What is rung for everybody whom the list of callers does not name."""
        dial = fallback(self.settings)
        return f"{self.settings.routing.group_seconds}~{dial}" if dial else ""
