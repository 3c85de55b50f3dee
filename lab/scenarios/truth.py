"""What really happened, told by the phones' own logs: never by the PBX.

A ``Record`` has the keys of ``callward replay``. ``unchecked`` names those that the phones cannot
know, or about which people may disagree; a test leaves them out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Literal

from lab.phones import Phone
from lab.scenarios.leg import Leg

HangupBy = Literal["customer", "agent", "pbx"]
Disposition = Literal["answered", "missed", "busy", "failed", "cancelled"]
UNREACHABLE = (404, 480, 503)
BUSY = 486
COMPANY = "+442079460000"
"""What the company shows to those whom it calls."""


@dataclass(frozen=True, slots=True)
class Transfer:
    """One hand-over as the people at the phones would tell it."""

    kind: Literal["blind", "attended", "blonde"]
    by: str
    to: str
    result: Disposition


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One real call."""

    direction: Literal["inbound", "outbound", "internal"]
    customer_number: str | None
    company_number: str | None
    queue: str | None = None
    rang: tuple[str, ...] = ()
    answered_by: str | None = None
    last_agent: str | None = None
    disposition: Disposition
    started_at: datetime
    answered_at: datetime | None
    ended_at: datetime | None
    ring_seconds: float
    talk_seconds: float
    hangup_by: HangupBy | None
    transfers: tuple[Transfer, ...] = ()
    announcements: tuple[dict[str, Any], ...] = ()
    """What the customer was told of the recording: ``sound``, ``language``, ``whole``."""
    origin: Literal["dialled", "originated"] = "dialled"
    complete: bool = True
    recorded: bool = True
    unchecked: tuple[str, ...] = field(default=())


def ring_seconds(legs: Iterable[Leg], until: datetime | None) -> float:
    """How long at least one of them rang, before ``until``."""
    spans = []
    for leg in legs:
        stops = [at for at in (leg.answered_at, leg.ended_at, until) if at is not None]
        if leg.rang_at is not None and stops and min(stops) > leg.rang_at:
            spans.append((leg.rang_at, min(stops)))
    total, reached = 0.0, datetime.min.replace(tzinfo=UTC)
    for begin, end in sorted(spans):
        total += max(0.0, (end - max(begin, reached)).total_seconds())
        reached = max(reached, end)
    return total


def rang(legs: Iterable[Leg]) -> tuple[str, ...]:
    """Whose phones rang, in the order in which they first did."""
    ringing = sorted((leg.rang_at, leg.label) for leg in legs if leg.rang_at is not None)
    return tuple(dict.fromkeys(label for _, label in ringing))


def inbound(
    customer: Leg,
    legs: Sequence[Leg] = (),
    *,
    answered: Leg | None = None,
    answered_at: datetime | None = None,
    last: Phone | None = None,
    **other: Any,
) -> Record:
    """A call of a customer to the company.

    ``legs`` are the employees' phones that it went to, ``answered`` the one that first got
    through, ``last`` who talked last where that is another.
    """
    at = answered_at or (answered.answered_at if answered else None)
    ended_at = customer.ended_at
    dialled = customer.find("dialled")
    assert dialled is not None
    facts: dict[str, Any] = {
        "direction": "inbound",
        "customer_number": customer.label,
        "company_number": dialled.detail["target"],
        "rang": rang(legs),
        "answered_by": answered.label if answered else None,
        "last_agent": last.number if last else answered.label if answered else None,
        "disposition": "answered" if answered else "missed",
        "started_at": customer.started_at,
        "answered_at": at,
        "ended_at": ended_at,
        "ring_seconds": ring_seconds(legs, at),
        "talk_seconds": (ended_at - at).total_seconds() if at and ended_at else 0.0,
        "hangup_by": _hung_up_by(customer, answered is not None),
    }
    return Record(**(facts | other))


def _hung_up_by(customer: Leg, talked: bool) -> HangupBy:
    if customer.hung_up_itself:
        return "customer"
    return "agent" if talked else "pbx"


def outbound(agent: Leg, customer: Leg | None, **other: Any) -> Record:
    """A call of an employee to a customer; ``customer`` is ``None`` where nobody was reached."""
    at = customer.answered_at if customer else None
    end = customer.ended_at if customer and at else agent.ended_at
    invited = customer.find("invited") if customer else None
    hangup_by: HangupBy = "pbx"
    if at is not None and customer is not None:
        hangup_by = "customer" if customer.hung_up_itself else "agent"
    elif agent.hung_up_itself:
        hangup_by = "agent"
    facts: dict[str, Any] = {
        "direction": "outbound",
        "customer_number": customer.label if customer else None,
        "company_number": invited.detail["shown"] if invited else COMPANY,
        "rang": (),
        "answered_by": None,
        "last_agent": agent.label if at else None,
        "disposition": _outcome(agent, customer),
        "started_at": agent.started_at,
        "answered_at": at,
        "ended_at": end,
        "ring_seconds": ring_seconds([customer], at) if customer else 0.0,
        "talk_seconds": (end - at).total_seconds() if at and end else 0.0,
        "hangup_by": hangup_by,
    }
    return Record(**(facts | other))


def internal(caller: Leg, callee: Leg | None, **other: Any) -> Record:
    """A call between two employees, or of one to a service of the PBX (``callee`` ``None``)."""
    at = callee.answered_at if callee else caller.answered_at
    end = caller.ended_at
    facts: dict[str, Any] = {
        "direction": "internal",
        "customer_number": None,
        "company_number": None,
        "rang": rang([callee] if callee else []),
        "answered_by": callee.label if callee and at else None,
        "last_agent": callee.label if callee and at else None,
        "disposition": "answered" if at else _outcome(caller, callee),
        "started_at": caller.started_at,
        "answered_at": at,
        "ended_at": end,
        "ring_seconds": ring_seconds([callee], at) if callee else 0.0,
        "talk_seconds": (end - at).total_seconds() if at and end else 0.0,
        "hangup_by": "agent" if at or caller.hung_up_itself else "pbx",
        "recorded": False,
        # Both talk to the end: which of the two was the last is a matter of taste.
        "unchecked": ("last_agent",) if callee else ("answered_at", "talk_seconds", "hangup_by"),
    }
    return Record(**(facts | other))


def _outcome(caller: Leg, callee: Leg | None) -> Disposition:
    if callee is None:
        return "failed"
    if callee.answered_at is not None:
        return "answered"
    if callee.hung_up_itself and callee.end_code in UNREACHABLE:
        return "failed"
    if callee.hung_up_itself and callee.end_code == BUSY:
        return "busy"
    return "cancelled" if caller.hung_up_itself else "missed"
