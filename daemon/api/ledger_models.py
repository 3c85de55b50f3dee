"""Days of the ledger as they are sent, with sentences in the language of the request."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import BaseModel

from config.problems import Language
from daemon.api.viewer import Viewer
from daemon.ledger.differences import (
    DayAccount,
    DayState,
    Difference,
    DifferenceKind,
    PbxDay,
    Unchecked,
)
from daemon.messages import say

_OF_THE_PBX: Final = frozenset({"file", "linkedids"})
"""Details that the PBX named, which could hold anything."""


class LedgerPbxModel(BaseModel):
    """One PBX's calls of the day."""

    pbx: str
    unchecked: Unchecked | None
    """Why its calls could not be compared with its log."""
    text: str | None
    """The same as a sentence."""
    logged: int
    """Calls in the PBX's log."""
    stored: int
    """Calls in the database."""
    matched: int
    running: int
    """Running, or just over: not judged yet, and in neither of the two."""
    earlier: int
    """In the log from before Callward was installed: not judged."""

    @classmethod
    def of(cls, one: PbxDay, language: Language, zone: ZoneInfo) -> Self:
        """From the account."""
        text = None
        if one.unchecked is not None:
            begins = _instant(one.log_begins_at, zone) or "—"
            about = {"pbx": one.pbx, "begins": begins, "reason": one.reason or "—"}
            text = say(language, f"ledger.unchecked.{one.unchecked}", **about)
        return cls(
            pbx=one.pbx,
            unchecked=one.unchecked,
            text=text,
            logged=one.logged,
            stored=one.stored,
            matched=one.matched,
            running=one.running,
            earlier=one.earlier,
        )


class LedgerKindModel(BaseModel):
    """How many differences of one kind."""

    kind: DifferenceKind
    text: str
    count: int


class DifferenceModel(BaseModel):
    """One thing that differs."""

    kind: DifferenceKind
    text: str
    """What it is, in few words."""
    why: str
    mends: str
    """What mends it."""
    left: str | None
    """Why it was not mended, where that was tried."""
    pbx: str | None
    call_id: UUID | None
    linkedid: str | None
    """Asterisk's, of the call; null where phones are hidden."""
    recording_id: UUID | None
    at: datetime | None
    """When the call or recording began, or the file was written."""

    @classmethod
    def of(cls, one: Difference, viewer: Viewer, language: Language, zone: ZoneInfo) -> Self:
        """From the account."""
        about = _shown(one.details, viewer, language, zone)
        return cls(
            kind=one.kind,
            text=say(language, f"ledger.kind.{one.kind}"),
            why=say(language, f"ledger.why.{one.kind}", **about),
            mends=say(language, f"ledger.mends.{one.kind}", **about),
            left=one.left and say(language, f"ledger.left.{one.left}"),
            pbx=one.pbx,
            call_id=one.call_id,
            linkedid=viewer.number(one.linkedid),
            recording_id=one.recording_id,
            at=one.at,
        )


class LedgerDayModel(BaseModel):
    """What was found on one day."""

    day: date
    state: DayState
    unmatched: int
    """How many differ, without hints."""
    checked_at: datetime
    pbxs: list[LedgerPbxModel]
    recordings: int
    """Announced by the day's calls."""
    recordings_stored: int
    recordings_empty: int
    """Nobody said anything in them."""
    recordings_waiting: int
    """On their way into the storage."""
    recordings_expired: int
    """Deleted by rule."""
    customers: int
    """Calls with a customer's number."""
    with_card: int
    nameless: int
    """Calls without a number: anonymous, or forgotten with their client."""
    crm: str | None
    """The outside CRM's name; null: none is used."""
    in_crm: int
    counts: list[LedgerKindModel]
    mended_at: datetime | None
    mended: list[LedgerKindModel]
    """What the last mending mended."""

    @classmethod
    def of(cls, account: DayAccount, language: Language, zone: ZoneInfo) -> Self:
        """From the account."""
        return cls(
            day=account.day,
            state=account.state,
            unmatched=account.unmatched,
            checked_at=account.checked_at,
            pbxs=[LedgerPbxModel.of(one, language, zone) for one in account.pbxs],
            recordings=account.recordings,
            recordings_stored=account.recordings_stored,
            recordings_empty=account.recordings_empty,
            recordings_waiting=account.recordings_waiting,
            recordings_expired=account.recordings_expired,
            customers=account.customers,
            with_card=account.with_card,
            nameless=account.nameless,
            crm=account.crm,
            in_crm=account.in_crm,
            counts=_kinds(account.counts, language),
            mended_at=account.mended_at,
            mended=_kinds(account.mended, language),
        )


class LedgerPage(BaseModel):
    """Days, newest first."""

    items: list[LedgerDayModel]
    """Days that nobody has looked at are not among them."""


class LedgerLookModel(BaseModel):
    """One day as it is known now."""

    day: date
    checking: bool
    """It is being looked at or mended: ask again in a moment."""
    account: LedgerDayModel | None
    """What was found last; null: nobody has looked yet."""
    differences: list[DifferenceModel]
    """The first thousand."""


def _kinds(counts: Mapping[DifferenceKind, int], language: Language) -> list[LedgerKindModel]:
    return [
        LedgerKindModel(kind=kind, text=say(language, f"ledger.kind.{kind}"), count=count)
        for kind, count in counts.items()
    ]


def _shown(
    details: Mapping[str, str], viewer: Viewer, language: Language, zone: ZoneInfo
) -> dict[str, str]:
    shown = {}
    for name, value in details.items():
        if name in _OF_THE_PBX:
            shown[name] = viewer.number(value) or "…"
        elif name in {"stored", "logged"}:
            shown[name] = _said(value, language, zone)
        elif name == "what":
            shown[name] = say(language, f"ledger.what.{value}")
        else:
            shown[name] = value or "—"
    return shown


def _said(value: str, language: Language, zone: ZoneInfo) -> str:
    """A disposition or an instant; nothing was known where it is empty."""
    if not value:
        return say(language, "ledger.unknown")
    try:
        return _instant(datetime.fromisoformat(value), zone) or value
    except ValueError:
        return say(language, f"ledger.ended.{value}")


def _instant(at: datetime | None, zone: ZoneInfo) -> str | None:
    return None if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
