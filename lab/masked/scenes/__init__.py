"""Everything that can happen to a masked call, played on real phones."""

from lab.masked.scenes import conference, fallback, holds, inbound, outbound, transfers
from lab.masked.scenes.registry import SCENES, MaskedScene, in_order

__all__ = [
    "SCENES",
    "MaskedScene",
    "conference",
    "fallback",
    "holds",
    "in_order",
    "inbound",
    "outbound",
    "transfers",
]
