"""``/api/v1/calls``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r400, r404
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Right
from crm.audit import Action
from crm.fields import PHONES
from crm.numbers import Owner
from crm.recording_pauses import Pause, pauses_of
from daemon.api.models import CallModel, CallPage
from daemon.api.parameters import (
    Flag,
    Id,
    Instant,
    Limit,
    Resource,
    Text,
    WholeSeconds,
    rules,
)
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.calls.call import Direction, Disposition
from daemon.history.queries import CallCursor, CallFilter, StoredCall, find_call, list_calls
from daemon.history.seen import Seen, sees_call
from recordings.queries import Recording, recordings_of


class CallsResource(Resource):
    """The list of calls."""

    rights = rules(GET=Right.CALLS_READ)

    async def get(  # noqa: PLR0917 - aiohttp-pydantic passes them by name
        self,
        since: Instant | None = None,
        until: Instant | None = None,
        direction: Direction | None = None,
        disposition: Disposition | None = None,
        agent: Text | None = None,
        client: Id | None = None,
        number: Text | None = None,
        running: Flag = False,
        missed: Flag = False,
        queue: Text | None = None,
        company_number: Text | None = None,
        answered_by: Text | None = None,
        min_talk_seconds: WholeSeconds | None = None,
        recorded: Flag | None = None,
        after: Text | None = None,
        limit: Limit = 50,
    ) -> r200[CallPage] | r400[ProblemDocument]:
        """Calls that match, newest first, running ones too; cursor paging by ``after``.

        Those that rang at him, in which he talked, or of his clients; by the scope of
        ``calls.read`` his colleagues' too, or all. ``agent`` rang or talked in it; ``answered_by``
        answered first; ``missed``: customers whom nobody answered; ``company_number``: one of the
        company's own; ``recorded``: whether there is a recording that you may hear.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        context, viewer = self.context, self.viewer
        e164 = self.customer_number(number)
        line = self._line(company_number)
        self.refuse_numbers(agent, queue, answered_by)
        wanted = CallFilter(
            since=since,
            until=until,
            direction=direction,
            disposition=disposition,
            agent=agent,
            client_id=client,
            number=None if e164 is None else context.vault.blind_index(e164),
            running=running,
            missed=missed,
            queue=queue,
            company=None if line is None else context.vault.blind_index(line),
            answered_by=answered_by,
            least_talk_seconds=min_talk_seconds,
            recorded=recorded,
            heard=None if recorded is None else Seen(viewer.access, Right.RECORDINGS_LISTEN),
            seen=Seen(viewer.access, Right.CALLS_READ),
        )
        async with context.database.read() as connection:
            found = await list_calls(
                connection,
                wanted,
                limit=limit + 1,
                after=cursor_of(after),
                vault=viewer.vault(PHONES, context.vault),
            )
            page = found[:limit]
            recordings = await heard_of(connection, page, viewer)
            pauses = await connection.run_sync(pauses_of, [one.call.id for one in page])
        await context.reading.listed(
            viewer,
            {one.client.id: one.client for one in page if one.client is not None}.values(),
            Action.CALLS_LISTED,
            _asked(self.request),
            client_id=client,
        )
        model = CallPage(
            items=[call_model(stored, recordings, viewer, pauses) for stored in page],
            next=str(page[-1].cursor) if len(found) > limit else None,
        )
        return json_response(model)

    def _line(self, raw: str | None) -> str | None:
        """E.164 of one of the company's numbers; which one was called is hidden with all others."""
        e164 = self.customer_number(raw, "company_number")
        if e164 is not None and self.context.plan.owner(e164) is not Owner.COMPANY:
            raise ProblemError(HTTPStatus.BAD_REQUEST, "not_company_number", name="company_number")
        return e164


class CallResource(Resource):
    """One call."""

    rights = rules(GET=Right.CALLS_READ)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[CallModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """One call; the id of a call that turned out to be part of another gives that other one.

        Status codes:
            200: The call
            404: There is no such call
        """
        context, viewer = self.context, self.viewer
        async with context.database.read() as connection:
            stored = await find_call(
                connection,
                id,
                vault=viewer.vault(PHONES, context.vault),
                seen=Seen(viewer.access, Right.CALLS_READ),
            )
            if stored is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_found")
            recordings = await heard_of(connection, [stored], viewer)
            pauses = await connection.run_sync(pauses_of, [stored.call.id])
        await context.reading.listed(
            viewer,
            [] if stored.client is None else [stored.client],
            Action.CALL_OPENED,
            {"call": str(stored.call.id)},
        )
        return json_response(call_model(stored, recordings, viewer, pauses))


async def heard_of(
    connection: AsyncConnection, page: Sequence[StoredCall], viewer: Viewer
) -> Mapping[UUID, Sequence[Recording]]:
    """By call, the recordings to which this viewer may listen."""
    return await recordings_of(
        connection,
        [
            stored.call.id
            for stored in page
            if not stored.private
            and sees_call(
                viewer.access,
                Right.RECORDINGS_LISTEN,
                stored.call,
                None if stored.owner is None else stored.owner.target,
            )
        ],
    )


def call_model(
    stored: StoredCall,
    recordings: Mapping[UUID, Sequence[Recording]],
    viewer: Viewer,
    pauses: Mapping[UUID, Sequence[Pause]],
) -> CallModel:
    """A call as this viewer may see it."""
    return CallModel.of(
        stored.call,
        stored.client,
        recordings.get(stored.call.id, ()),
        pauses.get(stored.call.id, ()),
        viewer=viewer,
        private=stored.private,
    )


_NUMBERS: Final = frozenset({"number", "company_number"})


def _asked(request: web.Request) -> dict[str, str]:
    """What was looked for, for the audit; the number itself is nobody's to read there, and the
    client stands on the entry.
    """
    return {
        name: "…" if name in _NUMBERS else text
        for name, text in request.query.items()
        if name != "client"
    }


def cursor_of(token: str | None) -> CallCursor | None:
    """A place in a list; a 400 problem for what no page gave."""
    if token is None:
        return None
    try:
        return CallCursor.parse(token)
    except ValueError:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_cursor", name="after") from None


ROUTES: Final = (("/api/v1/calls", CallsResource), ("/api/v1/calls/{id}", CallResource))
