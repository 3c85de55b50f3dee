"""Recorded journals through the very code that runs live: ``callward replay``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from config.settings import Settings
from daemon.ami.framing import Framer
from daemon.ami.translate import EVENTS, AmiTranslator
from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.calls.events import TelephonyEvent
from daemon.calls.facts import CallEnded, CallMerged
from daemon.calls.reconcile import reconcile
from daemon.calls.tracker import Tracker
from daemon.cel.rows import read_rows
from daemon.cel.translate import CelTranslator

_CHUNK = 1 << 16


def replay(
    files: Sequence[Path], cel: Path | None, settings: Settings, pbx: str | None = None
) -> list[dict[str, Any]]:
    """The calls in the journals of one connection, as ``callward replay`` prints them."""
    return [as_json(call) for call in replay_calls(files, cel, settings, pbx)]


def replay_calls(
    files: Sequence[Path],
    cel: Path | None,
    settings: Settings,
    pbx: str | None = None,
    surprises: Counter[str] | None = None,
) -> list[Call]:
    """Fold journals, in order, and then the PBX's own log of the same time.

    ``pbx`` names whose they are; the first of the settings by default. What cannot be read is
    passed over and counted in ``surprises``. Raises OSError for a file that cannot be read,
    CelColumnsError for a log whose columns are not known.
    """
    counted = Counter[str]() if surprises is None else surprises
    server = next((p for p in settings.pbx if p.name == pbx), settings.pbx[0])
    directory = Directory.from_settings(settings.company, settings.agents, server)
    live = fold(Tracker(server.name, directory), journal_events(files, counted)).calls
    if cel is None:
        return live
    with cel.open(encoding="utf-8", errors="replace", newline="") as lines:
        rows = read_rows(lines, server.timezone, server.cel.columns, counted)
        events = CelTranslator(counted).translate_all(rows)
        logged = fold(Tracker(server.name, directory), events)
    return reconcile(live, logged.calls, logged.merged)


def journal_events(
    files: Sequence[Path], surprises: Counter[str] | None = None
) -> Iterator[TelephonyEvent]:
    """The events of a connection that was cut between the files."""
    counted = Counter[str]() if surprises is None else surprises
    translator = AmiTranslator(counted)
    for number, path in enumerate(files):
        if number:
            yield from translator.link_lost()
        framer = Framer(wanted=EVENTS, surprises=counted)
        with path.open("rb") as journal:
            while chunk := journal.read(_CHUNK):
                for message in framer.feed(chunk):
                    yield from translator.translate(message)
        framer.end()


class Folded(NamedTuple):
    """What a run of events tells."""

    calls: list[Call]
    """Oldest first."""
    merged: frozenset[UUID]
    """Ids of what looked like calls and were none of their own."""


def fold(tracker: Tracker, events: Iterable[TelephonyEvent]) -> Folded:
    """All calls that these events tell of."""
    ended: dict[UUID, Call] = {}
    merged: set[UUID] = set()
    for event in events:
        for fact in tracker.step(event):
            if isinstance(fact, CallEnded):
                ended[fact.id] = tracker.call(fact.id)
            elif isinstance(fact, CallMerged):
                ended.pop(fact.id, None)
                merged.add(fact.id)
    calls = [*ended.values(), *(tracker.call(id_) for id_ in tracker.running())]
    calls.sort(key=lambda call: (call.started_at, call.id))
    return Folded(calls, frozenset(merged))


def as_json(call: Call) -> dict[str, Any]:
    """A call in the keys and forms of ``callward replay``."""
    return {
        "direction": call.direction,
        "customer_number": call.customer_number,
        "company_number": call.company_number,
        "queue": call.queue,
        "rang": list(call.rang),
        "answered_by": call.answered_by,
        "last_agent": call.last_agent,
        "disposition": call.disposition,
        "started_at": call.started_at.isoformat(),
        "answered_at": None if call.answered_at is None else call.answered_at.isoformat(),
        "ended_at": None if call.ended_at is None else call.ended_at.isoformat(),
        "ring_seconds": call.ring_seconds,
        "talk_seconds": call.talk_seconds,
        "hold_seconds": call.hold_seconds,
        "hangup_by": call.hangup_by,
        "cause": call.cause,
        "transfers": [
            {"kind": t.kind, "by": t.by, "to": t.to, "result": t.result} for t in call.transfers
        ],
        "origin": call.origin,
        "recording": call.recordings[0].name if call.recordings else None,
        "announcements": [
            {"sound": a.sound, "language": a.language, "whole": a.whole} for a in call.announcements
        ],
        "complete": call.complete,
    }
