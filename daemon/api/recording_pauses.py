"""``/api/v1/calls/{id}/recording-pause``: of a running call nothing is recorded for a while."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r204, r400, r404, r409, r503

from crm.access import Right
from crm.audit import Action, Entry
from daemon.api.models import PauseModel
from daemon.api.monitoring_door import call_for
from daemon.api.parameters import Id, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.calls.call import Call
from daemon.pausing.refusal import PauseRefusedError, Refusal

_STATUS: Final = {Refusal.NOT_RECORDED: HTTPStatus.CONFLICT}
"""The others are 503: the PBX cannot do it now."""


class RecordingPauseResource(Resource):
    """The pause that lasts."""

    rights = rules(PUT=Right.RECORDINGS_PAUSE, DELETE=Right.RECORDINGS_PAUSE)

    async def put(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r200[PauseModel]
        | r400[ProblemDocument]
        | r404[ProblemDocument]
        | r409[ProblemDocument]
        | r503[ProblemDocument]
    ):
        """Record silence from now on, for card data. Who talk go on hearing each other. It ends
        when it is resumed, by itself at ``until``, and at the latest with the call; it outlasts
        transfers. A pause that lasts already is answered as it is.

        Status codes:
            200: It is paused
            404: There is no such call, or it has ended
            409: It is not recorded
            503: The PBX cannot do it now; the recording goes on
        """
        call = self._call(id)
        try:
            pause = await self.context.pauses.begin(
                call, self.viewer.person, self._entry(Action.RECORDING_PAUSED, call)
            )
        except PauseRefusedError as error:
            raise _refused(error) from None
        return json_response(PauseModel.of(pause, self.viewer))

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument] | r503[ProblemDocument]:
        """Record again, whoever paused.

        Status codes:
            204: It is recorded
            404: There is no such call, it has ended, or it is not paused
            503: The PBX cannot do it now; tried again once the pause is to end by itself
        """
        call = self._call(id)
        try:
            pause = await self.context.pauses.end(
                call.id, self.viewer.person, self._entry(Action.RECORDING_RESUMED, call)
            )
        except PauseRefusedError as error:
            raise _refused(error) from None
        if pause is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_paused")
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _call(self, id_: Id) -> Call:
        return call_for(self.context, self.viewer.access, id_, Right.RECORDINGS_PAUSE)

    def _entry(self, action: Action, call: Call) -> Entry:
        return self.viewer.entry(action, object=str(call.id))


def _refused(error: PauseRefusedError) -> ProblemError:
    status = _STATUS.get(error.refusal, HTTPStatus.SERVICE_UNAVAILABLE)
    return ProblemError(status, error.refusal.value)


ROUTES: Final = (("/api/v1/calls/{id}/recording-pause", RecordingPauseResource),)
