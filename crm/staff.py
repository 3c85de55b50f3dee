"""The company's people as they are now, in memory: who may do what, asked for every call.

Frozen: whoever changes people, roles, departments, field rules or policies loads a new one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import Connection

from crm.access import Access, Right, Rights, Scope
from crm.departments import Departments, below, load_departments
from crm.field_rules import FieldRule, hidden_fields, load_field_rules
from crm.people import Person, load_people, load_roles
from crm.policies import load_policies
from crm.roles import TEMPLATES

OPERATOR: Final = Access(person="operator", rights=dict.fromkeys(Right, Scope.ALL))
"""The ``callward`` command on this machine: every right, nothing hidden. No person's name."""


class Staff:
    """Everybody, and what each may do. Made whole at once; asking is looking up."""

    def __init__(
        self,
        people: Iterable[Person] = (),
        *,
        roles: Mapping[str, Rights] = TEMPLATES,
        departments: Departments | None = None,
        field_rules: Iterable[FieldRule] = (),
        policies: Mapping[str, Any] | None = None,
    ) -> None:
        self.people: Final = tuple(people)
        """Those who left too."""
        self.roles: Final = roles
        self.departments: Final = departments or {}
        self.field_rules: Final = tuple(field_rules)
        self.policies: Final = policies or {}
        self._by_name = {person.name: person for person in self.people}
        colleagues = self._colleagues()
        self._access = {
            person.name: Access(
                person=person.name,
                rights={**roles.get(person.role, {}), **person.exceptions},
                colleagues=colleagues.get(person.department or "", frozenset()) | {person.name},
                hidden=hidden_fields(self.field_rules, person.role, person.name),
            )
            for person in self.people
        }

    def access_of(self, name: str) -> Access | None:
        """What an active person may do; ``None`` for who is unknown or left."""
        person = self._by_name.get(name)
        return self._access[name] if person is not None and person.is_active else None

    def held_by(self, name: str) -> Access | None:
        """As ``access_of``, also of who left: what he would hold if he came back."""
        return self._access.get(name)

    def person(self, name: str) -> Person | None:
        """That person, also where he left."""
        return self._by_name.get(name)

    def policy(self, key: str) -> Any:
        """What the company decided; ``None`` where it did not."""
        return self.policies.get(key)

    def with_field_rules(
        self, rules: Iterable[FieldRule], *, without: Collection[FieldRule] = ()
    ) -> Staff:
        """As it would be with these rules, each instead of that of its subject and field, and
        without those.
        """
        left = (rule for rule in self.field_rules if rule not in without)
        merged = {(rule.subject, rule.field): rule for rule in (*left, *rules)}
        return Staff(
            self.people,
            roles=self.roles,
            departments=self.departments,
            field_rules=merged.values(),
            policies=self.policies,
        )

    def _colleagues(self) -> dict[str, frozenset[str]]:
        """Who is in each department and those below it."""
        return {
            top: frozenset(person.name for person in self.people if person.department in within)
            for top in {person.department for person in self.people if person.department}
            for within in (below(self.departments, top),)
        }


def load_staff(connection: Connection) -> Staff:
    """Everybody as stored now."""
    return Staff(
        load_people(connection),
        roles=load_roles(connection),
        departments=load_departments(connection),
        field_rules=load_field_rules(connection),
        policies=load_policies(connection),
    )
