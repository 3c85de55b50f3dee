"""Wrong sign-ins: who tries too often is locked out, each time for twice as long.

Counted are a person, a name that nobody has (so that the answer is the same), and an address.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import ip_network
from typing import Any, Final

from sqlalchemy import Column, Connection, Table, delete, select, update

from crm.people_tables import person, sign_in_attempt
from crm.vault import Vault
from store.upsert import insert_or_ignore

_LONGEST_LOCKOUT: Final = timedelta(days=1)
_FORGOTTEN_AFTER: Final = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Counter:
    """Where the wrong sign-ins of one person, name or address are counted."""

    table: Table
    key: Column[Any]
    value: str | bytes


@dataclass(frozen=True, slots=True)
class Limit:
    """How many wrong ones in a row are too many, and for how long that locks out at first."""

    attempts: int
    lockout: timedelta


def of_person(name: str) -> Counter:
    """A person's own."""
    return Counter(person, person.c.name, name)


def of_unknown(vault: Vault, name: str) -> Counter:
    """Of a name that nobody has."""
    subject = vault.blind_index(f"sign-in name {name}")
    return Counter(sign_in_attempt, sign_in_attempt.c.subject, subject)


def of_address(vault: Vault, address: str) -> Counter:
    """Of everything that is tried from there; an IPv6 network of one site (/64) counts as one."""
    subject = vault.blind_index(f"sign-in address {_site(address)}")
    return Counter(sign_in_attempt, sign_in_attempt.c.subject, subject)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one."""

    locked_until: datetime | None
    """Set: it was locked, and nothing was counted."""
    locks: bool = False
    """It was the last one: unless it turns out to be right, it has locked."""


def take(connection: Connection, counter: Counter, limit: Limit, at: datetime) -> Attempt:
    """Count an attempt as a wrong one before it is looked at, so that many at once gain nothing.

    Where it turns out to be right, call ``clear`` or ``give_back``.
    """
    table = counter.table
    _forget(connection, counter, at)
    if table is sign_in_attempt:
        row = {"subject": counter.value, "wrong": 0, "locked_until": None, "tried_at": at}
        connection.execute(insert_or_ignore(connection.dialect.name, table, ("subject",)), row)
    stored = connection.execute(
        select(table.c.wrong, table.c.locked_until)
        .where(counter.key == counter.value)
        .with_for_update()
    ).one()
    if stored.locked_until is not None and stored.locked_until > at:
        return Attempt(stored.locked_until)
    wrong = stored.wrong + 1
    lockouts, left = divmod(wrong, limit.attempts)
    locked_until = at + _lockout(limit.lockout, lockouts) if left == 0 else None
    _set(connection, counter, {"wrong": wrong, "locked_until": locked_until, "tried_at": at})
    return Attempt(None, locks=left == 0)


def give_back(connection: Connection, counter: Counter) -> None:
    """It was no wrong one: as if it had not been; earlier ones stay."""
    wrong = counter.table.c.wrong
    change = update(counter.table).where(counter.key == counter.value, wrong > 0)
    connection.execute(change.values(wrong=wrong - 1, locked_until=None))


def clear(connection: Connection, counter: Counter) -> None:
    """He is in, or somebody unlocked him: everything starts anew."""
    _set(connection, counter, {"wrong": 0, "locked_until": None})


def _forget(connection: Connection, counter: Counter, at: datetime) -> None:
    """What is long over. Names that are somebody's and nobody's alike: else the second lockout
    would tell which they are.
    """
    table = counter.table
    over = (table.c.tried_at < at - _FORGOTTEN_AFTER) & (
        table.c.locked_until.is_(None) | (table.c.locked_until <= at)
    )
    if table is sign_in_attempt:
        connection.execute(delete(table).where(over))
    else:
        nothing = update(table).where(counter.key == counter.value, over)
        connection.execute(nothing.values(wrong=0, locked_until=None))


def _set(connection: Connection, counter: Counter, values: Mapping[str, object]) -> None:
    change = update(counter.table).where(counter.key == counter.value)
    connection.execute(change.values(dict(values)))


def _site(address: str) -> str:
    try:
        network = ip_network(address)
    except ValueError:
        return address
    return str(network.supernet(new_prefix=64)) if network.version == 6 else address


def _lockout(first: timedelta, nth: int) -> timedelta:
    # 2**11 of the shortest one, a minute, is more than the longest.
    doubled: timedelta = first * 2 ** min(nth - 1, 11)
    return min(doubled, max(first, _LONGEST_LOCKOUT))
