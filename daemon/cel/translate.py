"""Rows of the PBX's own log into the event language. Pure.

CEL says who was created, answered, bridged and hung up, but not who was dialled: that is read
from the applications (``APP_START`` of Dial and Queue) and from the order in which channels begin.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from daemon.calls import events as e
from daemon.calls.call import DialStatus
from daemon.calls.dialplan import ANNOUNCEMENT_EVENT, announced, is_hold
from daemon.calls.directory import leads_to
from daemon.cel.rows import CelRow

# Q.850 causes of a leg that ended unanswered (include/asterisk/causes.h).
_STATUS_BY_CAUSE = {
    17: DialStatus.BUSY,
    21: DialStatus.BUSY,
    18: DialStatus.NOANSWER,
    19: DialStatus.NOANSWER,
    0: DialStatus.NOANSWER,  # nobody hung up: the Dial's own time was over
    16: DialStatus.CANCEL,
    26: DialStatus.CANCEL,
    127: DialStatus.CANCEL,
}
_DIALLING = frozenset({"Dial", "Queue", "FollowMe", "RetryDial", "Page"})


@dataclass(slots=True)
class _Caller:
    """A channel that runs Dial or Queue, and whom it has yet to call."""

    row: CelRow
    destinations: list[str] = field(default_factory=list)


class CelTranslator:
    """Translates one PBX's log; remembers which running calls dial whom."""

    def __init__(self, surprises: Counter[str] | None = None) -> None:
        self.surprises = Counter[str]() if surprises is None else surprises
        self._callers: dict[str, list[_Caller]] = {}
        self._dialled: dict[str, CelRow] = {}
        self._first: dict[str, CelRow] = {}
        """Channels with which a call began and which neither answered nor ended yet."""
        self._newest: dict[str, CelRow] = {}
        """The youngest channel of each phone or trunk."""
        self._translations: dict[str, Callable[[CelRow], Iterator[e.TelephonyEvent]]] = {
            "CHAN_START": self._chan_start,
            "ANSWER": self._answer,
            "APP_START": self._app_start,
            "BRIDGE_ENTER": self._bridge_enter,
            "BRIDGE_EXIT": self._bridge_exit,
            "HANGUP": self._hangup,
            "BLINDTRANSFER": self._blind_transfer,
            "ATTENDEDTRANSFER": self._attended_transfer,
            "PARK_START": self._park_start,
            "PICKUP": self._pickup,
            "LINKEDID_END": self._linkedid_end,
            "USER_DEFINED": self._user_defined,
            ANNOUNCEMENT_EVENT: self._user_defined,
        }

    def translate(self, row: CelRow) -> tuple[e.TelephonyEvent, ...]:
        """The events in one row; none for what the tracker has no use for."""
        translation = self._translations.get(row.event)
        if translation is None:
            return ()
        try:
            return tuple(translation(row))
        except (KeyError, ValueError, TypeError):
            self.surprises[f"{row.event}: unreadable"] += 1
            return ()

    def translate_all(self, rows: Iterable[CelRow]) -> Iterator[e.TelephonyEvent]:
        """All events of a log, in its order."""
        for row in rows:
            yield from self.translate(row)

    def _chan_start(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        linkedid, name = row.text("linkedid"), row.text("channame")
        first = row.text("uniqueid") == linkedid
        self._newest[_address(name)] = row
        yield e.ChannelCreated(
            at=row.at,
            channel=_snapshot(row, e.ChannelState.RING if first else e.ChannelState.DOWN),
        )
        if first:
            self._first[row.text("uniqueid")] = row
        if first or name.endswith(";2"):
            return
        source, dialled = self._dialled_by(linkedid, name)
        if source is not None:
            self._dialled[row.text("uniqueid")] = source
            yield e.DialBegan(
                at=row.at,
                source=_snapshot(source),
                destination=_snapshot(row, e.ChannelState.DOWN),
                dialled=dialled,
                tells_ringing=False,
            )

    def _dialled_by(self, linkedid: str, name: str) -> tuple[CelRow | None, str]:
        """The newest Dial of this call that names the new channel's endpoint, and how it did."""
        callers = self._callers.get(linkedid, [])
        address = _address(name)
        for caller in reversed(callers):
            for destination in caller.destinations:
                if leads_to(destination, address):
                    caller.destinations.remove(destination)
                    return caller.row, destination.partition("/")[2]
        return (callers[-1].row, "") if callers else (None, "")

    def _originated(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        """A call's first channel shows with its end of ringing whether it called or was called."""
        began = self._first.pop(row.text("uniqueid"), None)
        if began is not None and row.text("appname") == "AppDial2":
            yield e.DialBegan(
                at=began.at,
                source=None,
                destination=_snapshot(began, e.ChannelState.DOWN),
                tells_ringing=False,
            )

    def _answer(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        yield from self._originated(row)
        yield e.ChannelStateChanged(at=row.at, channel=_snapshot(row, e.ChannelState.UP))
        yield from self._dial_end(row, DialStatus.ANSWER)

    def _dial_end(self, row: CelRow, status: DialStatus) -> Iterator[e.TelephonyEvent]:
        source = self._dialled.pop(row.text("uniqueid"), None)
        if source is not None:
            yield e.DialEnded(
                at=row.at, source=_snapshot(source), destination=_snapshot(row), dial_status=status
            )

    def _app_start(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        application, arguments = row.text("appname"), row.text("appdata")
        if application == "ChanSpy" and is_hold(row.text("uniqueid")):
            to = arguments.partition(",")[0]
            yield e.MusicStarted(at=row.at, channel=_snapshot(row), to=to)
        elif application == "ChanSpy":
            target = self._newest.get(_address(arguments.partition(",")[0]))
            if target is not None:
                yield e.SpyStarted(at=row.at, channel=_snapshot(row), target=_snapshot(target))
        if application not in _DIALLING:
            return
        destinations = arguments.partition(",")[0].split("&") if application == "Dial" else []
        self._callers.setdefault(row.text("linkedid"), []).append(_Caller(row, destinations))
        if application == "Queue":
            queue = arguments.partition(",")[0]
            yield e.QueueJoined(at=row.at, channel=_snapshot(row), queue=queue)

    def _bridge_enter(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        yield e.BridgeEntered(
            at=row.at,
            channel=_snapshot(row, e.ChannelState.UP),
            bridge=row.extra["bridge_id"],
            holding=row.extra.get("bridge_technology") == "holding_bridge",
            conference=row.text("appname") == "ConfBridge",
        )

    def _bridge_exit(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        yield e.BridgeLeft(at=row.at, channel=_snapshot(row), bridge=row.extra["bridge_id"])

    def _hangup(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        yield from self._originated(row)
        cause = int(row.extra.get("hangupcause") or 0)
        yield from self._dial_end(row, _STATUS_BY_CAUSE.get(cause, DialStatus.CHANUNAVAIL))
        if row.extra.get("hangupsource") == row.text("channame"):
            yield e.HangupRequested(at=row.at, channel=_snapshot(row), cause=cause or None)
        yield e.ChannelHungUp(at=row.at, channel=_snapshot(row), cause=cause or None)

    def _blind_transfer(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        yield e.BlindTransferred(
            at=row.at,
            transferer=_snapshot(row),
            transferee=_other(row, "transferee_channel"),
            exten=row.extra.get("extension", ""),
        )

    def _attended_transfer(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        second = _other(row, "channel2")
        if second is not None:
            yield e.AttendedTransferred(
                at=row.at,
                original=_snapshot(row),
                consultation=second,
                transferee=_other(row, "transferee_channel"),
                target=_other(row, "transfer_target_channel"),
            )

    def _park_start(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        yield e.CallParked(at=row.at, channel=_snapshot(row))

    def _pickup(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        picker = _other(row, "pickup_channel")
        if picker is not None:
            yield e.CallPickedUp(at=row.at, channel=picker, target=_snapshot(row))

    def _user_defined(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        """``CELGenUserEvent``; with ``show_user_defined`` the row is named by it."""
        if ANNOUNCEMENT_EVENT not in (row.event, row.text("userdeftype")):
            return
        said, language, whole = str(row.extra["extra"]).split("~")
        sound, language, heard = announced(said, language, whole)
        yield e.AnnouncementPlayed(
            at=row.at, channel=_snapshot(row), sound=sound, language=language, whole=heard
        )

    def _linkedid_end(self, row: CelRow) -> Iterator[e.TelephonyEvent]:
        self._callers.pop(row.text("linkedid"), None)
        yield from ()


def _snapshot(row: CelRow, state: e.ChannelState | None = None) -> e.ChannelSnapshot:
    number = row.text("cid_num")
    return e.ChannelSnapshot(
        uniqueid=row.text("uniqueid"),
        linkedid=row.text("linkedid") or row.text("uniqueid"),
        name=row.text("channame"),
        state=state,
        caller_number="" if number == "<unknown>" else number,
        exten=row.text("exten"),
    )


def _other(row: CelRow, prefix: str) -> e.ChannelSnapshot | None:
    """A channel that ``eventextra`` names by name and uniqueid."""
    uniqueid = row.extra.get(f"{prefix}_uniqueid")
    if not uniqueid or uniqueid == "N/A":
        return None
    return e.ChannelSnapshot(
        uniqueid=uniqueid,
        linkedid=row.text("linkedid") or uniqueid,
        name=row.extra.get(f"{prefix}_name", ""),
    )


def _address(channel_name: str) -> str:
    return channel_name.rpartition("-")[0] or channel_name
