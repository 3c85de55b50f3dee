"""The list of the masked scenarios."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.scenarios.masked.office import Office
from lab.scenarios.truth import Record


@dataclass(frozen=True, slots=True)
class MaskedScenario:
    """People who call each other through Callward, and what the record of it has to be."""

    name: str
    """``masked_<direction>_<outcome>[_<feature>]``."""
    description: str
    play: Callable[[Office], Sequence[Record]]
    """Plays it and returns the truth, oldest call first."""
    verbose: bool = False


MASKED_SCENARIOS: dict[str, MaskedScenario] = {}


def masked_scenario(
    play: Callable[[Office], Sequence[Record]],
) -> Callable[[Office], Sequence[Record]]:
    """Register a function by its name; its docstring is the description."""
    name = f"masked_{play.__name__}"
    description = " ".join((play.__doc__ or "").split())
    MASKED_SCENARIOS[name] = MaskedScenario(name, description, play)
    return play
