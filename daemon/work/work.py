"""What the API asks of work on the base: plans that were shown, moves under way, reminders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from daemon.work.divisions import Divisions
from daemon.work.moves import Moves


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """The parts."""

    moves: Moves
    divisions: Divisions = field(default_factory=Divisions)
    moves_ordered: Callable[[], None] = lambda: None
    """To be called when moves were ordered and committed."""
    reminders_changed: Callable[[], None] = lambda: None
    """To be called when a task's reminder was set or changed."""
