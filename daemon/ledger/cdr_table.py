"""CDR of the database in which the PBX's event log stands: FreePBX's ``asteriskcdrdb.cdr``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnClause, column, inspect, select, table

from daemon.cel.table import CelTable
from daemon.ledger.cdr import began_at, uniqueids

TABLE: Final = "cdr"
_AT_ONCE: Final = 1000
_AROUND: Final = timedelta(hours=1)
"""``calldate`` is local time, of some programs the answer's; a uniqueid says when it began."""
_IDS: Final = ("uniqueid", "linkedid")


class CdrTable(CelTable):
    """See ``daemon.ledger.cdr.CdrSource``; a database without that table has no CDR."""

    def calls(self, begin: datetime, end: datetime) -> Iterator[frozenset[str]]:
        """See ``CdrSource``."""
        with self._connected() as connection:
            there = inspect(connection)
            if not there.has_table(TABLE):
                return
            names = {one["name"] for one in there.get_columns(TABLE)}
            ids: list[ColumnClause[Any]] = [column(name) for name in _IDS if name in names]
            if "calldate" not in names or not ids:
                return
            calldate: ColumnClause[Any] = column("calldate")
            since, until = (self._local(at) for at in (begin - _AROUND, end + _AROUND))
            query = select(*ids).select_from(table(TABLE)).where(calldate.between(since, until))
            rows = connection.execution_options(yield_per=_AT_ONCE).execute(query)
            for row in rows:
                found = uniqueids(str(value) for value in row if value is not None)
                began = began_at(found)
                if began is not None and begin <= began < end:
                    yield found

    def _local(self, at: datetime) -> datetime:
        return at.astimezone(self._zone).replace(tzinfo=None)
