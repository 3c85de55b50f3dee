"""What was dialled on a company phone, and whether it may be. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field

from crm.numbers import NumberPlan, Owner
from daemon.routing.people import Agent


@dataclass(frozen=True, slots=True)
class Emergency:
    """Always passes, as it was dialled."""

    digits: str


@dataclass(frozen=True, slots=True)
class Colleague:
    """An employee, by his extension or by his own number."""

    agent: Agent


@dataclass(frozen=True, slots=True)
class Code:
    """What has the form of a short code, check digit included."""

    code: str
    number: str | None = field(repr=False)
    """E.164 where it could also be a plain number, should there be no such code."""


@dataclass(frozen=True, slots=True)
class Company:
    """The company's own number: whoever is in the group."""


@dataclass(frozen=True, slots=True)
class Outside:
    """A plain number, E.164."""

    number: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Nothing:
    """No number, no code, no extension."""


Dialled = Emergency | Colleague | Code | Company | Outside | Nothing


@dataclass(frozen=True, slots=True)
class Dialling:
    """Reads what people dial."""

    numbers: NumberPlan
    always: Collection[str]
    """Emergency numbers that the settings name: they come before a colleague's extension."""
    emergency: Collection[str]
    """The country's: a colleague whose extension is the same (a 101) comes before."""
    is_code: Callable[[str], bool]
    by_extension: Callable[[str], Agent | None]
    by_number: Callable[[str], Agent | None]

    def read(self, dialled: str) -> Dialled:
        """What it means."""
        if dialled in self.always:
            return Emergency(dialled)
        colleague = self.by_extension(dialled)
        if colleague is not None:
            return Colleague(colleague)
        if dialled in self.emergency:
            return Emergency(dialled)
        number = self.numbers.normalise(dialled)
        if self.is_code(dialled):
            return Code(dialled, number)
        return Nothing() if number is None else self.plain(number)

    def plain(self, number: str) -> Dialled:
        """What a plain number, E.164, means."""
        match self.numbers.owner(number):
            case Owner.COMPANY:
                return Company()
            case Owner.EMPLOYEE:
                colleague = self.by_number(number)
                return Nothing() if colleague is None else Colleague(colleague)
            case _:
                return Outside(number)
