"""Private clients get another curator: one person asks, another one allows it.

Nobody learns how many there are or who, before or after: they stay private, now for their new
curator alone. The former one and all administrators are told.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from dataclasses import field as part
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, Row, insert, select, update

from crm.access import Right
from crm.card_tables import takeover
from crm.changed import Change, Way
from crm.fields import CURATOR
from crm.history import log_change
from crm.notices import tell
from crm.sealed import open_sealed, seal
from crm.staff import Staff
from crm.tables import client
from crm.tasks import hand_over_tasks
from crm.vault import Vault
from store.ids import uuid7

ASKED, ALLOWED, REFUSED = "takeover_asked", "takeover_allowed", "takeover_refused"
"""Kinds of notices."""
_OF_LATE = timedelta(days=7)
"""So long who could come as two people is not taken for two: the others were told meanwhile."""


class TakeoverRefusedError(ValueError):
    """It cannot be asked for or decided; ``reason`` says why."""

    def __init__(self, reason: str, **about: str) -> None:
        super().__init__(reason)
        self.reason = reason
        """``unknown_person``, ``person_left``, ``same_person``, ``asked_already``,
        ``nobody_to_allow``, ``own_request``, ``own_clients``, ``one_hand``, ``decided``."""
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class Takeover:
    """What one person asked for, and what became of it."""

    id: UUID
    curator: str
    successor: str
    reason: str = part(repr=False)
    requested_by: str
    requested_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    allowed: bool | None
    """``None``: nobody has decided yet."""


def ask(
    connection: Connection,
    vault: Vault,
    staff: Staff,
    *,
    curator: str,
    successor: str,
    reason: str,
    by: str,
    at: datetime,
) -> Takeover:
    """Ask that all private clients of ``curator`` get ``successor``; ``TakeoverRefusedError``."""
    if staff.person(curator) is None:
        raise TakeoverRefusedError("unknown_person", name=curator)
    if staff.access_of(successor) is None:
        known = staff.person(successor) is not None
        raise TakeoverRefusedError("person_left" if known else "unknown_person", name=successor)
    if curator == successor:
        raise TakeoverRefusedError("same_person")
    if _open_between(connection, curator, successor):
        raise TakeoverRefusedError("asked_already")
    deciders = who_may_allow(staff, curator=curator, requested_by=by, at=at)
    if not deciders:
        raise TakeoverRefusedError("nobody_to_allow")
    id_ = uuid7()
    connection.execute(
        insert(takeover).values(
            id=id_,
            curator=curator,
            successor=successor,
            reason=seal(vault, takeover.c.reason, id_, reason),
            requested_by=by,
            requested_at=at,
        )
    )
    about = {"takeover": str(id_), "curator": curator, "successor": successor, "by": by}
    _tell(connection, {*deciders, curator}, ASKED, about, at)
    return Takeover(
        id=id_,
        curator=curator,
        successor=successor,
        reason=reason,
        requested_by=by,
        requested_at=at,
        decided_by=None,
        decided_at=None,
        allowed=None,
    )


def decide(
    connection: Connection,
    vault: Vault,
    staff: Staff,
    asked: Takeover,
    *,
    allowed: bool,
    by: str,
    at: datetime,
) -> list[UUID]:
    """Allow or refuse it; ``TakeoverRefusedError``. Whose curator is another one now."""
    if asked.decided_at is not None:
        raise TakeoverRefusedError("decided")
    if by == asked.requested_by:
        raise TakeoverRefusedError("own_request")
    if by == asked.curator:
        raise TakeoverRefusedError("own_clients")
    if allowed and in_one_hand(staff, asked.requested_by, by, at):
        raise TakeoverRefusedError("one_hand", name=asked.requested_by)
    if allowed and staff.access_of(asked.successor) is None:
        raise TakeoverRefusedError("person_left", name=asked.successor)
    decided = (
        update(takeover)
        .where(takeover.c.id == asked.id, takeover.c.decided_at.is_(None))
        .values(decided_by=by, decided_at=at, allowed=allowed)
    )
    if connection.execute(decided).rowcount == 0:
        raise TakeoverRefusedError("decided")
    moved = _give(connection, vault, asked, by, at) if allowed else []
    about = {
        "takeover": str(asked.id),
        "curator": asked.curator,
        "successor": asked.successor,
        "by": by,
    }
    told = {asked.curator, asked.requested_by, *_administrators(staff)}
    if allowed:
        told.add(asked.successor)
    _tell(connection, told, ALLOWED if allowed else REFUSED, about, at)
    return moved


def find_takeover(connection: Connection, vault: Vault, id_: UUID) -> Takeover | None:
    """One."""
    row = connection.execute(select(takeover).where(takeover.c.id == id_)).first()
    return None if row is None else _takeover(vault, row)


def list_takeovers(
    connection: Connection,
    vault: Vault,
    *,
    is_open: bool | None = None,
    after: UUID | None = None,
    limit: int = 50,
) -> list[Takeover]:
    """All, newest first. ``after``: the last id of the page before."""
    query = select(takeover).order_by(takeover.c.id.desc()).limit(limit)
    if is_open is not None:
        query = query.where(takeover.c.decided_at.is_(None) == is_open)
    if after is not None:
        query = query.where(takeover.c.id < after)
    return [_takeover(vault, row) for row in connection.execute(query)]


def who_may_allow(
    staff: Staff, *, curator: str, requested_by: str, at: datetime
) -> tuple[str, ...]:
    """Everybody who could allow it: never who asks, never the curator himself."""
    return tuple(
        person.name
        for person in staff.people
        if person.name not in {curator, requested_by}
        and person.can_sign_in
        and (access := staff.access_of(person.name)) is not None
        and access.has(Right.CLIENTS_TAKEOVER)
        and not in_one_hand(staff, requested_by, person.name, at)
    )


def in_one_hand(staff: Staff, one: str, other: str, at: datetime) -> bool:
    """Whether two people could be one: one made the other or set how he signs in, whenever and
    through however many between them; or one person did so with both of late. Pure.
    """
    if one in _makers(staff, other) or other in _makers(staff, one):
        return True
    since = at - _OF_LATE
    return not _makers(staff, one, since).isdisjoint(_makers(staff, other, since))


def _makers(staff: Staff, name: str, since: datetime | None = None) -> set[str]:
    """He, and who made him or set how he signs in (since then), and who did so with those."""
    found, waiting = {name}, [name]
    while waiting:
        person = staff.person(waiting.pop())
        if person is None:
            continue
        made = [(person.created_by, person.created_at)]
        if person.credentials_by is not None and person.credentials_at is not None:
            made.append((person.credentials_by, person.credentials_at))
        for by, at in made:
            if (since is None or at >= since) and by not in found and staff.person(by) is not None:
                found.add(by)
                waiting.append(by)
    return found


def _give(
    connection: Connection, vault: Vault, asked: Takeover, by: str, at: datetime
) -> list[UUID]:
    """In the archive too. Who was deputy of a private client knows nothing of him, and stays."""
    private = client.c.private.is_(True) & (client.c.curator == asked.curator)
    ids = list(connection.execute(select(client.c.id).where(private)).scalars())
    if not ids:
        return []
    connection.execute(update(client).where(private).values(curator=asked.successor, changed_at=at))
    hand_over_tasks(connection, ids, [asked.curator], asked.successor)
    changes = [
        Change(client_id=id_, field=CURATOR, before=asked.curator, after=asked.successor)
        for id_ in ids
    ]
    log_change(connection, vault, changes, actor=by, way=Way.TAKEOVER, at=at)
    return ids


def _open_between(connection: Connection, curator: str, successor: str) -> bool:
    waiting = select(takeover.c.id).where(
        takeover.c.curator == curator,
        takeover.c.successor == successor,
        takeover.c.decided_at.is_(None),
    )
    return connection.execute(waiting).first() is not None


def _administrators(staff: Staff) -> set[str]:
    return {
        person.name
        for person in staff.people
        if (access := staff.access_of(person.name)) is not None and access.has(Right.CLIENTS_PURGE)
    }


def _tell(
    connection: Connection, people: Iterable[str], kind: str, about: dict[str, str], at: datetime
) -> None:
    for name in sorted(people):
        tell(connection, name, kind, about, at)


def _takeover(vault: Vault, row: Row[tuple[object, ...]]) -> Takeover:
    held = dict(row._mapping)
    held["reason"] = open_sealed(vault, takeover.c.reason, row.id, row.reason)
    return Takeover(**held)
