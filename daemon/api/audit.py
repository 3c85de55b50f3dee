"""``/api/v1/audit``: who did what, when and from where; and whether that record is whole."""

from __future__ import annotations

import asyncio
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400, r403
from sqlalchemy import Connection

from crm.access import Right, Scope
from crm.audit import Action
from crm.audit_chain import Verdict, check_all
from crm.audit_head import HeadError, head_file, read_head
from crm.audit_queries import (
    Question,
    Told,
    Touched,
    TouchedClient,
    find_by_code,
    find_entries,
    summarise,
    touched_clients,
)
from daemon.api.audit_models import (
    AuditEntryModel,
    AuditPage,
    PersonAuditModel,
    TouchedClientModel,
    TouchedModel,
    VerdictModel,
)
from daemon.api.context import ApiContext
from daemon.api.parameters import Instant, Limit, Resource, Text, rules, shown
from daemon.api.problems import ProblemDocument, ProblemError, language_of
from daemon.api.responses import json_response

_CHECKING: Final = web.AppKey("audit check", asyncio.Lock)
_LONGEST_SEQ: Final = 18


class AuditResource(Resource):
    """The entries."""

    rights = rules(GET=Right.AUDIT_READ)

    async def get(  # noqa: PLR0917 - aiohttp-pydantic takes a query's parameters from these
        self,
        person: Text | None = None,
        client: Text | None = None,
        action: Text | None = None,
        object: Text | None = None,  # noqa: A002 - the parameter's name
        since: Instant | None = None,
        until: Instant | None = None,
        after: Text | None = None,
        limit: Limit = 50,
    ) -> r200[AuditPage] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Entries, newest first. ``client``: an id or short code; ``action``: one or several,
        parted by commas.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
            403: You may not read the audit
        """
        actions = _actions(action)
        before = _cursor(after)
        context, viewer = self.context, self.viewer

        def find(connection: Connection) -> tuple[UUID | None, list[Told]]:
            client_id = None
            if client is not None:
                client_id = _client_id(connection, client)
                if client_id is None:
                    return None, []
            question = Question(
                person=person,
                client_id=client_id,
                actions=actions,
                object=object,
                since=since,
                until=until,
                before=before,
                limit=limit + 1,
            )
            return client_id, find_entries(connection, context.vault, viewer.access, question)

        async with context.database.read() as connection:
            client_id, found = await connection.run_sync(find)
        page, language = found[:limit], language_of(self.request)
        nobody = client if client_id is None else None
        asked = {"person": person, "client": nobody, "action": action, "object": object}
        details = {name: value for name, value in asked.items() if value is not None}
        clients = [told.client for told in page if told.client is not None]
        await context.reading.listed(
            viewer, clients, Action.AUDIT_READ, details, client_id=client_id, count=len(page)
        )
        model = AuditPage(
            items=[AuditEntryModel.of(told, viewer, language) for told in page],
            next=str(page[-1].seq) if len(found) > limit else None,
        )
        return json_response(model)


class PersonAuditResource(Resource):
    """What one person touched."""

    rights = rules(GET=Right.AUDIT_READ)

    async def get(
        self, name: Text, /, since: Instant | None = None
    ) -> r200[PersonAuditModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """Counts by action, and the clients; empty for somebody whom you may not ask about.

        Status codes:
            200: What he did
        """
        context, viewer = self.context, self.viewer

        def find(connection: Connection) -> tuple[list[Touched], list[TouchedClient]]:
            return (
                summarise(connection, viewer.access, name, since),
                touched_clients(connection, viewer.access, name, since),
            )

        async with context.database.read() as connection:
            actions, clients = await connection.run_sync(find)
        await context.reading.listed(
            viewer, [one.client for one in clients], Action.AUDIT_READ, {"person": name}
        )
        model = PersonAuditModel(
            person=name,
            actions=[TouchedModel.of(one, language_of(self.request)) for one in actions],
            clients=[TouchedClientModel.of(one, viewer) for one in clients],
        )
        return json_response(model)


class VerifyResource(Resource):
    """Whether the chain is whole."""

    rights = rules(GET=Right.AUDIT_READ)

    async def get(self) -> r200[VerdictModel] | r403[ProblemDocument]:
        """Check it record by record: some seconds for each hundred thousand.

        Status codes:
            200: What was found
            403: It takes the right to read the whole audit
        """
        if self.viewer.access.scope(Right.AUDIT_READ) is not Scope.ALL:
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        async with self.request.app[_CHECKING]:
            verdict = await verify(self.context)
        return json_response(VerdictModel.of(verdict, language_of(self.request)))


async def verify(context: ApiContext) -> Verdict:
    """Check the chain beside everything else that the daemon does."""
    try:
        head = await asyncio.to_thread(read_head, head_file(context.settings.vault))
    except HeadError:
        head = None
    return await check_all(context.database, context.vault, head, lambda _: None)


def add_audit(app: web.Application) -> None:
    """One check at a time."""
    app[_CHECKING] = asyncio.Lock()


def _actions(text: str | None) -> tuple[Action, ...]:
    if text is None:
        return ()
    try:
        return tuple(Action(name.strip()) for name in text.split(","))
    except ValueError:
        raise ProblemError(
            HTTPStatus.BAD_REQUEST, "unknown_action", name=shown(text), allowed=", ".join(Action)
        ) from None


def _cursor(text: str | None) -> int | None:
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_SEQ):
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_cursor", name="after")
    return int(text)


def _client_id(connection: Connection, text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return find_by_code(connection, text)


ROUTES: Final = (
    ("/api/v1/audit", AuditResource),
    ("/api/v1/audit/verify", VerifyResource),
    ("/api/v1/audit/people/{name}", PersonAuditResource),
)
