"""People who work with the client base: each is known by his name, and no row is ever deleted."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Connection, insert, select, update

from crm.access import Right, Rights
from crm.people_tables import person, role
from crm.roles import MANAGER, TEMPLATES, read_rights, write_rights
from store.upsert import upsert_rows

if TYPE_CHECKING:
    from crm.staff import Staff

RESERVED: Final = frozenset({"operator", "callward"})
"""The audit's names for the command on this machine and for Callward itself."""
FROM_SETTINGS: Final = "settings"
"""``created_by`` of who came with an agent of the settings."""
USUAL_WEIGHT: Final = 100
LONGEST_NAME: Final = 80
MOST_DIGITS: Final = 6
"""In a name: seven could be a number's last seven."""
PRIVATE_SHUT_FOR: Final = timedelta(days=7)
"""So long a person's private clients stay shut after another set how he signs in: until then he
himself, whom the notice reaches, can say that it was not for him."""

_NAMES: Final = select(person.c.name, person.c.sign_in_name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who he is and what he was given; nothing that is secret."""

    name: str
    full_name: str | None = None
    role: str
    department: str | None = None
    exceptions: Rights
    """Rights of his own, instead of the role's."""
    weight: int = USUAL_WEIGHT
    """Of 100 clients that are divided, how many come to him compared with others."""
    windows_account: str | None = None
    has_password: bool = False
    credentials_by: str | None = None
    """Who else set how he signs in last."""
    credentials_at: datetime | None = None
    created_by: str
    created_at: datetime
    left_at: datetime | None = None

    @property
    def is_active(self) -> bool:
        """Whether he still works here."""
        return self.left_at is None

    @property
    def private_until(self) -> datetime | None:
        """Until when his private clients are shut, also for himself; ``None``: they never were."""
        return None if self.credentials_at is None else self.credentials_at + PRIVATE_SHUT_FOR

    @property
    def can_sign_in(self) -> bool:
        """Whether there is a way for him to come in: a password, or a Windows account."""
        return self.is_active and (self.has_password or self.windows_account is not None)


def is_name(text: str) -> bool:
    """Whether a person, role or department can be called so: a line that could be no number."""
    return (
        0 < len(text) <= LONGEST_NAME
        and text.isprintable()
        and text == " ".join(text.split())
        and "/" not in text
        and sum(map(str.isnumeric, unicodedata.normalize("NFKC", text))) <= MOST_DIGITS
    )


def sign_in_name(name: str) -> str:
    """A name in one case and one spelling: two people may not differ by these alone."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def would_lock_out(
    staff_after: Staff, admitted: Callable[[Person], bool] = lambda _person: True
) -> bool:
    """Whether nobody would be left who can sign in and decide on people and policy. Pure.

    ``admitted``: whether the rules of places let a person in from anywhere.
    """
    return not any(
        access is not None and access.has(Right.PEOPLE_CHANGE) and access.has(Right.POLICY_CHANGE)
        for person_ in staff_after.people
        if person_.can_sign_in and admitted(person_)
        for access in (staff_after.access_of(person_.name),)
    )


def load_people(connection: Connection) -> tuple[Person, ...]:
    """Everybody, those who left too, by name."""
    return tuple(
        Person(
            name=row.name,
            full_name=row.full_name,
            role=row.role,
            department=row.department,
            exceptions=read_rights(row.exceptions),
            weight=row.weight,
            windows_account=row.windows_account,
            has_password=row.has_password,
            credentials_by=row.credentials_by,
            credentials_at=row.credentials_at,
            created_by=row.created_by,
            created_at=row.created_at,
            left_at=row.left_at,
        )
        for row in connection.execute(
            select(
                person.c.name,
                person.c.full_name,
                person.c.role,
                person.c.department,
                person.c.exceptions,
                person.c.weight,
                person.c.windows_account,
                person.c.password_hash.is_not(None).label("has_password"),
                person.c.credentials_by,
                person.c.credentials_at,
                person.c.created_by,
                person.c.created_at,
                person.c.left_at,
            ).order_by(person.c.name)
        )
    )


def create_person(connection: Connection, new: Person) -> None:
    """Store somebody new, without a password. That the name is free, the caller saw to."""
    connection.execute(insert(person), [_new_row(new)])


def change_person(connection: Connection, name: str, changes: Mapping[str, Any]) -> None:
    """Change columns of one person: ``role``, ``department``, ``full_name``, ``weight`` …

    ``exceptions`` is given as ``Rights``.
    """
    values = dict(changes)
    if "exceptions" in values:
        values["exceptions"] = write_rights(values["exceptions"])
    connection.execute(update(person).where(person.c.name == name).values(**values))


def leave_department(connection: Connection, department: str) -> None:
    """Take everybody out of it."""
    connection.execute(
        update(person).where(person.c.department == department).values(department=None)
    )


def enrol_agents(connection: Connection, names: Iterable[str], at: datetime) -> tuple[str, ...]:
    """Make a person of each agent of the settings who is none yet.

    Idempotent: names are compared exactly, and nobody who is there already is touched. Returns the
    names that cannot be people's: taken by somebody who is written otherwise, or reserved.
    """
    known = {row.name: row.sign_in_name for row in connection.execute(_NAMES)}
    taken = {*known.values(), *RESERVED}
    refused = []
    for name in dict.fromkeys(names):
        if name in known:
            continue
        if sign_in_name(name) in taken:
            refused.append(name)
            continue
        taken.add(sign_in_name(name))
        new = Person(
            name=name, role=MANAGER, exceptions={}, created_by=FROM_SETTINGS, created_at=at
        )
        create_person(connection, new)
    return tuple(refused)


def load_roles(connection: Connection) -> dict[str, Rights]:
    """Every role's rights by its name: the templates, and what the company made of them."""
    own = {
        row.name: read_rights(row.rights)
        for row in connection.execute(select(role.c.name, role.c.rights).order_by(role.c.name))
    }
    return {**TEMPLATES, **own}


def save_role(connection: Connection, name: str, rights: Rights, at: datetime) -> None:
    """Make a role, or give one other rights; a template too."""
    row = {"name": name, "rights": write_rights(rights), "changed_at": at}
    upsert_rows(connection, role, [row])


def delete_role(connection: Connection, name: str) -> bool:
    """Take away the company's own role, or what it made of a template; whether there was one."""
    return connection.execute(role.delete().where(role.c.name == name)).rowcount == 1


def _new_row(new: Person) -> dict[str, Any]:
    return {
        "name": new.name,
        "sign_in_name": sign_in_name(new.name),
        "full_name": new.full_name,
        "role": new.role,
        "department": new.department,
        "exceptions": write_rights(new.exceptions),
        "weight": new.weight,
        "windows_account": new.windows_account,
        "password_hash": None,
        "must_change_password": False,
        "totp_secret": None,
        "totp_step": None,
        "recovery_codes": [],
        "wrong": 0,
        "locked_until": None,
        "tried_at": None,
        "credentials_by": new.credentials_by,
        "credentials_at": new.credentials_at,
        "created_by": new.created_by,
        "created_at": new.created_at,
        "left_at": new.left_at,
    }
