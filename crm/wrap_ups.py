"""What came of a talk, as its manager said: one of the company's outcomes, a note, a task."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, select

from crm.call_tables import wrap_up
from store.upsert import upsert_rows

OUTCOMES: Final = "outcomes"
"""The policy's key: ``[{"key": "agreed", "label": null}, …]``."""
USUAL: Final = ("agreed", "call_back", "not_interested", "wrong_number", "complaint", "other")
"""Outcomes that have words of their own in every language, until the company names others."""
MOST_OUTCOMES: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One thing that can come of a talk."""

    key: str
    """What is stored."""
    label: str | None = None
    """The company's own word; ``None``: that of the catalogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """What was said of one talk."""

    call_id: UUID
    person: str
    """Who said so last."""
    outcome: str
    at: datetime
    note_id: UUID | None = None
    """The note on the card that was written with it, which may be gone since."""
    task_id: UUID | None = None
    """The task that was set with it."""


def read_outcomes(stored: Sequence[Mapping[str, Any]] | None) -> tuple[Outcome, ...]:
    """From the policy's JSON; the usual ones where the company decided nothing."""
    if not stored:
        return tuple(Outcome(key=key) for key in USUAL)
    return tuple(Outcome(key=one["key"], label=one.get("label")) for one in stored)


def find_wrap_up(connection: Connection, call_id: UUID) -> WrapUp | None:
    """What was said of that call; ``None``: nothing."""
    return load_wrap_ups(connection, [call_id]).get(call_id)


def load_wrap_ups(connection: Connection, calls: Collection[UUID]) -> dict[UUID, WrapUp]:
    """By call, of those of which something was said."""
    if not calls:
        return {}
    rows = connection.execute(select(wrap_up).where(wrap_up.c.call_id.in_(calls)))
    return {row.call_id: WrapUp(**row._mapping) for row in rows}


def save_wrap_up(connection: Connection, one: WrapUp) -> None:
    """Let it stand instead of what was said of that call before."""
    upsert_rows(connection, wrap_up, [asdict(one)])
