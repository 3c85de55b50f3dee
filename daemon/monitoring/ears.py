"""How somebody is on a call: what the ways by browser and by phone have in common."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from crm.monitorings import Mode
from daemon.ami.actions import Action, Response
from daemon.ami.link import ActionTimeoutError, LinkDownError
from daemon.calls.call import Call
from daemon.monitoring.refusal import MonitoringRefusedError, Refusal


class Link(Protocol):
    """``daemon.ami.link.AmiLink``."""

    async def send(self, action: Action, *, timeout: float | None = None) -> Response:
        """Send once."""


class Ears(Protocol):
    """One person's channels on the PBX, from ``begin`` to ``stop``."""

    mode: Mode
    over: Callable[[], None]
    """Called once the PBX has ended them by itself."""

    @property
    def channels(self) -> frozenset[str]:
        """Their uniqueids."""

    @property
    def targets(self) -> frozenset[str]:
        """At whose channels they are."""

    @property
    def running(self) -> bool:
        """Whether he hears something by now."""

    async def begin(self, call: Call) -> None:
        """Raises ``MonitoringRefusedError``; then nothing is left on the PBX."""

    async def switch(self, mode: Mode, call: Call) -> None:
        """Raises ``MonitoringRefusedError``; then all is as it was."""

    def see(self, call: Call) -> None:
        """The call is like this now."""

    def stop(self) -> None:
        """Hang up, at once."""


async def tell(link: Link, *actions: Action) -> None:
    """Have the PBX do these, one after the other. Raises ``MonitoringRefusedError``."""
    for action in actions:
        try:
            answer = await link.send(action, timeout=_PATIENCE_SECONDS)
        except (LinkDownError, ActionTimeoutError):
            raise MonitoringRefusedError(Refusal.PBX_DOWN) from None
        if not answer.success:
            raise MonitoringRefusedError(Refusal.PBX_REFUSED)


_PATIENCE_SECONDS = 3.0
