"""What came of a talk, as its manager said: one of the company's outcomes, a note, a task."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import Connection, select

from crm.call_tables import wrap_up
from store.upsert import upsert_rows

OUTCOMES: Final = "outcomes"
"""The policy's key: ``[{"key": "agreed", "labels": {}, "retired": false}, …]``."""
USUAL: Final = ("agreed", "call_back", "not_interested", "wrong_number", "complaint", "other")
"""Outcomes that have words of their own in every language, until the company names others."""
MOST_OUTCOMES: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """One thing that can come of a talk."""

    key: str
    """What is stored."""
    labels: Mapping[str, str] = field(default_factory=dict)
    """The company's own words by language; none: those of the catalogue."""

    def label(self, language: str) -> str | None:
        """The company's own word, in another language where it has none in this one."""
        return self.labels.get(language) or next(iter(self.labels.values()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcomes:
    """Everything that can be said to have come of a talk, or could once."""

    offered: tuple[Outcome, ...] = tuple(Outcome(key=key) for key in USUAL)
    """In their order."""
    retired: tuple[Outcome, ...] = ()
    """Not offered any more; talks have them, and they stay readable."""

    @classmethod
    def read(cls, stored: Sequence[Mapping[str, Any]] | None) -> Self:
        """From the policy's JSON; the usual ones where the company decided nothing."""
        one = [(bool(item.get("retired")), _outcome(item)) for item in stored or ()]
        retired = tuple(outcome for is_retired, outcome in one if is_retired)
        offered = tuple(outcome for is_retired, outcome in one if not is_retired)
        return cls(offered=offered, retired=retired) if offered else cls(retired=retired)

    def write(self) -> list[dict[str, Any]]:
        """What ``read`` reads."""
        return [
            {"key": one.key, "labels": dict(one.labels), "retired": is_retired}
            for is_retired, some in ((False, self.offered), (True, self.retired))
            for one in some
        ]

    def followed_by(self, wanted: Sequence[Outcome], used: Collection[str]) -> Outcomes:
        """As these are offered from now on, none: the usual ones. Pure.

        Of those that go, the ones that talks have (``used``: their keys) stay readable.
        """
        after = Outcomes(offered=tuple(wanted)) if wanted else Outcomes()
        offered = {one.key for one in after.offered}
        left = (
            one
            for one in (*self.offered, *self.retired)
            if one.key in used and one.key not in offered
        )
        return replace(after, retired=tuple(left))


@dataclass(frozen=True, slots=True, kw_only=True)
class WrapUp:
    """What was said of one talk."""

    call_id: UUID
    person: str
    """Who said so last."""
    outcome: str
    at: datetime
    by_talker: bool
    """Who talked has said it, or said something before another did."""
    note_id: UUID | None = None
    """The note on the card that was written with it, which may be gone since."""
    task_id: UUID | None = None
    """The task that was set with it."""


def used_outcomes(connection: Connection) -> set[str]:
    """Keys of those that any talk has."""
    return set(connection.scalars(select(wrap_up.c.outcome).distinct()))


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


def _outcome(item: Mapping[str, Any]) -> Outcome:
    return Outcome(key=item["key"], labels=item.get("labels") or {})
