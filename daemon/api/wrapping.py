"""Writing down what came of a talk: outcome, note and task in one transaction, once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from uuid import UUID

from sqlalchemy import Connection

from crm import values
from crm.access import Right, Target
from crm.audit import Action
from crm.notes import Note, add_note, change_note, get_note
from crm.notices import tell
from crm.questions import ANSWERED, answer, find_question
from crm.tasks import Task, add_task, change_task, find_task, open_text
from crm.vault import Vault
from crm.wrap_ups import WrapUp, find_wrap_up, save_wrap_up
from crm.writing import ItemNotFoundError, Writing
from daemon.api.card_door import CardResource
from daemon.api.problems import ProblemError
from daemon.api.task_door import check_agent, default_agent, task_text
from daemon.api.wrap_up_models import NextTask, WrapUpWanted
from daemon.control.talks import talkers_of
from daemon.history.queries import StoredCall
from store.ids import uuid7


@dataclass(frozen=True, slots=True)
class Wrapping:
    """What somebody says of one talk."""

    door: CardResource
    stored: StoredCall
    wanted: WrapUpWanted

    def save(self, connection: Connection, writing: Writing, target: Target | None = None) -> None:
        """All of it, or nothing; the same again changes nothing. ``target``: whose client it is,
        where there is a note or a task.
        """
        call_id, client, wanted = self.stored.call.id, self.stored.client, self.wanted
        before = find_wrap_up(connection, call_id)
        note_id = before.note_id if before else None
        task_id = before.task_id if before else None
        if client is not None and wanted.note is not None:
            note_id = self._note(connection, writing, client.id, note_id, wanted.note)
        if client is not None and target is not None and wanted.task is not None:
            if not self.door.viewer.allows(Right.TASKS_CHANGE, target):
                raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
            whose = _Whose(client.id, target)
            task_id = self._task(connection, writing, whose, task_id, wanted.task)
        talked = writing.actor in talkers_of(self.stored.call)
        after = WrapUp(
            call_id=call_id,
            person=writing.actor,
            outcome=wanted.outcome,
            at=writing.at,
            by_talker=talked or (before is not None and before.by_talker),
            note_id=note_id,
            task_id=task_id,
        )
        if before is not None and _said(before) == _said(after):
            return
        save_wrap_up(connection, after)
        details = {
            "before": {"outcome": before.outcome} if before else {},
            "after": {"outcome": after.outcome},
        }
        action = Action.CALL_WRAPPED_UP
        self._tell(connection, action, self.stored.client_id, call_id, details)
        self._answer_question(connection, writing)

    def _note(
        self,
        connection: Connection,
        writing: Writing,
        client_id: UUID,
        before_id: UUID | None,
        text: str,
    ) -> UUID:
        """The note's id."""
        checked = values.note(text, "note")
        before = find_note(connection, writing.vault, client_id, before_id)
        if before is not None and before.text == checked:
            return before.id
        if before is not None and before.may_be_changed(writing.actor, writing.at):
            self.door.refuse_blotted(before.text)
            change_note(connection, writing, before, checked)
            self._tell(connection, Action.NOTE_CHANGED, client_id, before.id)
            return before.id
        added = add_note(connection, writing, client_id, checked, self.stored.call.id)
        self._tell(connection, Action.NOTE_ADDED, client_id, added.id)
        return added.id

    def _task(
        self,
        connection: Connection,
        writing: Writing,
        whose: _Whose,
        before_id: UUID | None,
        wanted: NextTask,
    ) -> UUID:
        """The task's id."""
        viewer, staff = self.door.viewer, self.door.context.staff.now
        agent = wanted.agent
        if "agent" not in wanted.model_fields_set:
            agent = default_agent(viewer, staff, whose.target)
        else:
            check_agent(viewer, staff, agent, whose.target)
        new = {
            "agent": agent,
            "text": task_text(wanted.text),
            "due_at": wanted.due_at,
            "remind_at": wanted.remind_at,
        }
        before = None if before_id is None else find_task(connection, before_id)
        if before is not None and before.client_id == whose.client_id:
            stands = _stands(before, writing.vault)
            changed = {key: value for key, value in new.items() if stands[key] != value}
            if not changed:
                return before.id
            if before.closed_at is None and before.created_by == writing.actor:
                if "text" in changed and viewer.text(stands["text"]) != stands["text"]:
                    raise ProblemError(HTTPStatus.FORBIDDEN, "task_text_hidden")
                change_task(connection, writing.vault, before.id, changed)
                fields = {"fields": sorted(changed)}
                self._tell(connection, Action.TASK_CHANGED, whose.client_id, before.id, fields)
                return before.id
        id_ = uuid7()
        add_task(
            connection,
            writing.vault,
            id_=id_,
            client_id=whose.client_id,
            agent=agent,
            text=task_text(wanted.text),
            due_at=wanted.due_at,
            remind_at=wanted.remind_at,
            by=writing.actor,
            at=writing.at,
        )
        due = wanted.due_at and wanted.due_at.isoformat()
        written = {key: value for key, value in (("agent", agent), ("due_at", due)) if value}
        details = {"after": written}
        self._tell(connection, Action.TASK_CREATED, whose.client_id, id_, details)
        return id_

    def _answer_question(self, connection: Connection, writing: Writing) -> None:
        """Where a supervisor asked what came of it, this is the answer of who talked."""
        call = self.stored.call
        asked = find_question(connection, call.id)
        if asked is None or not asked.is_waiting or writing.actor not in talkers_of(call):
            return
        answer(connection, writing.vault, call.id, person=asked.person, text=None, at=writing.at)
        if asked.asked_by is not None and asked.asked_by != writing.actor:
            about = {"call": str(call.id), "at": call.started_at.isoformat(), "by": writing.actor}
            tell(connection, asked.asked_by, ANSWERED, about, writing.at)

    def _tell(
        self,
        connection: Connection,
        action: Action,
        client_id: UUID | None,
        id_: UUID,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        """The audit."""
        about = {"client_id": client_id, "object": str(id_), "details": details}
        self.door.context.audit.add(connection, self.door.viewer.entry(action, **about))


@dataclass(frozen=True, slots=True)
class _Whose:
    client_id: UUID
    target: Target


def find_note(
    connection: Connection, vault: Vault, client_id: UUID, id_: UUID | None
) -> Note | None:
    """A note of a card; ``None`` where it is gone, or has moved to another."""
    if id_ is None:
        return None
    try:
        return get_note(connection, vault, client_id, id_)
    except ItemNotFoundError:
        return None


def _stands(task: Task, vault: Vault) -> dict[str, Any]:
    return {
        "agent": task.agent,
        "text": open_text(vault, task),
        "due_at": task.due_at,
        "remind_at": task.remind_at,
    }


def _said(one: WrapUp) -> tuple[object, ...]:
    return one.outcome, one.by_talker, one.note_id, one.task_id
