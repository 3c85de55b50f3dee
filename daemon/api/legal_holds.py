"""``/api/v1/legal-holds``: calls and clients of which nothing may be deleted."""

from __future__ import annotations

from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp import web
from aiohttp_pydantic.oas.typing import r200, r201, r204, r400, r403, r404, r409
from sqlalchemy import ColumnElement, Connection, or_, select

from crm import values
from crm.access import Right
from crm.archive import cancel_purge
from crm.audit import Action
from crm.call_tables import legal_hold
from crm.legal_holds import LegalHold, On, find_hold, lift_holds, list_holds, set_hold
from crm.tables import client, phone
from crm.visible import allowed
from daemon.api.archive import PURGE_CANCELLED, tell_of_purge
from daemon.api.card_door import CardResource
from daemon.api.cards import Card, get_card
from daemon.api.legal_hold_models import (
    LegalHoldModel,
    LegalHoldPage,
    LegalHoldReason,
    LegalHoldState,
)
from daemon.api.parameters import Flag, Id, Limit, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response
from daemon.api.viewer import Viewer
from daemon.history.queries import StoredCall, find_call
from daemon.history.seen import Seen
from daemon.history.tables import call


class LegalHoldsResource(Resource):
    """All of them."""

    rights = rules(GET=Right.RECORDINGS_HOLD)

    async def get(
        self, lifted: Flag = False, after: Id | None = None, limit: Limit = 50
    ) -> r200[LegalHoldPage]:
        """Holds on calls and clients within your reach; ``lifted``: those that were lifted too.

        Status codes:
            200: One page
        """
        viewer, context = self.viewer, self.context
        async with context.database.read() as connection:
            found = await connection.run_sync(
                lambda one: list_holds(
                    one,
                    context.vault,
                    within=_within(viewer),
                    lifted=lifted,
                    after=after,
                    limit=limit + 1,
                )
            )
        page = found[:limit]
        more = str(page[-1].id) if len(found) > limit else None
        items = [LegalHoldModel.of(one, viewer) for one in page]
        return json_response(LegalHoldPage(items=items, next=more))


class CallHoldResource(CardResource):
    """The hold on one call."""

    rights = rules(
        GET=Right.RECORDINGS_HOLD, PUT=Right.RECORDINGS_HOLD, DELETE=Right.RECORDINGS_HOLD
    )

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[LegalHoldState] | r400[ProblemDocument] | r404[ProblemDocument]:
        """Whether one stands, on the call or on its client.

        Status codes:
            200: How it is
            404: There is no such call
        """
        stored, vault = await self._found(id), self.context.vault
        owner = stored.owner
        known = owner is not None and self.viewer.allows(Right.RECORDINGS_HOLD, owner.target)

        def find(connection: Connection) -> tuple[LegalHold | None, LegalHold | None]:
            on_client = None
            if owner is not None and known:
                on_client = find_hold(connection, vault, On.client(owner.id))
            return find_hold(connection, vault, On.call(stored.call.id)), on_client

        async with self.context.database.read() as connection:
            on_call, on_client = await connection.run_sync(find)
        return json_response(LegalHoldState.of(self.viewer, on_call, on_client))

    async def put(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: LegalHoldReason,
    ) -> (
        r201[LegalHoldModel] | r400[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]
    ):
        """Keep the call and its recordings, whatever rule or order says, until it is lifted.

        Where its client waits to be deleted for good, that is cancelled.

        Status codes:
            201: It stands
            400: The reason is not allowed
            404: There is no such call
            409: One stands already
        """
        stored = await self._found(id)

        def work(connection: Connection) -> LegalHold:
            hold = _set(self, connection, On.call(stored.call.id), wanted)
            _keep_client(self, connection, stored.call.id)
            entry = self.viewer.entry(
                Action.LEGAL_HOLD_SET,
                client_id=_client_id(stored),
                object=str(stored.call.id),
                details={"reason": hold.reason},
            )
            self.context.audit.add(connection, entry)
            return hold

        hold = await self.transact(work)
        return json_response(LegalHoldModel.of(hold, self.viewer), HTTPStatus.CREATED)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: LegalHoldReason,
    ) -> r204 | r400[ProblemDocument] | r404[ProblemDocument] | r409[ProblemDocument]:
        """Lift it: the rules hold for the call again.

        Status codes:
            204: It is lifted
            400: The reason is not allowed
            404: There is no such call
            409: None stands
        """
        stored = await self._found(id)

        def work(connection: Connection) -> None:
            reason = _lift(self, connection, On.call(stored.call.id), wanted)
            entry = self.viewer.entry(
                Action.LEGAL_HOLD_LIFTED,
                client_id=_client_id(stored),
                object=str(stored.call.id),
                details={"reason": reason},
            )
            self.context.audit.add(connection, entry)

        await self.transact(work)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    async def _found(self, id_: UUID) -> StoredCall:
        seen = Seen(self.viewer.access, Right.RECORDINGS_HOLD)
        async with self.context.database.read() as connection:
            stored = await find_call(connection, id_, seen=seen)
        if stored is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_found")
        return stored


class ClientHoldResource(CardResource):
    """The hold on one client."""

    rights = rules(
        GET=Right.RECORDINGS_HOLD, PUT=Right.RECORDINGS_HOLD, DELETE=Right.RECORDINGS_HOLD
    )

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> (
        r200[LegalHoldState]
        | r400[ProblemDocument]
        | r403[ProblemDocument]
        | r404[ProblemDocument]
        | r409[ProblemDocument]
    ):
        """Whether one stands on the client.

        Status codes:
            200: How it is
            404: There is no such client
        """

        def find(connection: Connection) -> LegalHold | None:
            self._card(connection, id)
            return find_hold(connection, self.context.vault, On.client(id))

        async with self.context.database.read() as connection:
            hold = await connection.run_sync(find)
        return json_response(LegalHoldState.of(self.viewer, hold))

    async def put(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: LegalHoldReason,
    ) -> (
        r201[LegalHoldModel]
        | r400[ProblemDocument]
        | r403[ProblemDocument]
        | r404[ProblemDocument]
        | r409[ProblemDocument]
    ):
        """Keep the client, all calls with him and their recordings, also those to come.

        Where he waits to be deleted for good, that is cancelled.

        Status codes:
            201: It stands
            400: The reason is not allowed
            404: There is no such client
            409: One stands already
        """

        def work(connection: Connection) -> LegalHold:
            self._card(connection, id)
            hold = _set(self, connection, On.client(id), wanted)
            _cancel_purge(self, connection, id)
            entry = self.viewer.entry(
                Action.LEGAL_HOLD_SET, client_id=id, details={"reason": hold.reason}
            )
            self.context.audit.add(connection, entry)
            return hold

        hold = await self.transact(work)
        return json_response(LegalHoldModel.of(hold, self.viewer), HTTPStatus.CREATED)

    async def delete(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: LegalHoldReason,
    ) -> (
        r204
        | r400[ProblemDocument]
        | r403[ProblemDocument]
        | r404[ProblemDocument]
        | r409[ProblemDocument]
    ):
        """Lift it: the rules hold for his calls again, but for those with a hold of their own.

        Status codes:
            204: It is lifted
            400: The reason is not allowed
            404: There is no such client
            409: None stands
        """

        def work(connection: Connection) -> None:
            self._card(connection, id)
            reason = _lift(self, connection, On.client(id), wanted)
            entry = self.viewer.entry(
                Action.LEGAL_HOLD_LIFTED, client_id=id, details={"reason": reason}
            )
            self.context.audit.add(connection, entry)

        await self.transact(work)
        return web.Response(status=HTTPStatus.NO_CONTENT)

    def _card(self, connection: Connection, id_: UUID) -> Card:
        """Wherever it is: what is in the archive is what somebody may want to delete."""
        query = select(client.c.archived_at).where(client.c.id == id_)
        archived = connection.execute(query).scalar() is not None
        right = Right.RECORDINGS_HOLD
        return get_card(connection, self.viewer, id_, right, archived=archived)


def _set(resource: Resource, connection: Connection, on: On, wanted: LegalHoldReason) -> LegalHold:
    hold = set_hold(
        connection,
        resource.context.vault,
        on,
        reason=values.note(wanted.reason, "reason"),
        by=resource.viewer.actor,
        at=datetime.now(UTC),
    )
    if hold is None:
        raise ProblemError(HTTPStatus.CONFLICT, "legal_hold_stands")
    return hold


def _lift(resource: Resource, connection: Connection, on: On, wanted: LegalHoldReason) -> str:
    reason = values.note(wanted.reason, "reason")
    by, at = resource.viewer.actor, datetime.now(UTC)
    if not lift_holds(connection, resource.context.vault, on, reason=reason, by=by, at=at):
        raise ProblemError(HTTPStatus.CONFLICT, "no_legal_hold")
    return reason


def _keep_client(resource: Resource, connection: Connection, call_id: UUID) -> None:
    query = (
        select(phone.c.client_id)
        .join(call, call.c.customer_phone_id == phone.c.id)
        .where(call.c.id == call_id)
    )
    client_id = connection.execute(query).scalar()
    if client_id is not None:
        _cancel_purge(resource, connection, client_id)


def _cancel_purge(resource: Resource, connection: Connection, client_id: UUID) -> None:
    if not cancel_purge(connection, client_id):
        return
    row = connection.execute(
        select(client.c.curator, client.c.deputy, client.c.private).where(client.c.id == client_id)
    ).one()
    card = Card(id=client_id, curator=row.curator, deputy=row.deputy, private=row.private)
    viewer, context = resource.viewer, resource.context
    now = datetime.now(UTC)
    tell_of_purge(
        connection, context.staff.now, card, PURGE_CANCELLED, by=viewer.actor, due=None, at=now
    )
    entry = viewer.entry(Action.CLIENT_PURGE_CANCELLED, client_id=client_id, object="legal hold")
    context.audit.add(connection, entry)


def _within(viewer: Viewer) -> ColumnElement[bool]:
    seen = Seen(viewer.access, Right.RECORDINGS_HOLD)
    calls = select(call.c.id).where(seen.condition)
    clients = select(client.c.id).where(allowed(viewer.access, Right.RECORDINGS_HOLD))
    return or_(legal_hold.c.call_id.in_(calls), legal_hold.c.client_id.in_(clients))


def _client_id(stored: StoredCall) -> UUID | None:
    """For the audit; of another's private client it does not tell."""
    return None if stored.owner is None or stored.private else stored.owner.id


ROUTES: Final = (
    ("/api/v1/legal-holds", LegalHoldsResource),
    ("/api/v1/calls/{id}/legal-hold", CallHoldResource),
    ("/api/v1/clients/{id}/legal-hold", ClientHoldResource),
)
