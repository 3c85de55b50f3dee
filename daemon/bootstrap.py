"""The composition root: every part of the daemon, made and joined in one place."""

from __future__ import annotations

from datetime import timedelta

import structlog

from config.secrets import read_secrets
from config.settings import Settings
from crm.key_file import open_vault
from crm.pins import Pins
from crm.short_codes import ShortCodes, issue_missing
from crm_sync.embedded import EmbeddedCrm
from daemon.api.context import ApiContext
from daemon.api.pbx import PbxQuestions
from daemon.api.server import ApiServer
from daemon.board import Board
from daemon.callbacks.callbacks import Callbacks, PbxLine
from daemon.callbacks.ledger import Ledger
from daemon.calls.directory import number_plan
from daemon.capture import Capture
from daemon.flusher import Flusher
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.writer import HistoryWriter
from daemon.metrics import Metrics
from daemon.outbox.worker import OutboxWorker
from daemon.pbx import Common, Part, Pbx
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
    common = Common(
        settings=settings,
        database=database,
        vault=vault,
        writer=writer,
        flusher=flusher,
        outbox=outbox,
        metrics=metrics,
        ledger=ledger,
        callbacks=callbacks,
    )
    pbxs = [Pbx.of(pbx, secrets[pbx.name], common) for pbx in settings.pbx]
    lines.update({pbx.name: PbxLine(pbx.link, pbx.watch) for pbx in pbxs})
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
        links=lambda: [pbx.link.state for pbx in pbxs],
    )
    return Daemon(
        database=database,
        flusher=flusher,
        captures=[pbx.capture for pbx in pbxs],
        encoder=encoder,
        api=ApiServer(settings.http, context, questions.routes),
        parts={
            "flusher": flusher.run,
            "outbox": outbox.run,
            "callbacks": ledger.run,
            "fallback": snapshot.run,
            **{name: part for pbx in pbxs for name, part in pbx.parts.items()},
        },
    )
