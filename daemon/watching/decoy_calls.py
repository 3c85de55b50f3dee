"""Decoys' numbers in calls: nobody has a reason to call one, and it calls nobody."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, bindparam, select

from crm.alerts import AlertKind, raise_alert
from crm.tables import client, phone
from daemon.calls.call import Direction
from daemon.history.rows import Row
from daemon.history.tables import leg

_DECOYS: Final = (
    select(phone.c.id, phone.c.client_id)
    .join(client, client.c.id == phone.c.client_id)
    .where(phone.c.id.in_(bindparam("phones", expanding=True)), client.c.decoy)
)


def watch_decoys(connection: Connection, changes: Iterable[tuple[Row | None, Row]]) -> None:
    """Raise alerts for calls with a decoy's number among what was just written.

    ``changes``: each call's row of table ``call``, after the one that stood before, whose numbers
    alone need no look. The calls themselves are captured as any other. One query by key, and only
    where a call with a number is new.
    """
    new = [(now, phones) for before, now in changes if (phones := _phones(now) - _phones(before))]
    if not new:
        return
    wanted = set().union(*(phones for _, phones in new))
    found = connection.execute(_DECOYS, {"phones": list(wanted)})
    decoys: dict[UUID, UUID] = {row.id: row.client_id for row in found}
    if not decoys:
        return
    for row, phones in new:
        for client_id in {decoys[phone_id] for phone_id in phones & decoys.keys()}:
            _raise(connection, row, client_id)


def _phones(row: Row | None) -> set[UUID]:
    if row is None:
        return set()
    return {row["customer_phone_id"], row["company_phone_id"]} - {None}


def _raise(connection: Connection, row: Row, client_id: UUID) -> None:
    outbound = row["direction"] == Direction.OUTBOUND
    kind = AlertKind.DECOY_CALLED if outbound else AlertKind.DECOY_RANG
    raise_alert(
        connection,
        kind,
        # Who called it is known of a call that one of ours made.
        person=_caller(connection, row["id"]) if outbound else None,
        client_id=client_id,
        evidence={"call": str(row["id"])},
        key=f"{kind}:{row['id']}:{client_id}",
        at=row["started_at"],
    )


def _caller(connection: Connection, call_id: UUID) -> str | None:
    legs = select(leg.c.agent).where(leg.c.call_id == call_id, leg.c.agent.is_not(None))
    return connection.execute(legs.order_by(leg.c.position).limit(1)).scalar_one_or_none()
