"""What really happened, told by the phones alone: never by the PBX, and never by Callward."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final, Literal

from lab.phones import PhoneEvent
from tests.lab.chaos.plan import Way

Direction = Literal["inbound", "outbound", "internal"]

AGENT_OF: Final = {Way.TALKS: "Abbott", Way.ROUTED: "Abbott", Way.IS_LEFT: "Dunn"}
"""Whom the ways lead to that end in a talk; nobody else is there who could answer."""
ASKS_FOR: Final = timedelta(seconds=32)
"""So long a phone goes on sending an INVITE that nobody answers, also after its user hung up: it
may not cancel what it has no answer to (RFC 3261, 9.1 and timer B)."""
_STAMP: Final = re.compile(rb"^-{20,} (\d{4}-\d\d-\d\d)[ \t](\d\d:\d\d:\d\d\.\d+)$", re.MULTILINE)
_HEAD: Final = re.compile(
    rb"^(?:UDP message (sent|received) [^\r\n]*)\r?\n\r?\n([^\r\n]+)\r?\n", re.MULTILINE
)
_CALL_ID: Final = re.compile(rb"^Call-ID:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_FROM: Final = re.compile(rb"^From:[^\r\n]*?<sip:([^@>]+)@", re.MULTILINE | re.IGNORECASE)
_SEQUENCE: Final = re.compile(rb"^CSeq:\s*\d+\s+([A-Z]+)", re.MULTILINE | re.IGNORECASE)
_STATUS: Final = re.compile(rb"^SIP/2\.0 (\d{3})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One call as those at its phones saw it."""

    id: str
    """Where it stands in the phones' logs."""
    what: str
    """The way or act, for the reader of a verdict."""
    direction: Direction
    customer: str | None
    """E.164; ``None`` within the company."""
    agent: str | None = None
    """Of an internal call who made it."""
    from_at: datetime
    """It began at the PBX not before this …"""
    to_at: datetime
    """… and not after this: the first sign of the PBX that it is on its way."""
    reached: bool
    """Whether the PBX did something with it; else nobody can say whether its dialplan began."""
    last_sign_at: datetime
    """The last that any of its phones saw of the PBX."""
    answered_at: datetime | None = None
    """When customer and employee had each other."""
    answered_by: str | None = None
    ended_at: datetime | None = None
    """When the customer's phone (or the internal caller's) was told, or said, that it is over."""
    optional: bool = False
    """It may have become a part of another one: the question before an attended transfer."""
    end_known: bool = True
    """Whether ``ended_at`` is the end of the talk too."""

    def talk_seconds(self, killed: Sequence[datetime]) -> float:
        """From the answer to the end, or to the moment in which Asterisk was killed."""
        if self.answered_at is None:
            return 0.0
        ends = [at for at in (self.ended_at, *killed) if at is not None and at > self.answered_at]
        return (min(ends) - self.answered_at).total_seconds() if ends else 0.0


@dataclass(frozen=True, slots=True)
class _Message:
    at: datetime
    sent: bool
    first: bytes
    call: str
    caller: str
    method: bytes
    """Of its CSeq."""

    @property
    def status(self) -> int:
        """0 of a request."""
        found = _STATUS.match(self.first)
        return int(found[1]) if found else 0


def of_sipp(file: Path, way: Way) -> list[Seen]:
    """The calls of one SIPp, from its own log of all messages (``-trace_msg``)."""
    calls = _by_call(file)
    return [seen for id_, said in calls.items() if (seen := _call(id_, said, way)) is not None]


def owed(file: Path) -> list[tuple[datetime, datetime]]:
    """From when until when the PBX owed one SIPp an answer to an INVITE or a BYE: until it came,
    or was asked for the last time."""
    found = []
    for said in _by_call(file).values():
        for method in (b"INVITE", b"BYE"):
            asked = [one.at for one in said if one.sent and one.first.startswith(method + b" ")]
            told = [one.at for one in said if one.status and not one.sent and one.method == method]
            if asked:
                found.append((asked[0], min(told, default=asked[-1])))
    return found


def _by_call(file: Path) -> dict[str, list[_Message]]:
    calls: dict[str, list[_Message]] = {}
    for message in _messages(file.read_bytes()) if file.exists() else ():
        calls.setdefault(message.call, []).append(message)
    return calls


def _messages(log: bytes) -> Iterator[_Message]:
    stamps = list(_STAMP.finditer(log))
    for stamp, following in zip(stamps, [*stamps[1:], None], strict=True):
        text = log[stamp.end() : following.start() if following else len(log)]
        head, call = _HEAD.search(text), _CALL_ID.search(text)
        caller, sequence = _FROM.search(text), _SEQUENCE.search(text)
        if head is None or call is None or sequence is None:
            continue
        at = datetime.fromisoformat(f"{stamp[1].decode()} {stamp[2].decode()[:15]}")
        yield _Message(
            at=at.astimezone(UTC),
            sent=head[1] == b"sent",
            first=head[2],
            call=call[1].decode(),
            caller=caller[1].decode() if caller else "",
            method=sequence[1],
        )


def _call(id_: str, said: Sequence[_Message], way: Way) -> Seen | None:
    """``None`` where the PBX said nothing: it was not there."""
    invited = next((one for one in said if one.sent and one.first.startswith(b"INVITE ")), None)
    heard = [one for one in said if not one.sent]
    answers = [one for one in heard if one.method == b"INVITE" and one.status]
    if invited is None or not answers:
        return None
    answered = next((one for one in answers if one.status == 200), None)
    finals = [one for one in answers if one.status >= 300]
    ends = [
        one.at
        for one in said
        if one.first.startswith(b"BYE ") or (one.sent and one.first.startswith(b"CANCEL "))
    ]
    ends += [one.at for one in finals]
    talked = answered is not None and way in AGENT_OF
    return Seen(
        id=id_,
        what=way.value,
        direction="inbound",
        customer=invited.caller,
        # The retransmission that a PBX heard which was not there before.
        from_at=max(
            one.at
            for one in said
            if one.sent and one.first.startswith(b"INVITE ") and one.at <= answers[0].at
        ),
        to_at=answers[0].at,
        reached=any(one.status > 100 and one.status not in NOT_LET_IN for one in answers),
        last_sign_at=heard[-1].at,
        answered_at=answered.at if answered and talked else None,
        answered_by=AGENT_OF[way] if talked else None,
        ended_at=min(ends, default=None),
    )


NOT_LET_IN: Final = (401, 403, 404, 408, 500, 503)
"""By such an answer a PBX that starts or stops turns a call away before its dialplan."""


@dataclass(frozen=True, slots=True)
class Side:
    """One phone's events of one call."""

    events: tuple[PhoneEvent, ...]

    def at(self, *names: str) -> datetime | None:
        """The first of these."""
        return next((one.at for one in self.events if one.event in names), None)

    @property
    def phone(self) -> str:
        return self.events[0].phone

    @property
    def began_at(self) -> datetime:
        return self.events[0].at

    @property
    def incoming(self) -> bool:
        return self.events[0].event == "invited"

    @property
    def end_code(self) -> int:
        """The last SIP status."""
        end = next((one for one in self.events if one.event == "hung_up"), None)
        return int(end.detail.get("code", 0)) if end else 0

    @property
    def ended_by_self(self) -> bool:
        end = next((one for one in self.events if one.event == "hung_up"), None)
        return end is not None and end.detail.get("by") == "self"


def sides(log: Iterable[PhoneEvent]) -> list[Side]:
    """The calls in one phone's log, oldest first."""
    calls: dict[int, list[PhoneEvent]] = {}
    for event in log:
        if event.call:
            calls.setdefault(event.call, []).append(event)
    return [Side(tuple(events)) for events in calls.values()]


def of_dialled(
    id_: str,
    what: str,
    customer: Side,
    desks: Sequence[Side],
    *,
    names: dict[str, str],
    number: str | None,
) -> Seen:
    """A call that ``customer`` made, and those legs of desk phones that the PBX made for it.

    ``names``: the employee at each desk phone. ``number``: the customer's, ``None`` of a colleague.
    """
    took = sorted(
        (side for side in desks if side.at("answered") is not None),
        key=lambda side: side.at("answered") or side.began_at,
    )
    first = took[0] if took else None
    end = customer.at("hung_up")
    signs = [
        one.at
        for side in (customer, *desks)
        for one in side.events
        if one.event in ("ringing", "invited", "answered") or one.detail.get("by") == "far"
    ]
    code = customer.end_code
    through = bool(desks) or customer.at("ringing", "answered") is not None
    turned_away = code >= 400 and code not in (*NOT_LET_IN, 487) and not customer.ended_by_self
    return Seen(
        id=id_,
        what=what,
        direction="inbound" if number else "internal",
        customer=number,
        agent=None if number else names[customer.phone],
        from_at=customer.began_at,
        to_at=min(signs, default=customer.began_at + ASKS_FOR),
        reached=through or turned_away,
        last_sign_at=max(signs, default=customer.began_at),
        answered_at=first.at("answered") if first else None,
        answered_by=names[first.phone] if first else None,
        ended_at=end,
    )


def of_callback(
    id_: str, what: str, agent: Side, customer: Side | None, *, names: dict[str, str], number: str
) -> Seen:
    """A call that the PBX made: to an employee's desk phone, then to the customer."""
    talked = customer.at("answered") if customer else None
    ends = [side.at("hung_up") for side in (agent, customer) if side is not None]
    signs = [
        one.at
        for side in (agent, customer)
        if side is not None
        for one in side.events
        if one.event in ("invited", "answered") or one.detail.get("by") == "far"
    ]
    return Seen(
        id=id_,
        what=what,
        direction="outbound",
        customer=number,
        agent=names[agent.phone],
        from_at=agent.began_at,
        to_at=agent.began_at,
        reached=True,
        last_sign_at=max(signs, default=agent.began_at),
        answered_at=talked,
        answered_by=names[agent.phone] if talked else None,
        ended_at=min((at for at in ends if at is not None), default=None),
    )
