"""``/api/v1/calls/{id}/hangup``: a running call is ended for all who are in it."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r202, r400, r404, r503

from crm.access import Right
from crm.audit import Action
from daemon.api.monitoring_door import call_for
from daemon.api.monitorings import refused
from daemon.api.parameters import Id, Resource, rules
from daemon.api.problems import ProblemDocument
from daemon.monitoring.refusal import MonitoringRefusedError


class HangupResource(Resource):
    """The end of a running call."""

    rights = rules(POST=Right.LIVE_HANGUP)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r202 | r400[ProblemDocument] | r404[ProblemDocument] | r503[ProblemDocument]:
        """Have the PBX hang up everybody in it. That it ended is told as ever.

        Status codes:
            202: The PBX has been told
            404: There is no such call, or it has ended
            503: The PBX cannot be told now
        """
        call = call_for(self.context, self.viewer.access, id, Right.LIVE_HANGUP)
        await self.context.audit.tell(self.viewer.entry(Action.CALL_HUNG_UP, object=str(call.id)))
        try:
            await self.context.monitorings.hang_up(call)
        except MonitoringRefusedError as error:
            raise refused(error) from None
        return web.Response(status=HTTPStatus.ACCEPTED)


ROUTES: Final = (("/api/v1/calls/{id}/hangup", HangupResource),)
