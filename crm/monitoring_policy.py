"""What the company decided on listening to running calls: policy ``monitoring``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final, Literal, Self

KEY: Final = "monitoring"

Private = Literal["never", "curator"]
"""Who may listen to calls with private clients: nobody, or the client's own curator."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringPolicy:
    """What holds until the company decides otherwise."""

    reason_required: bool = False
    """Nobody listens without saying why."""
    manager_told: bool = False
    """Whose call is listened to sees it on his page, and has a notice of it afterwards."""
    private: Private = "never"

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self:
        """From the policy's JSON."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in (stored or {}).items() if key in known})

    def write(self) -> dict[str, Any]:
        """What ``read`` reads."""
        return asdict(self)
