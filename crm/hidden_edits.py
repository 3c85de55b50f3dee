"""An edit of digits that was hidden in a deletion and an addition of nearly the same number."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, select

from crm.card_tables import client_change
from crm.changed import Change, Logged, Value, open_change, text_of
from crm.digits import Difference, edited_digits, nearly_the_same
from crm.fields import PHONES
from crm.vault import Vault

HIDING_WITHIN: Final = timedelta(hours=1)
"""A number that is deleted and one that is nearly the same added so soon are one edit."""
_MOST: Final = 200

Edit = tuple[str, str, Difference]
"""The number as it was, as it became, and how they differ."""


class Halves:
    """What one person deleted and added on cards within the hour before ``at``."""

    def __init__(self, connection: Connection, vault: Vault, actor: str, at: datetime) -> None:
        self._connection, self._vault = connection, vault
        self._actor, self._at = actor, at
        self._earlier: dict[UUID, list[tuple[Value, Value]]] = {}

    def digits(self, change: Change) -> int | None:
        """How many digits that change edits, by itself or with an earlier half."""
        before, after = text_of(change.before), text_of(change.after)
        edited = edited_digits(change.field, before, after)
        if edited is not None:
            return edited.count
        if change.field != PHONES or (before is None) is (after is None):
            return None
        earlier = self._of(change.client_id)
        found = _closest(before, after, earlier)
        earlier.append((change.before, change.after))
        return None if found is None else found[2].count

    def _of(self, client_id: UUID) -> list[tuple[Value, Value]]:
        if client_id not in self._earlier:
            rows = _load(self._connection, client_id, self._actor, self._at)
            opened = [open_change(self._vault, row) for row in rows]
            self._earlier[client_id] = [(one.before, one.after) for one in opened]
        return self._earlier[client_id]


def find_edit(connection: Connection, vault: Vault, change: Logged) -> Edit | None:
    """The edit that a logged change is, by itself or as the second half; ``None``: none."""
    before, after = text_of(change.before), text_of(change.after)
    if before is not None and after is not None:
        edited = edited_digits(change.field, before, after)
        return None if edited is None else (before, after, edited)
    rows = _load(connection, change.client_id, change.actor, change.at)
    earlier = [open_change(vault, row) for row in rows if row.id < change.id]
    return _closest(before, after, [(one.before, one.after) for one in earlier])


def _closest(
    before: str | None, after: str | None, earlier: Sequence[tuple[Value, Value]]
) -> Edit | None:
    """With the nearest other half: a deletion for an addition, an addition for a deletion."""
    edits = []
    for deleted, added in earlier:
        old = text_of(deleted) if before is None and added is None else before
        new = text_of(added) if after is None and deleted is None else after
        difference = None if old is None or new is None else nearly_the_same(old, new)
        if old is not None and new is not None and difference is not None:
            edits.append((old, new, difference))
    return min(edits, key=lambda edit: edit[2].count, default=None)


def _load(connection: Connection, client_id: UUID, actor: str, at: datetime) -> Sequence[Row[Any]]:
    return connection.execute(
        select(client_change)
        .where(
            client_change.c.client_id == client_id,
            client_change.c.actor == actor,
            client_change.c.field == PHONES,
            client_change.c.before.is_(None) != client_change.c.after.is_(None),
            client_change.c.at >= at - HIDING_WITHIN,
            client_change.c.at <= at,
        )
        .order_by(client_change.c.id.desc())
        .limit(_MOST)
    ).all()
