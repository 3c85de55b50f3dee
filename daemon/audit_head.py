"""The part of the daemon that notes how far the audit goes, and misses what was cut off."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

import structlog
from sqlalchemy.exc import DBAPIError

from crm.audit import CALLWARD, Action, AuditLog, Entry
from crm.audit_head import Head, HeadError, read_head, stands, stored_head, write_head
from store.database import Database

_SECONDS: Final = 5.0
_LOGGED_AFTER: Final = 24 * 60 * 60.0

_log = structlog.get_logger(__name__)


class AuditHead:
    """Notes the newest entry in a file, and logs it at the start and once a day.

    Who cuts entries off has to change that file too; who changes both has the log against him,
    where it leaves this machine.
    """

    def __init__(self, database: Database, audit: AuditLog, path: Path) -> None:
        self._database = database
        self._audit = audit
        self._path = path
        self._noted: Head | None = None
        self._logged_at: float | None = None
        self._failed = False

    async def look_back(self) -> None:
        """At the start: where what was noted is gone, say so in the log and in the audit itself."""
        try:
            noted = await asyncio.to_thread(read_head, self._path)
        except HeadError as error:
            _log.error("audit head cannot be read", path=str(self._path), reason=str(error))
            noted = None
        async with self._database.read() as connection:
            newest = await connection.run_sync(stored_head)
            if noted is not None and await connection.run_sync(stands, noted):
                self._noted = noted
                return
        if noted is None:
            if newest is not None:
                _log.error("audit head is gone", path=str(self._path), newest=newest.seq)
                await self._audit.tell(Entry(action=Action.AUDIT_HEAD_LOST, actor=CALLWARD))
            return
        seq = 0 if newest is None else newest.seq
        _log.error("newest entries of the audit are gone", noted=noted.seq, newest=seq)
        await self._audit.tell(
            Entry(
                action=Action.AUDIT_SHORTENED,
                actor=CALLWARD,
                count=max(noted.seq - seq, 1),
                details={"noted": noted.seq, "newest": seq, "mac": noted.mac.hex()},
            )
        )

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            await self.note()
            await asyncio.sleep(_SECONDS)

    async def note(self) -> None:
        """Note the newest entry where it is another than before."""
        try:
            head = await self._database.look(stored_head)
        except DBAPIError:
            # Busy for the moment; what cannot last is the writer's to tell.
            return
        now = asyncio.get_running_loop().time()
        if head is None:
            return
        if head != self._noted:
            await asyncio.to_thread(self._write, head)
        if self._logged_at is None or now - self._logged_at >= _LOGGED_AFTER:
            self._logged_at = now
            _log.info("audit head", seq=head.seq, mac=head.mac.hex())

    def _write(self, head: Head) -> None:
        try:
            write_head(self._path, head)
        except OSError as error:
            if not self._failed:
                _log.error(
                    "audit head cannot be noted", path=str(self._path), reason=error.strerror
                )
            self._failed = True
            return
        if self._failed:
            _log.info("audit head is noted again", path=str(self._path))
        self._failed = False
        self._noted = head
