"""Where a PBX's own log is read from: its file, or the database into which it writes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Protocol

from config.settings import PbxSettings
from daemon.cel.file import CelLog
from daemon.cel.rows import CelRow


class CelSource(Protocol):
    """A PBX's log. Blocks: to be used from a thread, one at a time."""

    surprises: Counter[str]
    """What could not be read, by reason."""

    @property
    def name(self) -> str:
        """Where it is, for people: a path, or an address without its password."""

    def rows(self, since: datetime, until: datetime | None = None) -> Iterator[list[CelRow]]:
        """Rows since then, perhaps some from before, a few hundred at a time, oldest first.

        Ends with the newest row, or a little after ``until``. Raises OSError where it cannot be
        read, CelColumnsError for columns that cannot be used.
        """


def open_source(pbx: PbxSettings, surprises: Counter[str] | None = None) -> CelSource | None:
    """The log that the settings name; ``None`` where they name none. Nothing is read yet."""
    if pbx.cel.file is not None:
        return CelLog(pbx.cel.file, pbx.timezone, pbx.cel.columns, surprises)
    if pbx.cel.url is not None:
        from daemon.cel.table import CelTable  # noqa: PLC0415 - no driver where a file is read

        return CelTable(pbx, surprises)
    return None
