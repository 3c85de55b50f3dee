"""What is sent and answered where the base is divided."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

from crm.division import Numbers
from daemon.api.parameters import Id, Text
from daemon.work.divisions import MOST_NAMED, Shown
from daemon.work.moves import Progress

Listed = Annotated[list[Id], Field(min_length=1, max_length=MOST_NAMED)]
PostName = Literal["curator", "deputy"]


class DivisionWanted(BaseModel):
    """Which clients, and among whom. What is named of the clients must all hold."""

    model_config = ConfigDict(extra="forbid")

    post: PostName = "curator"
    clients: Listed | None = None
    """These; without it all those for whom the rest holds."""
    unassigned: bool = False
    """Only those who have nobody in that post."""
    of: Text | None = None
    """Only those whom this person serves in that post."""
    category: Text | None = None
    to: list[Text] | None = None
    """One name: all to him. Several: evenly by their weights."""
    by_category: dict[Text, list[Text]] | None = None
    """Instead of ``to``: the people of each category."""


class NumbersModel(BaseModel):
    """What a plan means for one person."""

    name: str
    before: int
    """Clients that he has in that post now, as far as you may know; private ones never count."""
    comes: int
    goes: int
    after: int

    @classmethod
    def of(cls, numbers: Numbers) -> Self:
        """From the plan."""
        return cls(
            name=numbers.person,
            before=numbers.before,
            comes=numbers.comes,
            goes=numbers.goes,
            after=numbers.after,
        )


class DivisionPlan(BaseModel):
    """What would be done. Nothing is, until the plan of this id is run."""

    id: str
    clients: int
    """How many it is about."""
    moves: int
    """How many change hands."""
    people: list[NumbersModel]

    @classmethod
    def of(cls, shown_: Shown) -> Self:
        """From the plan."""
        return cls(
            id=shown_.id,
            clients=shown_.plan.clients,
            moves=len(shown_.plan.moves),
            people=[NumbersModel.of(one) for one in shown_.numbers],
        )


class MovesProgress(BaseModel):
    """How far it is."""

    id: str
    state: Literal["running", "done"]
    total: int
    left: int
    moved: int | None
    """Null: some moved before Callward was started anew."""
    passed: int | None
    """Who was moved or changed by somebody else meanwhile, and so stayed."""

    @classmethod
    def of(cls, progress: Progress) -> Self:
        """From what is counted."""
        return cls(
            id=progress.id,
            state="running" if progress.left else "done",
            total=progress.total,
            left=progress.left,
            moved=progress.moved,
            passed=progress.passed,
        )


class Assignment(BaseModel):
    """Clients who get another curator or deputy, or nobody (null)."""

    model_config = ConfigDict(extra="forbid")

    clients: Listed
    to: Text | None
    post: PostName = "curator"


class Assigned(BaseModel):
    """What became of it."""

    moved: int
    stayed: int
    """Who was served by that person already, or was changed by somebody else just now."""


class NewClientsModel(BaseModel):
    """What becomes of clients whom nobody serves."""

    model_config = ConfigDict(extra="forbid")

    rule: Literal["nobody", "who_talked", "evenly"]
    """``who_talked``: the first who talks with one becomes his curator. ``evenly``: who calls for
    the first time is given to one of ``among``, by weights."""
    among: list[Text] = []
