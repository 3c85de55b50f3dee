"""Who works at the masked company, and who calls it: canaries, each named nowhere else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from lab.lab import COMPANY_NUMBERS, MOBILES


@dataclass(frozen=True, slots=True)
class Employee:
    """What a customer must never meet."""

    name: str
    """First and last name; the last one alone is his name in Callward's settings."""
    extension: str
    """What colleagues dial; of who has a desk phone its endpoint's name too."""
    mobile: str
    desk: bool = True
    """Whether he has a desk phone; else he takes calls on his mobile."""

    @property
    def agent(self) -> str:
        """His name in the settings."""
        return self.name.split()[-1]


EMPLOYEES: Final = (
    Employee("Wilma Quist", "101", MOBILES["101"]),
    Employee("Basil Yarrow", "102", MOBILES["102"]),
    Employee("Olga Zelnik", "103", MOBILES["103"]),
    Employee("Hugo Fenwick", "104", MOBILES["104"]),
    Employee("Iris Marlowe", "105", "+447700900105", desk=False),
)
COMPANY: Final = COMPANY_NUMBERS[0]
"""What customers see, whoever calls them."""

CURATED: Final = "+442079460111"
"""A client of Quist's, who has a desk phone."""
REACHED_OUTSIDE: Final = "+442079460112"
"""A client of Marlowe's, who has only a mobile."""
OPEN: Final = "+442079460113"
"""Nobody's client: the group's."""
BEHIND: Final = "+442079460199"
"""Whose calls carriers say were diverted; it stands nowhere else."""
KNOWN: Final = "+442079460901"
"""An employee dials it by himself, so he knows it: the only customer who is no canary."""
CANARIES: Final = (CURATED, REACHED_OUTSIDE, OPEN, BEHIND)
