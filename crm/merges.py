"""Two cards that are one client become one, and can become two again.

The source's row stays, with ``merged_into``; what hangs on it moves to the target. What moved is
kept by id, so that undoing moves back exactly that, where nobody touched it since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Table, insert, select, update

from crm.access import Access, Right, allows
from crm.card_tables import client_change, client_merge, custom_value
from crm.changed import Change, Value, Way, find_change
from crm.clients import load_names
from crm.fields import (
    CATEGORY,
    COMPANY,
    CURATOR,
    DEPUTY,
    NAME,
    PRIVATE,
    custom,
)
from crm.history import log_change
from crm.legal_holds import LegalHold, On, find_hold, guard, hold_apart
from crm.merge_moves import move, move_back
from crm.putting_back import UnknownPlaceError, read_slot, write_slot
from crm.slots import Slot, same
from crm.tables import client
from crm.vault import Vault
from store.ids import uuid7

CHOOSABLE: Final = (NAME, COMPANY, CATEGORY, CURATOR, DEPUTY)
"""Fields of which a card holds one value, beside custom ones: which card's stays can be chosen."""


class CannotMergeError(ValueError):
    """These two cannot become one; ``reason`` says why."""

    def __init__(self, reason: str, field: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        """``same``, ``archived``, ``merged``, ``private``, ``unknown_field``, ``field_hidden``."""
        self.field = field


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge:
    """Two cards that became one."""

    id: UUID
    source_id: UUID
    target_id: UUID
    actor: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None
    moved: Mapping[str, Any] = part(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged:
    """What undoing a merge did."""

    back: Mapping[str, int]
    """How many of each went back: ``phones``, ``contacts``, ``notes`` …"""
    left: Mapping[str, int]
    """How many of each were touched since, and stay as they are."""
    holds: Sequence[LegalHold] = ()
    """Legal holds that were set, so that all calls stay held that were."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Merging:
    """Who merges, and when."""

    access: Access
    actor: str
    at: datetime
    more: Sequence[Table] = ()
    """Other parts' tables with ``id`` and ``client_id`` whose rows move along: callbacks."""


def merge(
    connection: Connection,
    vault: Vault,
    merging: Merging,
    target_id: UUID,
    source_id: UUID,
    *,
    choices: Mapping[str, str],
) -> Merge:
    """The source becomes part of the target; ``LookupError`` for who may not, ``CannotMergeError``.

    A field that only one card fills stays filled; where both do, the target's stays unless
    ``choices`` names ``source`` for it. Private stays private.
    """
    _check(connection, merging, target_id, source_id)
    fields = _fields(connection, vault, source_id)
    _check_choices(connection, merging, target_id, choices, fields)
    filled = _fill(connection, vault, merging, target_id, choices=choices, fields=fields)
    moved = move(
        connection, source_id, target_id, more=merging.more, by=merging.actor, at=merging.at
    )
    moved["changes"] = [id_.hex for id_ in filled]
    connection.execute(
        update(client)
        .where(client.c.id == source_id)
        .values(merged_into=target_id, changed_at=merging.at)
    )
    made = Merge(
        id=uuid7(),
        source_id=source_id,
        target_id=target_id,
        actor=merging.actor,
        at=merging.at,
        undone_at=None,
        undone_by=None,
        moved=moved,
    )
    connection.execute(
        insert(client_merge).values(
            id=made.id,
            source_id=source_id,
            target_id=target_id,
            actor=made.actor,
            at=made.at,
            moved=moved,
        )
    )
    return made


def find_merge(connection: Connection, id_: UUID) -> Merge | None:
    """One merge; who may know of it, the caller asks."""
    row = connection.execute(select(client_merge).where(client_merge.c.id == id_)).first()
    return None if row is None else Merge(**row._mapping)


def merges_of(connection: Connection, client_id: UUID) -> list[Merge]:
    """What became part of a card and was not taken out again, the newest first."""
    rows = connection.execute(
        select(client_merge)
        .where(client_merge.c.target_id == client_id, client_merge.c.undone_at.is_(None))
        .order_by(client_merge.c.id.desc())
    )
    return [Merge(**row._mapping) for row in rows]


def current_id(connection: Connection, client_id: UUID) -> UUID:
    """The card that this one became part of; its own id where it did not."""
    merged = select(client.c.merged_into).where(client.c.id == client_id)
    return connection.execute(merged).scalar_one_or_none() or client_id


def unmerge(connection: Connection, vault: Vault, merging: Merging, made: Merge) -> Unmerged:
    """Two cards again; ``CannotMergeError`` where it was undone, or the target is no more in use.

    What moved goes back where nobody touched it since; a field that the source filled is emptied
    again where it still holds that. A legal hold that stood on the one card stands on both.
    """
    if made.undone_at is not None:
        raise CannotMergeError("undone")
    target = connection.execute(
        select(client.c.archived_at, client.c.merged_into).where(client.c.id == made.target_id)
    ).one()
    if target.merged_into is not None:
        raise CannotMergeError("merged")
    if target.archived_at is not None:
        raise CannotMergeError("archived")
    guard(connection)
    hold = find_hold(connection, vault, On.client(made.target_id))
    apart = update(client).where(client.c.id == made.source_id)
    connection.execute(apart.values(merged_into=None, changed_at=merging.at))
    back, left = move_back(
        connection,
        vault,
        made.source_id,
        made.target_id,
        moved=made.moved,
        merged_at=made.at,
        more=merging.more,
    )
    for id_ in made.moved["changes"]:
        emptied = _empty(connection, vault, merging, UUID(id_))
        (back if emptied else left)["fields"] += 1
    marked = update(client_merge).where(client_merge.c.id == made.id)
    connection.execute(marked.values(undone_at=merging.at, undone_by=merging.actor))
    both = (made.target_id, made.source_id)
    holds = () if hold is None else hold_apart(connection, vault, hold, both)
    return Unmerged(back=back, left=left, holds=holds)


def _empty(connection: Connection, vault: Vault, merging: Merging, id_: UUID) -> bool:
    """Put back what stood in a field before the merge; ``False`` where it holds something else."""
    change = find_change(connection, vault, id_)
    if change is None or change.undone_by is not None:
        return False
    slot = Slot(change.client_id, change.field)
    try:
        now = read_slot(connection, vault, slot)
    except UnknownPlaceError:
        return False
    if not same(now, change.after):
        return False
    write_slot(connection, vault, slot, change.before, by=merging.actor, at=merging.at)
    back = Change(
        client_id=change.client_id, field=change.field, before=change.after, after=change.before
    )
    undo = log_change(connection, vault, [back], actor=merging.actor, way=Way.UNDO, at=merging.at)
    marked = update(client_change).where(client_change.c.id == id_)
    connection.execute(marked.values(undone_by=undo[0]))
    return True


def _check(connection: Connection, merging: Merging, target_id: UUID, source_id: UUID) -> None:
    if target_id == source_id:
        raise CannotMergeError("same")
    names = load_names(connection, [target_id, source_id])
    for id_ in (target_id, source_id):
        if id_ not in names:
            raise LookupError(str(id_))
        if not allows(merging.access, Right.CLIENTS_MERGE, names[id_].target):
            raise LookupError(str(id_))
    for row in connection.execute(
        select(client.c.archived_at, client.c.merged_into).where(client.c.id.in_(names))
    ):
        if row.merged_into is not None:
            raise CannotMergeError("merged")
        if row.archived_at is not None:
            raise CannotMergeError("archived")
    his = all(merging.access.owns(name.curator) for name in names.values())
    if any(name.private for name in names.values()) and not his:
        raise CannotMergeError("private")


def _fields(connection: Connection, vault: Vault, source_id: UUID) -> dict[str, Value]:
    """What the source holds, by field; of a custom field that was removed nothing."""
    keys = connection.execute(
        select(custom_value.c.key).where(custom_value.c.client_id == source_id)
    ).scalars()
    held: dict[str, Value] = {}
    for field in (*CHOOSABLE, PRIVATE, *map(custom, keys)):
        try:
            held[field] = read_slot(connection, vault, Slot(source_id, field))
        except UnknownPlaceError:
            continue
    return held


def _check_choices(
    connection: Connection,
    merging: Merging,
    target_id: UUID,
    choices: Mapping[str, str],
    fields: Mapping[str, Value],
) -> None:
    for field, choice in choices.items():
        if not merging.access.sees(field):
            raise CannotMergeError("field_hidden", field)
        if field == PRIVATE or field not in fields:
            raise CannotMergeError("unknown_field", field)
        if field in {CURATOR, DEPUTY} and choice == "source":
            name = load_names(connection, [target_id])[target_id]
            if not allows(merging.access, Right.CLIENTS_ASSIGN, name.target):
                raise CannotMergeError("not_allowed", field)


def _fill(
    connection: Connection,
    vault: Vault,
    merging: Merging,
    target_id: UUID,
    *,
    choices: Mapping[str, str],
    fields: Mapping[str, Value],
) -> list[UUID]:
    """The target's fields that take the source's value; the ids of these changes."""
    changes = []
    for field, value in fields.items():
        slot = Slot(target_id, field)
        stands = read_slot(connection, vault, slot)
        empty = stands == "false" if field == PRIVATE else stands is None
        taken = choices.get(field, "source" if empty else "target") == "source"
        if taken and value is not None and not same(stands, value):
            write_slot(connection, vault, slot, value, by=merging.actor, at=merging.at)
            changes.append(Change(client_id=target_id, field=field, before=stands, after=value))
    return log_change(connection, vault, changes, actor=merging.actor, way=Way.MERGE, at=merging.at)
