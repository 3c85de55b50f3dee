"""What ``/api/v1/live`` says: models for one viewer."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, Self
from uuid import UUID

from pydantic import BaseModel

from crm.absence import AwayReason
from crm.monitorings import Mode
from daemon.api.viewer import Viewer
from daemon.calls.call import Direction, HeldBy
from daemon.live.people import Person, Presence
from daemon.live.row import LiveState, LiveWay
from daemon.live.watcher import Changes, ShownCall, ShownFigures


class LiveClient(BaseModel):
    """With whom a call is."""

    id: UUID
    name: str | None
    short_code: str | None


class LiveMonitor(BaseModel):
    """Somebody who is on a call that is not his."""

    person: str | None
    mode: Mode


class LivePause(BaseModel):
    """Nothing of the call is recorded."""

    person: str | None
    """Who paused."""
    since: datetime
    until: datetime
    """When it ends by itself."""


class LiveCan(BaseModel):
    """What the viewer may do with a call."""

    listen: bool
    whisper: bool
    barge: bool
    takeover: bool
    hangup: bool
    pause: bool
    """Its recording, and resume it."""
    hold: bool
    """Its customer, in one's own talk with him alone; and take him back, where ``held_by`` is no
    phone."""


class LiveCall(BaseModel):
    """One call as it is now. No number is ever in it."""

    id: UUID
    direction: Direction
    state: LiveState
    since: datetime
    """When the state began; of a caller who waits, when he began to."""
    client: LiveClient | None
    """Null: nobody's card yet, unknown caller, or not told."""
    private: bool
    """Another's private client: who he is is not told."""
    withheld: bool
    """Who he is is not told: the viewer has seen as many clients as his quota allows."""
    agents: list[str]
    """Who talk, or make the call; of a call that ended, who did."""
    ringing: list[str]
    queue: str | None
    way: LiveWay
    started_at: datetime
    answered_at: datetime | None
    monitored_by: list[LiveMonitor]
    held_by: HeldBy | None
    """How its customer was put on hold; null also where he waits for another reason."""
    paused: LivePause | None
    """Its recording is."""
    can: LiveCan

    @classmethod
    def of(cls, shown: ShownCall, viewer: Viewer) -> Self:
        """From the row."""
        row, client = shown.row, shown.client
        return cls(
            id=row.id,
            direction=row.direction,
            state=row.state,
            since=row.since,
            client=None
            if client is None
            else LiveClient(
                id=client.id, name=viewer.name(client.name), short_code=client.short_code
            ),
            private=shown.private,
            withheld=shown.withheld,
            agents=[one for one in row.agents if viewer.name(one)],
            ringing=[one for one in row.ringing if viewer.name(one)],
            queue=viewer.name(row.queue),
            way=row.way,
            started_at=row.started_at,
            answered_at=row.answered_at,
            monitored_by=[
                LiveMonitor(person=viewer.name(one.person), mode=one.mode) for one in shown.monitors
            ],
            held_by=row.held_by,
            paused=None
            if shown.pause is None
            else LivePause(
                person=viewer.name(shown.pause.person),
                since=shown.pause.started_at,
                until=shown.pause.until,
            ),
            can=LiveCan(**{name: name in shown.can for name in LiveCan.model_fields}),
        )


class LivePerson(BaseModel):
    """One agent as he stands."""

    name: str
    extension: str | None
    state: Presence
    since: datetime | None
    """Null: free since before anybody looked."""
    call_id: UUID | None
    is_away: bool
    """Also while he is in a call, which then is his state."""
    reason: AwayReason | None
    """Why he is away, where he said so."""
    until: datetime | None
    """When he is back by himself."""

    @classmethod
    def of(cls, person: Person) -> Self:
        """From his record."""
        return cls(
            name=person.name,
            extension=person.extension,
            state=person.state,
            since=person.since,
            call_id=person.call_id,
            is_away=person.away is not None,
            reason=person.reason,
            until=person.until,
        )


class LiveFigures(BaseModel):
    """The viewer's day, in the company's time zone; internal calls do not count. What is not known
    yet is null.
    """

    calls: int | None
    """Running ones too."""
    answered: int | None
    missed: int | None
    """Somebody called and nobody answered."""
    missed_open: int | None
    """Of the missed: customers with whom nobody has talked since."""
    waiting: int
    """Callers whom nobody has answered yet."""
    talking: int
    """Running calls that were answered."""

    @classmethod
    def of(cls, figures: ShownFigures) -> Self:
        """From what is counted."""
        day = figures.day
        return cls(
            calls=None if day is None else day.calls + figures.running,
            answered=None if day is None else day.answered + figures.answered,
            missed=None if day is None else day.missed,
            missed_open=None if day is None else day.missed_open,
            waiting=figures.waiting,
            talking=figures.answered,
        )


class LiveTold(BaseModel):
    """One message: all there is (``snapshot``), or what changed since the one before."""

    type: Literal["snapshot", "changes"]
    seq: int
    """One more with each message of a connection."""
    at: datetime
    """The daemon's clock, by which a page shows how long something has lasted."""
    calls: list[LiveCall]
    """Those that ended stay with the state ``ended`` for a while."""
    gone: list[UUID]
    """To be shown no more: calls that became part of others, or ended long enough ago."""
    people: list[LivePerson]
    figures: LiveFigures | None
    """Null: as they were."""

    @classmethod
    def of(cls, changes: Changes, viewer: Viewer, *, seq: int, at: datetime, whole: bool) -> Self:
        """The message that tells them."""
        return cls(
            type="snapshot" if whole else "changes",
            seq=seq,
            at=at,
            calls=[LiveCall.of(one, viewer) for one in changes.calls],
            gone=[*changes.gone],
            people=[LivePerson.of(one) for one in changes.people if viewer.name(one.name)],
            figures=None if changes.figures is None else LiveFigures.of(changes.figures),
        )
