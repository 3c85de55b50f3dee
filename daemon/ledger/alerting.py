"""A day that differs raises an alert; the alert settles itself when a later look finds nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from sqlalchemy import Connection, select, update

from config.problems import Language
from crm.alerts import raise_alert, settle_alert
from crm.audit import CALLWARD
from crm.vault import Vault
from crm.watch_tables import alert
from daemon.ledger.differences import HINTS, TROUBLES, DayAccount
from daemon.messages import say

DIFFERS: Final = "ledger"
"""Kind of alert: evidence ``day``, ``unmatched``."""
UNREAD: Final = "ledger_unread"
"""Kind of alert, where a log that should be there told nothing: evidence ``day``, ``pbx``."""


def tell_account(
    connection: Connection, vault: Vault, account: DayAccount, language: Language, at: datetime
) -> None:
    """Raise or settle what is to be said of that day, in the transaction that stores it.

    Whoever settled an alert by hand is not told of the very same differences again.
    """
    unread = sorted(one.pbx for one in account.pbxs if one.unchecked in TROUBLES)
    for state in (
        _State(
            kind=DIFFERS,
            day=account.day,
            evidence={"unmatched": account.unmatched} if account.unmatched else None,
            what=_fingerprint(account),
        ),
        _State(
            kind=UNREAD,
            day=account.day,
            evidence={"pbx": ", ".join(unread)} if unread else None,
            what=",".join(unread),
        ),
    ):
        _tell(connection, vault, state, language, at)


@dataclass(frozen=True, slots=True, kw_only=True)
class _State:
    kind: str
    day: date
    evidence: Mapping[str, object] | None
    """``None``: there is nothing to be told any more."""
    what: str
    """The same as long as the same is to be told."""


def _tell(
    connection: Connection, vault: Vault, state: _State, language: Language, at: datetime
) -> None:
    kind, day = state.kind, state.day
    is_open = [
        row
        for row in connection.execute(
            select(alert.c.id, alert.c.evidence, alert.c.dedup_key).where(
                alert.c.kind == kind, alert.c.settled_at.is_(None)
            )
        )
        if row.evidence.get("day") == day.isoformat()
    ]
    if state.evidence is None:
        note = say(language, "ledger.settled_note")
        for row in is_open:
            settle_alert(connection, vault, row.id, by=CALLWARD, note=note, at=at)
            # Should it ever differ so again, that is news.
            freed = update(alert).where(alert.c.id == row.id)
            connection.execute(freed.values(dedup_key=f"{row.dedup_key}:{row.id}"))
        return
    told = {"day": day.isoformat(), **state.evidence}
    if is_open:
        for row in is_open:
            connection.execute(update(alert).where(alert.c.id == row.id).values(evidence=told))
        return
    key = f"{kind}:{day}:{state.what}"
    raise_alert(connection, kind, person=None, evidence=told, key=key, at=at)


def _fingerprint(account: DayAccount) -> str:
    """The same for the same differences."""
    keys = sorted(repr(one.key) for one in account.differences if one.kind not in HINTS)
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()[:16]
