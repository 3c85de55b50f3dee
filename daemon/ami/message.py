"""One AMI message: what the framer gives and the translator reads."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Message:
    """Headers of one AMI block. Treat as read-only."""

    headers: dict[str, str]
    """By Asterisk's own names (``Event``, ``Uniqueid``); of a repeated header the first value."""
    repeated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Every value, in order, of each header that came more than once."""

    @property
    def event(self) -> str:
        """The event's name, empty for a response."""
        return self.headers.get("Event", "")

    @property
    def response(self) -> str:
        """``Success``, ``Error`` …; empty for an event."""
        return self.headers.get("Response", "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of a header, in order; empty where there is none."""
        many = self.repeated.get(name)
        if many is not None:
            return many
        one = self.headers.get(name)
        return () if one is None else (one,)
