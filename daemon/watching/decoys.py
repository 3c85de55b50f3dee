"""Decoys that were opened or asked to be called: told to those who know of decoys."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from crm.access import Right
from crm.alerts import AlertKind, raise_alert
from crm.staff import load_staff
from crm.tables import client, short_code
from daemon.watching.marks import load_opened_decoys


def is_others(person: str, curator: str | None, deputy: str | None) -> bool:
    """Whether somebody else serves that client."""
    return bool({curator, deputy} - {None}) and person not in {curator, deputy}


def tell_opened_since(connection: Connection, since: datetime, zone: ZoneInfo) -> None:
    """Raise the alerts for whatever decoys were opened since, where they are not raised yet."""
    for row in load_opened_decoys(connection, since):
        tell_opened(connection, row.actor, row.client_id, row.at, zone)


def tell_opened(
    connection: Connection, person: str, client_id: UUID, at: datetime, zone: ZoneInfo
) -> None:
    """He opened that card: an alert, if it is a decoy's and he is none of those who make them."""
    card = connection.execute(
        select(client.c.decoy, client.c.curator, client.c.deputy).where(client.c.id == client_id)
    ).first()
    if card is None or not card.decoy:
        return
    access = load_staff(connection).access_of(person)
    if access is not None and access.has(Right.POLICY_CHANGE):
        return
    raise_alert(
        connection,
        AlertKind.DECOY_OPENED,
        person=person,
        client_id=client_id,
        evidence={"others": is_others(person, card.curator, card.deputy)},
        key=f"{AlertKind.DECOY_OPENED}:{person}:{client_id}:{at.astimezone(zone).date()}",
        at=at,
    )


def tell_ordered(
    connection: Connection,
    person: str,
    *,
    client_id: UUID | None,
    code: str | None,
    at: datetime,
    zone: ZoneInfo,
) -> None:
    """He asked that the client of that id or short code be called."""
    wanted = client.c.id == client_id
    if client_id is None:
        of_code = select(short_code.c.client_id).where(short_code.c.code == code)
        wanted = client.c.id == of_code.scalar_subquery()
    id_ = connection.execute(select(client.c.id).where(wanted, client.c.decoy)).scalar_one_or_none()
    if id_ is None:
        return
    raise_alert(
        connection,
        AlertKind.DECOY_CALLED,
        person=person,
        client_id=id_,
        evidence={},
        key=f"{AlertKind.DECOY_CALLED}:{person}:{id_}:{at.astimezone(zone).date()}",
        at=at,
    )
