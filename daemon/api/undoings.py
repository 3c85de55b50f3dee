"""``/api/v1/people/{name}/undo``: everything that a person changed since a date."""

from __future__ import annotations

from datetime import datetime
from http import HTTPStatus
from typing import Final, Self
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r202, r403, r404
from pydantic import BaseModel

from crm.access import Right, Scope, allows_person
from crm.audit import Action
from daemon.api.changes import Since, UndoneModel, undoer_of
from daemon.api.parameters import Id, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.archive.undoings import Undoing, UndoingState

_AT_ONCE_SECONDS: Final = 2.0
"""What takes no longer is answered whole."""


class UndoingModel(BaseModel):
    """How far it is."""

    id: UUID
    person: str
    since: datetime
    preview: bool
    state: UndoingState
    total: int
    """Clients to look at: those within your reach of whom he changed something."""
    looked_at: int
    result: UndoneModel
    """What was put back until now, or in a preview would be."""

    @classmethod
    def of(cls, one: Undoing) -> Self:
        """As it is now."""
        return cls(
            id=one.id,
            person=one.person,
            since=one.since,
            preview=one.preview,
            state=one.state,
            total=one.total,
            looked_at=one.looked_at,
            result=UndoneModel.of(one.result).model_copy(update={"changes": []}),
        )


class PersonUndoResource(Resource):
    """All that a person changed."""

    rights = rules(POST=Right.CHANGES_UNDO)

    async def post(
        self,
        name: str,
        /,
        wanted: Since,
    ) -> r200[UndoingModel] | r202[UndoingModel] | r403[ProblemDocument] | r404[ProblemDocument]:
        """Put back what a person changed since an instant; with ``preview`` only say how much.

        What others changed since is left as it is, and counted. Batch by batch: what takes longer
        is answered while it runs, and asked after at ``/api/v1/undoings/ID``.

        Status codes:
            200: It is done
            202: It runs
            403: What that person does is not yours to put back
            404: There is no such person
        """
        viewer, context = self.viewer, self.context
        if context.staff.now.person(name) is None or not self._knows(name):
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found", name=name)
        one = await context.undoings.begin(
            context.database,
            context.vault,
            context.audit,
            undoer=undoer_of(self),
            told=viewer.entry(Action.CHANGE_UNDONE),
            person=name,
            since=wanted.since,
            preview=wanted.preview,
            done=context.routing_changed,
        )
        await context.undoings.wait(one, _AT_ONCE_SECONDS)
        running = one.state is UndoingState.RUNNING
        return json_response(
            UndoingModel.of(one), HTTPStatus.ACCEPTED if running else HTTPStatus.OK
        )

    def _knows(self, name: str) -> bool:
        access = self.viewer.access
        return access.scope(Right.CHANGES_UNDO) is Scope.ALL or allows_person(
            access, Right.CHANGES_UNDO, name
        )


class UndoingResource(Resource):
    """An undo that runs, or ran."""

    rights = rules(GET=Right.CHANGES_UNDO)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[UndoingModel] | r404[ProblemDocument]:
        """How far it is. Only who started it is told.

        Status codes:
            200: How far it is
            404: There is none of that id, or it was another's, or long ago
        """
        one = self.context.undoings.find(id)
        if one is None or one.undoer.actor != self.viewer.actor:
            raise ProblemError(HTTPStatus.NOT_FOUND, "undoing_not_found")
        return json_response(UndoingModel.of(one))


ROUTES: Final = (
    ("/api/v1/people/{name}/undo", PersonUndoResource),
    ("/api/v1/undoings/{id}", UndoingResource),
)
