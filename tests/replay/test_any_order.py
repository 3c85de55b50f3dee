"""However the same bytes arrive, the calls are the same; and no beginning is too late."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from daemon.ami.framing import Framer
from daemon.ami.translate import AmiTranslator
from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.calls.events import TelephonyEvent
from daemon.calls.facts import CallEnded
from daemon.calls.tracker import Tracker
from daemon.replay import fold, journal_events, replay_calls
from tests.replay.recorded import JOURNALS, Journal, settings

each_journal = pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.name)


def tracker() -> Tracker:
    known = settings()
    return Tracker("pbx", Directory.from_settings(known.company, known.agents, known.pbx[0]))


def calls(events: Iterable[TelephonyEvent]) -> list[Call]:
    return fold(tracker(), events).calls


@each_journal
def test_every_suffix_ends_each_call_once(journal: Journal) -> None:
    events = list(journal_events(journal.files))
    for start in range(len(events)):
        late = tracker()
        ended: Counter[object] = Counter()
        for event in events[start:]:
            for fact in late.step(event):
                late.call(fact.id) if not hasattr(fact, "into") else late.call(fact.into)
                ended[fact.id] += isinstance(fact, CallEnded)
        assert max(ended.values(), default=0) <= 1


@each_journal
def test_repeated_events_change_nothing(journal: Journal) -> None:
    events = list(journal_events(journal.files))
    once = calls(events)
    assert calls(event for event in events for _ in range(2)) == once
    if len(journal.files) == 1:
        assert calls([*events, *events]) == once


@each_journal
def test_any_chunking_gives_the_same_messages(journal: Journal) -> None:
    data = b"".join(path.read_bytes() for path in journal.files)
    whole = Framer().feed(data)
    dice = random.Random(journal.name)
    framer, messages, at = Framer(), [], 0
    while at < len(data):
        step = dice.choice((1, 2, 3, 7, 100, 1448, 65536))
        messages += framer.feed(data[at : at + step])
        at += step
    assert messages == whole


def channels(told: Iterable[Call]) -> set[str]:
    """The uniqueids of all that took part."""
    return {id_ for call in told for id_ in (*call.linkedids, *(x.channel for x in call.legs))}


def _uncut() -> list[Journal]:
    return [journal for journal in JOURNALS if len(journal.files) == 1]


@hypothesis_settings(
    max_examples=150,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(st.data())
def test_two_journals_interleaved_give_the_calls_of_both(data: st.DataObject) -> None:
    one = data.draw(st.sampled_from(_uncut()), label="one")
    other = data.draw(st.sampled_from(_uncut()), label="other")
    left, right = list(journal_events(one.files)), list(journal_events(other.files))
    seen, also_seen = calls(left), calls(right)
    # Two labs began in the same second and gave the same ids; one PBX gives each only once.
    assume(not channels(seen) & channels(also_seen))
    dice = data.draw(st.randoms(use_true_random=False), label="dice")
    expected = sorted([*seen, *also_seen], key=lambda call: (call.started_at, call.id))
    mixed: list[TelephonyEvent] = []
    while left or right:
        source = left if left and (not right or dice.random() < 0.5) else right
        mixed.append(source.pop(0))
    assert calls(mixed) == expected


@hypothesis_settings(max_examples=150)
@given(st.data())
def test_events_in_a_wrong_order_end_no_call_twice(data: st.DataObject) -> None:
    journal = data.draw(st.sampled_from(_uncut()), label="journal")
    events = list(journal_events(journal.files))
    dice = data.draw(st.randoms(use_true_random=False), label="dice")
    for _ in range(len(events)):
        at = dice.randrange(max(1, len(events) - 1))
        events[at : at + 2] = reversed(events[at : at + 2])
    shuffled = tracker()
    ended: Counter[object] = Counter(
        fact.id for event in events for fact in shuffled.step(event) if isinstance(fact, CallEnded)
    )
    assert max(ended.values(), default=0) <= 1


def test_a_translator_without_any_time_passes_over() -> None:
    message = Framer().feed(b"Event: Newstate\r\nUniqueid: chosen\r\nChannel: X/1-1\r\n\r\n")[0]
    translator = AmiTranslator()
    assert translator.translate(message) == ()
    assert translator.surprises == {"Newstate: no time": 1}
    clock = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
    assert translator.translate(message, clock)[0].at == clock


@each_journal
def test_any_stretch_of_bytes_tells_calls_that_can_be(journal: Journal, tmp_path: Path) -> None:
    dice = random.Random(journal.name)
    part = tmp_path / "part.ami"
    for path in journal.files:
        data = path.read_bytes()
        for _ in range(5):
            start = dice.randrange(len(data) + 1)
            part.write_bytes(data[start : dice.choice((None, start + 5000))])
            for call in replay_calls([part], None, settings()):
                assert call.ended_at is None or call.ended_at >= call.started_at
                assert call.answered_at is None or call.answered_at >= call.started_at
                assert min(call.ring_seconds, call.talk_seconds, call.hold_seconds) >= 0
