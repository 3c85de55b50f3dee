"""``/api/v1/calls/{id}/hold``: the customer of one's own call hears music, then oneself again."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from aiohttp import web
from aiohttp_pydantic.oas.typing import r204, r400, r404, r409, r503

from crm.access import Right
from crm.audit import Action
from daemon.api.monitoring_door import call_for
from daemon.api.parameters import Id, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.calls.call import Call
from daemon.holding.refusal import HoldRefusedError, Refusal

_STATUS: Final = {
    Refusal.NOT_TALKING: HTTPStatus.CONFLICT,
    Refusal.BY_PHONE: HTTPStatus.CONFLICT,
}
"""The others are 503: the PBX cannot do it now."""


class HoldResource(Resource):
    """The hold that lasts."""

    rights = rules(PUT=Right.CALLS_MAKE, DELETE=Right.CALLS_MAKE)

    async def put(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r204
        | r400[ProblemDocument]
        | r404[ProblemDocument]
        | r409[ProblemDocument]
        | r503[ProblemDocument]
    ):
        """Put the customer of one's own call on hold: he hears the PBX's music and not the manager,
        who hears silence. His phone is not told; it is recorded on. It ends with ``DELETE``, with
        his part in the call, and where his phone puts on hold as well.

        Status codes:
            204: He is on hold, perhaps before already
            404: There is no such call, or it has ended
            409: He does not talk with a customer there, alone; his phone holds
            503: The PBX cannot do it now
        """
        call = self._call(id)
        try:
            begun = await self.context.holds.hold(call, self.viewer.person)
        except HoldRefusedError as error:
            raise _refused(error) from None
        return await self._done(Action.CALL_HELD if begun else None, call)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r204
        | r400[ProblemDocument]
        | r404[ProblemDocument]
        | r409[ProblemDocument]
        | r503[ProblemDocument]
    ):
        """Talk with him again.

        Status codes:
            204: They hear each other, perhaps before already
            404: There is no such call, or it has ended
            409: He does not talk with a customer there, alone; his phone holds, which alone can end
                that
            503: The PBX cannot do it now; the customer stays on hold
        """
        call = self._call(id)
        try:
            ended = await self.context.holds.resume(call, self.viewer.person)
        except HoldRefusedError as error:
            raise _refused(error) from None
        return await self._done(Action.CALL_RESUMED if ended else None, call)

    def _call(self, id_: Id) -> Call:
        return call_for(self.context, self.viewer.access, id_, Right.CALLS_MAKE)

    async def _done(self, action: Action | None, call: Call) -> web.Response:
        if action is not None:
            await self.context.audit.tell(self.viewer.entry(action, object=str(call.id)))
        return web.Response(status=HTTPStatus.NO_CONTENT)


def _refused(error: HoldRefusedError) -> ProblemError:
    status = _STATUS.get(error.refusal, HTTPStatus.SERVICE_UNAVAILABLE)
    return ProblemError(status, error.refusal.value)


ROUTES: Final = (("/api/v1/calls/{id}/hold", HoldResource),)
