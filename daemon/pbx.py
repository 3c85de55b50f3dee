"""What the daemon has for each PBX: its link, and what becomes of everything that comes over it."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from functools import partial
from typing import Any

from pydantic import SecretStr

from config.settings import PbxSettings, Settings
from crm.vault import Vault
from daemon.ami.link import AmiLink
from daemon.ami.message import Message
from daemon.ami.state import LinkState
from daemon.ami.translate import AmiTranslator
from daemon.callbacks.callbacks import Callbacks
from daemon.callbacks.ledger import Ledger
from daemon.callbacks.watch import Watch
from daemon.calls.directory import Directory
from daemon.calls.tracker import Tracker
from daemon.capture import Capture
from daemon.catch_up import CatchUp
from daemon.flusher import Flusher
from daemon.history.writer import HistoryWriter
from daemon.holding.holds import Holds
from daemon.metrics import Metrics, PbxCounts
from daemon.monitoring.monitorings import Monitorings
from daemon.outbox.worker import OutboxWorker
from daemon.pausing.pauses import Pauses
from daemon.recovery import Recovery
from store.database import Database

Part = Callable[[], Coroutine[Any, Any, None]]
"""Runs until it is cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Common:
    """What the PBXs share."""

    settings: Settings
    database: Database
    vault: Vault
    writer: HistoryWriter
    flusher: Flusher
    outbox: OutboxWorker
    metrics: Metrics
    ledger: Ledger
    callbacks: Callbacks
    monitorings: Monitorings
    pauses: Pauses
    holds: Holds


@dataclass(frozen=True, slots=True, kw_only=True)
class Pbx:
    """One PBX: link -> (watch of callbacks before) tracker -> flusher, and what fills gaps."""

    name: str
    link: AmiLink
    watch: Watch
    capture: Capture
    catch_up: CatchUp
    recovery: Recovery

    @classmethod
    def of(cls, pbx: PbxSettings, secret: SecretStr, common: Common) -> Pbx:
        """Made and joined; nothing runs yet."""
        settings, metrics = common.settings, common.metrics
        counts = metrics.pbx[pbx.name] = PbxCounts()
        directory = Directory.from_settings(settings.company, settings.agents, pbx)
        tracker, translator = Tracker(pbx.name, directory), AmiTranslator()
        hang_up = partial(common.callbacks.hang_up, pbx.name)
        watch = Watch(pbx.name, tracker, common.ledger, hang_up)
        catch_up = CatchUp(
            pbx,
            directory,
            tracker,
            database=common.database,
            vault=common.vault,
            writer=common.writer,
            flush=metrics.flush,
            counts=counts,
        )
        capture = Capture(pbx.name, translator, watch, common.flusher, counts, gaps=catch_up)
        link = AmiLink(
            pbx,
            secret.get_secret_value(),
            on_messages=_on_messages(watch, common, capture),
            on_state=_on_state(capture, counts, common),
        )
        capture.resync = link.resync
        translator.surprises = link.surprises
        metrics.surprises[pbx.name] = [link.surprises, catch_up.surprises]
        return cls(
            name=pbx.name,
            link=link,
            watch=watch,
            capture=capture,
            catch_up=catch_up,
            recovery=Recovery(
                common.database, pbx.name, tracker, catch_up.caught_up, common.outbox.poke
            ),
        )

    @property
    def parts(self) -> dict[str, Part]:
        """What runs, by the names that the tasks bear."""
        return {
            f"capture {self.name}": self.capture.run,
            f"catch-up {self.name}": self.catch_up.run,
            f"recovery {self.name}": self.recovery.run,
            f"link {self.name}": self.link.run,
        }


def _on_messages(watch: Watch, common: Common, capture: Capture) -> Callable[[list[Message]], None]:
    def on_messages(messages: list[Message]) -> None:
        watch.on_messages(messages)
        common.monitorings.on_messages(messages)
        common.pauses.on_messages(messages)
        common.holds.on_messages(messages)
        capture.on_messages(messages)

    return on_messages


def _on_state(capture: Capture, counts: PbxCounts, common: Common) -> Callable[[LinkState], None]:
    def on_state(state: LinkState) -> None:
        if state.connected and not counts.connected:
            counts.connections += 1
            common.monitorings.connected(state.pbx)
            common.holds.connected(state.pbx)
        elif counts.connected and not state.connected:
            capture.on_lost()
        counts.connected = state.connected

    return on_state
