"""What mending did, and what it left and why. Pure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from daemon.ledger.differences import Difference, DifferenceKind


class Left(StrEnum):
    """Why something was not mended. Texts: ``ledger.left.REASON``."""

    BY_HAND = "by_hand"
    """Nothing that Callward knows tells which side is right."""
    NO_LOG = "no_log"
    """It would be mended from the PBX's log, and that could not be read."""
    LOG_KNOWS_LESS = "log_knows_less"
    """What was watched live says more than the log."""
    RUNNING = "running"
    """The call runs on by now."""
    REFUSED = "refused"
    """The database would not take it."""
    NO_ORIGINAL = "no_original"
    """The PBX's files are gone: a backup may have it."""
    NO_CALL = "no_call"
    """No stored call has that channel."""
    NOT_SOUND = "not_sound"
    """The file is no recording that can be read."""
    BY_CRM = "by_crm"
    """The outside CRM's own outbox brings it there."""


@dataclass(slots=True)
class Mended:
    """By kind: what was mended or set going; by difference: why not."""

    done: Counter[DifferenceKind] = field(default_factory=Counter)
    left: dict[tuple[object, ...], Left] = field(default_factory=dict)

    def did(self, one: Difference) -> None:
        """It is mended, or will be in a moment."""
        self.done[one.kind] += 1

    def leave(self, one: Difference, why: Left) -> None:
        """It stays."""
        self.left[one.key] = why


def note(mended: Mended, one: Difference, why: Left | None) -> None:
    """What became of it; ``None``: it is mended."""
    if why is None:
        mended.did(one)
    else:
        mended.leave(one, why)
