"""Telephony events written by hand, for dialplans that the lab does not have."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from config.settings import AgentSettings, CompanySettings, PbxSettings
from daemon.calls import events as e
from daemon.calls.call import Call, DialStatus
from daemon.calls.directory import Directory
from daemon.calls.facts import CallEnded, CallMerged, Fact
from daemon.calls.tracker import Tracker

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
COMPANY = "+442079460000"
CUSTOMER = "+442079460101"
OTHER_CUSTOMER = "+442079460102"
MOBILE = "+447700900101"


def directory(
    trunks: tuple[str, ...] = ("operator",), numbers: tuple[str, ...] = (COMPANY,)
) -> Directory:
    """A company with one number and one mobile."""
    return Directory.from_settings(
        CompanySettings(numbers=numbers, region="GB"),
        (AgentSettings(name="101", mobiles=(MOBILE,)), AgentSettings(name="102")),
        PbxSettings.model_construct(name="pbx", trunks=trunks),
    )


class Script:
    """Feeds a tracker; every event is a tenth of a second after the one before."""

    def __init__(self, known: Directory | None = None) -> None:
        self.tracker = Tracker("pbx", known or directory())
        self.at = START
        self.facts: list[Fact] = []
        self._names: dict[str, tuple[str, str]] = {}
        self._ended: dict[object, Call] = {}

    def snapshot(
        self, uniqueid: str, state: e.ChannelState | None = None, **fields: str
    ) -> e.ChannelSnapshot:
        name, linkedid = self._names[uniqueid]
        return e.ChannelSnapshot(
            uniqueid=uniqueid, linkedid=linkedid, name=name, state=state, **fields
        )

    def feed(self, event: e.TelephonyEvent) -> None:
        for fact in self.tracker.step(event):
            self.facts.append(fact)
            if isinstance(fact, CallEnded):
                self._ended[fact.id] = self.tracker.call(fact.id)
            elif isinstance(fact, CallMerged):
                self._ended.pop(fact.id, None)
        self.at += timedelta(seconds=0.1)

    def new(
        self,
        uniqueid: str,
        name: str,
        linkedid: str | None = None,
        *,
        calls_in: bool = False,
        number: str = "",
        exten: str = "",
    ) -> None:
        self._names[uniqueid] = (name, linkedid or uniqueid)
        state = e.ChannelState.RING if calls_in else e.ChannelState.DOWN
        seen = self.snapshot(uniqueid, state, caller_number=number, exten=exten)
        self.feed(e.ChannelCreated(at=self.at, channel=seen))

    def dial(self, source: str | None, destination: str, dialled: str = "") -> None:
        began = None if source is None else self.snapshot(source)
        self.feed(
            e.DialBegan(
                at=self.at,
                source=began,
                destination=self.snapshot(destination),
                dialled=dialled,
            )
        )

    def rings(self, uniqueid: str) -> None:
        seen = self.snapshot(uniqueid, e.ChannelState.RINGING)
        self.feed(e.ChannelStateChanged(at=self.at, channel=seen))

    def dialled(self, source: str | None, destination: str, status: DialStatus) -> None:
        began = None if source is None else self.snapshot(source)
        self.feed(
            e.DialEnded(
                at=self.at,
                source=began,
                destination=self.snapshot(destination),
                dial_status=status,
            )
        )

    def answers(self, source: str | None, destination: str) -> None:
        self.rings(destination)
        self.dialled(source, destination, DialStatus.ANSWER)

    def enter(self, bridge: str, *uniqueids: str, conference: bool = False) -> None:
        for uniqueid in uniqueids:
            seen = self.snapshot(uniqueid, e.ChannelState.UP)
            self.feed(
                e.BridgeEntered(at=self.at, channel=seen, bridge=bridge, conference=conference)
            )

    def hang_up(self, *uniqueids: str, asked: bool = True) -> None:
        """The first one's far end hangs up, the others follow."""
        if asked:
            self.feed(e.HangupRequested(at=self.at, channel=self.snapshot(uniqueids[0]), cause=16))
        for uniqueid in uniqueids:
            seen = self.snapshot(uniqueid)
            self.feed(e.ChannelHungUp(at=self.at, channel=seen, cause=16))

    def calls(self) -> list[Call]:
        """Every call that was told of, oldest first."""
        running = [self.tracker.call(id_) for id_ in self.tracker.running()]
        return sorted([*self._ended.values(), *running], key=lambda call: call.started_at)
