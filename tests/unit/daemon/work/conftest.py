"""The whole daemon, made as it is for a company, without a PBX to talk to."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import aiohttp
import pytest
from sqlalchemy import Connection, select

from config.settings import Settings
from crm.access import Rights
from crm.access_tokens import create_token
from crm.people import Person, create_person
from crm.tables import client
from daemon import bootstrap
from daemon.api.context import ApiContext
from daemon.bootstrap import build
from daemon.history.writer import HistoryWriter
from daemon.operator_key import USER_HEADER, operator_key
from daemon.running import Daemon
from store.ids import uuid7

BEGAN = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)
ANNAS_MOBILE = "+447700900101"
_DEADLINE_SECONDS = 30.0


@dataclass
class Office:
    """Asks the daemon as the operator, or as somebody who works there."""

    daemon: Daemon
    context: ApiContext
    writer: HistoryWriter
    http: aiohttp.ClientSession

    async def ask(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, Any]:
        """The status and the JSON of an answer."""
        shown = self.operator if headers is None else headers
        async with self.http.request(method, path, json=body, headers=shown) as answer:
            text = await answer.text()
            return answer.status, await answer.json(content_type=None) if text else None

    @property
    def operator(self) -> dict[str, str]:
        key = operator_key(self.context.vault)
        return {"Authorization": f"Bearer {key}", USER_HEADER: "root"}

    async def person(
        self,
        name: str,
        *,
        role: str = "manager",
        department: str | None = None,
        exceptions: Rights | None = None,
        weight: int = 100,
    ) -> None:
        """Somebody new."""
        new = Person(
            name=name,
            role=role,
            department=department,
            exceptions=exceptions or {},
            weight=weight,
            created_by="test",
            created_at=BEGAN,
        )
        await self.context.staff.change(lambda connection: create_person(connection, new))

    async def token(self, name: str) -> dict[str, str]:
        """What his program sends."""
        made = await self.write(lambda connection: create_token(connection, name, BEGAN))
        return {"Authorization": f"Bearer {made}"}

    async def write(self, work: Any) -> Any:
        """In one transaction."""
        return await self.context.database.write(work)

    async def rows(self, query: Any) -> list[Any]:
        """What a query finds."""
        async with self.context.database.read() as connection:
            return list((await connection.execute(query)).all())

    async def curators(self, ids: Sequence[UUID]) -> Counter[str | None]:
        """How many of these clients each serves."""
        rows = await self.rows(select(client.c.curator).where(client.c.id.in_(ids)))
        return Counter(row.curator for row in rows)

    async def moved(self, plan: str) -> Any:
        """The progress of a plan that was run, once it is done."""
        async with asyncio.timeout(_DEADLINE_SECONDS):
            while True:
                progress = await self.context.work.moves.progress(plan)
                if progress is not None and not progress.left:
                    return progress
                await asyncio.sleep(0.01)


def cards(
    connection: Connection, count: int, curator: str | None = None, **more: object
) -> list[UUID]:
    """Client cards, bare."""
    made = [uuid7() for _ in range(count)]
    for id_ in made:
        row = {"id": id_, "source": "test", "curator": curator, "created_at": BEGAN, **more}
        connection.execute(client.insert().values(row))
    return made


@pytest.fixture
async def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Office]:
    """Its outbox works; the PBX is not asked for."""
    contexts: list[ApiContext] = []

    def seen(**parts: Any) -> ApiContext:
        contexts.append(ApiContext(**parts))
        return contexts[-1]

    writers: list[HistoryWriter] = []

    def written(*parts: Any, **more: Any) -> HistoryWriter:
        writers.append(HistoryWriter(*parts, **more))
        return writers[-1]

    monkeypatch.setattr(bootstrap, "ApiContext", seen)
    monkeypatch.setattr(bootstrap, "HistoryWriter", written)
    settings = Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"], "region": "GB"},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "agents": [
                {"name": "anna", "endpoints": ["201"], "mobiles": [ANNAS_MOBILE]},
                {"name": "boris", "endpoints": ["202"]},
            ],
            "database": {"url": f"sqlite+aiosqlite:///{tmp_path}/callward.db"},
            "vault": {"key_file": tmp_path / "vault.key"},
            "recordings": {"storage": f"file://{tmp_path}/recordings"},
            "http": {"port": 0},
        }
    )
    daemon = await build(settings)
    await daemon.open()
    parts = [asyncio.create_task(daemon.parts[name]()) for name in ("outbox", "reminders")]
    base = f"http://127.0.0.1:{daemon.http_port}"
    async with aiohttp.ClientSession(base) as http:
        yield Office(daemon, contexts[0], writers[0], http)
    for part in parts:
        part.cancel()
        with suppress(asyncio.CancelledError):
            await part
    await daemon.close()
