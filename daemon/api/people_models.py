"""People as the API tells them and takes them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Final, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict
from pydantic_core import PydanticCustomError

from crm.access import Scope
from crm.people import USUAL_WEIGHT, Person
from crm.roles import MANAGER, write_rights
from crm.staff import Staff
from daemon.api.parameters import Text

_MOST_WEIGHT: Final = 1000


def _weight(value: object) -> object:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= _MOST_WEIGHT:
        raise PydanticCustomError("weight", "not allowed")
    return value


Weight = Annotated[int, BeforeValidator(_weight)]


class PersonModel(BaseModel):
    """One person; nothing that is secret."""

    name: str
    """By which he signs in, and as which he stands in calls, cards and the audit."""
    full_name: str | None
    role: str
    department: str | None
    exceptions: dict[str, str]
    """Rights of his own, instead of the role's: ``{"clients.read": "department"}``."""
    weight: int
    """Of 100 clients that are divided, how many come to him compared with others."""
    windows_account: str | None
    has_password: bool
    created_by: str
    """``settings``: he came with an agent of the settings."""
    created_at: datetime
    left_at: datetime | None
    rights: dict[str, str]
    """What he may do, role and exceptions together."""
    hidden: list[str]
    """Which fields are hidden from him."""

    @classmethod
    def of(cls, person: Person, staff: Staff) -> Self:
        """As he is now."""
        held = staff.held_by(person.name)
        assert held is not None
        given = {right: scope for right, scope in held.rights.items() if scope > Scope.NONE}
        return cls(
            **asdict(person) | {"exceptions": write_rights(person.exceptions)},
            rights=write_rights(given),
            hidden=sorted(held.hidden),
        )


class PersonList(BaseModel):
    """People, by name."""

    items: list[PersonModel]


class PersonWanted(BaseModel):
    """Somebody new. He cannot sign in until he is given a password or a Windows account."""

    model_config = ConfigDict(extra="forbid")

    name: Text
    full_name: Text | None = None
    role: Text = MANAGER
    department: Text | None = None
    exceptions: dict[str, str] = {}
    weight: Weight = USUAL_WEIGHT
    windows_account: Text | None = None


class PersonChange(BaseModel):
    """What is to be different; what is left out stays, null clears."""

    model_config = ConfigDict(extra="forbid")

    full_name: Text | None = None
    role: Text | None = None
    department: Text | None = None
    exceptions: dict[str, str] | None = None
    """All of them: those that are not named end."""
    weight: Weight | None = None
    windows_account: Text | None = None
