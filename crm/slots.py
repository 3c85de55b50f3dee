"""The places of a card that hold one value each, and what changes did to them. Pure.

A phone's place is its number, whichever row holds it: an edit of a number empties one place and
fills another. Contacts and notes have the place of their row; all else has one for each field.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as part
from uuid import UUID

from crm.changed import Item, Logged, Value, text_of
from crm.fields import CONTACT_DETAILS, NOTES, PHONES

_ROWS = frozenset({*CONTACT_DETAILS, NOTES} - {PHONES})


@dataclass(frozen=True, slots=True)
class Slot:
    """One place."""

    client_id: UUID
    field: str
    key: UUID | str | None = part(default=None, repr=False)
    """The row of a contact or note; the number of a phone."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What one change did to one place."""

    slot: Slot
    before: Value = part(repr=False)
    after: Value = part(repr=False)
    change: Logged


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A place that is to be put back."""

    slot: Slot
    expected: Value = part(repr=False)
    """What stands there now, unless something else touched it."""
    target: Value = part(repr=False)
    changes: tuple[Logged, ...]
    """Which are undone by it, the oldest first."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What an undo has to do, and which places it leaves to whoever changed them since."""

    steps: tuple[Step, ...]
    changed_since: tuple[Slot, ...] = ()


def effects(change: Logged) -> list[Effect]:
    """One place for most; two where a number became another one."""
    if change.field == PHONES:
        old, new = text_of(change.before), text_of(change.after)
        if old is not None and new is not None and old != new:
            return [
                Effect(Slot(change.client_id, PHONES, old), change.before, None, change),
                Effect(Slot(change.client_id, PHONES, new), None, change.after, change),
            ]
        key: UUID | str | None = new if old is None else old
    else:
        key = change.item_id if change.field in _ROWS else None
    slot = Slot(change.client_id, change.field, key)
    return [Effect(slot, change.before, change.after, change)]


def plan(changes: Iterable[Logged], person: str | None = None) -> Plan:
    """Back to where every place was before the first of these changes, which come oldest first.

    ``person``: only what he changed, and only where nobody else changed the place after him; where
    others put back what stood before his first change, there is nothing to do.
    """
    histories: dict[Slot, list[Effect]] = {}
    for change in changes:
        for effect in effects(change):
            histories.setdefault(effect.slot, []).append(effect)
    steps, since = [], []
    for slot, history in histories.items():
        own = history if person is None else _last_of(history, person)
        if own and not same(own[0].before, own[-1].after):
            done = tuple(effect.change for effect in own)
            steps.append(
                Step(slot=slot, expected=own[-1].after, target=own[0].before, changes=done)
            )
        elif not own and _stands(history, person):
            since.append(slot)
    return Plan(tuple(steps), tuple(since))


def same(one: Value, other: Value) -> bool:
    """Whether two values are the same to who reads them."""
    return text_of(one) == text_of(other) and _label(one) == _label(other)


def _last_of(history: list[Effect], person: str) -> list[Effect]:
    """The changes at the end that are all his."""
    first = len(history)
    while first and history[first - 1].change.actor == person:
        first -= 1
    return history[first:]


def _stands(history: list[Effect], person: str | None) -> bool:
    """Whether something of his was changed by others, and not to what stood before him."""
    first = next((one for one in history if one.change.actor == person), None)
    return first is not None and not same(first.before, history[-1].after)


def _label(value: Value) -> str | None:
    return value.label if isinstance(value, Item) else None
