"""People without a database: who may do what in tests of single parts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

from crm.access import Access, Right, Rights, Scope
from crm.people import Person
from crm.staff import Staff

HIRED = datetime(2026, 1, 1, tzinfo=UTC)
KNOWS_ALL: Rights = {Right.CLIENTS_READ: Scope.ALL}
"""He may know of every client, and calls as his role says."""
CALLS_ALL: Rights = {Right.CLIENTS_READ: Scope.ALL, Right.CALLS_MAKE: Scope.ALL}


def member(
    name: str,
    exceptions: Rights | None = None,
    *,
    role: str = "manager",
    department: str | None = None,
) -> Person:
    """A person with a role and rights of his own."""
    return Person(
        name=name,
        role=role,
        department=department,
        exceptions=exceptions or {},
        created_by="test",
        created_at=HIRED,
    )


class Roster:
    """As ``daemon.staff.StaffBook``, of people whom a test names."""

    def __init__(self, *people: Person) -> None:
        self.now = Staff(people)

    def access_of(self, name: str) -> Access | None:
        return self.now.access_of(name)

    def has_left(self, name: str) -> bool:
        person = self.now.person(name)
        return person is not None and not person.is_active

    def put(self, *people: Person) -> None:
        """These are as given from now on."""
        known = {person.name: person for person in (*self.now.people, *people)}
        self.now = Staff(known.values())

    def leave(self, *names: str) -> None:
        """These do not work here any more."""
        self.put(*(replace(person, left_at=HIRED) for person in self._named(names)))

    def _named(self, names: Iterable[str]) -> Iterable[Person]:
        return [person for person in self.now.people if person.name in names]
