"""``/api/v1/calls``."""

from __future__ import annotations

from http import HTTPStatus

from aiohttp_pydantic.oas.typing import r200, r400, r404

from daemon.api.models import CallModel, CallPage
from daemon.api.parameters import Flag, Id, Instant, Limit, Resource, Text
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.calls.call import Direction, Disposition
from daemon.history.queries import CallCursor, CallFilter, find_call, list_calls
from recordings.queries import recordings_of


class CallsResource(Resource):
    """The list of calls."""

    for_managers = frozenset({"GET"})

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
        after: Text | None = None,
        limit: Limit = 50,
    ) -> r200[CallPage] | r400[ProblemDocument]:
        """Calls that match, newest first, running ones too; cursor paging by ``after``.

        A manager gets those that rang at him, in which he talked, or whose client he may call.

        Status codes:
            200: One page
            400: A parameter is unknown or has a value that is not allowed
        """
        context, viewer = self.context, self.viewer
        e164 = self.customer_number(number)
        wanted = CallFilter(
            since=since,
            until=until,
            direction=direction,
            disposition=disposition,
            agent=agent,
            client_id=client,
            number=None if e164 is None else context.vault.blind_index(e164),
            running=running,
            concerning=viewer.concerning,
        )
        async with context.database.read() as connection:
            found = await list_calls(
                connection,
                wanted,
                limit=limit + 1,
                after=_cursor(after),
                vault=viewer.vault(context.vault),
            )
            page = found[:limit]
            recordings = await recordings_of(connection, [stored.call.id for stored in page])
        model = CallPage(
            items=[
                CallModel.of(stored.call, stored.client, recordings.get(stored.call.id, ()), viewer)
                for stored in page
            ],
            next=str(page[-1].cursor) if len(found) > limit else None,
        )
        return json_response(model)


class CallResource(Resource):
    """One call."""

    for_managers = frozenset({"GET"})

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
                connection, id, vault=viewer.vault(context.vault), concerning=viewer.concerning
            )
            if stored is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_found")
            recordings = await recordings_of(connection, [stored.call.id])
        its_recordings = recordings.get(stored.call.id, ())
        return json_response(CallModel.of(stored.call, stored.client, its_recordings, viewer))


def _cursor(token: str | None) -> CallCursor | None:
    if token is None:
        return None
    try:
        return CallCursor.parse(token)
    except ValueError:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "invalid_cursor", name="after") from None
