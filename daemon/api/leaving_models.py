"""What is sent and answered where somebody leaves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from crm.clients import ClientName
from crm.leaving import LeavePlan
from crm.watched import FOLLOWED_FOR
from daemon.api.division_models import NumbersModel
from daemon.api.parameters import Text
from daemon.api.viewer import Viewer
from daemon.work.aftermath import Calls, QuietClient
from daemon.work.touched import Touched


class LeaveWanted(BaseModel):
    """To whom his clients go: one of ``to``, ``evenly``, ``group``. Without ``plan`` it is shown
    only; with the id of what was shown it is done.
    """

    model_config = ConfigDict(extra="forbid")

    to: list[Text] | None = None
    """One name: all to him. Several: evenly by their weights."""
    evenly: bool = False
    """Among his department's people who serve clients."""
    group: bool = False
    """Nobody is their curator then: the group serves them."""
    plan: Text | None = None


class LeavePlanModel(BaseModel):
    """What becomes of what he holds. His private clients are not in it: see ``private``."""

    id: str
    name: str
    done: bool
    """False: it was only planned, and nothing is changed."""
    clients: int
    deputy_of: int
    """Clients who have no deputy then."""
    tasks: int
    """Open ones; they go with their clients."""
    sessions: int
    tokens: int
    pin: bool
    phones_chosen: bool
    people: list[NumbersModel]
    private: str
    """How private clients get another curator, should he have any: nobody is told before."""
    settings: str | None
    """Where the settings of the machine still name him."""

    @classmethod
    def of(cls, plan: LeavePlan, *, done: bool, private: str, settings: str | None) -> Self:
        """From the plan."""
        held = plan.held
        return cls(
            id=plan.id,
            name=held.person,
            done=done,
            clients=plan.clients.clients,
            deputy_of=plan.deputies.clients,
            tasks=held.tasks,
            sessions=held.sessions,
            tokens=held.tokens,
            pin=held.pin,
            phones_chosen=held.phones_chosen,
            people=[NumbersModel.of(one) for one in plan.numbers if one.person != held.person],
            private=private,
            settings=settings,
        )


class TouchedCardModel(BaseModel):
    """What he had to do with one client."""

    id: UUID
    name: str | None
    short_code: str | None
    opened: int
    changed: int
    heard: int
    """Recordings."""
    calls: int
    last_at: datetime | None


class TouchedExportModel(BaseModel):
    """What he took out at once."""

    at: datetime
    format: str
    clients: int
    watermark: str


class TouchedReport(BaseModel):
    """What a person opened, called, heard, exported, as far as you may know."""

    person: str
    since: datetime
    actions: dict[str, int]
    """How often he did what, by the audit's actions."""
    calls: int
    exports: list[TouchedExportModel]
    clients: list[TouchedCardModel]
    """The last ones first."""
    more: int
    """Clients beyond those."""

    @classmethod
    def of(cls, touched: Touched, names: Mapping[UUID, ClientName], viewer: Viewer) -> Self:
        """From what was found."""
        return cls(
            person=touched.person,
            since=touched.since,
            actions=touched.actions,
            calls=touched.calls,
            exports=[
                TouchedExportModel(
                    at=one.at, format=one.format, clients=one.clients, watermark=one.watermark
                )
                for one in touched.exports
            ],
            clients=[
                TouchedCardModel(
                    id=one.id,
                    name=viewer.name(names[one.id].name),
                    short_code=names[one.id].short_code,
                    opened=one.opened,
                    changed=one.changed,
                    heard=one.heard,
                    calls=one.calls,
                    last_at=one.last_at,
                )
                for one in touched.clients
                if one.id in names
            ],
            more=touched.more,
        )


class QuietClientModel(BaseModel):
    """A client of his who used to talk with the company, and does so no more."""

    id: UUID
    name: str | None
    short_code: str | None
    talks: int
    """In the half year before that person left."""
    usual_days: int
    """Between two talks, as a rule."""
    quiet_days: int
    """Since the last one."""

    @classmethod
    def of(cls, quiet: QuietClient, name: ClientName, viewer: Viewer) -> Self:
        """From what was counted."""
        return cls(
            id=quiet.client_id,
            name=viewer.name(name.name),
            short_code=name.short_code,
            talks=quiet.quiet.talks,
            usual_days=quiet.quiet.usual_days,
            quiet_days=quiet.quiet.quiet_days,
        )


class AftermathReport(BaseModel):
    """What became of the clients of somebody who left, as far as you may know."""

    person: str
    left_at: datetime
    until: datetime
    """Until then they are looked at."""
    followed: int
    """How many."""
    quiet: list[QuietClientModel]
    """Who fell quiet, the longest first."""
    own_calls: int
    """Calls between the company and numbers of his own since he left."""
    last_own_call_at: datetime | None

    @classmethod
    def of(
        cls,
        person: str,
        left_at: datetime,
        followed: int,
        *,
        quiet: list[QuietClientModel],
        calls: Calls,
    ) -> Self:
        """From what was counted."""
        return cls(
            person=person,
            left_at=left_at,
            until=left_at + FOLLOWED_FOR,
            followed=followed,
            quiet=quiet,
            own_calls=calls.count,
            last_own_call_at=calls.last_at,
        )
