"""Keys with which managers' programs speak to the API. Only their hashes are stored."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from sqlalchemy import Connection, select, update

from crm.tables import access_token
from store.ids import uuid7
from store.upsert import insert_rows

_PREFIX = "callward_"
"""So that programs that look for keys in texts find them."""
_RANDOM_BYTES = 32
_LONGEST = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A key, without the key."""

    id: UUID
    agent: str
    created_at: datetime
    revoked_at: datetime | None


def create_token(connection: Connection, agent: str, at: datetime) -> str:
    """A new key of this agent; it is shown now and never again. Good in headers as it is."""
    token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    row = {
        "id": uuid7(),
        "agent": agent,
        "token_hash": _hash(token),
        "created_at": at,
        "revoked_at": None,
    }
    insert_rows(connection, access_token, [row])
    return token


def find_agent(connection: Connection, token: str) -> str | None:
    """Whose key this is; ``None`` for an unknown or revoked one."""
    if not token.startswith(_PREFIX) or len(token) > _LONGEST or not token.isascii():
        return None
    found = connection.execute(
        select(access_token.c.agent).where(
            access_token.c.token_hash == _hash(token), access_token.c.revoked_at.is_(None)
        )
    )
    return found.scalar_one_or_none()


def list_tokens(connection: Connection, *, agent: str | None = None) -> list[AccessToken]:
    """Keys, revoked ones too, the oldest first."""
    query = select(access_token).order_by(access_token.c.id)
    if agent is not None:
        query = query.where(access_token.c.agent == agent)
    return [
        AccessToken(
            id=row.id, agent=row.agent, created_at=row.created_at, revoked_at=row.revoked_at
        )
        for row in connection.execute(query)
    ]


def revoke_token(connection: Connection, id_: UUID, at: datetime) -> bool:
    """Whether there was such a key, and it was still good."""
    revoked = connection.execute(
        update(access_token)
        .where(access_token.c.id == id_, access_token.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return revoked.rowcount == 1


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
