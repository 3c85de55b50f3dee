"""The rows that hang on a card: from the source of a merge to its target, and back again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Table, delete, insert, select, update

from crm.card_tables import client_change, contact, note, phone_claim
from crm.phones import open_number
from crm.sealed import seal
from crm.tables import client, phone, short_code, task
from crm.tasks import CALLBACK
from crm.vault import Vault
from crm.watch_tables import alert

MOVED: Final = (phone, phone_claim, contact, note, task, alert)
"""Tables with ``id`` and ``client_id`` whose rows move."""

_LOGGED: Final = frozenset({phone.name, phone_claim.name, contact.name, note.name})
"""Of these every change of an item is in the history."""
CODES: Final = "short_code"
SETTLED: Final = "settled_claims"
CLOSED: Final = "closed_tasks"
AGENTS: Final = "task_agents"
SOURCES: Final = "sources"


def move(
    connection: Connection,
    source: UUID,
    target: UUID,
    *,
    more: Sequence[Table],
    by: str,
    at: datetime,
) -> dict[str, Any]:
    """Everything of the source to the target; what moved, by table, as JSON can hold it.

    What the target has already (an equal e-mail, an equal claim) stays at the source's row.
    """
    moved: dict[str, Any] = {
        SETTLED: _settle_claims(connection, source, target),
        CLOSED: _close_callback(connection, source, target, by, at),
    }
    moved[AGENTS] = _hand_over(connection, source, target)
    for table in (*MOVED, *more):
        rows = table.c.client_id == source
        if table in {contact, phone_claim}:
            rows &= _not_there_yet(table, target)
        if table is task:
            rows &= table.c.id.not_in([UUID(id_) for id_ in moved[CLOSED]])
        ids = connection.execute(select(table.c.id).where(rows)).scalars().all()
        connection.execute(update(table).where(table.c.id.in_(ids)).values(client_id=target))
        moved[table.name] = [id_.hex for id_ in ids]
    codes = select(short_code.c.code).where(short_code.c.client_id == source)
    moved[CODES] = list(connection.execute(codes).scalars())
    own = update(short_code).where(short_code.c.client_id == source)
    connection.execute(own.values(client_id=target))
    earlier = select(client.c.id).where(client.c.merged_into == source)
    moved[SOURCES] = [id_.hex for id_ in connection.execute(earlier).scalars()]
    follow = update(client).where(client.c.merged_into == source)
    connection.execute(follow.values(merged_into=target))
    return moved


def move_back(
    connection: Connection,
    vault: Vault,
    source: UUID,
    target: UUID,
    *,
    moved: Mapping[str, Any],
    merged_at: datetime,
    more: Sequence[Table],
) -> tuple[Counter[str], Counter[str]]:
    """What ``move`` moved, where it still is at the target and nobody touched it: what, and what
    not, counted by table."""
    back: Counter[str] = Counter()
    left: Counter[str] = Counter()
    touched = _touched(connection, target, merged_at)
    for table in (*MOVED, *more):
        ids = [UUID(id_) for id_ in moved.get(table.name, ())]
        mine = table.c.id.in_(ids) & (table.c.client_id == target)
        there = connection.execute(select(table.c.id).where(mine)).scalars().all()
        going = [id_ for id_ in there if table.name not in _LOGGED or id_ not in touched]
        connection.execute(update(table).where(table.c.id.in_(going)).values(client_id=source))
        # Whether a number is a claim is nobody's to learn.
        counted = phone.name if table is phone_claim else table.name
        back[counted] += len(going)
        left[counted] += len(ids) - len(going)
    codes = short_code.c.code.in_(moved[CODES]) & (short_code.c.client_id == target)
    connection.execute(update(short_code).where(codes).values(client_id=source))
    earlier = client.c.id.in_([UUID(id_) for id_ in moved[SOURCES]])
    still = earlier & (client.c.merged_into == target)
    connection.execute(update(client).where(still).values(merged_into=source))
    _reopen(connection, moved[CLOSED], merged_at)
    _take_back(connection, moved[AGENTS])
    for claim in moved[SETTLED]:
        _claim_again(connection, vault, claim, (source, target))
    return +back, +left


def _not_there_yet(table: Table, target: UUID) -> ColumnElement[bool]:
    other = table.alias()
    equal = select(other.c.id).where(
        other.c.client_id == target, other.c.blind_index == table.c.blind_index
    )
    if table is contact:
        equal = equal.where(other.c.kind == table.c.kind)
    return ~equal.exists()


def _touched(connection: Connection, target: UUID, since: datetime) -> set[UUID | None]:
    """Items of the target's that changed since."""
    query = select(client_change.c.item_id).where(
        client_change.c.client_id == target,
        client_change.c.at >= since,
        client_change.c.item_id.is_not(None),
    )
    return set(connection.execute(query).scalars())


def _settle_claims(connection: Connection, source: UUID, target: UUID) -> list[dict[str, Any]]:
    """Claims of one of the two on a phone of the other: the card has that phone now."""
    pairs = connection.execute(
        select(phone_claim, phone.c.id.label("phone_id"))
        .join(phone, phone.c.blind_index == phone_claim.c.blind_index)
        .where(
            phone_claim.c.client_id.in_([source, target]),
            phone.c.client_id.in_([source, target]),
        )
    ).all()
    connection.execute(delete(phone_claim).where(phone_claim.c.id.in_([row.id for row in pairs])))
    return [
        {
            "id": row.id.hex,
            "client": row.client_id.hex,
            "phone": row.phone_id.hex,
            "label": row.label,
            "created_by": row.created_by,
            "created_at": row.created_at.isoformat(),
        }
        for row in pairs
    ]


def _claim_again(
    connection: Connection, vault: Vault, claim: Mapping[str, Any], pair: tuple[UUID, UUID]
) -> None:
    """The phone is the other card's again, so the claim on it stands again."""
    id_, owner = UUID(claim["id"]), UUID(claim["client"])
    row = connection.execute(
        select(phone.c.id, phone.c.number, phone.c.blind_index, phone.c.client_id).where(
            phone.c.id == UUID(claim["phone"])
        )
    ).first()
    if row is None or row.client_id not in pair or row.client_id == owner:
        return
    number = open_number(vault, row.id, row.number)
    connection.execute(
        insert(phone_claim).values(
            id=id_,
            client_id=owner,
            label=claim["label"],
            number=seal(vault, phone_claim.c.number, id_, number),
            blind_index=row.blind_index,
            created_by=claim["created_by"],
            created_at=datetime.fromisoformat(claim["created_at"]),
        )
    )


def _close_callback(
    connection: Connection, source: UUID, target: UUID, by: str, at: datetime
) -> list[str]:
    """A client is called back once: where both wait for it, the source's task is closed."""
    waiting = {
        client_id: id_
        for id_, client_id in connection.execute(
            select(task.c.id, task.c.client_id).where(
                task.c.client_id.in_([source, target]),
                task.c.kind == CALLBACK,
                task.c.closed_at.is_(None),
            )
        )
    }
    if len(waiting) < 2:
        return []
    doubled = update(task).where(task.c.id == waiting[source])
    connection.execute(doubled.values(closed_at=at, closed_by=by))
    return [waiting[source].hex]


def _reopen(connection: Connection, closed: Sequence[str], merged_at: datetime) -> None:
    for id_ in closed:
        mine = (task.c.id == UUID(id_)) & (task.c.closed_at == merged_at)
        connection.execute(update(task).where(mine).values(closed_at=None, closed_by=None))


def _hand_over(connection: Connection, source: UUID, target: UUID) -> dict[str, str]:
    """The source's curator's open tasks become the target's curator's; whose they were."""
    rows = connection.execute(
        select(client.c.id, client.c.curator).where(client.c.id.in_([source, target]))
    )
    curators = {row.id: row.curator for row in rows}
    before, after = curators[source], curators[target]
    if before is None or before == after:
        return {}
    own = (task.c.client_id == source) & (task.c.agent == before) & task.c.closed_at.is_(None)
    ids = connection.execute(select(task.c.id).where(own)).scalars().all()
    connection.execute(update(task).where(task.c.id.in_(ids)).values(agent=after))
    return {id_.hex: before for id_ in ids}


def _take_back(connection: Connection, agents: Mapping[str, str]) -> None:
    for id_, agent in agents.items():
        mine = (task.c.id == UUID(id_)) & task.c.closed_at.is_(None)
        connection.execute(update(task).where(mine).values(agent=agent))
