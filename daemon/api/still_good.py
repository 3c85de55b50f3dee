"""Whether who came in may stay: his session or key is good, and his rights are what they were."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, or_, select

from crm.people_tables import access_token, session
from crm.staff import Staff
from daemon.api.viewer import Viewer


def has_same_rights(staff: Staff, viewer: Viewer) -> bool:
    """Whether this person may do now what he might when he came in."""
    if viewer.is_operator:
        return True
    access = staff.access_of(viewer.person)
    if access is None:
        return False
    came = viewer.access
    return replace(access, scopes=came.scopes, own_private=came.own_private) == came


def good_keys(connection: Connection, vias: Collection[str], at: datetime) -> frozenset[str]:
    """Those of these sessions and tokens (``session:ID``) that are good then."""
    ids: dict[str, list[UUID]] = {"session": [], "token": []}
    for via in vias:
        kind, _, id_ = via.partition(":")
        ids[kind].append(UUID(id_))
    sessions = connection.execute(
        select(session.c.id).where(
            session.c.id.in_(ids["session"]),
            session.c.ended_at.is_(None),
            session.c.expires_at > at,
        )
    ).scalars()
    tokens = connection.execute(
        select(access_token.c.id).where(
            access_token.c.id.in_(ids["token"]),
            access_token.c.revoked_at.is_(None),
            or_(access_token.c.expires_at.is_(None), access_token.c.expires_at > at),
        )
    ).scalars()
    return frozenset([*(f"session:{id_}" for id_ in sessions), *(f"token:{id_}" for id_ in tokens)])
