"""``/api/v1/clients/{id}/merge``: two cards that are one client, and back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Annotated, Final, Literal, Self
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r404, r409
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import Connection

from crm.access import Right, Target
from crm.audit import Action
from crm.clients import ClientName, load_names
from crm.duplicates import Candidate, Likeness, find_duplicates
from crm.merges import (
    CannotMergeError,
    Merge,
    Merging,
    Unmerged,
    find_merge,
    merge,
    merges_of,
    unmerge,
)
from daemon.api.card_events import tell_change, whose
from daemon.api.cards import get_card
from daemon.api.parameters import Id, Limit, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.callbacks.tables import callback

_MOST_CHOICES: Final = 200
_Whose = Mapping[UUID, Target]


class MergeWanted(BaseModel):
    """Which card is to become part of this one."""

    model_config = ConfigDict(extra="forbid")

    source_id: Id
    choices: Annotated[dict[str, Literal["source", "target"]], Field(max_length=_MOST_CHOICES)] = {}
    """Whose value stays, by field (``name``, ``company``, ``category``, ``curator``, ``deputy``,
    ``custom:KEY``); where nothing is said, this card's, unless it has none."""


class MergeModel(BaseModel):
    """Two cards that became one."""

    id: UUID
    source_id: UUID
    target_id: UUID
    actor: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None

    @classmethod
    def of(cls, made: Merge) -> Self:
        """Without what moved."""
        return cls(
            id=made.id,
            source_id=made.source_id,
            target_id=made.target_id,
            actor=made.actor,
            at=made.at,
            undone_at=made.undone_at,
            undone_by=made.undone_by,
        )


class Merges(BaseModel):
    """What became part of a card, newest first."""

    items: list[MergeModel]


class UnmergedModel(BaseModel):
    """What went back to the other card, and what was touched since and stays."""

    source_id: UUID
    target_id: UUID
    back: dict[str, int]
    left: dict[str, int]


class CandidateModel(BaseModel):
    """Two cards that may be one client."""

    first_id: UUID
    first_name: str | None
    second_id: UUID
    second_name: str | None
    why: Likeness

    @classmethod
    def of(cls, one: Candidate, names: dict[UUID, ClientName], viewer: Viewer) -> Self:
        """With the names of both."""
        return cls(
            first_id=one.first,
            first_name=viewer.name(names[one.first].name),
            second_id=one.second,
            second_name=viewer.name(names[one.second].name),
            why=one.why,
        )


class Candidates(BaseModel):
    """Pairs, the surest first."""

    items: list[CandidateModel]


class DuplicatesResource(Resource):
    """Cards that may be one client."""

    rights = rules(GET=Right.CLIENTS_MERGE)

    async def get(
        self, client: Id | None = None, limit: Limit = 50
    ) -> r200[Candidates] | r404[ProblemDocument]:
        """Pairs of cards of which you may merge both: the same number, e-mail or name.

        Status codes:
            200: The pairs, of all or of one ``client``
            404: There is no such client
        """
        viewer = self.viewer

        def work(connection: Connection) -> tuple[list[Candidate], dict[UUID, ClientName]]:
            if client is not None:
                get_card(connection, viewer, client, Right.CLIENTS_MERGE)
            found = find_duplicates(connection, viewer.access, client_id=client, limit=limit)
            ids = {id_ for one in found for id_ in (one.first, one.second)}
            return found, load_names(connection, ids)

        async with self.context.database.read() as connection:
            found, names = await connection.run_sync(work)
        await self.context.reading.listed(
            viewer, list(names.values()), Action.CLIENTS_LISTED, {"duplicates": True}
        )
        return json_response(Candidates(items=[CandidateModel.of(o, names, viewer) for o in found]))


class ClientMergeResource(Resource):
    """Another card becomes part of this one."""

    rights = rules(GET=Right.CLIENTS_MERGE, POST=Right.CLIENTS_MERGE)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[Merges] | r404[ProblemDocument]:
        """What became part of this card and can be taken out again.

        Status codes:
            200: The merges
            404: There is no such client
        """
        viewer = self.viewer

        def work(connection: Connection) -> list[Merge]:
            get_card(connection, viewer, id, Right.CLIENTS_MERGE)
            return merges_of(connection, id)

        async with self.context.database.read() as connection:
            made = await connection.run_sync(work)
        return json_response(Merges(items=[MergeModel.of(one) for one in made]))

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: MergeWanted,
    ) -> r200[MergeModel] | Refused:
        """Let the card ``source_id`` become part of this one. It can be undone.

        Status codes:
            200: The merge
            400: A choice names a field that cannot be chosen
            403: You may not merge one of them, or a choice names a field that is hidden from you
            404: There is no such client
            409: One of them is in the archive, part of another card, or private
        """
        viewer, context = self.viewer, self.context

        def work(connection: Connection) -> tuple[Merge, _Whose, _Whose]:
            both = (id, wanted.source_id)
            for one in both:
                get_card(connection, viewer, one, Right.CLIENTS_MERGE)
            before = whose(connection, both)
            made = merge(
                connection,
                context.vault,
                merging_of(viewer),
                id,
                wanted.source_id,
                choices=wanted.choices,
            )
            told = viewer.entry(
                Action.CLIENTS_MERGED,
                client_id=id,
                object=str(made.id),
                details={"source": str(wanted.source_id)},
            )
            also = viewer.entry(
                Action.CLIENTS_MERGED, client_id=wanted.source_id, object=str(made.id)
            )
            context.audit.add(connection, told, also)
            return made, before, whose(connection, both)

        try:
            made, before, after = await context.database.write(work)
        except CannotMergeError as error:
            raise _refusal(error) from None
        context.routing_changed()
        tell_change(self.request, viewer, before, after)
        return json_response(MergeModel.of(made))


class MergeUndoResource(Resource):
    """Two cards again."""

    rights = rules(POST=Right.CLIENTS_MERGE)

    async def post(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[UnmergedModel] | r404[ProblemDocument] | r409[ProblemDocument]:
        """Undo a merge: exactly what moved goes back, but for what was touched since.

        A legal hold on the card then stands on both.

        Status codes:
            200: What went back, and what did not
            404: There is no such merge
            409: It was undone, or the card is in the archive or part of another one
        """
        viewer, context = self.viewer, self.context

        def work(connection: Connection) -> tuple[Merge, Unmerged, _Whose, _Whose]:
            made = find_merge(connection, id)
            if made is None:
                raise ProblemError(HTTPStatus.NOT_FOUND, "merge_not_found")
            try:
                get_card(connection, viewer, made.target_id, Right.CLIENTS_MERGE)
            except ProblemError as problem:
                if problem.status is HTTPStatus.NOT_FOUND:
                    raise ProblemError(HTTPStatus.NOT_FOUND, "merge_not_found") from None
                raise
            both = (made.target_id, made.source_id)
            before = whose(connection, both)
            undone = unmerge(connection, context.vault, merging_of(viewer), made)
            told = viewer.entry(
                Action.MERGE_UNDONE,
                client_id=made.target_id,
                object=str(made.id),
                details={"source": str(made.source_id)},
            )
            also = viewer.entry(Action.MERGE_UNDONE, client_id=made.source_id, object=str(made.id))
            held = (
                viewer.entry(
                    Action.LEGAL_HOLD_SET,
                    client_id=hold.on.client_id,
                    details={"reason": hold.reason},
                )
                for hold in undone.holds
            )
            context.audit.add(connection, told, also, *held)
            return made, undone, before, whose(connection, both)

        try:
            made, undone, before, after = await context.database.write(work)
        except CannotMergeError as error:
            raise _refusal(error) from None
        context.routing_changed()
        tell_change(self.request, viewer, before, after)
        return json_response(
            UnmergedModel(
                source_id=made.source_id,
                target_id=made.target_id,
                back=dict(undone.back),
                left=dict(undone.left),
            )
        )


def merging_of(viewer: Viewer) -> Merging:
    """Who merges, now."""
    return Merging(access=viewer.access, actor=viewer.actor, at=datetime.now(UTC), more=(callback,))


def _refusal(error: CannotMergeError) -> ProblemError:
    match error.reason:
        case "field_hidden":
            return ProblemError(HTTPStatus.FORBIDDEN, "field_hidden", name=error.field)
        case "not_allowed":
            return ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        case "unknown_field":
            return ProblemError(HTTPStatus.BAD_REQUEST, "merge_unknown_field", name=error.field)
        case reason:
            return ProblemError(HTTPStatus.CONFLICT, f"merge_{reason}")


ROUTES: Final = (
    ("/api/v1/duplicates", DuplicatesResource),
    ("/api/v1/clients/{id}/merge", ClientMergeResource),
    ("/api/v1/merges/{id}/undo", MergeUndoResource),
)
