"""How many cards a person may open, and rows of lists he may see, in an hour and in a day. Pure.

Different clients are counted: the same card again costs nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from crm.roles import ADMINISTRATOR, MANAGER

POLICY: Final = "quotas"
"""The key under which the company's own quotas stand among its policies."""
MOST: Final = 100_000
"""No quota is larger: what was read in a day is held in memory."""
DAY_HOURS: Final = 24


class Unit(StrEnum):
    """What is counted."""

    CARDS = "cards"
    ROWS = "rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """One person's."""

    cards_hour: int
    cards_day: int
    rows_hour: int
    rows_day: int

    def limit(self, unit: Unit, hours: int) -> int:
        """Of how many different clients; ``hours``: 1 or 24."""
        if unit is Unit.CARDS:
            return self.cards_hour if hours == 1 else self.cards_day
        return self.rows_hour if hours == 1 else self.rows_day

    def exceeds(self, other: Quota) -> bool:
        """Whether any of its limits is wider."""
        return any(getattr(self, name) > getattr(other, name) for name in NAMES)


NAMES: Final = tuple(field.name for field in fields(Quota))

# Whoever works by the telephone meets none of them: who is called or calls is not counted, and
# nobody prepares fifty talks in an hour. Whoever copies cards does within the hour.
DEFAULTS: Final[Mapping[str, Quota]] = MappingProxyType(
    {
        "director": Quota(cards_hour=300, cards_day=1500, rows_hour=10_000, rows_day=30_000),
        ADMINISTRATOR: Quota(cards_hour=300, cards_day=1500, rows_hour=10_000, rows_day=30_000),
        "supervisor": Quota(cards_hour=120, cards_day=600, rows_hour=3000, rows_day=10_000),
        MANAGER: Quota(cards_hour=60, cards_day=250, rows_hour=1000, rows_day=3000),
        "trainee": Quota(cards_hour=40, cards_day=150, rows_hour=400, rows_day=1200),
        "accountant": Quota(cards_hour=60, cards_day=300, rows_hour=2000, rows_day=10_000),
        "engineer": Quota(cards_hour=20, cards_day=50, rows_hour=100, rows_day=300),
    }
)
"""By role; a role of the company's own has the manager's."""


class QuotaError(ValueError):
    """A quota cannot be so; the message names the place."""

    def __init__(self, name: str, value: object, reason: str) -> None:
        super().__init__(reason)
        self.name = name
        """``roles.manager.cards_hour``."""
        self.value = value
        self.reason = reason
        """``unknown``, ``whole``, ``hour_over_day``."""


class Quotas:
    """What holds for whom: his own, else his role's, else the default of that role."""

    def __init__(self, written: Mapping[str, Any] | None = None) -> None:
        """``written``: ``{"roles": {ROLE: {"cards_hour": 60}}, "people": {NAME: …}}``; what is
        left out is as usual. As ``check_quotas`` has let it pass."""
        written = written or {}
        self._roles = {
            role: replace(_default(role), **one) for role, one in written.get("roles", {}).items()
        }
        self._people: Mapping[str, Mapping[str, int]] = written.get("people", {})

    def of(self, name: str, role: str) -> Quota:
        """A person's. His own day is never shorter than his hour: the smaller of both holds."""
        quota = self._roles.get(role) or _default(role)
        return replace(quota, **self._people.get(name, {}))


def _default(role: str) -> Quota:
    return DEFAULTS.get(role, DEFAULTS[MANAGER])


def check_quotas(written: Mapping[str, Any]) -> None:
    """Whether ``Quotas`` may be made of it. Raises ``QuotaError``."""
    for key in written:
        if key not in {"roles", "people"}:
            raise QuotaError(key, written[key], "unknown")
    for key, limits in written.items():
        for name, one in limits.items():
            _check(f"{key}.{name}", one)
    quotas = Quotas(written)
    for role in written.get("roles", {}):
        quota = quotas.of("", role)
        for unit in Unit:
            if quota.limit(unit, 1) > quota.limit(unit, DAY_HOURS):
                name = f"roles.{role}.{unit.value}_hour"
                raise QuotaError(name, quota.limit(unit, 1), "hour_over_day")


def _check(place: str, written: Mapping[str, Any]) -> None:
    for name, value in written.items():
        if name not in NAMES:
            raise QuotaError(f"{place}.{name}", value, "unknown")
        if not isinstance(value, int) or isinstance(value, bool) or not 1 <= value <= MOST:
            raise QuotaError(f"{place}.{name}", value, "whole")
