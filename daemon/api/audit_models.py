"""The audit as it goes out: a sentence for people, the rest for programs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Self
from uuid import UUID

from pydantic import BaseModel

from config.problems import Language
from crm import fields
from crm.audit_actions import Action
from crm.audit_chain import Finding as ChainFinding
from crm.audit_chain import Verdict
from crm.audit_queries import Told, Touched, TouchedClient
from crm.clients import ClientName
from daemon.api.viewer import Viewer
from daemon.messages import say
from daemon.watching.marks import SHOWN

_ACTIONS = frozenset(Action)
_VALUES = ("before", "after")
_SEARCHED = {
    "number": fields.PHONES,
    "email": fields.EMAILS,
    "company": fields.COMPANY,
    # Words of names and companies.
    "q": fields.COMPANY,
}
"""What somebody searched, and what it is a value of."""


class AuditClientModel(BaseModel):
    """Whom an entry is about."""

    id: UUID
    short_code: str | None
    name: str | None

    @classmethod
    def of(cls, client: ClientName, viewer: Viewer) -> Self:
        """From the card's name."""
        return cls(id=client.id, short_code=client.short_code, name=viewer.name(client.name))


class AuditEntryModel(BaseModel):
    """One thing that was done."""

    seq: int
    """Its place in the chain; also what ``after`` takes."""
    at: datetime
    person: str
    """Who did it: a person's name, ``operator``, or ``callward`` itself."""
    via: str | None
    address: str | None
    """From where."""
    action: str
    text: str
    """The action in words."""
    client: AuditClientModel | None
    """Null: about no client, or one whom you may not know of."""
    object: str | None
    count: int
    details: dict[str, Any] | None
    hidden: list[str]
    """Fields whose values are in the details, but hidden from you."""
    erased: bool
    """The details were deleted with their client."""

    @classmethod
    def of(cls, told: Told, viewer: Viewer, language: Language) -> Self:
        """As far as that person may read it."""
        hidden: set[str] = set()
        details = None
        if told.details is not None:
            # What the quotas count by says nothing to people.
            rest = {name: value for name, value in told.details.items() if name != SHOWN}
            if told.actor != viewer.actor:
                rest = _without_searched(rest, viewer, hidden)
            details = _shown(rest, viewer, hidden) or None
        return cls(
            seq=told.seq,
            at=told.at,
            person=viewer.called(told.actor),
            via=told.via,
            address=told.address,
            action=told.action,
            text=_sentence(told, viewer, language),
            client=None if told.client is None else AuditClientModel.of(told.client, viewer),
            object=viewer.text(told.object) if _is_typed(told.object) else told.object,
            count=told.count,
            details=details,
            hidden=sorted(hidden),
            erased=told.erased,
        )


class AuditPage(BaseModel):
    """Entries, newest first."""

    items: list[AuditEntryModel]
    next: str | None
    """Give it as ``after`` for the page that follows; null on the last one."""


class TouchedModel(BaseModel):
    """How often somebody did one thing."""

    action: str
    text: str
    """The action in words."""
    entries: int
    count: int
    """Of how many clients, calls, rows altogether."""
    clients: int
    last_at: datetime

    @classmethod
    def of(cls, touched: Touched, language: Language) -> Self:
        """From the audit's count."""
        return cls(
            action=touched.action,
            text=_heading(touched.action, language),
            entries=touched.entries,
            count=touched.count,
            clients=touched.clients,
            last_at=touched.last_at,
        )


class TouchedClientModel(BaseModel):
    """A client with whom somebody had to do."""

    client: AuditClientModel
    entries: int
    last_at: datetime

    @classmethod
    def of(cls, touched: TouchedClient, viewer: Viewer) -> Self:
        """From the audit's count."""
        return cls(
            client=AuditClientModel.of(touched.client, viewer),
            entries=touched.entries,
            last_at=touched.last_at,
        )


class PersonAuditModel(BaseModel):
    """What one person touched."""

    person: str
    actions: list[TouchedModel]
    clients: list[TouchedClientModel]
    """The latest first, 500 at most."""


class FaultModel(BaseModel):
    """Something wrong in the chain."""

    fault: str
    seq: int
    until: int | None
    text: str


class VerdictModel(BaseModel):
    """What the check of the chain found."""

    good: bool
    records: int
    findings: list[FaultModel]
    more: int
    """Findings beyond those that are named."""
    shortened: list[int]
    """Records in which the daemon says that newest entries before them were gone."""

    @classmethod
    def of(cls, verdict: Verdict, language: Language) -> Self:
        """In that language."""
        return cls(
            good=not verdict.findings,
            records=verdict.records,
            findings=[
                FaultModel(
                    fault=one.fault, seq=one.seq, until=one.until, text=fault_text(one, language)
                )
                for one in verdict.findings
            ],
            more=verdict.more,
            shortened=verdict.shortened,
        )


def fault_text(finding: ChainFinding, language: Language) -> str:
    """What is wrong where, in words."""
    until = finding.seq if finding.until is None else finding.until
    return say(language, f"audit.fault.{finding.fault}", seq=finding.seq, until=until)


def _heading(action: str, language: Language) -> str:
    if action not in _ACTIONS:
        return say(language, "audit.by_later", action=action)
    return say(language, f"audit.action.{action}")


def _sentence(told: Told, viewer: Viewer, language: Language) -> str:
    if told.action not in _ACTIONS:
        return say(language, "audit.by_later", action=told.action)
    return say(
        language,
        f"audit.{told.action}",
        client=_client(told, viewer, language),
        object=(viewer.text(told.object) if _is_typed(told.object) else told.object) or "—",
        count=told.count,
    )


def _client(told: Told, viewer: Viewer, language: Language) -> str:
    if told.client is None:
        return say(language, "audit.client_gone" if told.gone else "audit.some_client")
    name = viewer.name(told.client.name) or say(language, "audit.client_unnamed")
    if told.client.short_code is None:
        return name
    return say(language, "audit.client_with_code", name=name, code=told.client.short_code)


def _without_searched(details: dict[str, Any], viewer: Viewer, hidden: set[str]) -> dict[str, Any]:
    """What another searched by a field that is hidden from this one tells what stands there."""
    shown: dict[str, Any] = {}
    for name, value in details.items():
        field = _SEARCHED.get(name)
        if isinstance(value, dict):
            shown[name] = _without_searched(value, viewer, hidden)
        elif field is None or viewer.sees(field):
            shown[name] = value
        else:
            hidden.add(field)
            shown[name] = None
    return shown


def _shown(value: Any, viewer: Viewer, hidden: set[str]) -> Any:
    """Details without the values of hidden fields, and free text without what they would say."""
    if isinstance(value, str):
        return viewer.text(value) if _is_typed(value) else value
    if isinstance(value, list):
        return [_shown(one, viewer, hidden) for one in value]
    if not isinstance(value, dict):
        return value
    shown = {}
    for key, one in value.items():
        if key in _VALUES and isinstance(one, dict):
            hidden.update(field for field in one if not viewer.sees(field))
            shown[key] = {
                field: _shown(what, viewer, hidden) if viewer.sees(field) else None
                for field, what in one.items()
            }
        else:
            shown[key] = _shown(one, viewer, hidden)
    return shown


def _is_typed(text: str | None) -> bool:
    """Whether it may hold what somebody typed; an id (``alert:ID``) has digits, too, and stays
    whole.
    """
    if text is None:
        return False
    id_ = text.rpartition(":")[2]
    try:
        return str(UUID(id_)) != id_.lower() or any(map(str.isdigit, text.removesuffix(id_)))
    except ValueError:
        return True
