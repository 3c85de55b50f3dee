"""Putting back what was changed: one change, a card, or all that a person changed since a date.

An undo is itself a change and can be undone. Nothing that somebody else touched since is
overwritten, and nothing is put back by who may not see or do it: all that was left is said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Select, select, update

from crm.access import Access, Right, allows
from crm.card_tables import client_change
from crm.changed import Change, Logged, Value, Way, load_changes, text_of
from crm.clients import ClientName, load_names
from crm.fields import CURATOR, DEPUTY, PHONES, PRIVATE
from crm.history import log_change
from crm.legal_holds import client_is_held
from crm.putting_back import UnknownPlaceError, read_slot, write_slot
from crm.slots import Plan, Slot, Step, effects, plan, same
from crm.tables import client
from crm.vault import Vault
from crm.visible import visible

CLIENTS_AT_ONCE: Final = 100
"""Of one transaction."""


class Left(StrEnum):
    """Why something was not put back."""

    CHANGED_SINCE = "changed_since"
    """Somebody else changed it since, or the card came to hold something else otherwise."""
    HIDDEN = "hidden"
    """It may not be read by who undoes."""
    NOT_ALLOWED = "not_allowed"
    """Whose client it is, or whether he is private, is not for him to decide."""
    PERSON_LEFT = "person_left"
    """It would give the client to somebody who left."""
    FIELD_GONE = "field_gone"
    """The custom field was removed."""
    LEGAL_HOLD = "legal_hold"
    """It would take a number, and the calls with it, from a client on legal hold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Undoer:
    """Who undoes, and when."""

    access: Access
    actor: str
    at: datetime
    is_active: Callable[[str], bool] = part(repr=False)
    """Whether somebody still works here."""


@dataclass(slots=True)
class Undone:
    """What an undo did, or would do."""

    clients: set[UUID] = part(default_factory=set)
    """Of whom something was put back."""
    fields: Counter[str] = part(default_factory=Counter)
    """Places that were put back, by field."""
    left: Counter[Left] = part(default_factory=Counter)
    """Places that were left as they are."""
    changes: list[UUID] = part(default_factory=list)
    """The changes that the undo made; empty in a preview."""

    def add(self, other: Undone) -> None:
        """Together with another one."""
        self.clients |= other.clients
        self.fields += other.fields
        self.left += other.left
        self.changes += other.changes


class AlreadyUndoneError(ValueError):
    """That change was put back before."""


class CannotUndoError(ValueError):
    """One change cannot be put back; ``reason`` says why."""

    def __init__(self, reason: Left) -> None:
        super().__init__(reason.value)
        self.reason = reason


def undo_change(connection: Connection, vault: Vault, undoer: Undoer, change: Logged) -> Undone:
    """One change, whole: ``AlreadyUndoneError``, ``CannotUndoError``. The card is within reach."""
    if change.undone_by is not None:
        raise AlreadyUndoneError(str(change.id))
    undone = _do(connection, vault, undoer, plan([change]), whole=True)
    for reason in undone.left:
        raise CannotUndoError(reason)
    return undone


def undo_client(
    connection: Connection,
    vault: Vault,
    undoer: Undoer,
    client_id: UUID,
    since: datetime,
    *,
    preview: bool = False,
) -> Undone:
    """A card, back to how it was at ``since``. It is within reach."""
    changes = load_changes(
        connection, vault, client_change.c.client_id == client_id, client_change.c.at >= since
    )
    return _do(connection, vault, undoer, plan(changes), preview=preview)


def select_touched(undoer: Undoer, person: str, since: datetime) -> Select[UUID]:
    """The ids of clients within reach of whom that person changed something."""
    changed = select(client_change.c.client_id).where(
        client_change.c.actor == person, client_change.c.at >= since
    )
    return select(client.c.id).where(
        client.c.id.in_(changed), visible(undoer.access, Right.CHANGES_UNDO)
    )


def touched_clients(
    connection: Connection,
    undoer: Undoer,
    person: str,
    since: datetime,
    *,
    after: UUID | None = None,
) -> list[UUID]:
    """The next ``CLIENTS_AT_ONCE`` of them, by id."""
    query = select_touched(undoer, person, since).order_by(client.c.id).limit(CLIENTS_AT_ONCE)
    if after is not None:
        query = query.where(client.c.id > after)
    return list(connection.execute(query).scalars())


def undo_person(
    connection: Connection,
    vault: Vault,
    undoer: Undoer,
    person: str,
    since: datetime,
    *,
    clients: Sequence[UUID],
    preview: bool = False,
) -> Undone:
    """What that person changed since on these clients, and nobody else after him."""
    reach: ColumnElement[bool] = visible(undoer.access, Right.CHANGES_UNDO)
    still = connection.execute(select(client.c.id).where(client.c.id.in_(clients), reach)).scalars()
    changes = load_changes(
        connection,
        vault,
        client_change.c.client_id.in_(still.all()),
        client_change.c.at >= since,
    )
    return _do(connection, vault, undoer, plan(changes, person), preview=preview)


def _do(
    connection: Connection,
    vault: Vault,
    undoer: Undoer,
    what: Plan,
    *,
    preview: bool = False,
    whole: bool = False,
) -> Undone:
    """``whole``: nothing at all where a part cannot be."""
    undone = Undone()
    allowed = _Allowed(connection, undoer)
    steps = []
    for slot in what.changed_since:
        undone.left[Left.CHANGED_SINCE if undoer.access.sees(slot.field) else Left.HIDDEN] += 1
    for step in what.steps:
        reason = allowed.why_not(step) or _why_not(connection, vault, step)
        if reason is None:
            steps.append(step)
        else:
            undone.left[reason] += 1
    if whole and undone.left:
        return undone
    for step in steps:
        undone.clients.add(step.slot.client_id)
        undone.fields[step.slot.field] += 1
    if preview or not steps:
        return undone
    before = {step.slot: read_slot(connection, vault, step.slot) for step in steps}
    # First what is taken away: a number moves from one row to another.
    for step in sorted(steps, key=lambda one: one.target is not None):
        write_slot(connection, vault, step.slot, step.target, by=undoer.actor, at=undoer.at)
    _log(connection, vault, undoer, steps, before=before, undone=undone)
    return undone


class _Allowed:
    """What of a plan is for that person to do."""

    def __init__(self, connection: Connection, undoer: Undoer) -> None:
        self._connection, self._undoer = connection, undoer
        self._names: dict[UUID, ClientName] = {}

    def why_not(self, step: Step) -> Left | None:
        access, field = self._undoer.access, step.slot.field
        if not access.sees(field):
            return Left.HIDDEN
        if field == PRIVATE and not access.owns(self._name(step).curator):
            return Left.NOT_ALLOWED
        if field in {CURATOR, DEPUTY}:
            if not allows(access, Right.CLIENTS_ASSIGN, self._name(step).target):
                return Left.NOT_ALLOWED
            whose = text_of(step.target)
            if whose is not None and not self._undoer.is_active(whose):
                return Left.PERSON_LEFT
        return None

    def _name(self, step: Step) -> ClientName:
        id_ = step.slot.client_id
        if id_ not in self._names:
            self._names |= load_names(self._connection, [id_])
        return self._names[id_]


def _why_not(connection: Connection, vault: Vault, step: Step) -> Left | None:
    try:
        now = read_slot(connection, vault, step.slot)
    except UnknownPlaceError:
        return Left.FIELD_GONE
    if not same(now, step.expected):
        return Left.CHANGED_SINCE
    goes = step.slot.field == PHONES and step.target is None and now is not None
    return Left.LEGAL_HOLD if goes and client_is_held(connection, step.slot.client_id) else None


def _log(
    connection: Connection,
    vault: Vault,
    undoer: Undoer,
    steps: Sequence[Step],
    *,
    before: Mapping[Slot, Value],
    undone: Undone,
) -> None:
    """The undo's own changes; and each change that it put back whole says so."""
    edits = _as_edits(steps)
    made = [
        Change(
            client_id=edit[0].slot.client_id,
            field=edit[0].slot.field,
            item_id=edit[0].changes[-1].item_id,
            before=before[edit[0].slot],
            after=edit[-1].target,
        )
        for edit in edits
    ]
    ids = log_change(connection, vault, made, actor=undoer.actor, way=Way.UNDO, at=undoer.at)
    undone.changes += ids
    put_back = Counter(change.id for step in steps for change in step.changes)
    for edit, id_ in zip(edits, ids, strict=True):
        for change in {change.id: change for step in edit for change in step.changes}.values():
            if put_back[change.id] < len(effects(change)):
                continue
            mark = update(client_change).where(client_change.c.id == change.id)
            connection.execute(mark.values(undone_by=id_))
            if change.way is Way.UNDO:
                # What it had put back stands again.
                again = update(client_change).where(client_change.c.undone_by == change.id)
                connection.execute(again.values(undone_by=None))


def _as_edits(steps: Sequence[Step]) -> list[tuple[Step, ...]]:
    """A number that goes and the one that comes back in its place are one edit: two steps."""
    going = {
        step.changes[-1].id: step
        for step in steps
        if step.slot.field == PHONES and step.target is None
    }
    coming = {
        step.changes[-1].id: step
        for step in steps
        if step.slot.field == PHONES and step.expected is None
    }
    both = going.keys() & coming.keys()
    edits = [(going[id_], coming[id_]) for id_ in sorted(both)]
    paired = {step.slot for edit in edits for step in edit}
    return [*edits, *((step,) for step in steps if step.slot not in paired)]
