"""The composition root: every part of the daemon, made and joined in one place."""

from __future__ import annotations

from contextlib import AsyncExitStack
from datetime import timedelta

import structlog

from config.doors import check_doors
from config.secrets import read_secrets
from config.settings import Settings
from crm.pins import Pins
from crm.short_codes import ShortCodes, issue_missing
from crm_sync.embedded import EmbeddedCrm
from daemon.api.context import ApiContext
from daemon.api.pbx import PbxQuestions
from daemon.api.server import ApiServer
from daemon.archive.erasing import RECORDING_ERASED, Erasing
from daemon.archive.files import ErasedRecordings
from daemon.archive.purger import Purger
from daemon.archive.returns import Returns
from daemon.backup.daily import DailyBackup
from daemon.board import Board
from daemon.callbacks.callbacks import Callbacks, PbxLine
from daemon.callbacks.ledger import Ledger
from daemon.calls.directory import number_plan
from daemon.decided import Decided
from daemon.exchange.import_run import Work as ImportWork
from daemon.exchange.imports import Imports
from daemon.flusher import Flusher
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.writer import HistoryWriter
from daemon.holding.holds import Holds
from daemon.ledger.parts import make_ledger
from daemon.metrics import Metrics
from daemon.monitoring.audio_socket import AudioSocketServer
from daemon.monitoring.monitorings import Monitorings
from daemon.opening import Lead, load_company, open_store
from daemon.outages import Outages
from daemon.outbox.worker import OutboxWorker
from daemon.pausing.pauses import Pauses
from daemon.pbx import Common, Pbx
from daemon.retention.expiry import Expiry
from daemon.routing.desk import Desk
from daemon.routing.snapshot import SnapshotWriter
from daemon.routing.tokens import Tokens
from daemon.running import Daemon
from daemon.signin.sign_in import SignIn
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

_log = structlog.get_logger(__name__)


async def build(settings: Settings, lead: Lead | None = None) -> Daemon:
    """Make the daemon. Raises ``SettingsError``, ``StoreError`` or ``VaultError``.

    ``lead``: of its database; ``None``: it opens the database itself, which nobody else works on.
    """
    held = AsyncExitStack()
    try:
        return await _build(settings, lead, held)
    except BaseException:
        await held.aclose()
        raise


async def _build(settings: Settings, lead: Lead | None, held: AsyncExitStack) -> Daemon:
    secrets = read_secrets(settings)
    check_doors(settings)
    store = await open_store(settings, lead, held)
    database, vault, audit = store.database, store.vault, store.audit
    plan = number_plan(settings.company, settings.agents)
    codes = ShortCodes.from_settings(vault, settings)
    issued = await issue_missing(database, vault, codes)
    if issued:
        _log.info("older client cards have got their short codes", clients=issued)
    people, staff, away = await load_company(settings, database)
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
    crm = EmbeddedCrm(vault, plan, codes)
    writer = HistoryWriter(
        database,
        vault,
        plan,
        crm,
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
    days = make_ledger(
        settings,
        database=database,
        vault=vault,
        audit=audit,
        plan=plan,
        crm=crm,
        storage=storage,
        encoder=encoder,
        writer=writer,
        wake_outbox=outbox.poke,
        counts=metrics.ledger,
    )
    held.push_async_callback(days.ledger.close)
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
        ledger=days.ledger,
        phones_changed=writer.forget_phones,
        routing_changed=snapshot.poke,
        board=board,
        metrics=metrics,
        storage=storage,
        links=lambda: [pbx.link.state for pbx in pbxs],
        leads=lambda: lead is None or lead.is_sure,
    )
    return Daemon(
        held=held,
        outages=Outages(database),
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
            "audit head": store.audit_head.run,
            "reminders": reminders.run,
            "aftermath": aftermath.run,
            "watch": watch.run,
            "news": news.run,
            "ledger": days.daily.run,
            "backup": DailyBackup(settings, database, counts=metrics.backup).run,
            "retention": Expiry(
                settings.retention, database, vault, audit, deleted=outbox.poke
            ).run,
            "purger": Purger(
                database,
                Erasing(vault=vault, audit=audit),
                erased=writer.forget_phones,
                afterwards=(outbox.poke, snapshot.poke),
            ).run,
            **{name: part for pbx in pbxs for name, part in pbx.parts.items()},
        },
    )
