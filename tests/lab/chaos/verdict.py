"""What is in the base against what the phones saw, and the faults near each difference. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from tests.lab.chaos.orders import Order
from tests.lab.chaos.truth import Seen

START: Final = timedelta(seconds=2)
"""By so much a call may have begun at the PBX before or after the phones say."""
TALK_SECONDS: Final = 1.5
"""By so much the talk may differ."""
EDGE: Final = timedelta(seconds=0.7)
"""What a phone saw so shortly before Asterisk was killed, Asterisk may not have written down."""
GOING: Final = timedelta(seconds=2)
"""How long it may take Asterisk to go."""
SOUND_SECONDS: Final = 2.0
"""A recording may be so much shorter than the talk."""
NEAR: Final = timedelta(seconds=20)
_UNANSWERED: Final = frozenset({"missed", "busy", "failed", "cancelled"})


@dataclass(frozen=True, slots=True)
class Down:
    """Asterisk was away."""

    at: datetime
    until: datetime
    killed: bool
    """Else it was stopped, and had time to hang up."""


@dataclass(frozen=True, slots=True)
class Happened:
    """A fault as it was, not as it was planned."""

    kind: str
    at: datetime
    until: datetime | None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Stored:
    """One call of the base, as the API tells it."""

    id: str
    customer: str | None
    agent: str | None
    """Of an internal call who made it."""
    direction: str
    disposition: str | None
    answered_by: str | None
    started_at: datetime
    talk_seconds: float
    running: bool
    complete: bool
    recordings: tuple[Mapping[str, Any], ...]

    @classmethod
    def of(cls, call: Mapping[str, Any]) -> Stored:
        """From ``/api/v1/calls``; ``recordings`` may be added later."""
        legs = call["legs"]
        return cls(
            id=call["id"],
            customer=call["customer_number"],
            agent=legs[0]["name"] if legs else None,
            direction=call["direction"],
            disposition=call["disposition"],
            answered_by=call["answered_by"],
            started_at=datetime.fromisoformat(call["started_at"]).astimezone(UTC),
            talk_seconds=call["talk_seconds"],
            running=call["running"],
            complete=call["complete"],
            recordings=tuple(call["recordings"]),
        )

    @property
    def who(self) -> str:
        """By whom calls are told apart."""
        return self.customer or f"agent {self.agent}"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was."""

    kind: str
    """``lost``, ``doubled``, ``unseen``, ``disposition``, ``agent``, ``talk``, ``running``,
    ``recording``, ``orphan``, ``callback``."""
    what: str
    at: datetime | None = None

    def told(self, happened: Iterable[Happened]) -> str:
        """In lines: itself, then the faults near it."""
        lines = [f"{self.kind:12} {self.what}"]
        at = self.at
        if at is not None:
            lines += [
                f"             {(fault.at - at).total_seconds():+7.2f} s  {fault.kind}"
                + (f" for {(fault.until - fault.at).total_seconds():.2f} s" if fault.until else "")
                + (f"  {fault.detail}" if fault.detail else "")
                for fault in happened
                if fault.at - NEAR <= at <= (fault.until or fault.at) + NEAR
            ]
        return "\n".join(lines)


@dataclass(slots=True)
class Verdict:
    """Clean when there is no difference."""

    counts: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.differences

    def found(self, kind: str) -> int:
        """How many differences of this kind."""
        return sum(one.kind == kind for one in self.differences)


def compare(
    seen: Sequence[Seen],
    stored: Sequence[Stored],
    orders: Sequence[Order],
    downs: Sequence[Down],
    happened_callbacks: Mapping[str, int],
) -> Verdict:
    """``happened_callbacks``: rows of the base by the key of their order."""
    verdict = Verdict()
    pairs, lost, unseen = _matched(seen, stored)
    for one in lost:
        if one.optional or not one.reached or _on_edge(one, downs):
            verdict.counts["undecidable"] += 1
        else:
            verdict.differences.append(Difference("lost", _of_seen(one), one.from_at))
    taken = {call.id for _, call in pairs}
    for call in unseen:
        twin = next(
            (
                other
                for other in stored
                if other.id in taken
                and other.who == call.who
                and abs(other.started_at - call.started_at) < START * 5
            ),
            None,
        )
        kind, beside = ("doubled", f" beside {twin.id}") if twin else ("unseen", "")
        verdict.differences.append(Difference(kind, _of_stored(call) + beside, call.started_at))
    for one, call in pairs:
        verdict.counts["calls"] += 1
        verdict.counts[f"calls {call.direction}"] += 1
        _compare_one(verdict, one, call, downs)
    for order in orders:
        _compare_order(verdict, order, happened_callbacks)
    return verdict


def deaf_seconds(owed: Iterable[tuple[datetime, datetime]], downs: Sequence[Down]) -> float:
    """How long at most a PBX that was there owed a phone an answer."""

    def of(since: datetime, until: datetime) -> float:
        seconds = (until - since).total_seconds()
        for down in downs:
            away = min(until, down.until + GOING) - max(since, down.at)
            seconds -= max(0.0, away.total_seconds())
        return seconds

    return max((of(since, until) for since, until in owed), default=0.0)


def _matched(
    seen: Sequence[Seen], stored: Sequence[Stored]
) -> tuple[list[tuple[Seen, Stored]], list[Seen], list[Stored]]:
    """One to one by who called and when; a call that is there for sure goes first."""
    left: dict[str, list[Stored]] = {}
    for call in sorted(stored, key=lambda one: one.started_at):
        left.setdefault(call.who, []).append(call)
    pairs: list[tuple[Seen, Stored]] = []
    lost: list[Seen] = []
    for one in sorted(seen, key=lambda one: (one.optional, not one.reached, one.from_at)):
        own = left.get(one.customer or f"agent {one.agent}", [])
        near = [
            call
            for call in own
            if one.from_at - START <= call.started_at <= one.to_at + START
            and call.direction == one.direction
        ] or [call for call in own if one.from_at - START <= call.started_at <= one.to_at + START]
        if near:
            best = min(near, key=lambda call: abs(call.started_at - one.from_at))
            own.remove(best)
            pairs.append((one, best))
        else:
            lost.append(one)
    return pairs, lost, [call for calls in left.values() for call in calls]


def _on_edge(one: Seen, downs: Iterable[Down]) -> bool:
    """Whether it began just before Asterisk went, or while it was going."""
    return any(down.at - EDGE <= one.to_at <= down.at + GOING for down in downs)


def _answer_on_edge(one: Seen, downs: Iterable[Down]) -> bool:
    at = one.answered_at
    return at is not None and any(down.at - EDGE <= at <= down.until + EDGE for down in downs)


def _cut(one: Seen, downs: Iterable[Down]) -> Down | None:
    """Asterisk went while the call ran."""
    end = one.ended_at or one.last_sign_at
    for down in downs:
        if one.from_at <= down.at and (
            down.at - EDGE <= end or (one.answered_at is not None and one.ended_at is None)
        ):
            return down
    return None


def _compare_one(verdict: Verdict, one: Seen, call: Stored, downs: Sequence[Down]) -> None:
    def differs(kind: str, text: str) -> None:
        verdict.differences.append(
            Difference(kind, f"{text}: {_of_seen(one)} | {_of_stored(call)}", one.from_at)
        )

    if call.running:
        differs("running", "never closed")
        return
    if call.direction != one.direction:
        differs("disposition", f"{call.direction}, the phones say {one.direction}")
    edge = _answer_on_edge(one, downs)
    allowed = frozenset({"answered"}) if one.answered_at else _unanswered(one)
    if edge:
        allowed |= _UNANSWERED
        verdict.counts["answered on the edge"] += 1
    if call.disposition not in allowed:
        differs("disposition", f"{call.disposition}, the phones say {' or '.join(sorted(allowed))}")
        return
    if one.answered_at is None or call.disposition != "answered":
        return
    verdict.counts["answered"] += 1
    if one.direction != "outbound" and call.answered_by != one.answered_by:
        differs("agent", f"{call.answered_by}, the phones say {one.answered_by}")
    cut = _cut(one, downs)
    talk = one.talk_seconds([down.at for down in downs])
    if cut is not None:
        verdict.counts["cut short by the PBX's end"] += 1
        wrong = call.talk_seconds > talk + TALK_SECONDS
    else:
        wrong = abs(call.talk_seconds - talk) > TALK_SECONDS
    if wrong:
        differs("talk", f"{call.talk_seconds:.1f} s, the phones say {talk:.1f} s")
    if cut is None and one.direction != "internal":
        _compare_sound(verdict, one, call, talk, differs)


def _unanswered(one: Seen) -> frozenset[str]:
    return frozenset({"missed"}) if one.direction == "inbound" else _UNANSWERED


def _compare_sound(verdict: Verdict, one: Seen, call: Stored, talk: float, differs: Any) -> None:
    """A talk that nothing cut short is there to be heard."""
    kept = [row for row in call.recordings if row["state"] == "stored"]
    if not kept:
        told = ", ".join(str(row["state"]) for row in call.recordings) or "none"
        differs("recording", f"not stored ({told})")
        return
    verdict.counts["recordings of talks"] += len(kept)
    sound = max(row["duration_seconds"] or 0.0 for row in kept)
    if sound < talk - SOUND_SECONDS:
        differs("recording", f"{sound:.1f} s of sound, the phones talked {talk:.1f} s")


def _compare_order(verdict: Verdict, order: Order, rows: Mapping[str, int]) -> None:
    verdict.counts["callbacks ordered"] += 1
    verdict.counts["callbacks begun"] += order.rang_agent > 0
    told = f"{order.agent}, answers {order.answers}, ids {sorted(order.ids)}"
    if order.rang_agent > 1 or order.rang_client > 1:
        verdict.differences.append(
            Difference(
                "callback",
                f"the agent's phone rang {order.rang_agent} times, "
                f"the client's {order.rang_client}: {told}",
            )
        )
    if len(order.ids) > 1 or rows.get(order.key, 0) > 1:
        verdict.differences.append(Difference("callback", f"more than one for one press: {told}"))
    if order.rang_agent and not rows.get(order.key, 0):
        verdict.differences.append(Difference("callback", f"rang, and is not in the base: {told}"))


def _short(number: str | None) -> str:
    """Enough to find it by."""
    return f"…{number[-3:]}" if number else "-"


def _clock(at: datetime | None) -> str:
    return f"{at:%H:%M:%S.%f}"[:-3] if at else "-"


def _of_seen(one: Seen) -> str:
    return (
        f"phones {one.id} {one.what} {one.direction} {_short(one.customer)}"
        f" begun {_clock(one.from_at)}..{_clock(one.to_at)}"
        f" answered {_clock(one.answered_at)} by {one.answered_by or '-'}"
        f" ended {_clock(one.ended_at)}"
    )


def _of_stored(call: Stored) -> str:
    return (
        f"base {call.id} {call.direction} {_short(call.customer)} {call.disposition}"
        f" begun {_clock(call.started_at)} by {call.answered_by or '-'}"
        f" talk {call.talk_seconds:.1f} s {'complete' if call.complete else 'incomplete'}"
    )
