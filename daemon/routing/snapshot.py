"""The fallback's snapshot: whom the PBX rings for which client while Callward is silent.

A file beside each PBX, read there by ``dialplan/callward_fallback.py``. It holds no number, and
only phones that the PBX rings by itself: an employee's mobile is a number as well. Whose phones
are left out, and until when, stands apart: somebody may come back while Callward is silent.
"""

from __future__ import annotations

import asyncio
import json
import os
import tempfile
from base64 import b64encode
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from time import monotonic, time
from typing import Final

import structlog
from phonenumbers import PhoneMetadata
from sqlalchemy import func, select

from config.settings import Settings
from crm.absence import Away
from crm.phones import open_number
from crm.tables import client, phone
from crm.vault import Vault
from daemon.routing.absent import Absent
from daemon.routing.people import Agent, People
from dialplan.callward_fallback import VERSION, index_of, sign
from dialplan.keys import FallbackKeys
from dialplan.settings_file import fallback
from store.database import Database

_SETTLE_SECONDS: Final = 2.0
"""Several changes at once become one file."""
_REST: Final = 20.0
"""So many times as long as writing took nothing is written again: a large base takes seconds."""
_LOOK_SECONDS: Final = 60.0
_FRESH_SECONDS: Final = 3600.0
"""Written anew after this in any case: the PBX takes one of more than a week for a leftover."""
_SLICE: Final = 500
"""Numbers that are opened before calls have their turn: some milliseconds."""

_log = structlog.get_logger(__name__)

_MINE: Final = client.c.curator.is_not(None) | client.c.deputy.is_not(None)
_LOOK: Final = (
    select(
        client.c.curator,
        client.c.deputy,
        func.count(),
        func.min(phone.c.created_at),
        func.max(phone.c.created_at),
    )
    .join(phone, phone.c.client_id == client.c.id)
    .where(_MINE)
    .group_by(client.c.curator, client.c.deputy)
    .order_by(client.c.curator, client.c.deputy)
)
_READ: Final = (
    select(phone.c.id, phone.c.number, client.c.curator, client.c.deputy)
    .join(client, phone.c.client_id == client.c.id)
    .where(_MINE)
    .order_by(phone.c.id)
    .limit(_SLICE)
)


@dataclass(frozen=True, slots=True)
class Steps:
    """What is rung for whom, as the dialplan reads it: ``SECONDS~DIAL;…``."""

    people: People
    settings: Settings

    def of(self, curator: str | None, deputy: str | None) -> str:
        """Curator, deputy, group, on desk phones; empty where that is the group alone."""
        routing = self.settings.routing
        own = [
            f"{seconds}~{dial}"
            for name, seconds in (
                (curator, routing.curator_seconds),
                (deputy, routing.deputy_seconds),
            )
            if name is not None and (dial := _desk_phones(self.people.find(name)))
        ]
        group = fallback(self.settings)
        if own and group:
            own.append(f"{routing.group_seconds}~{group}")
        return ";".join(dict.fromkeys(own))


class SnapshotWriter:
    """Keeps the file of each PBX true. ``run`` until it is cancelled."""

    def __init__(
        self,
        settings: Settings,
        database: Database,
        vault: Vault,
        people: People,
        away_of: Callable[[str], Away | None] = lambda _name: None,
    ) -> None:
        self._files = {
            pbx.snapshot_file: FallbackKeys.of(vault, pbx.name)
            for pbx in settings.pbx
            if pbx.snapshot_file is not None
        }
        self._database = database
        self._vault = vault
        self._steps = Steps(people, settings)
        self._absent = Absent(people, settings, away_of)
        self._callers: dict[Path, list[dict[str, str]]] = {}
        """As they were written last: who is away changes nothing of them."""
        self._is_stale = True
        self._plan = dialling_plan(settings.company.region)
        self._changed = asyncio.Event()
        self._told: set[Path] = set()

    def poke(self) -> None:
        """A curator, a deputy or somebody's choice of phones changed."""
        self._is_stale = True
        self._changed.set()

    def people_changed(self) -> None:
        """Somebody is away, or back."""
        self._changed.set()

    def settle(self, settings: Settings) -> None:
        """Other ringing times and another group from now on."""
        self._steps = replace(self._steps, settings=settings)
        self._absent = replace(self._absent, settings=settings)
        self.poke()

    async def run(self) -> None:
        """Write at the start, after each change, and once in a while."""
        if not self._files:
            return
        last: object = None
        written_away: object = None
        written_at = took = 0.0
        while True:
            self._changed.clear()
            now, away = await self._look(), self._absent.phones()
            if self._is_stale or now != last or time() - written_at > _FRESH_SECONDS:
                # Whoever pokes knows of changes that a look does not show.
                self._is_stale = False
                began = monotonic()
                await self._read_all()
                await self._write_all(away)
                last, written_at, took = now, time(), monotonic() - began
            elif away != written_away:
                await self._write_all(away)
            written_away = away
            with suppress(TimeoutError):
                async with asyncio.timeout(_LOOK_SECONDS):
                    await self._changed.wait()
                rest = _REST * took if self._is_stale else 0.0
                await asyncio.sleep(max(_SETTLE_SECONDS, rest))

    async def _look(self) -> object:
        """Another value after most changes, for little work."""
        async with self._database.read() as connection:
            return [tuple(row) for row in await connection.execute(_LOOK)]

    async def _read_all(self) -> None:
        callers = {file: Callers() for file in self._files}
        async for number, steps in self._clients():
            for file, keys in self._files.items():
                callers[file].add(index_of(keys.index, number), steps)
        self._callers = {file: found.as_json() for file, found in callers.items()}

    async def _write_all(self, away: Mapping[str, int | None]) -> None:
        for file, keys in self._files.items():
            snapshot = {
                "version": VERSION,
                "made_at": round(time()),
                "plan": self._plan,
                "callers": self._callers[file],
                "away": away,
                "group": self._absent.group(),
            }
            content = encode(snapshot, keys.signature)
            try:
                await asyncio.to_thread(_write, file, content)
            except OSError as error:
                self._refused(file, error)
            else:
                self._told.discard(file)

    async def _clients(self) -> AsyncIterator[tuple[str, str]]:
        """Every number of a client who has somebody, and the steps."""
        steps = lru_cache(maxsize=None)(self._steps.of)
        query = _READ
        while True:
            async with self._database.read() as connection:
                rows = (await connection.execute(query)).all()
            for id_, number, curator, deputy in rows:
                if text := steps(curator, deputy):
                    yield open_number(self._vault, id_, number), text
            # Calls have their turn.
            await asyncio.sleep(0)
            if len(rows) < _SLICE:
                return
            query = _READ.where(phone.c.id > rows[-1].id)

    def _refused(self, file: Path, error: OSError) -> None:
        if file not in self._told:
            self._told.add(file)
            reason = error.strerror
            _log.error("the fallback's snapshot cannot be written", file=str(file), reason=reason)


class Callers:
    """Indexes and what is rung for each. One that stands for two different wishes is left out."""

    def __init__(self) -> None:
        self._steps: dict[bytes, str | None] = {}

    def add(self, index: bytes, steps: str) -> None:
        """One number more."""
        if self._steps.setdefault(index, steps) != steps:
            self._steps[index] = None

    def as_json(self) -> list[dict[str, str]]:
        """Indexes by steps, in one piece each: quick to read and small."""
        joined: dict[str, bytearray] = {}
        for index, steps in self._steps.items():
            if steps is not None:
                joined.setdefault(steps, bytearray()).extend(index)
        return [
            {"steps": steps, "indexes": b64encode(indexes).decode()}
            for steps, indexes in joined.items()
        ]


def encode(snapshot: Mapping[str, object], key: bytes) -> bytes:
    """The file: its signature and, on the next line, what is signed."""
    body = json.dumps(snapshot, ensure_ascii=True).encode()
    return sign(key, body) + b"\n" + body


def dialling_plan(region: str) -> dict[str, str]:
    """What the script needs to read a caller id as somebody in this country writes it."""
    known = PhoneMetadata.metadata_for_region(region)
    if known is None:
        return {"code": "", "international": "", "national": ""}
    abroad = known.preferred_international_prefix or known.international_prefix or ""
    return {
        "code": str(known.country_code),
        # Some countries have a pattern here: then nobody writes one prefix for all of abroad.
        "international": abroad if abroad.isdigit() else "",
        "national": known.national_prefix or "",
    }


def _desk_phones(agent: Agent | None) -> str:
    phones = () if agent is None else agent.ringing
    return "&".join(phone.endpoint for phone in phones if phone.endpoint is not None)


def _write(file: Path, content: bytes) -> None:
    """Whole or not at all. Asterisk's user reads it; the folder keeps others out."""
    # Mode 0600 until it is written (tempfile's contract).
    descriptor, draft = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
    try:
        with os.fdopen(descriptor, "wb") as out:
            out.write(content)
            out.flush()
            os.fchmod(descriptor, 0o644)
            os.fsync(descriptor)
        Path(draft).replace(file)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
