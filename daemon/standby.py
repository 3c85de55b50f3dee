"""From the start to the lead: on PostgreSQL a daemon waits as a standby while another one works.

A standby is ready, and does nothing: no link to a PBX, no work from the outbox, not a row written.
Its HTTP server says so to whoever asks, a load balancer above all.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import structlog
from aiohttp import web

from config.doors import check_doors
from config.secrets import read_secrets
from config.settings import Settings
from crm.key_file import open_vault_of
from daemon.api.listening import Listener
from daemon.api.problems import ProblemError, wanted_language
from daemon.opening import Lead
from store.database import Database
from store.leadership import Leadership
from store.lease import only_daemon, share
from store.migrate import is_newer, migrate, stored_schema
from store.migrations import HEAD

LEAD_LOST: Final = 75
"""The exit code of a daemon in whose place another one leads: EX_TEMPFAIL of sysexits.h."""

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class OnlyDaemon:
    """The lead where there is no second daemon."""

    database: Database
    is_sure: bool = True


@asynccontextmanager
async def leading(
    settings: Settings, stop: asyncio.Event, waits: Callable[[], None]
) -> AsyncIterator[Lead | None]:
    """The lead, from when it is ours; ``None`` where ``stop`` comes before.

    ``waits``: called when it is sure that another daemon leads and all that a standby needs is in
    order. Raises ``SettingsError``, ``StoreError``, ``VaultError``, ``AddressInUseError``.
    """
    read_secrets(settings)
    check_doors(settings)
    database = Database(settings.database.url)
    try:
        if not database.is_server:
            with only_daemon(database):
                async with share(database):
                    yield OnlyDaemon(database)
            return
        leadership = Leadership(database, on_lost=end_at_once)
        try:
            is_ours = await _wait(leadership, settings, stop, waits)
            yield leadership if is_ours else None
        finally:
            await leadership.release()
    finally:
        await database.close()


async def _wait(
    leadership: Leadership, settings: Settings, stop: asyncio.Event, waits: Callable[[], None]
) -> bool:
    stopped = asyncio.create_task(stop.wait())
    led = asyncio.create_task(leadership.wait())
    busy = asyncio.create_task(leadership.other_leads.wait())
    server = StandbyServer(settings)
    try:
        await asyncio.wait({stopped, led, busy}, return_when=asyncio.FIRST_COMPLETED)
        if not led.done() and not stopped.done():
            await _check(leadership.database, settings)
            await server.start()
            _log.info("another daemon leads, this one stands by", http_port=server.port)
            waits()
            await asyncio.wait({stopped, led}, return_when=asyncio.FIRST_COMPLETED)
        if led.done():
            led.result()
        return led.done()
    finally:
        for task in (stopped, led, busy):
            task.cancel()
        await asyncio.gather(stopped, led, busy, return_exceptions=True)
        await server.stop()


async def _check(database: Database, settings: Settings) -> None:
    """What would keep it from leading is said now, not in the night in which it has to."""
    schema = await stored_schema(database)
    if is_newer(schema):
        # Says what to do; it changes nothing of a database that it does not know.
        await migrate(database)
    elif schema.version == HEAD:
        await open_vault_of(settings.vault, database)


def end_at_once() -> None:
    """Another daemon leads. Nothing of this one may go on for even a moment: not what waits to be
    written, not what a PBX is still to be told.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(LEAD_LOST)


class StandbyServer:
    """Answers where the API will: alive, not ready, and otherwise that another one leads."""

    def __init__(self, settings: Settings) -> None:
        self._company_language = settings.company.language
        app = web.Application()
        app.router.add_get("/health/live", _live)
        app.router.add_get("/metrics", _metrics)
        app.router.add_route("*", "/{path:.*}", self._refuse)
        self._listener = Listener(settings.http, app)

    @property
    def port(self) -> int:
        """The port that is listened on, once started."""
        return self._listener.port

    async def start(self) -> None:
        """Listen. Raises ``AddressInUseError``, ``SettingsError``."""
        await self._listener.start()

    async def stop(self) -> None:
        """Make room for the API."""
        await self._listener.stop()

    async def _refuse(self, request: web.Request) -> web.Response:
        language = wanted_language(request) or self._company_language
        return ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, "standby").response(language)


async def _live(_request: web.Request) -> web.Response:
    return web.json_response({"ok": True})


async def _metrics(_request: web.Request) -> web.Response:
    return web.Response(text=_METRICS)


_METRICS: Final = """\
# HELP callward_standby 1 while this daemon waits for another one's end
# TYPE callward_standby gauge
callward_standby 1.0
"""
