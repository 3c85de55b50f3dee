"""From the link's messages to changed calls: nothing that a message holds ends the capture."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from uuid import UUID, uuid4

from structlog.testing import capture_logs

from daemon.ami.message import Message
from daemon.calls.call import Call, Direction, Origin
from daemon.calls.events import LinkLost, SnapshotEnded, TelephonyEvent
from daemon.calls.facts import CallChanged, CallEnded, CallMerged, CallStarted, Fact
from daemon.capture import Capture
from daemon.metrics import PbxCounts

AT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def a_call(id_: UUID) -> Call:
    return Call(
        id=id_,
        pbx="pbx",
        linkedids=frozenset(),
        direction=Direction.INBOUND,
        origin=Origin.DIALLED,
        started_at=AT,
    )


def message(name: str) -> Message:
    return Message({"Event": name})


class Told(TelephonyEvent):
    """An event that carries a message's name."""

    def __init__(self, name: str) -> None:
        super().__init__(at=AT)
        object.__setattr__(self, "name", name)


class Translator:
    """A message tells one event, which carries its name."""

    def __init__(self) -> None:
        self.surprises: Counter[str] = Counter()

    def translate(
        self, message: Message, received_at: datetime | None = None
    ) -> Sequence[TelephonyEvent]:
        if message.event == "Unreadable":
            raise ValueError("+442079460101 cannot be read")
        if message.event == "SnapshotEnded":
            return (SnapshotEnded(at=AT),)
        return (Told(message.event),)

    def link_lost(self, received_at: datetime | None = None) -> Sequence[TelephonyEvent]:
        return (LinkLost(at=AT),)


class Tracker:
    """Remembers the events; tells the facts that the test prepared for an event's name."""

    def __init__(self, **facts: tuple[Fact, ...]) -> None:
        self.facts = facts
        self.seen: list[str] = []

    def step(self, event: TelephonyEvent) -> tuple[Fact, ...]:
        name = getattr(event, "name", type(event).__name__)
        self.seen.append(name)
        if name == "Impossible":
            raise RuntimeError("a bug")
        return self.facts.get(name, ())

    def call(self, id_: UUID, /) -> Call:
        return a_call(id_)


class Changes:
    def __init__(self) -> None:
        self.has_room = True
        self.told: list[tuple[str, UUID]] = []

    def changed(self, call: UUID, current: Callable[[UUID], Call]) -> None:
        self.told.append(("changed", call))

    def ended(self, call: Call) -> bool:
        self.told.append(("ended", call.id))
        return self.has_room

    def merged(self, call: UUID, into: UUID) -> None:
        self.told.append(("merged", call))


def a_capture(tracker: Tracker, *, inbox_limit: int = 100) -> tuple[Capture, Changes, PbxCounts]:
    changes, counts = Changes(), PbxCounts()
    capture = Capture("pbx", Translator(), tracker, changes, counts, inbox_limit=inbox_limit)
    return capture, changes, counts


def test_facts_become_changes_in_order() -> None:
    one, other = uuid4(), uuid4()
    tracker = Tracker(
        A=(CallStarted(one), CallStarted(other)),
        B=(CallChanged(one), CallMerged(other, one)),
        C=(CallEnded(one),),
    )
    capture, changes, counts = a_capture(tracker)
    capture.on_messages([message("A"), message("B")])
    capture.on_messages([message("C")])
    capture.fold()
    assert changes.told == [
        ("changed", one),
        ("changed", other),
        ("changed", one),
        ("merged", other),
        ("changed", one),
        ("ended", one),
    ]
    assert (counts.calls_started, counts.calls_merged, counts.calls_ended) == (2, 1, 1)
    assert counts.inbox == 0


def test_a_message_that_cannot_be_folded_is_counted_and_passed_over() -> None:
    tracker = Tracker()
    capture, _, counts = a_capture(tracker)
    with capture_logs() as logs:
        capture.on_messages([message(name) for name in ("A", "Unreadable", "Impossible", "B")])
        capture.on_messages([message("Unreadable")])
        capture.fold()
    assert tracker.seen == ["A", "Impossible", "B"]
    assert counts.surprises == {"Unreadable": 2, "Impossible": 1}
    assert [line["event_name"] for line in logs] == ["Unreadable", "Impossible"]
    assert "79460" not in str(logs)


def test_a_lost_link_is_told_after_what_came_before_it() -> None:
    tracker = Tracker()
    capture, _, _ = a_capture(tracker)
    capture.on_messages([message("A")])
    capture.on_lost()
    capture.on_messages([message("B")])
    capture.fold()
    assert tracker.seen == ["A", "LinkLost", "B"]


def test_the_first_snapshot_is_announced() -> None:
    capture, _, _ = a_capture(Tracker())
    assert not capture.synced.is_set()
    capture.on_messages([message("SnapshotEnded")])
    capture.fold()
    assert capture.synced.is_set()


async def test_a_full_inbox_is_said_once_and_answered_by_a_snapshot() -> None:
    tracker = Tracker()
    capture, _, counts = a_capture(tracker, inbox_limit=3)
    resynced = asyncio.Event()
    capture.resync = resynced.set
    with capture_logs() as logs:
        capture.on_messages([message("A")] * 3)
        capture.on_messages([message("B")] * 2)
        capture.on_messages([message("B")])
        running = asyncio.create_task(capture.run())
        async with asyncio.timeout(5):
            await resynced.wait()
    assert tracker.seen == ["A", "A", "A", "LinkLost"]
    assert counts.messages_dropped == 3
    assert [line["event"] for line in logs] == [
        "inbox is full, events are dropped",
        "inbox is empty again",
    ]
    capture.on_messages([message("C")])
    async with asyncio.timeout(5):
        while tracker.seen[-1] != "C":
            await asyncio.sleep(0)
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


async def test_more_at_once_than_the_inbox_holds_is_answered_by_a_snapshot_as_well() -> None:
    capture, _, counts = a_capture(Tracker(), inbox_limit=3)
    resynced = asyncio.Event()
    capture.resync = resynced.set
    capture.on_messages([message("A")] * 4)
    running = asyncio.create_task(capture.run())
    async with asyncio.timeout(5):
        await resynced.wait()
    assert counts.messages_dropped == 4
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


def test_each_kind_of_unreadable_input_is_logged_once() -> None:
    translator = Translator()
    capture = Capture("pbx", translator, Tracker(), Changes(), PbxCounts())
    with capture_logs() as logs:
        for kind in ("garbage", "garbage", "oversized"):
            translator.surprises[kind] += 1
            capture.on_messages([message("Newchannel")])
            capture.fold()
    assert [line["kinds"] for line in logs] == [["garbage"], ["oversized"]]


async def test_others_run_while_a_flood_is_folded() -> None:
    tracker = Tracker()
    capture, _, counts = a_capture(tracker, inbox_limit=1_000_000)
    running = asyncio.create_task(capture.run())
    for _ in range(4_000):
        capture.on_messages([message("A")] * 10)
    turns = 0
    while counts.inbox:
        await asyncio.sleep(0)
        turns += 1
    assert turns > 3
    assert len(tracker.seen) == 40_000
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running


class Gaps:
    def __init__(self) -> None:
        self.told: list[str] = []

    def synced(self) -> None:
        self.told.append("synced")

    def lost(self) -> None:
        self.told.append("lost")

    def ended(self, call: Call) -> None:
        self.told.append(str(call.id))

    def let_go(self, call: Call) -> None:
        self.told.append(f"let go {call.id}")


def test_who_fills_in_what_was_not_seen_is_told_of_it() -> None:
    one, gaps = uuid4(), Gaps()
    tracker = Tracker(A=(CallEnded(one),), LinkLost=(CallEnded(one),))
    capture = Capture("pbx", Translator(), tracker, Changes(), PbxCounts(), gaps=gaps)
    capture.on_messages([message("SnapshotEnded"), message("A")])
    capture.on_lost()
    capture.on_messages([message("SnapshotEnded")])
    capture.fold()
    assert gaps.told == ["synced", str(one), "lost", str(one), "synced"]


def test_who_fills_in_is_told_of_calls_for_which_there_is_no_room() -> None:
    one, gaps, changes = uuid4(), Gaps(), Changes()
    changes.has_room = False
    tracker = Tracker(A=(CallEnded(one),))
    capture = Capture("pbx", Translator(), tracker, changes, PbxCounts(), gaps=gaps)
    capture.on_messages([message("A")])
    capture.fold()
    assert gaps.told == [f"let go {one}"]
