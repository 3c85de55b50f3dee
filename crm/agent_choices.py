"""On which of their phones agents chose to take calls. What the keys mean, routing knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, select

from config.settings import Order
from crm.tables import agent_choice
from store.upsert import upsert_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentChoice:
    """One agent's."""

    agent: str
    ring: tuple[str, ...]
    """Keys of phones, in order."""
    ring_order: Order
    changed_at: datetime


def load_choices(connection: Connection) -> list[AgentChoice]:
    """Everybody's."""
    rows = connection.execute(select(agent_choice).order_by(agent_choice.c.agent))
    return [
        AgentChoice(
            agent=row.agent,
            ring=tuple(row.ring),
            ring_order=row.ring_order,
            changed_at=row.changed_at,
        )
        for row in rows
    ]


def save_choice(
    connection: Connection, agent: str, ring: Sequence[str], ring_order: Order, at: datetime
) -> None:
    """What holds for this agent from now on."""
    row = {"agent": agent, "ring": list(ring), "ring_order": ring_order, "changed_at": at}
    upsert_rows(connection, agent_choice, [row])


def delete_choice(connection: Connection, agent: str) -> None:
    """The settings hold again."""
    connection.execute(delete(agent_choice).where(agent_choice.c.agent == agent))
