"""Settings of the ledger: when each day is matched, and with what it is cross-checked."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from config.values import Clock, clock


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class CdrSettings(_Section):
    """The PBX's CDR: a hint at calls that its event log does not have, never a source of calls."""

    file: Path | None = None
    """A CSV of ``cdr_csv`` or ``cdr_custom``, as this machine sees it, with uniqueids."""


class LedgerSettings(_Section):
    """The daily matching of PBX log, calls, recordings and client base."""

    at: Annotated[Clock, BeforeValidator(clock)] = Clock(3, 30)
    """When the day before is matched, in ``company.timezone``."""
    settle_seconds: Annotated[int, Field(ge=5, le=3600)] = 120
    """Calls that ended less than this ago are not judged: their records are on the way."""
