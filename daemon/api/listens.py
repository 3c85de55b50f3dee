"""``/api/v1/recordings/{id}/listens``: who listened to a recording, and when."""

from __future__ import annotations

from datetime import datetime
from typing import Final, Literal, Self

from aiohttp_pydantic.oas.typing import r200, r400, r404
from pydantic import BaseModel

from crm.access import Right, Scope, Target, allows
from crm.audit import Action
from crm.listens import Listen, listens_to
from daemon.api.parameters import Id, Resource, rules
from daemon.api.problems import ProblemDocument
from daemon.api.recordings import find_heard
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer

_WAYS: Final[dict[str, Literal["browser", "program", "command"]]] = {
    "session": "browser",
    "token": "program",
    "command": "command",
}


class ListenModel(BaseModel):
    """One listening: what a player asked for part by part is one."""

    person: str
    """A person's name, or ``operator``."""
    way: Literal["browser", "program", "command"] | None
    address: str | None
    """From where."""
    began_at: datetime
    last_at: datetime
    """When the last part was asked for."""

    @classmethod
    def of(cls, listen: Listen, viewer: Viewer) -> Self:
        """From the audit's entries."""
        kind = (listen.via or "").partition(":")[0]
        return cls(
            person=viewer.called(listen.person),
            way=_WAYS.get(kind),
            address=listen.address,
            began_at=listen.began_at,
            last_at=listen.last_at,
        )


class ListenList(BaseModel):
    """Listenings, newest first."""

    items: list[ListenModel]
    whole: bool
    """You are told of everybody; otherwise of those alone whose doings you may ask about."""


class ListensResource(Resource):
    """Who listened to a recording."""

    rights = rules(GET=Right.RECORDINGS_LISTEN)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[ListenList] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Who listened to a recording to which you may listen, at most the last 500 times.

        Of others ``audit.read`` decides: those whose entries, or whose clients', it lets you read.
        Your own you are always told.

        Status codes:
            200: The listenings
            404: There is no such recording
        """
        viewer = self.viewer
        async with self.context.database.read() as connection:
            recording, owner = await find_heard(connection, id, viewer)
            people = _whose(viewer, None if owner is None else owner.target)
            found = await connection.run_sync(listens_to, recording.id, people=people)
        await self.context.audit.tell(
            viewer.entry(
                Action.AUDIT_READ,
                client_id=None if owner is None else owner.id,
                object=str(id),
                count=len(found),
            )
        )
        model = ListenList(
            items=[ListenModel.of(one, viewer) for one in found], whole=people is None
        )
        return json_response(model)


def _whose(viewer: Viewer, target: Target | None) -> frozenset[str] | None:
    """Of whom he may be told; ``None``: everybody."""
    access = viewer.access
    scope = access.scope(Right.AUDIT_READ)
    of_his_client = target is not None and allows(access, Right.AUDIT_READ, target)
    if scope is Scope.ALL or of_his_client:
        return None
    own = frozenset({viewer.actor})
    return own | access.colleagues if scope is Scope.DEPARTMENT else own


ROUTES: Final = (("/api/v1/recordings/{id}/listens", ListensResource),)
