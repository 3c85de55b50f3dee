"""The PBX's log against the stored calls, one to one. Pure.

A call of the log and a stored one are the same where they share a linkedid. A call belongs to the
day on which it began, by the stored record where there is one: both sides of midnight are given
here, and what belongs to another day only explains what it shares linkedids with.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from daemon.calls.call import Call, Disposition
from daemon.ledger.differences import Difference, DifferenceKind, PbxDay

TOLERANCE: Final = timedelta(seconds=5)
"""By how much two clocks' answers and ends may differ: AMI and CEL stamp the same within one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCall:
    """A stored call that was not merged into another, as far as it is compared."""

    id: UUID
    pbx: str
    linkedids: frozenset[str]
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    disposition: str | None
    ordered: bool
    """By an Originate: of such a call the log does not say to whom it was to lead."""
    complete: bool
    gone: bool
    forgotten: bool = False
    """Its client was deleted for good: the log may say otherwise, or nothing any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Which calls are judged."""

    begin: datetime
    end: datetime
    """The day, from its first instant to before the next day's."""
    now: datetime
    since: datetime
    """Since when Callward is here: what the log tells from before is not ours."""
    settle: timedelta = timedelta(minutes=2)
    """What ended less than this ago is not judged: its record and recording are on their way."""

    def holds(self, at: datetime) -> bool:
        """Whether what began then belongs to the day."""
        return self.begin <= at < self.end

    def is_over(self, ended_at: datetime | None) -> bool:
        """Whether what ended then can be judged."""
        return ended_at is not None and self.now - ended_at >= self.settle


@dataclass(frozen=True, slots=True)
class Matched:
    """One PBX's day."""

    account: PbxDay
    differences: tuple[Difference, ...]
    wanted: Mapping[tuple[object, ...], Call]
    """By a difference's key: the log's record of its call."""


def match_calls(
    pbx: str, logged: Sequence[Call], stored: Sequence[StoredCall], window: Window
) -> Matched:
    """Calls of a log that reaches over the whole day, and of the database, of one PBX."""
    return _Matching(pbx, logged, stored, window).run()


def stored_twice(pbx: str, stored: Sequence[StoredCall], window: Window) -> tuple[Difference, ...]:
    """Calls that the database has twice: all that can be said without a log."""
    return tuple(
        _about(DifferenceKind.STORED_TWICE, pbx, group[0], **_others(group))
        for group in _groups(stored)
        if len(group) > 1 and window.holds(group[0].started_at) and all(one.gone for one in group)
    )


class _Matching:
    def __init__(
        self, pbx: str, logged: Sequence[Call], stored: Sequence[StoredCall], window: Window
    ) -> None:
        self.pbx = pbx
        self.window = window
        self.logged = logged
        self.stored = stored
        self.of_linkedid: dict[str, list[StoredCall]] = {}
        for one in stored:
            for linkedid in one.linkedids:
                self.of_linkedid.setdefault(linkedid, []).append(one)
        self.known: set[UUID] = set()
        """Stored calls of which the log tells something."""
        self.whole: dict[UUID, list[Call]] = {}
        """The log's whole calls of each."""
        self.running: set[object] = set()
        self.differences: list[Difference] = []
        self.wanted: dict[tuple[object, ...], Call] = {}
        self.counted = self.matched = self.earlier = 0

    def run(self) -> Matched:
        for call in self.logged:
            self._take(call)
        self._find_apart()
        self._find_unlogged()
        self._find_twice()
        mine = {one.id for one in self.stored if self.window.holds(one.started_at)}
        account = PbxDay(
            pbx=self.pbx,
            logged=self.counted,
            stored=len(mine - self.running),
            matched=self.matched,
            running=len(self.running),
            earlier=self.earlier,
        )
        return Matched(account, tuple(self.differences), self.wanted)

    def _take(self, call: Call) -> None:
        partners = self._partners(call)
        self.known |= {one.id for one in partners}
        at = min((one.started_at for one in partners), default=call.started_at)
        if not self.window.holds(at) or not call.seen_whole:
            return
        if not all(one.gone for one in partners) or not self._is_judged(call, partners):
            self.running |= {one.id for one in partners} or {call.id}
            return
        if not partners and call.ended_at is not None and call.ended_at < self.window.since:
            self.earlier += 1
            return
        self.counted += 1
        for one in partners:
            self.whole.setdefault(one.id, []).append(call)
        if not partners:
            self._differs(DifferenceKind.NOT_STORED, call, None)
        elif len(partners) == 1:
            self._compare(call, partners[0])

    def _partners(self, call: Call) -> list[StoredCall]:
        found = {one.id: one for name in call.linkedids for one in self.of_linkedid.get(name, ())}
        return sorted(found.values(), key=lambda one: (one.started_at, one.id))

    def _is_judged(self, call: Call, partners: Sequence[StoredCall]) -> bool:
        """A call that the log leaves open is judged by what is stored of it, if that is over."""
        if call.complete:
            return self.window.is_over(call.ended_at)
        ends = [one.ended_at for one in partners] or [call.ended_at]
        return all(self.window.is_over(ended_at) for ended_at in ends)

    def _compare(self, call: Call, one: StoredCall) -> None:
        kinds = list(_compared(call, one)) if call.complete and not one.forgotten else []
        if not kinds:
            self.matched += 1
        for kind, before, now in kinds:
            self._differs(kind, call, one, stored=before, logged=now)

    def _differs(
        self, kind: DifferenceKind, call: Call, one: StoredCall | None, **details: str
    ) -> None:
        difference = Difference(
            kind=kind,
            pbx=self.pbx,
            call_id=None if one is None else one.id,
            linkedid=min(call.linkedids, default=None),
            at=call.started_at if one is None else one.started_at,
            details=details,
        )
        self.differences.append(difference)
        self.wanted[difference.key] = call

    def _find_apart(self) -> None:
        by_id = {one.id: one for one in self.stored}
        for id_, calls in self.whole.items():
            if len(calls) > 1 and not by_id[id_].forgotten:
                linkedids = ", ".join(sorted(min(call.linkedids) for call in calls))
                apart = _about(
                    DifferenceKind.LOGGED_APART, self.pbx, by_id[id_], linkedids=linkedids
                )
                self.differences.append(apart)

    def _find_unlogged(self) -> None:
        for one in self.stored:
            if one.id in self.known or not self.window.holds(one.started_at):
                continue
            if one.forgotten:
                continue
            if one.gone and self.window.is_over(one.ended_at):
                self.differences.append(_about(DifferenceKind.NOT_LOGGED, self.pbx, one))
            else:
                self.running.add(one.id)

    def _find_twice(self) -> None:
        for group in _groups(self.stored, self.logged):
            first = group[0]
            if len(group) == 1 or not self.window.holds(first.started_at):
                continue
            if any(one.forgotten for one in group):
                continue
            if any(one.id in self.running for one in group):
                continue
            twice = _about(DifferenceKind.STORED_TWICE, self.pbx, first, **_others(group))
            self.differences.append(twice)
            calls = self.whole.get(first.id)
            if calls:
                self.wanted[twice.key] = calls[0]


def _compared(call: Call, one: StoredCall) -> Iterator[tuple[DifferenceKind, str, str]]:
    """What a complete record of the log says otherwise: kind, stored, logged."""
    if not one.complete:
        yield DifferenceKind.INCOMPLETE, one.disposition or "", call.disposition or ""
        return
    if not _ended_alike(call, one):
        yield DifferenceKind.DISPOSITION, one.disposition or "", call.disposition or ""
    elif call.disposition is Disposition.ANSWERED and _far(one.answered_at, call.answered_at):
        yield DifferenceKind.ANSWER, _written(one.answered_at), _written(call.answered_at)
    if _far(one.ended_at, call.ended_at):
        yield DifferenceKind.END, _written(one.ended_at), _written(call.ended_at)


def _ended_alike(call: Call, one: StoredCall) -> bool:
    """Of an ordered call that nobody answered the log does not tell which way it failed."""
    answered = Disposition.ANSWERED
    if call.disposition is None or one.disposition == call.disposition:
        return True
    return one.ordered and answered not in {call.disposition, one.disposition}


def _far(one: datetime | None, other: datetime | None) -> bool:
    if one is None or other is None:
        return one is not other
    return abs(one - other) > TOLERANCE


def _written(at: datetime | None) -> str:
    return "" if at is None else at.isoformat()


def _about(kind: DifferenceKind, pbx: str, one: StoredCall, **details: str) -> Difference:
    return Difference(
        kind=kind,
        pbx=pbx,
        call_id=one.id,
        linkedid=min(one.linkedids, default=None),
        at=one.started_at,
        details=details,
    )


def _others(group: Sequence[StoredCall]) -> dict[str, str]:
    return {"calls": ", ".join(str(one.id) for one in group[1:])}


def _groups(stored: Sequence[StoredCall], logged: Sequence[Call] = ()) -> list[list[StoredCall]]:
    """Stored calls by the real call that they are: those that share a linkedid, or a logged call.

    Oldest first, in each group and among them.
    """
    real = _Joined()
    for call in logged:
        if call.seen_whole:
            real.join(call.linkedids)
    for one in stored:
        real.join(one.linkedids)
    groups: dict[object, list[StoredCall]] = {}
    for one in sorted(stored, key=lambda one: (one.started_at, one.id)):
        key = real.name(min(one.linkedids)) if one.linkedids else one.id
        groups.setdefault(key, []).append(one)
    return list(groups.values())


class _Joined:
    """Which linkedids are one real call's."""

    def __init__(self) -> None:
        self._leads: dict[str, str] = {}

    def join(self, linkedids: Iterable[str]) -> None:
        names = [self.name(linkedid) for linkedid in linkedids]
        for name in names:
            self._leads[name] = names[0]

    def name(self, linkedid: str) -> str:
        while (above := self._leads.setdefault(linkedid, linkedid)) != linkedid:
            linkedid = above
        return linkedid
