"""Sessions of people who signed in. A browser holds 32 random bytes; their hash is stored.

Whether a session is good is ``judge``'s to say, which is pure.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, Row, delete, select, update

from crm.people_tables import session
from crm.sign_in_policy import SignInPolicy
from store.ids import uuid7
from store.upsert import insert_rows

_RANDOM_BYTES: Final = 32
_LONGEST: Final = 64
_LONGEST_BROWSER: Final = 60
_USE_NOTED_EVERY: Final = timedelta(minutes=1)
_CLOCKS_DIFFER: Final = timedelta(minutes=2)
"""By so much a clock that is set right may step back; more is a clock that was or is wrong."""
_KEPT: Final = timedelta(days=30)
"""For how long ended sessions are listed."""


class Method(StrEnum):
    """How somebody signed in."""

    PASSWORD = "password"  # noqa: S105
    WINDOWS = "windows"


class Standing(StrEnum):
    """How it stands with a session that a browser shows."""

    GOOD = "good"
    CLOSED = "closed"
    EXPIRED = "expired"
    FUTURE = "future"
    """It begins later than now: this machine's clock was ahead, or is behind."""
    MOVED_ADDRESS = "moved_address"
    """It came from another address than where it began, and policy binds it to that."""
    MOVED_BROWSER = "moved_browser"
    """It came from another kind of browser or system: somebody carried the cookie over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A session, without what the browser holds."""

    id: UUID
    person: str
    method: Method
    address: str
    browser: str | None
    """``Firefox, Linux``."""
    created_at: datetime
    seen_at: datetime
    """To the minute."""
    expires_at: datetime
    ended_at: datetime | None
    ended_by: str | None

    def use_is_news(self, at: datetime) -> bool:
        """Whether a use at that instant is to be noted: once a minute is enough."""
        return at - self.seen_at >= _USE_NOTED_EVERY


def judge(
    held: Session, policy: SignInPolicy, *, address: str, browser: str | None, at: datetime
) -> Standing:
    """Whether a session is good for a request from there, then. Pure."""
    if held.ended_at is not None:
        return Standing.CLOSED
    if max(held.created_at, held.seen_at) > at + _CLOCKS_DIFFER:
        return Standing.FUTURE
    limit = min(held.expires_at, held.created_at + policy.longest, held.seen_at + policy.idle)
    if at >= limit:
        return Standing.EXPIRED
    if held.browser != browser:
        return Standing.MOVED_BROWSER
    if policy.bind_address and held.address != address:
        return Standing.MOVED_ADDRESS
    return Standing.GOOD


_BROWSERS: Final = (
    ("Edg", "Edge"), ("OPR/", "Opera"), ("YaBrowser/", "Yandex Browser"), ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl"),
)  # fmt: skip
_SYSTEMS: Final = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"),
    ("Mac OS X", "macOS"), ("Linux", "Linux"),
)  # fmt: skip


def browser_of(user_agent: str | None) -> str | None:
    """The kind of browser and system, without versions: an update does not make it another."""
    if not user_agent:
        return None
    kinds = (
        next((name for sign, name in known if sign in user_agent), None)
        for known in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(kind for kind in kinds if kind)[:_LONGEST_BROWSER] or "?"


def csrf_of(token: str) -> str:
    """What a page of ours shows beside the cookie: made from it, without giving it away."""
    return sha256(b"csrf " + token.encode()).hexdigest()


def open_session(
    connection: Connection,
    person: str,
    *,
    method: Method,
    address: str,
    browser: str | None,
    policy: SignInPolicy,
    at: datetime,
) -> tuple[str, UUID]:
    """A new session: what the browser is to hold, and its id. Long ended ones are forgotten."""
    connection.execute(
        delete(session).where(session.c.person == person, session.c.expires_at < at - _KEPT)
    )
    token = secrets.token_urlsafe(_RANDOM_BYTES)
    row = {
        "id": uuid7(),
        "person": person,
        "token_hash": _hash(token),
        "method": method,
        "address": address,
        "browser": browser,
        "created_at": at,
        "seen_at": at,
        "expires_at": at + policy.longest,
        "ended_at": None,
        "ended_by": None,
    }
    insert_rows(connection, session, [row])
    return token, row["id"]  # type: ignore[return-value]


def find_session(connection: Connection, token: str) -> Session | None:
    """The session that a browser shows, good or not; ``None``: there is none such."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    found = connection.execute(select(session).where(session.c.token_hash == _hash(token))).first()
    return None if found is None else _of(found)


def get_session(connection: Connection, id_: UUID) -> Session | None:
    """That session, good or not."""
    found = connection.execute(select(session).where(session.c.id == id_)).first()
    return None if found is None else _of(found)


def list_sessions(
    connection: Connection, at: datetime, policy: SignInPolicy, *, person: str | None = None
) -> list[Session]:
    """Sessions that are open, the oldest first; everybody's or one person's."""
    query = (
        select(session)
        .where(
            session.c.ended_at.is_(None),
            session.c.expires_at > at,
            session.c.created_at > at - policy.longest,
            session.c.seen_at > at - policy.idle,
        )
        .order_by(session.c.id)
    )
    if person is not None:
        query = query.where(session.c.person == person)
    return [_of(row) for row in connection.execute(query)]


def note_use(connection: Connection, id_: UUID, at: datetime) -> None:
    """It was used; for callers that asked ``Session.use_is_news``."""
    connection.execute(update(session).where(session.c.id == id_).values(seen_at=at))


def end_session(connection: Connection, id_: UUID, *, by: str, at: datetime) -> bool:
    """Whether there was such a session and it had not ended."""
    ended = connection.execute(
        update(session)
        .where(session.c.id == id_, session.c.ended_at.is_(None))
        .values(ended_at=at, ended_by=by)
    )
    return ended.rowcount == 1


def end_sessions(
    connection: Connection, person: str, *, by: str, at: datetime, but: UUID | None = None
) -> int:
    """End all of a person's sessions, but one; how many there were."""
    change = update(session).where(session.c.person == person, session.c.ended_at.is_(None))
    if but is not None:
        change = change.where(session.c.id != but)
    return connection.execute(change.values(ended_at=at, ended_by=by)).rowcount


def end_all_sessions(connection: Connection, *, by: str, at: datetime) -> int:
    """End everybody's; how many there were."""
    all_ = update(session).where(session.c.ended_at.is_(None))
    return connection.execute(all_.values(ended_at=at, ended_by=by)).rowcount


def _of(row: Row[Any]) -> Session:
    return Session(
        id=row.id,
        person=row.person,
        method=Method(row.method),
        address=row.address,
        browser=row.browser,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
        ended_at=row.ended_at,
        ended_by=row.ended_by,
    )


def _hash(token: str) -> bytes:
    return sha256(token.encode()).digest()
