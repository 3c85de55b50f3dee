"""Who asks, and what may be known to him: the people of the worlds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from crm import fields
from crm.access import Right, Rights, Scope
from crm.roles import HIDDEN

if TYPE_CHECKING:
    pass

ME: Final = "me"
CUSTOM: Final = {
    "memo": "text",
    "debt": "number",
    "since": "date",
    "tier": "choice",
    "vip": "flag",
}
"""A custom field of each kind."""
ALL_HIDDEN: Final = (*fields.HIDEABLE, *(fields.custom(key) for key in CUSTOM))
OWN: Final = ("own1", "own2", "deputy", "nobodys", "mine", "archived", "merged")
DEPARTMENT: Final = ("mate",)
OTHERS: Final = ("other1", "other2", "archived_other", "merged_other")
FOREIGN: Final = ("secret", "secret_archived")
"""Private clients of another."""
LABELS: Final = (*OWN, *DEPARTMENT, *OTHERS, *FOREIGN)
_CURATORS: Final[Mapping[str, str | None]] = {
    **dict.fromkeys(OWN, ME),
    "deputy": "other",
    "nobodys": None,
    "mate": "mate",
    **dict.fromkeys((*OTHERS, *FOREIGN), "other"),
}


@dataclass(frozen=True, kw_only=True)
class Persona:
    """Somebody who may not know everything."""

    name: str
    role: str
    rights: Rights = field(default_factory=dict)
    """Beside those of the role."""
    hidden: tuple[str, ...] = ()
    reach: tuple[str, ...] = ()
    """Cards of which he may know."""
    opens: int = 0
    """How many doors open to him at least, so that there is something to be told."""

    def may_not_know(self, label: str, field_name: str) -> bool:
        """Whether a field of a card is a secret for him. Notes and tasks hold numbers, too."""
        return label not in self.reach or field_name.partition("/")[0] in self.hidden


_ADVERSARY: Final = dict.fromkeys(
    (
        Right.CLIENTS_ASSIGN,
        Right.CLIENTS_MERGE,
        Right.CLIENTS_ARCHIVE,
        Right.CLIENTS_RESTORE,
        Right.CLIENTS_EXPORT,
        Right.CHANGES_UNDO,
        Right.AUDIT_READ,
        Right.REPORTS_READ,
        Right.REPORTS_SETTLE,
    ),
    Scope.OWN,
) | {Right.CLIENTS_IMPORT: Scope.ALL}
PERSONAS: Final = (
    Persona(name="manager", opens=35, role="manager", hidden=HIDDEN["manager"], reach=OWN),
    Persona(
        name="blinded", opens=50, role="manager", rights=_ADVERSARY, hidden=ALL_HIDDEN, reach=OWN
    ),
    Persona(
        name="head of another department",
        opens=65,
        role="supervisor",
        rights={Right.CLIENTS_IMPORT: Scope.ALL, Right.CLIENTS_EXPORT: Scope.DEPARTMENT},
        reach=(*OWN, *DEPARTMENT),
    ),
    Persona(
        name="accountant",
        opens=24,
        role="accountant",
        hidden=HIDDEN["accountant"],
        reach=(*OWN, *DEPARTMENT, *OTHERS),
    ),
    Persona(name="engineer", opens=11, role="engineer", hidden=HIDDEN["engineer"]),
    # He may do everything but lift what is hidden from him.
    Persona(
        name="blinded director",
        opens=70,
        role="director",
        rights={
            Right.CLIENTS_PURGE: Scope.ALL,
            Right.SYSTEM_READ: Scope.ALL,
            Right.PEOPLE_CHANGE: Scope.NONE,
            Right.POLICY_CHANGE: Scope.NONE,
        },
        hidden=ALL_HIDDEN,
        reach=(*OWN, *DEPARTMENT, *OTHERS),
    ),
)
EVERYBODY: Final = Persona(name="administrator", role="administrator", reach=LABELS)
"""From whom nothing is hidden: he shows that every door opens."""
