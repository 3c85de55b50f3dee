"""Settings of what is kept for how long, and of the copies that are kept elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from config.values import E164, Clock, Name, clock

Days = Annotated[int, Field(ge=0, le=36_500)]
"""0: for ever."""


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class BackupSettings(_Section):
    """Copies of the database, the key and the recordings, each an encrypted file."""

    folder: Path | None = None
    """Where ``callward backup`` and the daily one put them; ``None``: none is made by itself."""
    at: Annotated[Clock, BeforeValidator(clock)] = Clock(2, 30)
    """When the daily one begins, in ``company.timezone``."""
    keep: Annotated[int, Field(ge=1, le=1000)] = 14
    """So many of the daily ones stay."""
    recordings: bool = True
    """Whether they hold the recordings too."""
    key_file: Path = Path("/var/lib/callward/backup.key")
    """The key that encrypts them; ``callward backup key`` makes it, mode 0600."""


class RetentionRule(_Section):
    """Calls for which all that is named here holds, and how long their recordings stay."""

    days: Days
    direction: Literal["inbound", "outbound", "internal"] | None = None
    disposition: Literal["answered", "missed", "busy", "failed", "cancelled"] | None = None
    queue: Name | None = None
    company_number: E164 | None = None
    department: Name | None = None
    """Who answered is of that department, or of one below it."""
    min_talk_seconds: Annotated[int, Field(ge=0)] | None = None
    max_talk_seconds: Annotated[int, Field(ge=0)] | None = None


class RetentionSettings(_Section):
    """How long recordings stay."""

    recordings_days: Days = 0
    """Of calls for which no rule holds."""
    rules: tuple[RetentionRule, ...] = ()
    """The first that holds counts."""
