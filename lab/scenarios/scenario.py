"""What a scenario is, and the list of them all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.scenarios.stage import Stage
from lab.scenarios.truth import Record

Play = Callable[[Stage], Sequence[Record]]


@dataclass(frozen=True, slots=True)
class Scenario:
    """People who call each other in a certain way, and what the record of it has to be."""

    name: str
    """``<direction>_<outcome>[_<feature>]``."""
    description: str
    play: Play
    """Plays it on a stage and returns the truth, oldest call first."""
    verbose: bool = False
    """Its journal keeps the dialplan's steps (VarSet, Newexten)."""


SCENARIOS: dict[str, Scenario] = {}


def scenario(play: Play) -> Play:
    """Register a function by its name; its docstring is the description."""
    return _register(play, verbose=False)


def verbose_scenario(play: Play) -> Play:
    """The same, with the dialplan's steps in its journal."""
    return _register(play, verbose=True)


def _register(play: Play, *, verbose: bool) -> Play:
    name = play.__name__
    description = " ".join((play.__doc__ or "").split())
    SCENARIOS[name] = Scenario(name, description, play, verbose)
    return play
