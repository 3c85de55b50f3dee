"""The composition root: every part of the daemon, made and joined in one place."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

import structlog

from config.secrets import read_secrets
from config.settings import Settings
from crm.key_file import open_vault
from crm.pins import Pins
from crm.short_codes import ShortCodes, issue_missing
from crm_sync.embedded import EmbeddedCrm
from daemon.ami.link import AmiLink
from daemon.ami.message import Message
from daemon.ami.state import LinkState
from daemon.ami.translate import AmiTranslator
from daemon.api.context import ApiContext
from daemon.api.pbx import PbxQuestions
from daemon.api.server import ApiServer
from daemon.board import Board
from daemon.callbacks.callbacks import Callbacks, PbxLine
from daemon.callbacks.ledger import Ledger
from daemon.callbacks.watch import Watch
from daemon.calls.directory import Directory, number_plan
from daemon.calls.tracker import Tracker
from daemon.capture import Capture
from daemon.catch_up import CatchUp
from daemon.flusher import Flusher
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.writer import HistoryWriter
from daemon.metrics import Metrics, PbxCounts
from daemon.outbox.worker import OutboxWorker
from daemon.recovery import Recovery
from daemon.routing.choices import load_people
from daemon.routing.desk import Desk
from daemon.routing.snapshot import SnapshotWriter
from daemon.routing.tokens import Tokens
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
    codes = ShortCodes.from_settings(vault, settings)
    issued = await issue_missing(database, vault, codes)
    if issued:
        _log.info("older client cards have got their short codes", clients=issued)
    people, tokens = await load_people(settings, database), Tokens()
    pins = Pins(
        database,
        attempts=settings.mobile.attempts,
        lockout=timedelta(minutes=settings.mobile.lockout_minutes),
    )
    metrics, board = Metrics(), Board()
    metrics.running = lambda: len(board.running())
    encoder = Encoder()
    outbox = OutboxWorker(
        database, {RECORDING_FINISHED: RecordingIngest(settings, database, encoder)}
    )
    writer = HistoryWriter(
        database, vault, plan, EmbeddedCrm(vault, plan, codes), wake_outbox=outbox.poke
    )
    flusher = Flusher(writer, board, metrics.flush)
    ledger, lines = Ledger(database, tokens), dict[str, PbxLine]()
    callbacks = Callbacks(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        tokens=tokens,
        ledger=ledger,
        lines=lines,
    )
    links: list[AmiLink] = []
    captures: list[Capture] = []
    parts: dict[str, Part] = {
        "flusher": flusher.run,
        "outbox": outbox.run,
        "callbacks": ledger.run,
    }
    for pbx in settings.pbx:
        counts = metrics.pbx[pbx.name] = PbxCounts()
        directory = Directory.from_settings(settings.company, settings.agents, pbx)
        tracker = Tracker(pbx.name, directory)
        translator = AmiTranslator()
        watch = Watch(pbx.name, tracker, ledger, partial(callbacks.hang_up, pbx.name))
        catch_up = CatchUp(
            pbx,
            directory,
            tracker,
            database=database,
            vault=vault,
            writer=writer,
            flush=metrics.flush,
        )
        capture = Capture(pbx.name, translator, watch, flusher, counts, gaps=catch_up)
        recovery = Recovery(database, pbx.name, tracker, catch_up.caught_up, outbox.poke)
        link = AmiLink(
            pbx,
            secrets[pbx.name].get_secret_value(),
            on_messages=_on_messages(watch, capture),
            on_state=_on_state(capture, counts),
        )
        capture.resync = link.resync
        translator.surprises = link.surprises
        metrics.surprises[pbx.name] = [link.surprises, catch_up.surprises]
        lines[pbx.name] = PbxLine(link, watch)
        links.append(link)
        captures.append(capture)
        parts[f"capture {pbx.name}"] = capture.run
        parts[f"catch-up {pbx.name}"] = catch_up.run
        parts[f"recovery {pbx.name}"] = recovery.run
        parts[f"link {pbx.name}"] = link.run
    await callbacks.take_up()
    desk = Desk.from_settings(
        settings,
        database=database,
        vault=vault,
        codes=codes,
        numbers=plan,
        people=people,
        tokens=tokens,
        pins=pins,
    )
    snapshot = SnapshotWriter(settings, database, vault, people)
    parts["fallback"] = snapshot.run
    questions = PbxQuestions(desk, vault, metrics.routing)
    context = ApiContext(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        people=people,
        pins=pins,
        callbacks=callbacks,
        routing_changed=snapshot.poke,
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
        api=ApiServer(settings.http, context, questions.routes),
        parts=parts,
    )


def _on_messages(watch: Watch, capture: Capture) -> Callable[[list[Message]], None]:
    def on_messages(messages: list[Message]) -> None:
        watch.on_messages(messages)
        capture.on_messages(messages)

    return on_messages


def _on_state(capture: Capture, counts: PbxCounts) -> Callable[[LinkState], None]:
    def on_state(state: LinkState) -> None:
        if state.connected and not counts.connected:
            counts.connections += 1
        elif counts.connected and not state.connected:
            capture.on_lost()
        counts.connected = state.connected

    return on_state
