"""Keys with which people's programs speak to the API. Only their hashes are stored.

A key may be narrowed to some of its person's rights (scopes), and may end by itself.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, func, select, update

from crm.access import Right
from crm.people_tables import access_token
from store.ids import uuid7
from store.upsert import insert_rows

_PREFIX: Final = "callward_"
"""So that programs that look for keys in texts find them."""
_RANDOM_BYTES: Final = 32
_LONGEST: Final = 100
_USE_NOTED_EVERY: Final = timedelta(minutes=1)


class UnknownScopeError(ValueError):
    """A key was to be narrowed to a right that there is not; ``scope`` is what was written."""

    def __init__(self, scope: str) -> None:
        super().__init__("an unknown scope")
        self.scope = scope


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """A key, without the key."""

    id: UUID
    agent: str
    """Whose it is."""
    created_by: str | None
    """Who made it; ``None``: from before that was kept."""
    label: str | None
    """What it is for."""
    scopes: frozenset[Right] | None
    """Rights to which it is narrowed; ``None``: all that its person has."""
    created_at: datetime
    expires_at: datetime | None
    used_at: datetime | None
    """To the minute."""
    revoked_at: datetime | None

    @property
    def is_his_own(self) -> bool:
        """He made it himself. Another's opens no private clients of his."""
        return self.created_by == self.agent

    def is_good(self, at: datetime) -> bool:
        """Whether it opens anything then."""
        return self.revoked_at is None and (self.expires_at is None or at < self.expires_at)

    def use_is_news(self, at: datetime) -> bool:
        """Whether a use at that instant is to be noted: once a minute is enough."""
        return self.used_at is None or abs(at - self.used_at) >= _USE_NOTED_EVERY


def read_scopes(written: Iterable[str]) -> frozenset[Right]:
    """Scopes as they are sent and stored. ``UnknownScopeError`` names one that there is not."""
    scopes = set()
    for name in written:
        try:
            scopes.add(Right(name))
        except ValueError:
            raise UnknownScopeError(name) from None
    return frozenset(scopes)


def create_token(
    connection: Connection,
    agent: str,
    at: datetime,
    *,
    created_by: str | None = None,
    label: str | None = None,
    scopes: Iterable[Right] | None = None,
    expires_at: datetime | None = None,
) -> str:
    """A new key of this person; it is shown now and never again. Good in headers as it is.

    ``created_by``: who makes it; default: he himself.
    """
    token = _PREFIX + secrets.token_urlsafe(_RANDOM_BYTES)
    row = {
        "id": uuid7(),
        "agent": agent,
        "created_by": created_by or agent,
        "label": label,
        "scopes": None if scopes is None else sorted(scopes),
        "token_hash": _hash(token),
        "created_at": at,
        "expires_at": expires_at,
        "used_at": None,
        "revoked_at": None,
    }
    insert_rows(connection, access_token, [row])
    return token


def find_token(connection: Connection, token: str) -> AccessToken | None:
    """The key that somebody showed, good or not; ``None``: there never was such a one."""
    if not token.startswith(_PREFIX) or len(token) > _LONGEST or not token.isascii():
        return None
    found = connection.execute(
        select(access_token).where(access_token.c.token_hash == _hash(token))
    ).first()
    return None if found is None else _of(found)


def get_token(connection: Connection, id_: UUID) -> AccessToken | None:
    """That key, good or not."""
    found = connection.execute(select(access_token).where(access_token.c.id == id_)).first()
    return None if found is None else _of(found)


def count_good(connection: Connection, agent: str, at: datetime) -> int:
    """How many keys of a person open anything."""
    query = select(func.count()).where(
        access_token.c.agent == agent,
        access_token.c.revoked_at.is_(None),
        access_token.c.expires_at.is_(None) | (access_token.c.expires_at > at),
    )
    return connection.execute(query).scalar_one()


def list_tokens(connection: Connection, *, agent: str | None = None) -> list[AccessToken]:
    """Keys, revoked ones too, the oldest first."""
    query = select(access_token).order_by(access_token.c.id)
    if agent is not None:
        query = query.where(access_token.c.agent == agent)
    return [_of(row) for row in connection.execute(query)]


def note_use(connection: Connection, id_: UUID, at: datetime) -> None:
    """It was used; for callers that asked ``AccessToken.use_is_news``."""
    connection.execute(update(access_token).where(access_token.c.id == id_).values(used_at=at))


def revoke_token(connection: Connection, id_: UUID, at: datetime) -> bool:
    """Whether there was such a key, and it was not revoked yet."""
    revoked = connection.execute(
        update(access_token)
        .where(access_token.c.id == id_, access_token.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return revoked.rowcount == 1


def revoke_all(connection: Connection, agent: str, at: datetime) -> int:
    """Revoke every key of a person, as when he leaves; how many there were."""
    revoked = connection.execute(
        update(access_token)
        .where(access_token.c.agent == agent, access_token.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return revoked.rowcount


def _of(row: Row[Any]) -> AccessToken:
    return AccessToken(
        id=row.id,
        agent=row.agent,
        created_by=row.created_by,
        label=row.label,
        # A right that a later version no longer knows opens nothing.
        scopes=None
        if row.scopes is None
        else frozenset(Right(name) for name in row.scopes if name in set(Right)),
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
