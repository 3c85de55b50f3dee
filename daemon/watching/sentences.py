"""Alerts and notices as sentences, in the reader's language. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from config.problems import Language
from crm.alerts import Alert, AlertKind
from crm.credentials import CREDENTIALS_SET
from crm.monitorings import MONITORED
from crm.notices import ALERT, Notice
from daemon.messages import say


def alert_sentence(alert: Alert, language: Language, zone: ZoneInfo) -> str:
    """What happened, of whom, and on what it rests."""
    key = ".".join(("alert", alert.kind, *_variant(alert.kind, alert.evidence)))
    shown = _shown({**alert.evidence, "at": alert.at.isoformat()}, alert.at, zone)
    return say(language, key, person=alert.person or "—", **shown)


def notice_sentence(notice: Notice, language: Language, zone: ZoneInfo) -> str:
    """What a person is told."""
    about = notice.about
    if notice.kind == ALERT:
        return alert_sentence(_alert_of(notice), language, zone)
    key = ".".join(("notice", notice.kind, *_variant(notice.kind, about)))
    return say(language, key, **_shown(about, notice.created_at, zone))


def _alert_of(notice: Notice) -> Alert:
    """The alert as far as its notice tells of it."""
    about = notice.about
    return Alert(
        id=UUID(about["alert"]),
        kind=about["kind"],
        person=about["person"],
        client_id=None,
        at=datetime.fromisoformat(about["at"]),
        evidence=about["evidence"],
        settled_by=None,
        settled_at=None,
        settled_note=None,
    )


def _variant(kind: str, about: Mapping[str, Any]) -> tuple[str, ...]:
    if kind == AlertKind.QUOTA:
        return about["unit"], str(about["hours"])
    if kind == AlertKind.DECOY_OPENED:
        return ("others" if about["others"] else "own",)
    if kind == MONITORED:
        return (about["mode"],)
    if kind == CREDENTIALS_SET:
        return (about["what"],)
    return ()


def _shown(about: Mapping[str, Any], at: datetime, zone: ZoneInfo) -> dict[str, Any]:
    """Instants as a clock of the company shows them; with the day, where it is another one."""
    day = at.astimezone(zone).date()
    shown: dict[str, Any] = {}
    for name, value in about.items():
        shown[name] = value
        instant = _instant(value)
        if instant is not None:
            local = instant.astimezone(zone)
            shown[name] = f"{local:%H:%M}" if local.date() == day else f"{local:%d.%m %H:%M}"
    return shown


def _instant(value: object) -> datetime | None:
    try:
        instant = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return instant if instant is not None and instant.tzinfo is not None else None
