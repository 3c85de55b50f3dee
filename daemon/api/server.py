"""The HTTP server and its addresses."""

from __future__ import annotations

import errno
import ssl
from collections.abc import Iterable
from typing import Final

from aiohttp import web

from config.doors import tls_context
from config.settings import HttpSettings
from daemon.api import (
    agents,
    alerts,
    archive,
    audit,
    call_notes,
    callbacks,
    calls,
    changes,
    client_as,
    client_items,
    clients,
    control,
    control_pauses,
    control_policies,
    custom_fields,
    decided,
    decoys,
    departments,
    division,
    embedding,
    exports,
    field_rules,
    hangups,
    holds,
    imports,
    leaving,
    listens,
    live,
    merges,
    monitoring_audio,
    monitoring_policy,
    monitorings,
    notes,
    notices,
    operations,
    own_credentials,
    people,
    person_credentials,
    places,
    presence,
    quotas,
    reconciliation,
    recording_pauses,
    recordings,
    reports,
    roles,
    routing_preview,
    session,
    sessions,
    settings,
    sign_in_policy,
    system,
    takeovers,
    tasks,
    timeline,
    tokens,
    touched,
    undoings,
    views,
    wrap_ups,
)
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.cors import asked_before, share
from daemon.api.events import add_events
from daemon.api.openapi import openapi
from daemon.api.operations import metrics
from daemon.api.origin import meant_for_us
from daemon.api.problems import problems
from daemon.console.serving import add_console

MODULES: Final = (
    calls,
    call_notes,
    listens,
    views,
    wrap_ups,
    reconciliation,
    control,
    control_pauses,
    control_policies,
    reports,
    clients,
    client_as,
    client_items,
    notes,
    timeline,
    custom_fields,
    imports,
    exports,
    division,
    recordings,
    tasks,
    agents,
    audit,
    callbacks,
    tokens,
    touched,
    operations,
    system,
    settings,
    decided,
    routing_preview,
    live,
    monitorings,
    monitoring_policy,
    hangups,
    holds,
    recording_pauses,
    people,
    presence,
    roles,
    departments,
    field_rules,
    leaving,
    session,
    own_credentials,
    sessions,
    person_credentials,
    places,
    sign_in_policy,
    alerts,
    notices,
    quotas,
    decoys,
    changes,
    undoings,
    merges,
    archive,
    takeovers,
    embedding,
)
"""Each names its addresses in ``ROUTES``."""
_SHUTDOWN_SECONDS = 2.0
_THIS_MACHINE: Final = "127.0.0.1"


class AddressInUseError(Exception):
    """Somebody else listens there; the message says where and which setting to change."""


def application(context: ApiContext, more: Iterable[web.AbstractRouteDef] = ()) -> web.Application:
    """All resources. ``more``: what is no part of the API, and not in its description."""
    app = web.Application(middlewares=[problems, asked_before, meant_for_us])
    app[CONTEXT] = context
    app.on_response_prepare.append(share)
    _add_resources(app)
    add_events(app)
    live.add_live(app)
    monitoring_audio.add_monitoring(app)
    notices.add_news(app)
    presence.add_presence(app)
    audit.add_audit(app)
    system.add_system(app)
    app.router.add_get("/api/v1/openapi.json", openapi)
    app.router.add_get("/metrics", metrics)
    app.router.add_routes(more)
    add_console(app)
    return app


def described() -> web.Application:
    """The resources' addresses with nothing behind them: enough for the API's description."""
    app = web.Application()
    _add_resources(app)
    return app


def _add_resources(app: web.Application) -> None:
    for module in MODULES:
        for path, resource in module.ROUTES:
            app.router.add_view(path, resource)


class ApiServer:
    """Listens between ``start`` and ``stop``."""

    def __init__(
        self,
        settings: HttpSettings,
        context: ApiContext,
        more: Iterable[web.AbstractRouteDef] = (),
    ) -> None:
        self._settings = settings
        # The access log would hold query strings, and those numbers.
        self._runner = web.AppRunner(
            application(context, more), access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS
        )
        self.port = 0
        """The port that is listened on, once started."""

    async def start(self) -> None:
        """Listen. Raises ``AddressInUseError``, ``SettingsError``."""
        http, tls = self._settings, tls_context(self._settings)
        await self._runner.setup()
        await self._listen("port", http.host, http.port, tls)
        if tls is not None:
            # The PBX and the command on this machine cannot check a certificate by its name.
            await self._listen("local_port", _THIS_MACHINE, http.local_port, None)
        self.port = self._runner.addresses[0][1]

    async def _listen(self, setting: str, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        try:
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise AddressInUseError(
                f"http.{setting} = {port}: something else listens on {host} there already"
                " (another callward?); end it or choose another port"
            ) from error

    async def stop(self) -> None:
        """Close every connection."""
        await self._runner.cleanup()
