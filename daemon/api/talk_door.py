"""Talks after which nothing was entered: as a viewer may see them, and what he may do about one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from crm.access import Right
from crm.audit import Action
from crm.clients import ClientName
from crm.questions import (
    POLICY,
    Question,
    ReconciliationPolicy,
    open_answer,
    open_reason,
    open_text,
)
from crm.wrap_ups import WrapUp, load_wrap_ups
from daemon.api.card_door import CardResource
from daemon.api.problems import ProblemError
from daemon.api.reconciliation_models import May, TalkModel
from daemon.api.responses import json_response
from daemon.control.reconciliation import TalkRow, TalkState, find_talk, settleable
from daemon.control.talks import talkers_of
from daemon.history.queries import StoredCall, load_calls
from daemon.history.seen import Seen


class TalkResource(CardResource):
    """About one talk, or many."""

    @property
    def policy(self) -> ReconciliationPolicy:
        """As the company decided."""
        return ReconciliationPolicy.read(self.context.staff.now.policy(POLICY))

    async def models(
        self, connection: AsyncConnection, rows: Sequence[TalkRow]
    ) -> tuple[list[TalkModel], list[ClientName]]:
        """Rows as this viewer may see them, and the clients who are told."""
        ids = [row.call_id for row in rows]
        seen = Seen(self.viewer.access, Right.CALLS_READ)
        calls = {one.call.id: one for one in await load_calls(connection, ids, None, seen)}
        reached = await connection.run_sync(settleable, self.viewer.access, ids)
        wrap_ups = await connection.run_sync(load_wrap_ups, ids)
        clients = {one.client.id: one.client for one in calls.values() if one.client is not None}
        models = [
            self._model(row, calls[row.call_id], wrap_ups, row.call_id in reached)
            for row in rows
            if row.call_id in calls
        ]
        return models, list(clients.values())

    def _model(
        self, row: TalkRow, stored: StoredCall, wrap_ups: Mapping[UUID, WrapUp], reached: bool
    ) -> TalkModel:
        viewer, vault, one = self.viewer, self.context.vault, row.question
        client, wrap_up = stored.client, wrap_ups.get(row.call_id)
        managers = talkers_of(stored.call)
        return TalkModel(
            call_id=row.call_id,
            direction=stored.call.direction,
            started_at=stored.call.started_at,
            ended_at=stored.call.ended_at,
            talk_seconds=stored.call.talk_seconds,
            managers=[name for name in managers if viewer.name(name)],
            client_id=client.id if client else None,
            short_code=client.short_code if client else None,
            client_name=viewer.name(client.name) if client else None,
            state=row.state,
            entered=row.entered,
            outcome=wrap_up.outcome if wrap_up else None,
            may=self._may(row, managers, reached),
            **self._said(one, vault),
        )

    def _said(self, one: Question | None, vault: Any) -> dict[str, Any]:
        viewer = self.viewer
        return {
            "person": viewer.name(one.person) if one else None,
            "asked_by": viewer.name(one.asked_by) if one else None,
            "asked_at": one.asked_at if one else None,
            "text": viewer.text(open_text(vault, one)) if one else None,
            "answer": viewer.text(open_answer(vault, one)) if one else None,
            "answered_at": one.answered_at if one else None,
            "settled_by": viewer.name(one.settled_by) if one else None,
            "settled_at": one.settled_at if one else None,
            "reason": viewer.text(open_reason(vault, one)) if one else None,
        }

    def _may(self, row: TalkRow, managers: Sequence[str], reached: bool) -> list[May]:
        person = self.viewer.person
        if row.state is TalkState.SETTLED:
            return []
        if person in managers:
            return ["answer"]
        if not reached:
            return []
        asks = row.state is not TalkState.ASKED and self.to_be_asked(managers) is not None
        return ["ask", "settle"] if asks else ["settle"]

    def to_be_asked(self, managers: Sequence[str]) -> str | None:
        """Who had the client last, of those who are still here."""
        staff = self.context.staff.now
        here = [name for name in managers if staff.access_of(name) is not None]
        return here[-1] if here else None


class OneTalkResource(TalkResource):
    """About one talk."""

    async def talk(self, call_id: UUID) -> TalkModel:
        """That talk, as far as it is open to him; a 404 problem for what he may not know of."""
        return (await self.talk_and_clients(call_id))[0]

    async def talk_and_clients(self, call_id: UUID) -> tuple[TalkModel, list[ClientName]]:
        """The same, with the client who is told."""

        def find(connection: Connection) -> TalkRow | None:
            return find_talk(connection, self.viewer.access, self.policy, call_id)

        async with self.context.database.read() as connection:
            row = await connection.run_sync(find)
            models, clients = await self.models(connection, [row] if row else [])
        if not models:
            raise ProblemError(HTTPStatus.NOT_FOUND, "talk_not_found")
        return models[0], clients

    def check_unsettled(self, connection: Connection, call_id: UUID) -> TalkRow:
        """As it is now, in the transaction that changes it; a 409 problem where it is settled."""
        row = find_talk(connection, self.viewer.access, self.policy, call_id)
        if row is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "talk_not_found")
        if row.entered:
            raise ProblemError(HTTPStatus.CONFLICT, "talk_is_entered")
        if row.state is TalkState.SETTLED:
            raise ProblemError(HTTPStatus.CONFLICT, "talk_is_settled")
        return row

    def check_supervises(self, connection: Connection, talk: TalkModel) -> None:
        """A 403 problem where it is not his to ask or settle."""
        if self.viewer.person in talk.managers:
            raise ProblemError(HTTPStatus.FORBIDDEN, "own_talk")
        if not settleable(connection, self.viewer.access, [talk.call_id]):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")

    def tell_audit(
        self, connection: Connection, action: Action, talk: TalkModel, details: dict[str, Any]
    ) -> None:
        """What he did about it."""
        about = {"client_id": talk.client_id, "object": str(talk.call_id), "details": details}
        self.context.audit.add(connection, self.viewer.entry(action, **about))

    async def answered(self, call_id: UUID) -> web.Response:
        """As it is now."""
        return json_response(await self.talk(call_id))
