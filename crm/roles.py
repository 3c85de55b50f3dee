"""Role templates, as data. A company may give a template other rights, or make roles of its own.

Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from crm.access import SCOPED, Right, Rights, Scope
from crm.fields import ADDRESSES, EMAILS, MESSENGERS, PHONES

ADMINISTRATOR: Final = "administrator"
MANAGER: Final = "manager"

_EVERYTHING: Final = dict.fromkeys(Right, Scope.ALL)
_SELLING: Final = {
    Right.CLIENTS_READ: Scope.OWN,
    Right.CLIENTS_CREATE: Scope.ALL,
    Right.CLIENTS_CHANGE: Scope.OWN,
    Right.CALLS_READ: Scope.OWN,
    Right.CALLS_MAKE: Scope.OWN,
    Right.RECORDINGS_LISTEN: Scope.OWN,
    Right.RECORDINGS_PAUSE: Scope.OWN,
    Right.TASKS_READ: Scope.OWN,
    Right.TASKS_CHANGE: Scope.OWN,
}

TEMPLATES: Final[Mapping[str, Rights]] = MappingProxyType(
    {
        # Sees everything and decides on people; how the base is protected, the administrator does.
        "director": {
            right: scope
            for right, scope in _EVERYTHING.items()
            if right not in {Right.CLIENTS_PURGE, Right.SYSTEM_READ}
        },
        ADMINISTRATOR: _EVERYTHING,
        "supervisor": {
            # Whatever there is of his department, but he takes none of it along; and what the law
            # wants to be kept, those above him decide.
            **{
                right: Scope.DEPARTMENT
                for right in Right
                if right in SCOPED and right not in {Right.CLIENTS_EXPORT, Right.RECORDINGS_HOLD}
            },
            Right.CLIENTS_CREATE: Scope.ALL,
            Right.CLIENTS_UNASSIGNED: Scope.ALL,
            Right.CLIENTS_PRIVATE: Scope.ALL,
        },
        MANAGER: {
            **_SELLING,
            Right.CLIENTS_UNASSIGNED: Scope.ALL,
            Right.CLIENTS_PRIVATE: Scope.ALL,
        },
        "trainee": _SELLING,
        # Checks calls against invoices: reads, changes nothing, listens to nothing.
        "accountant": {
            Right.CLIENTS_READ: Scope.ALL,
            Right.CLIENTS_UNASSIGNED: Scope.ALL,
            Right.CALLS_READ: Scope.ALL,
            Right.TASKS_READ: Scope.OWN,
        },
        # Keeps the machine running, and meets no client.
        "engineer": {Right.SYSTEM_READ: Scope.ALL},
    }
)

HIDDEN: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        MANAGER: (PHONES,),
        "trainee": (PHONES, EMAILS, ADDRESSES, MESSENGERS),
        "accountant": (PHONES, EMAILS, ADDRESSES, MESSENGERS),
        "engineer": (PHONES, EMAILS, ADDRESSES, MESSENGERS),
    }
)
"""What a fresh installation hides by role, until a rule says otherwise."""


class UnknownRightError(ValueError):
    """A role or exception names a right or scope that there is not."""

    def __init__(self, name: str, value: str, allowed: Iterable[str]) -> None:
        super().__init__("an unknown right or scope")
        self.name = name
        """The right, as it was written."""
        self.value = value
        """What is wrong: the right itself, or its scope."""
        self.allowed = tuple(allowed)


def read_rights(written: Mapping[str, str]) -> dict[Right, Scope]:
    """Rights as they are stored and sent: ``{"clients.read": "own"}``. ``UnknownRightError``."""
    rights: dict[Right, Scope] = {}
    for name, value in written.items():
        try:
            right = Right(name)
        except ValueError:
            raise UnknownRightError(name, name, Right) from None
        scopes = {scope.name.lower(): scope for scope in scopes_of(right)}
        if value not in scopes:
            raise UnknownRightError(name, value, scopes)
        rights[right] = scopes[value]
    return rights


def write_rights(rights: Rights) -> dict[str, str]:
    """What ``read_rights`` reads."""
    return {right.value: scope.name.lower() for right, scope in rights.items()}


def scopes_of(right: Right) -> tuple[Scope, ...]:
    """Which scopes a right can have."""
    return tuple(Scope) if right in SCOPED else (Scope.NONE, Scope.ALL)
