from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from crm.access_tokens import (
    create_token,
    find_agent,
    list_tokens,
    revoke_token,
)
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

AT = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


async def _agent(database: Database, token: str) -> str | None:
    return await database.write(lambda c: find_agent(c, token))


async def test_a_key_opens_until_it_is_revoked(database: Database) -> None:
    first, second, other = [
        await database.write(lambda c, name=name: create_token(c, name, AT))  # type: ignore[misc]
        for name in ("101", "101", "102")
    ]
    assert [await _agent(database, token) for token in (first, second, other)] == [
        "101", "101", "102",
    ]  # fmt: skip
    mine = await database.write(lambda c: list_tokens(c, agent="101"))
    assert [token.revoked_at for token in mine] == [None, None]
    for worked in (True, False):
        assert await database.write(lambda c: revoke_token(c, mine[0].id, AT)) is worked
    assert not await database.write(lambda c: revoke_token(c, uuid7(), AT))
    assert [await _agent(database, token) for token in (first, second)] == [None, "101"]
    assert [await _agent(database, token) for token in (second, other)] == ["101", "102"]
    assert [token.revoked_at for token in await database.write(list_tokens)] == [AT, None, None]


async def test_nobody_s_keys(database: Database) -> None:
    token = await database.write(lambda c: create_token(c, "101", AT))
    for wrong in ("", "callward_", token[:-1], token + "x", token.upper(), "ключ", "x" * 10_000):
        assert await _agent(database, wrong) is None


async def test_a_key_may_stand_in_any_header_and_nowhere_in_the_database(
    database: Database,
) -> None:
    token = await database.write(lambda c: create_token(c, "101", AT))
    assert re.fullmatch(r"callward_[A-Za-z0-9_-]{43}", token)
    await database.close()
    assert token.encode() not in Path(database.name).read_bytes()
