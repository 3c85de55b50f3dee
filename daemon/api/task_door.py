"""For whom a task may be set, and what may stand in it: for every door through which one comes."""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from crm.access import Right, Target, allows, allows_person
from crm.staff import Staff
from daemon.api.parameters import shown
from daemon.api.problems import ProblemError
from daemon.api.viewer import Viewer

_LONGEST_TEXT: Final = 2000


def check_agent(viewer: Viewer, staff: Staff, name: str | None, target: Target) -> None:
    """A problem unless it is himself, or whose tasks he may change; and who reads the client."""
    if name is None:
        return
    theirs = staff.access_of(name)
    may = name == viewer.person or allows_person(viewer.access, Right.TASKS_CHANGE, name)
    if theirs is None or not may:
        raise ProblemError(HTTPStatus.FORBIDDEN, "task_not_for_him", name=shown(name))
    if not allows(theirs, Right.CLIENTS_READ, target):
        raise ProblemError(HTTPStatus.CONFLICT, "task_for_outsider", name=shown(name))


def default_agent(viewer: Viewer, staff: Staff, target: Target) -> str | None:
    """Whose task it is where nobody is named: his own; the curator's where he is no person."""
    known = staff.access_of(viewer.person)
    return target.curator if known is None else known.person


def task_text(text: str | None) -> str:
    """What is to be done, as it is kept; a problem for none, or too much."""
    plain = (text or "").strip()
    if not plain or len(plain) > _LONGEST_TEXT:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "task_text")
    return plain
