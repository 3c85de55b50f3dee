"""``/api/v1/calls/{id}/wrap-up``: what came of a talk: its outcome, a note, the next task."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final
from uuid import UUID

from aiohttp_pydantic.oas.typing import r200, r404
from sqlalchemy import Connection

from crm import fields
from crm.access import Right
from crm.audit import Action
from crm.clients import load_client, load_names
from crm.tasks import find_task
from crm.wrap_ups import OUTCOMES, Outcomes, WrapUp, find_wrap_up
from daemon.api.card_door import CardResource
from daemon.api.notes import NoteModel
from daemon.api.parameters import Id, rules
from daemon.api.problems import ProblemDocument, ProblemError, Refused, language_of
from daemon.api.responses import json_response
from daemon.api.task_models import TaskModel
from daemon.api.wrap_up_models import WrapUpModel, WrapUpWanted
from daemon.api.wrapping import Wrapping, find_note
from daemon.control.talks import talkers_of
from daemon.history.queries import StoredCall, find_call
from daemon.history.seen import Seen
from daemon.messages import say


class WrapUpResource(CardResource):
    """What came of one talk."""

    rights = rules(GET=Right.CALLS_READ, PUT=Right.CALLS_READ)

    async def get(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
    ) -> r200[WrapUpModel] | r404[ProblemDocument]:
        """What was said of a talk; all null where nothing was.

        Status codes:
            200: What was said
            404: There is no such call
        """
        stored = await self._call(id)
        told = [] if stored.client is None else [stored.client]
        details = {"call": str(stored.call.id)}
        await self.context.reading.listed(self.viewer, told, Action.CALL_OPENED, details)
        return json_response(await self._answer(stored))

    async def put(
        self,
        id: Id,  # noqa: A002 - the name in the path
        /,
        wanted: WrapUpWanted,
    ) -> r200[WrapUpModel] | Refused:
        """Say what came of a talk: who talked, or who may change the client. The same again changes
        nothing.

        Another note or task than before changes the one that was written with it, as long as that
        can be changed; else it is a new one.

        Status codes:
            200: What is said of it now
            400: There is no such outcome, or a text is not allowed
            403: It is not your talk; or notes are hidden from you, or tasks are not yours to set
            404: There is no such call
            409: Nobody talked in it; or a note or task is given, and you know of no client
        """
        stored = await self._call(id)
        if not talkers_of(stored.call):
            raise ProblemError(HTTPStatus.CONFLICT, "wrap_up_no_talk")
        if not self._may(stored):
            raise ProblemError(HTTPStatus.FORBIDDEN, "wrap_up_not_yours")
        await self._check_outcome(stored, wanted.outcome)
        if wanted.note is not None:
            self.refuse_hidden(fields.NOTES)
        wrapping = Wrapping(self, stored, wanted)
        if wanted.note is None and wanted.task is None:
            await self.transact(lambda connection: wrapping.save(connection, self.writing()))
        elif stored.client is None:
            raise ProblemError(HTTPStatus.CONFLICT, "wrap_up_no_client")
        else:
            await self.write(
                stored.client.id,
                Right.CLIENTS_READ,
                wrapping.save,
            )
        self.context.work.reminders_changed()
        return json_response(await self._answer(stored))

    async def _call(self, id_: UUID) -> StoredCall:
        seen = Seen(self.viewer.access, Right.CALLS_READ)
        async with self.context.database.read() as connection:
            stored = await find_call(connection, id_, seen=seen)
        if stored is None:
            raise ProblemError(HTTPStatus.NOT_FOUND, "call_not_found")
        return stored

    def _may(self, stored: StoredCall) -> bool:
        talked = talkers_of(stored.call)
        if self.viewer.person in talked:
            return True
        client = stored.client
        may_change = client and self.viewer.allows(Right.CLIENTS_CHANGE, client.target)
        return bool(talked and may_change)

    async def _check_outcome(self, stored: StoredCall, outcome: str) -> None:
        """One that is offered; or that which was said before, retired since."""
        offered = Outcomes.read(self.context.staff.now.policy(OUTCOMES)).offered
        known = [one.key for one in offered]
        if outcome in known:
            return
        async with self.context.database.read() as connection:
            before = await connection.run_sync(find_wrap_up, stored.call.id)
        if before is None or before.outcome != outcome:
            reason = say(language_of(self.request), "api.choice", allowed=", ".join(known))
            raise ProblemError(
                HTTPStatus.BAD_REQUEST, "invalid_field", name="outcome", reason=reason
            )

    async def _answer(self, stored: StoredCall) -> WrapUpModel:
        def load(connection: Connection) -> WrapUpModel:
            return self._model(connection, stored, find_wrap_up(connection, stored.call.id))

        async with self.context.database.read() as connection:
            return await connection.run_sync(load)

    def _model(self, connection: Connection, stored: StoredCall, one: WrapUp | None) -> WrapUpModel:
        viewer = self.viewer
        if stored.private and viewer.person not in talkers_of(stored.call):
            # Another's private client: what came of it is not told.
            one = None
        return WrapUpModel(
            call_id=stored.call.id,
            client_id=stored.client_id,
            outcome=one.outcome if one else None,
            person=viewer.name(one.person) if one else None,
            at=one.at if one else None,
            note=self._shown_note(connection, stored, one),
            task=self._shown_task(connection, one),
            may_wrap_up=self._may(stored),
        )

    def _shown_note(
        self, connection: Connection, stored: StoredCall, one: WrapUp | None
    ) -> NoteModel | None:
        client, viewer = stored.client, self.viewer
        if one is None or client is None or not viewer.sees(fields.NOTES):
            return None
        card = load_client(connection, client.id, within=viewer.within(Right.CLIENTS_READ))
        note = card and find_note(connection, self.context.vault, card.id, one.note_id)
        return NoteModel.of(note, viewer, card.target) if card and note else None

    def _shown_task(self, connection: Connection, one: WrapUp | None) -> TaskModel | None:
        if one is None or one.task_id is None:
            return None
        viewer, vault = self.viewer, self.context.vault
        task = find_task(connection, one.task_id, viewer.within(Right.TASKS_READ))
        if task is None:
            return None
        names = load_names(connection, {task.client_id})
        return TaskModel.of(task, names.get(task.client_id), viewer, vault, self.writing().at)


ROUTES: Final = (("/api/v1/calls/{id}/wrap-up", WrapUpResource),)
