"""Calls and cards mended: from the PBX's own log, as after an outage, and from the vault."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final
from uuid import UUID

import structlog
from sqlalchemy import Connection
from sqlalchemy.exc import DataError, IntegrityError, ProgrammingError

from crm.phones import open_numbers
from crm.vault import Vault
from daemon.calls.call import Call, Disposition, RecordingRef
from daemon.calls.dialplan import recording_name
from daemon.calls.reconcile import reconcile
from daemon.history.known import find_known
from daemon.history.load import load_rows
from daemon.history.records import phone_ids, to_call
from daemon.history.writer import HistoryWriter
from daemon.ledger.check import Found
from daemon.ledger.differences import FROM_LOG, Difference, DifferenceKind
from daemon.ledger.files import has_original
from daemon.ledger.mended import Left, Mended, note
from daemon.ledger.stored import batches
from daemon.ledger.taking_in import TakingIn
from recordings.threads import at_place
from store.database import Database

_AT_ONCE: Final = 100
_UNWRITABLE: Final = (IntegrityError, DataError, ProgrammingError, TypeError, ValueError)

_log = structlog.get_logger(__name__)


class Mending:
    """Mends what a look found. What is mended already is left as it is."""

    def __init__(
        self,
        *,
        database: Database,
        vault: Vault,
        writer: HistoryWriter,
        taking_in: TakingIn,
        folders: Mapping[str, Path],
    ) -> None:
        """``folders``: by PBX, where MixMonitor's files appear."""
        self._database = database
        self._vault = vault
        self._writer = writer
        self._taking_in = taking_in
        self._folders = folders

    async def mend(self, found: Found) -> Mended:
        """Calls first: a recording or a card needs its call."""
        mended = Mended()
        await self._mend_calls(found, mended)
        await self._make_cards(
            [d for d in found.differences if d.kind is DifferenceKind.NO_CARD], mended
        )
        await self._taking_in.mend(found, mended)
        for one in found.differences:
            if one.kind in {
                DifferenceKind.NOT_LOGGED,
                DifferenceKind.LOGGED_APART,
                DifferenceKind.UNREADABLE,
            }:
                mended.leave(one, Left.BY_HAND)
            elif one.kind is DifferenceKind.NOT_IN_CRM:
                mended.leave(one, Left.BY_CRM)
        return mended

    # ── calls, from the log ──────────────────────────────────────────────────────────────────

    async def _mend_calls(self, found: Found, mended: Mended) -> None:
        of_call: dict[tuple[str, str], list[Difference]] = {}
        logged: dict[tuple[str, str], Call] = {}
        for one in found.differences:
            if one.kind not in FROM_LOG:
                continue
            call = found.wanted.get(one.key)
            if call is None:
                mended.leave(one, Left.NO_LOG)
                continue
            key = call.pbx, min(call.linkedids)
            logged[key] = call
            of_call.setdefault(key, []).append(one)
        for some in batches(logged.items(), _AT_ONCE):
            for pbx in {pbx for (pbx, _), _ in some}:
                mine = {key: call for key, call in some if key[0] == pbx}
                known = await self._known(pbx, mine.values())
                for key, call in mine.items():
                    why = await self._mend_call(call, _same(call, known))
                    for one in of_call[key]:
                        note(mended, one, why)

    async def _known(self, pbx: str, calls: Iterable[Call]) -> list[Call]:
        linkedids = {linkedid for call in calls for linkedid in call.linkedids}
        async with self._database.read() as connection:
            return await connection.run_sync(find_known, self._vault, pbx, linkedids)

    async def _mend_call(self, call: Call, known: Sequence[Call]) -> Left | None:
        if not all(one.gone for one in known):
            return Left.RUNNING
        answered = Disposition.ANSWERED
        was_answered = any(one.disposition is answered and one.complete for one in known)
        if was_answered and call.disposition is not answered:
            return Left.LOG_KNOWS_LESS
        best, *others = reconcile(known, [call])
        if others or best in known:
            return Left.LOG_KNOWS_LESS
        try:
            best = await at_place(best.pbx, self._with_recordings, best)
        except OSError as error:
            # The call is worth more than its sound, which the ledger goes on to find.
            name, kind = str(best.id), type(error).__name__
            _log.warning("folder of recordings does not answer", call_id=name, error=kind)
        merged = {one.id: best.id for one in known if one.id != best.id}
        return await self._write(best, merged)

    async def _write(self, call: Call, merged: Mapping[UUID, UUID]) -> Left | None:
        try:
            await self._writer.write([call], merged, reconciled=True)
        except _UNWRITABLE as error:
            name, kind = str(call.id), type(error).__name__
            _log.error("call could not be mended", call_id=name, error=kind)
            return Left.REFUSED
        return None

    def _with_recordings(self, call: Call) -> Call:
        """The log knows of no recording: its name follows from the channel, where there is one."""
        folder = self._folders.get(call.pbx)
        if folder is None or call.recordings:
            return call
        found = tuple(
            RecordingRef(channel=leg.channel, name=name, started_at=leg.started_at)
            for leg in call.legs
            if has_original(folder, name := recording_name(leg.channel))
        )
        return replace(call, recordings=found)

    # ── cards ────────────────────────────────────────────────────────────────────────────────

    async def _make_cards(self, cardless: Sequence[Difference], mended: Mended) -> None:
        """A call that is written again has its customer matched or made, as at its first time."""
        if not cardless:
            return
        await self._database.write(lambda _connection: self._writer.forget_phones())
        for some in batches(cardless, _AT_ONCE):
            ids = {one.call_id for one in some if one.call_id is not None}
            async with self._database.read() as connection:
                calls = await connection.run_sync(self._load, ids)
            for one in some:
                call = None if one.call_id is None else calls.get(one.call_id)
                note(mended, one, Left.NO_CALL if call is None else await self._write(call, {}))

    def _load(self, connection: Connection, ids: set[UUID]) -> dict[UUID, Call]:
        stored = load_rows(connection, ids)
        phones = {id_ for rows in stored.values() for id_ in phone_ids(rows)}
        numbers = open_numbers(connection, self._vault, phones)
        return {id_: to_call(rows, numbers) for id_, rows in stored.items()}


def _same(logged: Call, calls: Iterable[Call]) -> list[Call]:
    """Those of which a logged call tells."""
    return [call for call in calls if call.id == logged.id or call.linkedids & logged.linkedids]
