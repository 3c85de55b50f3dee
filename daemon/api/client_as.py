"""``/api/v1/clients/{id}/as/{name}``: a card as somebody else sees it."""

from __future__ import annotations

from dataclasses import replace
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r400, r404

from crm.access import Access, Right, allows_person
from crm.staff import Staff
from daemon.api.card_door import CardResource, known_target
from daemon.api.client_models import ClientModel, actions_of
from daemon.api.field_rule_models import FieldRuleChange, FieldRuleWanted, hideable
from daemon.api.parameters import Id, Text, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response


class ClientSeenModel(ClientModel):
    """The card as that person gets it; what is hidden from him who asks stays so."""

    withheld: list[str]
    """Fields that he would see, and who asks does not: null here."""


class _SeenResource(CardResource):
    async def whom(self, id_: UUID, name: str, staff: Staff) -> Access:
        """His access by these rules. Raises a 404 problem for whom or what there is not."""
        viewer = self.viewer
        async with self.context.database.read() as connection:
            await connection.run_sync(known_target, id_, viewer.within(Right.CLIENTS_READ))
        theirs = staff.access_of(name) if self._may_look_as(name) else None
        if theirs is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "person_not_found")
        return theirs

    async def seen(self, id_: UUID, theirs: Access) -> ClientSeenModel:
        """The card as he gets it; ``opened`` comes first."""
        viewer = self.viewer
        both = replace(theirs, hidden=theirs.hidden | viewer.access.hidden)
        client, seen = await self.load_card(id_, replace(viewer, access=both, is_operator=False))
        model = ClientSeenModel(
            **dict(seen),
            withheld=sorted(viewer.access.hidden - theirs.hidden),
        )
        model.hidden = sorted(theirs.hidden)
        model.may = list(actions_of(client, replace(viewer, access=theirs)))
        return model

    def _may_look_as(self, name: str) -> bool:
        """Whether he who asks may know what is hidden from that person."""
        access = self.viewer.access
        return access.has(Right.POLICY_READ) or allows_person(access, Right.PEOPLE_READ, name)


class ClientAsResource(_SeenResource):
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
        theirs = await self.whom(id, name, self.context.staff.now)
        await self.opened(id)
        return json_response(await self.seen(id, theirs))


class ClientAsPreviewResource(_SeenResource):
    """One client card, as somebody else would see it by other rules of fields."""

    rights = rules(POST=Right.POLICY_READ)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        name: Text,
        /,
        wanted: FieldRuleWanted,
    ) -> r200[ClientSeenModel] | r400[ProblemDocument] | r404[ProblemDocument]:
        """What that person would get if these rules were set. Nothing is changed; nobody sees more
        by it than by himself, and the card is opened as yours.

        Status codes:
            200: The card as he would see it
            400: There is no such field, role or person; or nothing is named, or one field twice
            404: There is no such client, for you or for him; or nobody of that name
        """
        now = self.context.staff.now
        async with self.context.database.read() as connection:
            fields = await connection.run_sync(hideable)
        theirs = await self.whom(id, name, FieldRuleChange.of(wanted, now, fields).made_to(now))
        await self.opened(id)
        return json_response(await self.seen(id, theirs))


ROUTES: Final = (
    ("/api/v1/clients/{id}/as/{name}", ClientAsResource),
    ("/api/v1/clients/{id}/as/{name}/preview", ClientAsPreviewResource),
)
