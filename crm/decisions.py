"""What was decided in the console over the settings file, who decided it, and when.

One policy for each section, by the section's name: ``{KEY: {"value": …, "by": …, "at": …}}``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from config.decided import DECIDABLE
from crm.policies import load_policies, save_policy


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """One setting of a section."""

    value: Any
    """JSON, in the file's form."""
    by: str
    at: datetime


Decisions = Mapping[str, Mapping[str, Decision]]
"""By section and key."""


def read_decisions(policies: Mapping[str, Any]) -> Decisions:
    """Those among all policies."""
    return {name: _read(policies[name]) for name in DECIDABLE if policies.get(name)}


def values_of(decisions: Decisions) -> dict[str, dict[str, Any]]:
    """What was decided alone, as ``config.decided`` takes it."""
    return {
        section: {key: decision.value for key, decision in made.items()}
        for section, made in decisions.items()
    }


def with_values(
    decisions: Decisions, section: str, values: Mapping[str, Any], *, by: str, at: datetime
) -> Decisions:
    """As they are with these values decided."""
    new = {key: Decision(value=value, by=by, at=at) for key, value in values.items()}
    return {**decisions, section: {**decisions.get(section, {}), **new}}


def without(decisions: Decisions, section: str, keys: Iterable[str]) -> Decisions:
    """As they are with the file's values for these."""
    gone = set(keys)
    left = {key: one for key, one in decisions.get(section, {}).items() if key not in gone}
    return {**decisions, section: left}


def load_decisions(connection: Connection) -> Decisions:
    """As stored."""
    return read_decisions(load_policies(connection))


def save_section(
    connection: Connection, decisions: Decisions, section: str, *, by: str, at: datetime
) -> None:
    """Store one section's, whole."""
    stored = {
        key: {"value": one.value, "by": one.by, "at": one.at.isoformat()}
        for key, one in decisions[section].items()
    }
    save_policy(connection, section, stored, by=by, at=at)


def _read(stored: Mapping[str, Any]) -> dict[str, Decision]:
    return {
        key: Decision(value=one["value"], by=one["by"], at=datetime.fromisoformat(one["at"]))
        for key, one in stored.items()
    }
