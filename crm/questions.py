"""Talks after which nothing was entered: what is asked and answered, and how it is settled.

Whether something was entered is no part of it: that is read anew each time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from typing import Any, Final, Self
from uuid import UUID

from sqlalchemy import Column, Connection, insert, select, update

from crm.call_tables import question
from crm.sealed import open_sealed, seal
from crm.vault import Sealed, Vault

POLICY: Final = "reconciliation"
"""The policy's key."""
ASKED: Final = "talk_asked"
"""A notice: a supervisor asks what came of a talk: ``call``, ``at``, ``by``."""
ANSWERED: Final = "talk_answered"
"""A notice to who asked: ``call``, ``at``, ``by``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReconciliationPolicy:
    """Which talks have to leave something in the base, and until when."""

    min_talk_seconds: int = 10
    within_minutes: int = 60

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self:
        """From the policy's JSON."""
        known = {field.name for field in fields(cls)}
        return cls(**{key: value for key, value in (stored or {}).items() if key in known})

    def write(self) -> dict[str, Any]:
        """What ``read`` reads."""
        return asdict(self)

    @property
    def within(self) -> timedelta:
        """``within_minutes``."""
        return timedelta(minutes=self.within_minutes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What was asked and answered about one talk."""

    call_id: UUID
    person: str
    """Who talked, and has to say what came of it."""
    asked_by: str | None
    """``None``: nobody asked; he explained it himself, or it was settled at once."""
    asked_at: datetime | None
    text: Sealed | None
    answer: Sealed | None
    answered_at: datetime | None
    settled_by: str | None
    settled_at: datetime | None
    reason: Sealed | None

    @property
    def is_waiting(self) -> bool:
        """Whether it was asked, and neither answered nor settled."""
        return self.asked_at is not None and self.answered_at is None and self.settled_at is None


def load_questions(connection: Connection, calls: Collection[UUID]) -> dict[UUID, Question]:
    """By call, of those about which something was asked, answered or settled."""
    if not calls:
        return {}
    rows = connection.execute(select(question).where(question.c.call_id.in_(calls)))
    return {row.call_id: Question(**row._mapping) for row in rows}


def find_question(connection: Connection, call_id: UUID) -> Question | None:
    """That of one call."""
    return load_questions(connection, [call_id]).get(call_id)


def ask(
    connection: Connection,
    vault: Vault,
    call_id: UUID,
    *,
    person: str,
    text: str | None,
    by: str,
    at: datetime,
) -> None:
    """A supervisor asks, or asks again: what was answered before is gone."""
    values = {
        "person": person,
        "asked_by": by,
        "asked_at": at,
        "text": _sealed(vault, question.c.text, call_id, text),
        "answer": None,
        "answered_at": None,
    }
    _put(connection, call_id, values)


def answer(
    connection: Connection,
    vault: Vault,
    call_id: UUID,
    *,
    person: str,
    text: str | None,
    at: datetime,
) -> None:
    """Who talked says what came of it; ``text`` is ``None`` where he entered it in the base."""
    sealed = _sealed(vault, question.c.answer, call_id, text)
    _put(connection, call_id, {"person": person, "answer": sealed, "answered_at": at})


def settle(
    connection: Connection,
    vault: Vault,
    call_id: UUID,
    *,
    person: str,
    reason: str,
    by: str,
    at: datetime,
) -> None:
    """A supervisor takes it as settled without an entry. ``person``: who talked, where nobody was
    asked.
    """
    sealed = seal(vault, question.c.reason, call_id, reason)
    values = {"settled_by": by, "settled_at": at, "reason": sealed}
    if find_question(connection, call_id) is None:
        values["person"] = person
    _put(connection, call_id, values)


def open_text(vault: Vault, one: Question) -> str | None:
    """What was asked, where it was put into words."""
    return _opened(vault, question.c.text, one.call_id, one.text)


def open_answer(vault: Vault, one: Question) -> str | None:
    """What was answered."""
    return _opened(vault, question.c.answer, one.call_id, one.answer)


def open_reason(vault: Vault, one: Question) -> str | None:
    """Why it was settled."""
    return _opened(vault, question.c.reason, one.call_id, one.reason)


def _sealed(vault: Vault, column: Column[Any], call_id: UUID, text: str | None) -> Sealed | None:
    return None if text is None else seal(vault, column, call_id, text)


def _opened(vault: Vault, column: Column[Any], call_id: UUID, sealed: Sealed | None) -> str | None:
    return None if sealed is None else open_sealed(vault, column, call_id, sealed)


def _put(connection: Connection, call_id: UUID, values: Mapping[str, Any]) -> None:
    changed = update(question).where(question.c.call_id == call_id).values(**values)
    if connection.execute(changed).rowcount == 0:
        connection.execute(insert(question).values(call_id=call_id, **values))
