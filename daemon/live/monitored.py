"""Who is on a running call beside its people, and what this viewer may do with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from crm.access import Right
from crm.monitorings import Mode
from daemon.history.seen import takes_part
from daemon.holding.talk import talk_of
from daemon.live.customers import Told
from daemon.live.row import LiveState, Row

if TYPE_CHECKING:
    from daemon.api.viewer import Viewer

RIGHTS: Final[Mapping[str, Right]] = MappingProxyType(
    {
        "listen": Right.LIVE_LISTEN,
        "whisper": Right.LIVE_WHISPER,
        "barge": Right.LIVE_BARGE,
        "takeover": Right.LIVE_TAKEOVER,
        "hangup": Right.LIVE_HANGUP,
        "pause": Right.RECORDINGS_PAUSE,
        "hold": Right.CALLS_MAKE,
    }
)
NOTHING: Final = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Monitor:
    """Somebody who is on a call that is not his."""

    person: str
    mode: Mode


def can_do(viewer: Viewer, row: Row, who: Told, *, curator_may: bool) -> frozenset[str]:
    """What of ``RIGHTS`` this viewer may do with a call: by his rights to its people.

    To whisper, barge in and take over is to listen first. Nobody listens to himself. A private
    client's call is nobody's to hear, but for his curator where the policy lets him
    (``curator_may``).
    """
    if row.state is LiveState.ENDED:
        return NOTHING
    reached = {name for name, right in RIGHTS.items() if takes_part(viewer.access, right, row.call)}
    talks = row.state in (LiveState.TALKING, LiveState.ON_HOLD) and bool(row.agents)
    shut = who.private or (who.is_owners and not curator_may)
    if not talks or shut or row.is_with(viewer.person) or "listen" not in reached:
        reached &= {"hangup", "pause", "hold"}
    if not row.is_recorded:
        reached -= {"pause"}
    if talk_of(row.call, viewer.person) is None:
        reached -= {"hold"}
    return frozenset(reached)
