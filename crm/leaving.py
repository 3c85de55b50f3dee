"""Somebody leaves: what he holds, and taking it from him; and coming back, with empty hands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from sqlalchemy import Connection, and_, delete, func, select, update

from crm.access_tokens import count_good, revoke_all
from crm.agent_choices import delete_choice
from crm.away import delete_away
from crm.changed import Change, Way
from crm.division import (
    DIGEST_LENGTH,
    Holding,
    Numbers,
    Plan,
    Post,
    Share,
    divide,
    hand_over,
)
from crm.history import log_change
from crm.people_tables import person, session
from crm.sessions import end_sessions
from crm.staff import Staff
from crm.tables import agent_choice, agent_pin, client, task
from crm.vault import Vault

CONCERNED: Final = and_(client.c.private.is_(False), client.c.merged_into.is_(None))
"""Which of his clients are handed on: those in the archive too, for one may come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What somebody has in his hands, beside his clients."""

    person: str
    tasks: int
    """Open ones. Those on private clients are not counted: nobody else learns of any."""
    sessions: int
    tokens: int
    pin: bool
    phones_chosen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavePlan:
    """What becomes of it."""

    held: Held
    clients: Plan
    """His clients: who becomes their curator."""
    deputies: Plan
    """Whose deputy he is; they have none then."""
    numbers: tuple[Numbers, ...]

    @property
    def id(self) -> str:
        """The same as long as the same clients would go to the same people."""
        named = f"{self.held.person}\0{self.clients.digest}\0{self.deputies.digest}"
        return sha256(named.encode()).hexdigest()[:DIGEST_LENGTH]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What was taken from him at once."""

    sessions: int
    tokens: int
    pin: bool
    phones_chosen: bool


def plan_leaving(
    staff: Staff,
    held: Held,
    to: Sequence[str],
    *,
    his: Sequence[Holding],
    deputy_of: Sequence[Holding],
    loads: Mapping[str, int],
) -> LeavePlan:
    """Plan it. ``to``: nobody (the group), one, or several, evenly by weights. Pure.

    Who may be named, the caller saw to. Raises ``NobodyError`` where all weights are zero.
    """
    if len(to) > 1:
        shares = [
            Share(person=one, weight=known.weight, load=loads[one])
            for one in to
            if (known := staff.person(one)) is not None
        ]
        clients = divide(his, shares, Post.CURATOR)
    else:
        clients = hand_over(his, to[0] if to else None, Post.CURATOR)
    return LeavePlan(
        held=held,
        clients=clients,
        deputies=hand_over(deputy_of, None, Post.DEPUTY),
        numbers=clients.numbers(loads),
    )


def load_held(connection: Connection, name: str, at: datetime) -> Held:
    """As things stand."""
    return Held(
        person=name,
        tasks=_count_tasks(connection, name),
        sessions=_count_sessions(connection, name, at),
        tokens=count_good(connection, name, at),
        pin=_has_pin(connection, name),
        phones_chosen=_has_choice(connection, name),
    )


def leave(connection: Connection, vault: Vault, name: str, *, by: str, at: datetime) -> Taken:
    """Take from him at once all but his clients. He can no longer sign in, and is no deputy of
    private clients; a password that he knew is good no more, also should he come back.
    """
    had_pin = _has_pin(connection, name)
    had_choice = _has_choice(connection, name)
    connection.execute(
        update(person)
        .where(person.c.name == name)
        .values(
            left_at=at,
            password_hash=None,
            must_change_password=False,
            totp_secret=None,
            totp_step=None,
            recovery_codes=[],
        )
    )
    sessions = end_sessions(connection, name, by=by, at=at)
    tokens = revoke_all(connection, name, at)
    connection.execute(delete(agent_pin).where(agent_pin.c.agent == name))
    delete_choice(connection, name)
    delete_away(connection, name)
    freed = connection.execute(
        update(client)
        .where(client.c.deputy == name, client.c.private.is_(True))
        .values(deputy=None)
        .returning(client.c.id)
    ).scalars()
    log_change(
        connection,
        vault,
        [Change(client_id=id_, field=Post.DEPUTY.value, before=name) for id_ in freed],
        actor=by,
        way=Way.LEAVER,
        at=at,
    )
    _pass_on_tasks(connection, name)
    return Taken(sessions=sessions, tokens=tokens, pin=had_pin, phones_chosen=had_choice)


def come_back(connection: Connection, name: str) -> None:
    """He works here again: with his role, and nothing else that he had."""
    connection.execute(
        update(person)
        .where(person.c.name == name)
        .values(left_at=None, exceptions={}, wrong=0, locked_until=None)
    )


def _pass_on_tasks(connection: Connection, name: str) -> None:
    """His tasks on others' clients are those clients' curators', or the group's.

    Those on his own go with the clients; on private ones they wait for the takeover.
    """
    curator = select(client.c.curator).where(client.c.id == task.c.client_id).scalar_subquery()
    others = select(client.c.id).where(
        client.c.id == task.c.client_id, client.c.curator.is_distinct_from(name)
    )
    connection.execute(
        update(task)
        .where(task.c.agent == name, task.c.closed_at.is_(None), others.exists())
        .values(agent=curator)
    )


def _count_tasks(connection: Connection, name: str) -> int:
    return connection.execute(
        select(func.count())
        .select_from(task.join(client, client.c.id == task.c.client_id))
        .where(task.c.agent == name, task.c.closed_at.is_(None), CONCERNED)
    ).scalar_one()


def _count_sessions(connection: Connection, name: str, at: datetime) -> int:
    return connection.execute(
        select(func.count()).where(
            session.c.person == name, session.c.ended_at.is_(None), session.c.expires_at > at
        )
    ).scalar_one()


def _has_pin(connection: Connection, name: str) -> bool:
    found = select(agent_pin.c.agent).where(
        agent_pin.c.agent == name, agent_pin.c.pin_hash.is_not(None)
    )
    return connection.execute(found).first() is not None


def _has_choice(connection: Connection, name: str) -> bool:
    found = select(agent_choice.c.agent).where(agent_choice.c.agent == name)
    return connection.execute(found).first() is not None
