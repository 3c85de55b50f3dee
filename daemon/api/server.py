"""The HTTP server and its addresses."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from aiohttp import web

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
    ledger,
    legal_holds,
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
from daemon.api.lead_gate import lead_gate
from daemon.api.listening import Listener
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
    ledger,
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
    legal_holds,
)
"""Each names its addresses in ``ROUTES``."""


def application(context: ApiContext, more: Iterable[web.AbstractRouteDef] = ()) -> web.Application:
    """All resources. ``more``: what is no part of the API, and not in its description."""
    app = web.Application(middlewares=[problems, asked_before, meant_for_us, lead_gate])
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


class ApiServer(Listener):
    """Listens between ``start`` and ``stop``."""

    def __init__(
        self,
        settings: HttpSettings,
        context: ApiContext,
        more: Iterable[web.AbstractRouteDef] = (),
    ) -> None:
        super().__init__(settings, application(context, more))
