"""What was changed on cards: every field, with what stood there before, sealed.

Whoever writes to a card logs it here, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, func, insert, or_, select

from crm.access import Access
from crm.card_tables import client_change
from crm.changed import Change, Item, Logged, Way, open_change, seal_value, text_of
from crm.digits import Difference
from crm.hidden_edits import Edit, Halves, find_edit
from crm.tables import client
from crm.vault import Vault
from store.ids import uuid7

__all__ = [
    "Change",
    "DigitEdit",
    "Item",
    "Logged",
    "Way",
    "changes_of_client",
    "digit_edits",
    "log_change",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class DigitEdit:
    """One edit of digits, also one that was hidden in a deletion and an addition."""

    change: Logged
    card_id: UUID
    """The card on which it stands now: another one where the client was merged."""
    name: str | None
    difference: Difference
    before: str | None = field(repr=False)
    """As it was and as it became; ``None`` for who may not see that field."""
    after: str | None = field(repr=False)


def log_change(
    connection: Connection,
    vault: Vault,
    changes: Iterable[Change],
    *,
    actor: str,
    way: Way,
    at: datetime,
) -> list[UUID]:
    """Store what was changed, in its order; what stayed as it was is left out. Returns the ids.

    An edit of a number says how many digits differ; so does the second half of a deletion and an
    addition of nearly the same number by the same person on the same card within an hour.
    """
    halves = Halves(connection, vault, actor, at)
    rows: list[dict[str, Any]] = []
    for one in changes:
        if one.before == one.after:
            continue
        id_ = uuid7()
        rows.append(
            {
                "id": id_,
                "client_id": one.client_id,
                "at": at,
                "actor": actor,
                "way": way.value,
                "field": one.field,
                "item_id": one.item_id,
                "before": seal_value(vault, one.before, "before", id_),
                "after": seal_value(vault, one.after, "after", id_),
                "digits": halves.digits(one),
            }
        )
    if rows:
        connection.execute(insert(client_change), rows)
    return [row["id"] for row in rows]


def changes_of_client(
    connection: Connection,
    vault: Vault,
    client_id: UUID,
    *,
    access: Access,
    after: UUID | None = None,
    since: datetime | None = None,
    limit: int = 50,
) -> list[Logged]:
    """The changes of a card and of those that were merged into it, newest first.

    Without those of fields that are hidden from him. Whether he may know of the card, the caller
    asks. ``after``: the last id of the page before.
    """
    merged = select(client.c.id).where(client.c.merged_into == client_id)
    query = (
        select(client_change)
        .where(or_(client_change.c.client_id == client_id, client_change.c.client_id.in_(merged)))
        .order_by(client_change.c.id.desc())
        .limit(limit)
    )
    if access.hidden:
        query = query.where(client_change.c.field.not_in(sorted(access.hidden)))
    if after is not None:
        query = query.where(client_change.c.id < after)
    if since is not None:
        query = query.where(client_change.c.at >= since)
    return [open_change(vault, row) for row in connection.execute(query)]


def digit_edits(
    connection: Connection,
    vault: Vault,
    *,
    access: Access,
    within: ColumnElement[bool],
    since: datetime,
    until: datetime,
    after: UUID | None = None,
    limit: int = 50,
) -> list[DigitEdit]:
    """Edits of digits from ``since`` until before ``until``, newest first.

    Of the cards (rows of ``client``) for which ``within`` holds; a merged one counts as the card
    that it became part of. What was before and after, only for who may see that field.
    """
    source = client.alias("source")
    query = (
        select(client_change, client.c.id.label("card_id"), client.c.name.label("card_name"))
        .join(source, source.c.id == client_change.c.client_id)
        .join(client, client.c.id == func.coalesce(source.c.merged_into, source.c.id))
        .where(
            client_change.c.digits.is_not(None),
            client_change.c.at >= since,
            client_change.c.at < until,
            within,
        )
        .order_by(client_change.c.id.desc())
        .limit(limit)
    )
    if after is not None:
        query = query.where(client_change.c.id < after)
    found = []
    for row in connection.execute(query).all():
        change = open_change(vault, row)
        edit = find_edit(connection, vault, change) or _unexplained(change)
        seen = access.sees(change.field)
        found.append(
            DigitEdit(
                change=change,
                card_id=row.card_id,
                name=row.card_name,
                difference=edit[2],
                before=edit[0] if seen else None,
                after=edit[1] if seen else None,
            )
        )
    return found


def _unexplained(change: Logged) -> Edit:
    """The other half is not to be found any more."""
    before, after = text_of(change.before) or "", text_of(change.after) or ""
    return before, after, Difference(count=change.digits or 0, places=(), of=0)
