"""``/api/v1/clients/{id}/as/{name}``: a card as somebody else sees it."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final

from aiohttp_pydantic.oas.typing import r200, r400, r404

from crm.access import Access, Right, allows_person
from daemon.api.card_door import CardResource, known_target
from daemon.api.client_models import ClientModel, actions_of
from daemon.api.parameters import Id, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response


class ClientSeenModel(ClientModel):
    """The card as that person gets it; what is hidden from him who asks stays so."""

    withheld: list[str]
    """Fields that he would see, and who asks does not: null here."""


class ClientAsResource(CardResource):
    """One client card, as somebody else sees it."""

    rights = rules(GET=Right.CLIENTS_READ)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        name: Text,
        /,
    ) -> r200[ClientSeenModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """What that person would get. Nobody sees more by it than by himself: the card is opened
        as yours, in the audit too.

        Status codes:
            200: The card as he sees it
            404: There is no such client, for you or for him; or nobody of that name as whom you
                may look: it takes ``policy.read``, or ``people.read`` of him
        """
        viewer = self.viewer
        async with self.context.database.read() as connection:
            await connection.run_sync(known_target, id, viewer.within(Right.CLIENTS_READ))
        theirs = self._access_of(name)
        if theirs is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        await self.opened(id)
        both = replace(theirs, hidden=theirs.hidden | viewer.access.hidden)
        client, seen = await self.load_card(id, replace(viewer, access=both, is_operator=False))
        model = ClientSeenModel(
            **dict(seen),
            withheld=sorted(viewer.access.hidden - theirs.hidden),
        )
        model.hidden = sorted(theirs.hidden)
        model.may = list(actions_of(client, replace(viewer, access=theirs)))
        return json_response(model)

    def _access_of(self, name: str) -> Access | None:
        """That person's, where he who asks may know what is hidden from him."""
        access = self.viewer.access
        known = access.has(Right.POLICY_READ) or allows_person(access, Right.PEOPLE_READ, name)
        return self.context.staff.now.access_of(name) if known else None


ROUTES: Final = (("/api/v1/clients/{id}/as/{name}", ClientAsResource),)
