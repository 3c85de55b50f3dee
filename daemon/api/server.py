"""The HTTP server: loopback only, since without a token it answers as to the operator."""

from __future__ import annotations

import errno
from collections.abc import Iterable

from aiohttp import web

from config.settings import HttpSettings
from daemon.api.agents import (
    AgentPhonesResource,
    AgentPinResource,
    AgentResource,
    AgentsResource,
)
from daemon.api.callbacks import CallbackResource, CallbacksResource
from daemon.api.calls import CallResource, CallsResource
from daemon.api.clients import ClientResource, ClientsResource
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.events import add_events
from daemon.api.openapi import openapi
from daemon.api.operations import BoardResource, HealthResource, metrics
from daemon.api.origin import meant_for_us
from daemon.api.problems import problems
from daemon.api.recordings import AudioResource, RecordingResource
from daemon.api.tasks import TasksResource
from daemon.api.tokens import TokenResource, TokensResource

_SHUTDOWN_SECONDS = 2.0


class AddressInUseError(Exception):
    """Somebody else listens there; the message says where and which setting to change."""


def application(context: ApiContext, more: Iterable[web.AbstractRouteDef] = ()) -> web.Application:
    """All resources. ``more``: what is no part of the API, and not in its description."""
    app = web.Application(middlewares=[problems, meant_for_us])
    app[CONTEXT] = context
    app.router.add_view("/api/v1/calls", CallsResource)
    app.router.add_view("/api/v1/calls/{id}", CallResource)
    app.router.add_view("/api/v1/clients", ClientsResource)
    app.router.add_view("/api/v1/clients/{id}", ClientResource)
    app.router.add_view("/api/v1/recordings/{id}", RecordingResource)
    app.router.add_view("/api/v1/recordings/{id}/audio", AudioResource)
    app.router.add_view("/api/v1/board", BoardResource)
    app.router.add_view("/api/v1/tasks", TasksResource)
    app.router.add_view("/api/v1/agents", AgentsResource)
    app.router.add_view("/api/v1/agents/{name}", AgentResource)
    app.router.add_view("/api/v1/agents/{name}/phones", AgentPhonesResource)
    app.router.add_view("/api/v1/agents/{name}/pin", AgentPinResource)
    app.router.add_view("/api/v1/tokens", TokensResource)
    app.router.add_view("/api/v1/tokens/{id}", TokenResource)
    app.router.add_view("/api/v1/callbacks", CallbacksResource)
    app.router.add_view("/api/v1/callbacks/{id}", CallbackResource)
    add_events(app)
    app.router.add_get("/api/v1/openapi.json", openapi)
    app.router.add_view("/health", HealthResource)
    app.router.add_get("/metrics", metrics)
    app.router.add_routes(more)
    return app


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
        """Listen. Raises ``AddressInUseError``."""
        await self._runner.setup()
        site = web.TCPSite(self._runner, self._settings.host, self._settings.port)
        try:
            await site.start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise AddressInUseError(
                f"http.port = {self._settings.port}: something else listens on"
                f" {self._settings.host} there already (another callward?); end it or choose"
                " another port"
            ) from error
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close every connection."""
        await self._runner.cleanup()
