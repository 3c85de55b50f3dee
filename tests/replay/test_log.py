"""The PBX's own log fills what the link missed: any cut, completed from CEL, is the whole call."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from daemon.ami.framing import Framer
from daemon.ami.message import Message
from daemon.ami.translate import EVENTS, AmiTranslator
from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.calls.events import TelephonyEvent
from daemon.calls.facts import CallEnded, CallMerged
from daemon.calls.reconcile import reconcile
from daemon.calls.tracker import Tracker
from daemon.cel.rows import read_rows
from daemon.cel.translate import CelTranslator
from daemon.replay import Folded, as_json, fold, replay
from tests.replay.recorded import JOURNALS, Journal, settings
from tests.replay.test_truth import differences

# Of a call ordered by an Originate the log does not say to whom it was to lead, nor with which
# number Dial's `f()` showed it; and it knows of no recording.
NOT_IN_THE_LOG = {"recorded", "rang", "answered_by", "ring_seconds", "company_number"}
ORDERED_AND_UNANSWERED = {"direction", "customer_number"}
# Of an order's first leg over the trunk not even the number stands in the log.
ORDERED_FOR_A_MOBILE = {"direction", "customer_number", "last_agent", "hangup_by"}


def known_to_the_log(journal: Journal) -> list[dict[str, object]]:
    """The truth without what no log row tells; the end of every call is in the log."""
    truth = []
    for call in journal.truth:
        blind = {"complete", "recorded"}
        if call["origin"] == "originated":
            blind |= NOT_IN_THE_LOG
            if call["answered_by"] is None:
                blind |= ORDERED_AND_UNANSWERED
            elif call["answered_by"].startswith("+"):
                blind |= ORDERED_FOR_A_MOBILE
        elif journal.name == "outbound_answered_national":
            blind |= {"company_number"}
        truth.append({**call, "unchecked": [*call.get("unchecked", ()), *blind]})
    return truth


each_journal = pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.name)


def tracker() -> Tracker:
    known = settings()
    return Tracker("pbx", Directory.from_settings(known.company, known.agents, known.pbx[0]))


def connections(journal: Journal) -> list[list[Message]]:
    """What was read from each connection."""
    return [Framer(wanted=EVENTS).feed(path.read_bytes()) for path in journal.files]


def logged(journal: Journal) -> Folded:
    """The calls that the log tells of."""
    with journal.cel.open(encoding="utf-8", errors="replace", newline="") as lines:
        return fold(
            tracker(), CelTranslator().translate_all(read_rows(lines, settings().pbx[0].timezone))
        )


class _Seen:
    """The calls that are seen live."""

    def __init__(self, live: Tracker) -> None:
        self._live = live
        self._ended: dict[UUID, Call] = {}

    def take(self, events: Iterable[TelephonyEvent]) -> None:
        for event in events:
            for fact in self._live.step(event):
                if isinstance(fact, CallEnded):
                    self._ended[fact.id] = self._live.call(fact.id)
                elif isinstance(fact, CallMerged):
                    self._ended.pop(fact.id, None)

    def completed_from(self, log: Folded) -> list[dict[str, Any]]:
        """As ``callward replay`` prints them."""
        running = [self._live.call(id_) for id_ in self._live.running()]
        calls = sorted(
            [*self._ended.values(), *running], key=lambda call: (call.started_at, call.id)
        )
        # Without a snapshot nobody can know that a channel which was there already only listens.
        told = {id_ for call in log.calls for id_ in call.linkedids}
        known = [call for call in calls if call.seen_whole or call.linkedids & told]
        return [as_json(call) for call in reconcile(known, log.calls, log.merged)]


@each_journal
def test_the_log_alone_tells_the_calls(journal: Journal, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.ami"
    nothing.touch()
    got = replay([nothing], journal.cel, settings())
    assert differences(got, known_to_the_log(journal)) == []


@each_journal
def test_cut_anywhere_and_completed_from_its_log_it_is_the_whole_call(journal: Journal) -> None:
    """Callward was there up to that message, and was killed."""
    truth, log = known_to_the_log(journal), logged(journal)
    live = tracker()
    seen = _Seen(live)
    for number, messages in enumerate(connections(journal)):
        translator = AmiTranslator()
        for place in range(len(messages) + 1):
            found = differences(seen.completed_from(log), truth)
            assert found == [], f"connection {number}, {place} of {len(messages)} messages"
            if place < len(messages):
                seen.take(translator.translate(messages[place]))
        seen.take(translator.link_lost())


@each_journal
def test_begun_anywhere_and_completed_from_its_log_it_is_the_whole_call(journal: Journal) -> None:
    """Callward came back at that message."""
    truth, log = known_to_the_log(journal), logged(journal)
    every = connections(journal)
    for number, messages in enumerate(every):
        for place in range(len(messages)):
            seen = _Seen(tracker())
            for later in (messages[place:], *every[number + 1 :]):
                translator = AmiTranslator()
                for message in later:
                    seen.take(translator.translate(message))
                seen.take(translator.link_lost())
            found = differences(seen.completed_from(log), truth)
            assert found == [], f"connection {number}, from {place} of {len(messages)} messages"


@each_journal
def test_a_gap_anywhere_is_filled_from_the_log(journal: Journal) -> None:
    """The link was cut, and stood again some messages later."""
    truth, log = known_to_the_log(journal), logged(journal)
    dice = random.Random(journal.name)
    every = connections(journal)
    for number, messages in enumerate(every):
        for place in range(len(messages)):
            again = dice.randint(place, len(messages))
            seen = _Seen(tracker())
            for part in (*every[:number], messages[:place], messages[again:], *every[number + 1 :]):
                translator = AmiTranslator()
                for message in part:
                    seen.take(translator.translate(message))
                seen.take(translator.link_lost())
            found = differences(seen.completed_from(log), truth)
            assert found == [], f"connection {number}, without {place} to {again}"
