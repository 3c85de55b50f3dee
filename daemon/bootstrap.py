"""The composition root: every part of the daemon, made and joined in one place."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta

import structlog

from config.doors import check_doors
from config.secrets import read_secrets
from config.settings import Settings
from crm.audit import AuditLog
from crm.audit_head import head_file
from crm.key_file import open_vault_of
from crm.pins import Pins
from crm.short_codes import ShortCodes, issue_missing
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from daemon.api.context import ApiContext
from daemon.api.pbx import PbxQuestions
from daemon.api.server import ApiServer
from daemon.archive.erasing import RECORDING_ERASED, Erasing
from daemon.archive.files import ErasedRecordings
from daemon.archive.purger import Purger
from daemon.archive.returns import Returns
from daemon.audit_head import AuditHead
from daemon.away import AwayBook
from daemon.board import Board
from daemon.callbacks.callbacks import Callbacks, PbxLine
from daemon.callbacks.ledger import Ledger
from daemon.calls.directory import number_plan
from daemon.capture import Capture
from daemon.decided import Decided
from daemon.exchange.import_run import Work as ImportWork
from daemon.exchange.imports import Imports
from daemon.flusher import Flusher
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.writer import HistoryWriter
from daemon.holding.holds import Holds
from daemon.metrics import Metrics
from daemon.monitoring.audio_socket import AudioSocketServer
from daemon.monitoring.monitorings import Monitorings
from daemon.outbox.worker import OutboxWorker
from daemon.pausing.pauses import Pauses
from daemon.pbx import Common, Part, Pbx
from daemon.routing.choices import load_people
from daemon.routing.desk import Desk
from daemon.routing.people import People
from daemon.routing.snapshot import SnapshotWriter
from daemon.routing.tokens import Tokens
from daemon.signin.sign_in import SignIn
from daemon.staff import StaffBook
from daemon.watching.news import News
from daemon.watching.reading import Reading
from daemon.watching.watch import Watch
from daemon.work.aftermath import Aftermath
from daemon.work.moves import TOPIC as CLIENT_MOVES
from daemon.work.moves import Moves
from daemon.work.new_clients import NewClients
from daemon.work.reminders import Reminders
from daemon.work.work import Work
from recordings.encoder import Encoder
from recordings.ingest import RecordingIngest
from recordings.storage import open_storage
from store.database import Database
from store.lease import share
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
        held: AsyncExitStack,
        flusher: Flusher,
        captures: list[Capture],
        encoder: Encoder,
        api: ApiServer,
        parts: dict[str, Part],
    ) -> None:
        self._database = database
        self._held = held
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
        await self._held.aclose()
        await self._database.close()


async def build(settings: Settings) -> Daemon:
    """Make the daemon. Raises ``SettingsError``, ``StoreError`` or ``VaultError``."""
    secrets = read_secrets(settings)
    check_doors(settings)
    held = AsyncExitStack()
    database, vault, audit, audit_head = await _open_store(settings, held)
    plan = number_plan(settings.company, settings.agents)
    codes = ShortCodes.from_settings(vault, settings)
    issued = await issue_missing(database, vault, codes)
    if issued:
        _log.info("older client cards have got their short codes", clients=issued)
    people, staff, away = await _load_people(settings, database)
    tokens, decided = Tokens(), Decided(settings)
    sign_in = SignIn(settings, database=database, vault=vault, staff=staff, audit=audit)
    await sign_in.places.reload()
    pins = Pins(
        database,
        attempts=settings.mobile.attempts,
        lockout=timedelta(minutes=settings.mobile.lockout_minutes),
    )
    metrics, board, encoder = Metrics(), Board(), Encoder()
    metrics.running = lambda: len(board.running())
    snapshot = SnapshotWriter(settings, database, vault, people, away.of)
    away.listeners.append(lambda _name: snapshot.people_changed())
    moves = Moves(database, vault, audit, snapshot.poke)
    storage = open_storage(settings.recordings.storage)
    ingest = RecordingIngest(settings, database, encoder)
    outbox = OutboxWorker(
        database,
        {
            RECORDING_FINISHED: ingest,
            CLIENT_MOVES: moves,
            RECORDING_ERASED: ErasedRecordings(settings, database, storage),
        },
    )
    writer = HistoryWriter(
        database,
        vault,
        plan,
        EmbeddedCrm(vault, plan, codes),
        wake_outbox=outbox.poke,
        returns=Returns(audit),
        new_clients=NewClients(lambda: staff.now, vault, audit),
    )
    flusher = Flusher(writer, board, metrics.flush)
    ledger, lines = Ledger(database, tokens), dict[str, PbxLine]()
    callbacks = Callbacks(
        settings=settings,
        database=database,
        vault=vault,
        plan=plan,
        access_of=staff.access_of,
        tokens=tokens,
        ledger=ledger,
        lines=lines,
    )
    monitorings = Monitorings(
        database=database,
        vault=vault,
        board=board,
        server=AudioSocketServer(settings.monitoring),
        lines=lines,
    )
    pauses = Pauses(
        database=database,
        audit=audit,
        board=board,
        lines=lines,
        seconds=lambda: decided.now.recordings.pause_seconds,
    )
    holds = Holds(board=board, lines=lines)
    for part in (monitorings, pauses, holds):
        await held.enter_async_context(part)
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
        monitorings=monitorings,
        pauses=pauses,
        holds=holds,
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
        access_of=staff.access_of,
        tokens=tokens,
        pins=pins,
        decided=decided.settings,
    )
    patience = max(pbx.answer_seconds for pbx in settings.pbx)
    questions = PbxQuestions(desk, vault, metrics.routing, answer_seconds=patience)
    watch, news = Watch(settings, database, audit), News(database)
    decided.begin(
        staff.now.policies,
        *(one.settle for one in (people, snapshot, callbacks, watch, ingest)),
    )
    reading = Reading(
        database=database, vault=vault, audit=audit, staff=staff, board=board, watch=watch
    )
    await reading.load()
    await news.start()
    reminders, aftermath = Reminders(database, lambda: staff.now), Aftermath(database)
    imports = Imports(
        ImportWork(database=database, vault=vault, codes=codes, plan=plan, staff=staff, audit=audit)
    )
    await imports.take_up()
    held.push_async_callback(imports.close)
    context = ApiContext(
        settings=settings,
        database=database,
        vault=vault,
        audit=audit,
        plan=plan,
        codes=codes,
        people=people,
        staff=staff,
        away=away,
        decided=decided,
        sign_in=sign_in,
        reading=reading,
        watching=news,
        pins=pins,
        imports=imports,
        work=Work(moves=moves, moves_ordered=outbox.poke, reminders_changed=reminders.poke),
        callbacks=callbacks,
        monitorings=monitorings,
        pauses=pauses,
        holds=holds,
        phones_changed=writer.forget_phones,
        routing_changed=snapshot.poke,
        board=board,
        metrics=metrics,
        storage=storage,
        links=lambda: [pbx.link.state for pbx in pbxs],
    )
    return Daemon(
        database=database,
        held=held,
        flusher=flusher,
        captures=[pbx.capture for pbx in pbxs],
        encoder=encoder,
        api=ApiServer(settings.http, context, questions.routes),
        parts={
            "flusher": flusher.run,
            "outbox": outbox.run,
            "callbacks": ledger.run,
            "fallback": snapshot.run,
            "away": away.run,
            "audit head": audit_head.run,
            "reminders": reminders.run,
            "aftermath": aftermath.run,
            "watch": watch.run,
            "news": news.run,
            "purger": Purger(
                database,
                Erasing(vault=vault, audit=audit),
                erased=writer.forget_phones,
                afterwards=(outbox.poke, snapshot.poke),
            ).run,
            **{name: part for pbx in pbxs for name, part in pbx.parts.items()},
        },
    )


async def _open_store(
    settings: Settings, held: AsyncExitStack
) -> tuple[Database, Vault, AuditLog, AuditHead]:
    """The database at its newest schema, ours as long as ``held`` is; its vault and its audit."""
    database = Database(settings.database.url)
    await held.enter_async_context(share(database))
    await migrate(database)
    vault = await open_vault_of(settings.vault, database)
    audit = AuditLog(database, vault)
    audit_head = AuditHead(database, audit, head_file(settings.vault))
    await audit_head.look_back()
    return database, vault, audit, audit_head


async def _load_people(
    settings: Settings, database: Database
) -> tuple[People, StaffBook, AwayBook]:
    """The company's people: on which phones they are, who they are, and who is away or has left."""
    people = await load_people(settings, database)
    staff = StaffBook(database)
    await staff.enrol(agent.name for agent in (*people.settled, *people.group))
    people.has_left = staff.has_left
    away = AwayBook(database)
    await away.load()
    people.is_away = away.is_away
    return people, staff, away
