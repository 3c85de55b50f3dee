"""An archived client who calls is in use again: nobody has to remember him."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from crm.archive import come_back
from crm.audit import Action, AuditLog, Entry
from daemon.calls.call import Direction
from daemon.history.rows import Row

CALLWARD: Final = "callward"


class Returns:
    """Asked for every write of calls, in its transaction."""

    def __init__(self, audit: AuditLog) -> None:
        self._audit = audit

    def __call__(self, connection: Connection, appeared: Iterable[Row]) -> None:
        """Those who call by calls that are new: rows of table ``call``."""
        calls: dict[UUID, datetime] = {}
        for row in appeared:
            phone, at = row["customer_phone_id"], row["started_at"]
            if row["direction"] == Direction.INBOUND and phone is not None:
                calls[phone] = max(at, calls.get(phone, at))
        back = come_back(connection, calls)
        self._audit.add(
            connection,
            *(
                Entry(action=Action.CLIENT_RESTORED, actor=CALLWARD, client_id=id_, object="call")
                for id_ in back
            ),
        )
