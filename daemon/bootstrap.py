"""The composition root: every part of the daemon, made and joined in one place."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

import structlog

from config.secrets import read_secrets
from config.settings import Settings
from crm.key_file import open_vault
from crm_sync.embedded import EmbeddedCrm
from daemon.ami.link import AmiLink
from daemon.ami.state import LinkState
from daemon.ami.translate import AmiTranslator
from daemon.api.context import ApiContext
from daemon.api.server import ApiServer
from daemon.board import Board
from daemon.calls.directory import Directory, number_plan
from daemon.calls.tracker import Tracker
from daemon.capture import Capture
from daemon.flusher import Flusher
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.writer import HistoryWriter
from daemon.metrics import Metrics, PbxCounts
from daemon.outbox.worker import OutboxWorker
from daemon.recovery import Recovery
from recordings.encoder import Encoder
from recordings.ingest import RecordingIngest
from recordings.storage import open_storage
from store.database import Database
from store.migrate import migrate

_LAST_WORDS_SECONDS = 10.0
"""For calls that are still to be stored when the daemon is told to stop."""

Part = Callable[[], Coroutine[Any, Any, None]]
"""Runs until it is cancelled."""

_log = structlog.get_logger(__name__)


class Daemon:
    """All parts. ``parts`` run until they are cancelled, between ``open`` and ``close``."""

    def __init__(
        self,
        *,
        database: Database,
        flusher: Flusher,
        captures: list[Capture],
        encoder: Encoder,
        api: ApiServer,
        parts: dict[str, Part],
    ) -> None:
        self._database = database
        self._flusher = flusher
        self._captures = captures
        self._encoder = encoder
        self._api = api
        self.parts = parts
        """By the names that their tasks bear."""

    @property
    def http_port(self) -> int:
        """Where the API listens, once open."""
        return self._api.port

    async def open(self) -> None:
        """Listen."""
        await self._api.start()

    async def close(self) -> None:
        """Fold and store what was read, then let go of everything."""
        await self._api.stop()
        for capture in self._captures:
            capture.fold()
        left = await self._flusher.drain(_LAST_WORDS_SECONDS)
        if left:
            _log.error("calls could not be stored before the end", calls=left)
        await self._encoder.close()
        await self._database.close()


async def build(settings: Settings) -> Daemon:
    """Make the daemon. Raises ``SettingsError``, ``StoreError`` or ``VaultError``."""
    secrets = read_secrets(settings)
    database = Database(settings.database.url)
    await migrate(database)
    vault = await open_vault(database, settings.vault.key_file)
    plan = number_plan(settings.company, settings.agents)
    metrics, board = Metrics(), Board()
    metrics.running = lambda: len(board.running())
    encoder = Encoder()
    outbox = OutboxWorker(
        database, {RECORDING_FINISHED: RecordingIngest(settings, database, encoder)}
    )
    writer = HistoryWriter(database, vault, plan, EmbeddedCrm(vault, plan), wake_outbox=outbox.poke)
    flusher = Flusher(writer, board, metrics.flush)
    links: list[AmiLink] = []
    captures: list[Capture] = []
    parts: dict[str, Part] = {"flusher": flusher.run, "outbox": outbox.run}
    for pbx in settings.pbx:
        counts = metrics.pbx[pbx.name] = PbxCounts()
        directory = Directory.from_settings(settings.company, settings.agents, pbx)
        tracker = Tracker(pbx.name, directory)
        translator = AmiTranslator()
        capture = Capture(pbx.name, translator, tracker, flusher, counts)
        recovery = Recovery(database, pbx.name, tracker, capture.synced, outbox.poke)
        link = AmiLink(
            pbx,
            secrets[pbx.name].get_secret_value(),
            on_messages=capture.on_messages,
            on_state=_on_state(capture, counts),
        )
        capture.resync = link.resync
        translator.surprises = link.surprises
        metrics.surprises[pbx.name] = [link.surprises]
        links.append(link)
        captures.append(capture)
        parts[f"capture {pbx.name}"] = capture.run
        parts[f"recovery {pbx.name}"] = recovery.run
        parts[f"link {pbx.name}"] = link.run
    context = ApiContext(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        board=board,
        metrics=metrics,
        storage=open_storage(settings.recordings.storage),
        links=lambda: [link.state for link in links],
    )
    return Daemon(
        database=database,
        flusher=flusher,
        captures=captures,
        encoder=encoder,
        api=ApiServer(settings.http, context),
        parts=parts,
    )


def _on_state(capture: Capture, counts: PbxCounts) -> Callable[[LinkState], None]:
    def on_state(state: LinkState) -> None:
        if state.connected and not counts.connected:
            counts.connections += 1
        elif counts.connected and not state.connected:
            capture.on_lost()
        counts.connected = state.connected

    return on_state
