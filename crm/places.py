"""From where people may come: networks, and MAC addresses on the local network.

The narrowest subject that has rules is the one whose rules hold: the person, else his department
(else the one above it, and so on), else his role, else everyone. Nobody has any: from anywhere.
The decision is pure; a MAC address is asked for only where a rule names one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, delete, select

from crm.people import Person
from crm.people_tables import place_rule
from crm.staff import Staff
from store.upsert import insert_rows

_MAC: Final = re.compile(r"[0-9a-f]{2}(?:[:-][0-9a-f]{2}){5}")


class PlaceSubject(StrEnum):
    """Whom a rule is about."""

    EVERYONE = "everyone"
    ROLE = "role"
    DEPARTMENT = "department"
    PERSON = "person"


class Verdict(StrEnum):
    """Whether somebody may come from where he is, and why not."""

    ALLOWED = "allowed"
    ELSEWHERE = "elsewhere"
    """No rule of his names this address, or this device."""
    NO_MAC = "no_mac"
    """A rule names a device, but from here its MAC address cannot be seen: it is not on the same
    link, or a proxy stands between."""


class PlaceError(ValueError):
    """A network or MAC address cannot be read; ``reason`` says which."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceRule:
    """One place from which a subject may come: either a network or a device."""

    id: UUID
    subject_kind: PlaceSubject
    subject: str
    """The role's, department's or person's name; empty for everyone."""
    network: str | None
    """CIDR."""
    mac: str | None
    """``02:00:5e:00:53:01``."""
    created_by: str
    created_at: datetime


def read_network(written: str) -> str:
    """A network or single address as it is stored. ``PlaceError``."""
    try:
        return str(ip_network(written.strip(), strict=False))
    except ValueError:
        raise PlaceError("network") from None


def read_mac(written: str) -> str:
    """A MAC address of a device (not of a group) as it is stored. ``PlaceError``."""
    plain = written.strip().lower()
    if not _MAC.fullmatch(plain):
        raise PlaceError("mac")
    mac = plain.replace("-", ":")
    if int(mac[:2], 16) & 1 or mac == "00:00:00:00:00:00":
        raise PlaceError("mac")
    return mac


def rules_of(rules: Iterable[PlaceRule], person: Person, staff: Staff) -> tuple[PlaceRule, ...]:
    """The rules that hold for a person; none: he may come from anywhere."""
    known = tuple(rules)
    for kind, subject in _subjects(person, staff):
        held = tuple(rule for rule in known if (rule.subject_kind, rule.subject) == (kind, subject))
        if held:
            return held
    return ()


def judge(held: Iterable[PlaceRule], address: str, mac_of: Callable[[], str | None]) -> Verdict:
    """Whether these rules let somebody come from there.

    ``mac_of``: the MAC address of his device; ``None`` where it cannot be seen from here.
    """
    rules = tuple(held)
    if not rules or any(rule.network and _within(address, rule.network) for rule in rules):
        return Verdict.ALLOWED
    macs = {rule.mac for rule in rules if rule.mac}
    if not macs:
        return Verdict.ELSEWHERE
    mac = mac_of()
    if mac is None:
        return Verdict.NO_MAC
    return Verdict.ALLOWED if mac in macs else Verdict.ELSEWHERE


def load_places(connection: Connection) -> tuple[PlaceRule, ...]:
    """Every rule, the oldest first."""
    return tuple(
        PlaceRule(
            id=row.id,
            subject_kind=PlaceSubject(row.subject_kind),
            subject=row.subject,
            network=row.network,
            mac=row.mac,
            created_by=row.created_by,
            created_at=row.created_at,
        )
        for row in connection.execute(select(place_rule).order_by(place_rule.c.id))
    )


def add_place(connection: Connection, rule: PlaceRule) -> None:
    """Store a rule. That its subject exists and nobody is locked out, the caller saw to."""
    row = {
        "id": rule.id,
        "subject_kind": rule.subject_kind,
        "subject": rule.subject,
        "network": rule.network,
        "mac": rule.mac,
        "created_by": rule.created_by,
        "created_at": rule.created_at,
    }
    insert_rows(connection, place_rule, [row])


def remove_place(connection: Connection, id_: UUID) -> bool:
    """Whether there was such a rule."""
    return connection.execute(delete(place_rule).where(place_rule.c.id == id_)).rowcount == 1


def _subjects(person: Person, staff: Staff) -> Iterable[tuple[PlaceSubject, str]]:
    """The narrowest first."""
    yield PlaceSubject.PERSON, person.name
    department, seen = person.department, set[str]()
    while department is not None and department not in seen:
        seen.add(department)
        yield PlaceSubject.DEPARTMENT, department
        department = staff.departments.get(department)
    yield PlaceSubject.ROLE, person.role
    yield PlaceSubject.EVERYONE, ""


def _within(address: str, network: str) -> bool:
    try:
        return ip_address(address) in ip_network(network)
    except ValueError:
        return False
