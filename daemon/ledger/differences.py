"""What can differ on a day, and the day's account. Pure: records, and their JSON.

Nothing here holds a number: calls go by their ids, recordings by theirs, channels by uniqueid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final, Self
from uuid import UUID

MOST_KEPT: Final = 1000
"""Differences that are kept one by one; ``DayAccount.counts`` counts all of them."""


class DifferenceKind(StrEnum):
    """What differs. Each has the texts ``ledger.kind.KIND``, ``ledger.why.KIND``,
    ``ledger.mends.KIND``."""

    NOT_STORED = "not_stored"
    """The PBX's log has a call that is not stored."""
    NOT_LOGGED = "not_logged"
    """A stored call of which a log that reaches that far knows nothing."""
    STORED_TWICE = "stored_twice"
    """One call of the PBX is two stored calls."""
    LOGGED_APART = "logged_apart"
    """Two calls of the log are one stored call."""
    INCOMPLETE = "incomplete"
    """Its end was not seen; the log has it."""
    DISPOSITION = "disposition"
    """How it ended: ``stored``, ``logged``."""
    ANSWER = "answer"
    """When it was answered: ``stored``, ``logged``."""
    END = "end"
    """When it ended: ``stored``, ``logged``."""
    NOT_TAKEN_IN = "not_taken_in"
    """A recording was announced, and nothing became of it."""
    RECORDING_MISSING = "recording_missing"
    """A recording was announced, and its files never came."""
    RECORDING_FAILED = "recording_failed"
    """A recording could not be stored: ``error``."""
    OBJECT_MISSING = "object_missing"
    """A stored recording whose file is not in the storage."""
    OBJECT_ALTERED = "object_altered"
    """A stored recording whose file is not what was stored."""
    ORPHAN = "orphan"
    """A file in the storage that belongs to no recording: ``file``."""
    ORIGINAL_LEFT = "original_left"
    """The PBX's file of a recording that no call announced: ``file``."""
    UNREADABLE = "unreadable"
    """Files could not be looked at: ``what`` (``storage``, ``folder``), ``reason``."""
    NO_CARD = "no_card"
    """A customer's call, and he has no card."""
    NOT_IN_CRM = "not_in_crm"
    """The outside CRM does not have this call."""
    ONLY_IN_CDR = "only_in_cdr"
    """The PBX's CDR has a call that its event log does not have. A hint: see ``HINTS``."""


HINTS: Final = frozenset({DifferenceKind.ONLY_IN_CDR})
"""Say that what was compared with may have gaps itself. They are told, and make no day differ."""
FROM_LOG: Final = frozenset(
    {
        DifferenceKind.NOT_STORED,
        DifferenceKind.STORED_TWICE,
        DifferenceKind.INCOMPLETE,
        DifferenceKind.DISPOSITION,
        DifferenceKind.ANSWER,
        DifferenceKind.END,
    }
)
"""What the PBX's log mends."""
SEEN_BY_LOG: Final = (FROM_LOG - {DifferenceKind.STORED_TWICE}) | {
    DifferenceKind.NOT_LOGGED,
    DifferenceKind.LOGGED_APART,
}
"""What only a look at the PBX's log can find, and so nothing else can find gone."""


class Unchecked(StrEnum):
    """Why a PBX's calls could not be compared with its log. Texts: ``ledger.unchecked.REASON``."""

    NO_LOG = "no_log"
    UNREADABLE = "unreadable"
    STARTS_LATER = "starts_later"
    """The log begins within the day or after it: what was before is not told of."""
    STOPS_EARLIER = "stops_earlier"
    """The log holds nothing of the day, though calls of the day are stored."""


TROUBLES: Final = frozenset({Unchecked.UNREADABLE, Unchecked.STOPS_EARLIER})
"""Of the reasons those that somebody has to mend; the others are as somebody set them up, or as
old as the log is."""


class DayState(StrEnum):
    """Of a day. Texts: ``ledger.state.STATE``."""

    MATCHED = "matched"
    """Everything was compared, and nothing differs."""
    UNCHECKED = "unchecked"
    """Nothing differs, but not everything could be compared."""
    DIFFERS = "differs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One."""

    kind: DifferenceKind
    pbx: str | None = None
    call_id: UUID | None = None
    linkedid: str | None = None
    """Asterisk's; of the log's call, where it has no id of ours."""
    recording_id: UUID | None = None
    at: datetime | None = None
    """When the call began, or the file was written."""
    details: Mapping[str, str] = field(default_factory=dict)
    """See ``DifferenceKind``; instants are ISO 8601."""
    left: str | None = None
    """Why it was not mended, where that was tried: ``ledger.left.LEFT``."""

    @property
    def key(self) -> tuple[object, ...]:
        """The same of two looks at the same thing."""
        named = self.details.get("file")
        return self.kind, self.pbx, self.call_id, self.linkedid, self.recording_id, named

    def to_json(self) -> dict[str, Any]:
        """What JSON can hold; without what is not known."""
        plain = {
            "kind": self.kind.value,
            "pbx": self.pbx,
            "call_id": self.call_id and str(self.call_id),
            "linkedid": self.linkedid,
            "recording_id": self.recording_id and str(self.recording_id),
            "at": self.at and self.at.isoformat(),
            "details": dict(self.details) or None,
            "left": self.left,
        }
        return {name: value for name, value in plain.items() if value is not None}

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """As ``to_json`` wrote it."""
        call_id, recording_id, at = (plain.get(key) for key in ("call_id", "recording_id", "at"))
        return cls(
            kind=DifferenceKind(plain["kind"]),
            pbx=plain.get("pbx"),
            call_id=call_id and UUID(call_id),
            linkedid=plain.get("linkedid"),
            recording_id=recording_id and UUID(recording_id),
            at=at and datetime.fromisoformat(at),
            details=plain.get("details", {}),
            left=plain.get("left"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class PbxDay:
    """One PBX's calls of the day."""

    pbx: str
    unchecked: Unchecked | None = None
    log_begins_at: datetime | None = None
    """Where ``unchecked`` is ``STARTS_LATER``."""
    reason: str | None = None
    """Where it is ``UNREADABLE``: the system's words."""
    logged: int = 0
    stored: int = 0
    matched: int = 0
    running: int = 0
    """Running, or just over: not judged yet. Neither in ``logged`` nor in ``stored``."""
    earlier: int = 0
    """Logged before Callward was there: not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayAccount:
    """What was found on one day."""

    day: date
    checked_at: datetime
    pbxs: tuple[PbxDay, ...] = ()
    recordings: int = 0
    """Announced by the day's calls."""
    recordings_stored: int = 0
    recordings_empty: int = 0
    """Nobody said anything in them."""
    recordings_waiting: int = 0
    """On their way into the storage."""
    recordings_expired: int = 0
    """Deleted by rule, or by order."""
    customers: int = 0
    """Calls with a customer's number."""
    with_card: int = 0
    nameless: int = 0
    """Calls without a number: anonymous, or forgotten with their client."""
    crm: str | None = None
    """The outside CRM's name; ``None``: none is used."""
    in_crm: int = 0
    counts: Mapping[DifferenceKind, int] = field(default_factory=dict)
    """Differences by kind."""
    differences: tuple[Difference, ...] = ()
    """At most ``MOST_KEPT``."""
    mended_at: datetime | None = None
    mended: Mapping[DifferenceKind, int] = field(default_factory=dict)
    """What the last mending mended or set going, by kind."""

    @property
    def unmatched(self) -> int:
        """How many differ, without hints."""
        return sum(count for kind, count in self.counts.items() if kind not in HINTS)

    @property
    def state(self) -> DayState:
        """What is to be said of the day."""
        if self.unmatched:
            return DayState.DIFFERS
        return DayState.UNCHECKED if any(one.unchecked for one in self.pbxs) else DayState.MATCHED

    def to_json(self) -> dict[str, Any]:
        """What JSON can hold."""
        plain = {one.name: getattr(self, one.name) for one in fields(self) if one.name in _PLAIN}
        return {
            **plain,
            "day": self.day.isoformat(),
            "checked_at": self.checked_at.isoformat(),
            "pbxs": [_pbx_to_json(one) for one in self.pbxs],
            "counts": {kind.value: count for kind, count in self.counts.items()},
            "differences": [one.to_json() for one in self.differences],
            "mended_at": self.mended_at and self.mended_at.isoformat(),
            "mended": {kind.value: count for kind, count in self.mended.items()},
        }

    @classmethod
    def from_json(cls, plain: Mapping[str, Any]) -> Self:
        """As ``to_json`` wrote it."""
        mended_at = plain["mended_at"]
        return cls(
            **{name: plain[name] for name in _PLAIN},
            day=date.fromisoformat(plain["day"]),
            checked_at=datetime.fromisoformat(plain["checked_at"]),
            pbxs=tuple(map(_pbx_from_json, plain["pbxs"])),
            counts={DifferenceKind(kind): count for kind, count in plain["counts"].items()},
            differences=tuple(map(Difference.from_json, plain["differences"])),
            mended_at=mended_at and datetime.fromisoformat(mended_at),
            mended={DifferenceKind(kind): count for kind, count in plain["mended"].items()},
        )


def count(differences: tuple[Difference, ...]) -> dict[DifferenceKind, int]:
    """How many of each kind, the kinds in their order."""
    counted = Counter(one.kind for one in differences)
    return {kind: counted[kind] for kind in DifferenceKind if counted[kind]}


_PLAIN: Final = (
    *("recordings", "recordings_stored", "recordings_empty", "recordings_waiting"),
    *("recordings_expired", "customers", "with_card", "nameless", "crm", "in_crm"),
)


def _pbx_to_json(one: PbxDay) -> dict[str, Any]:
    plain = {each.name: getattr(one, each.name) for each in fields(one)}
    begins = one.log_begins_at
    return {
        **plain,
        "unchecked": one.unchecked and one.unchecked.value,
        "log_begins_at": begins and begins.isoformat(),
    }


def _pbx_from_json(plain: Mapping[str, Any]) -> PbxDay:
    unchecked, begins = plain["unchecked"], plain["log_begins_at"]
    return PbxDay(
        **{
            **plain,
            "unchecked": unchecked and Unchecked(unchecked),
            "log_begins_at": begins and datetime.fromisoformat(begins),
        }
    )
