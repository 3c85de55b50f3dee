"""The scenes by their names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal, get_args

from lab.masked.scene import Scene

Silence = Literal["", "stopped", "hung"]


@dataclass(frozen=True, slots=True)
class MaskedScene:
    """One scene; ``play`` leaves the phones to ``Scene.end``."""

    name: str
    play: Callable[[Scene], None]
    silence: Silence = ""
    """How Callward is silent meanwhile; empty where it answers."""


SCENES: Final[dict[str, MaskedScene]] = {}


def in_order() -> list[MaskedScene]:
    """All of them, such that Callward falls silent as seldom as can be."""
    return sorted(SCENES.values(), key=lambda scene: get_args(Silence).index(scene.silence))


def masked(play: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """A scene while Callward answers."""
    SCENES[play.__name__] = MaskedScene(play.__name__, play)
    return play


def while_silent(play: Callable[[Scene], None]) -> Callable[[Scene], None]:
    """A scene that is played twice: while Callward is stopped, and while it hangs."""
    for silence in ("stopped", "hung"):
        name = f"{play.__name__}_{silence}"
        SCENES[name] = MaskedScene(name, play, silence)
    return play
