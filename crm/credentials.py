"""Somebody sets how another signs in: he could then come as that other, so it is told to all.

For a while the other's private clients are shut (``Person.private_until``), and his word is not a
second person's (``crm.takeovers``).
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, update

from crm.alerts import raise_alert
from crm.audit import OPERATOR
from crm.notices import tell
from crm.people import PRIVATE_SHUT_FOR
from crm.people_tables import person

CREDENTIALS_SET: Final = "credentials_set"
"""The kind of the notice and of the alert."""


class Credential(StrEnum):
    """What was set."""

    PASSWORD = "password"  # noqa: S105
    TOTP = "totp"
    """His one-time codes were taken away."""
    WINDOWS = "windows"


def note_set(connection: Connection, name: str, what: Credential, *, by: str, at: datetime) -> None:
    """In the transaction that sets it; nothing where he did it himself."""
    if by == name:
        return
    set_by = {"credentials_by": by, "credentials_at": at}
    connection.execute(update(person).where(person.c.name == name).values(set_by))
    about = {"what": what.value, "by": by, "whose": name}
    tell(connection, name, CREDENTIALS_SET, {**about, "days": PRIVATE_SHUT_FOR.days}, at)
    raise_alert(
        connection,
        CREDENTIALS_SET,
        person=None if by == OPERATOR else by,
        evidence=about,
        key=f"{CREDENTIALS_SET} {what.value} {by} {name} {at.isoformat()}",
        at=at,
    )
