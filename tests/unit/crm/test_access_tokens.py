from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crm.access import Right
from crm.access_tokens import (
    AccessToken,
    UnknownScopeError,
    count_good,
    create_token,
    find_token,
    list_tokens,
    note_use,
    read_scopes,
    revoke_all,
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


async def _make(database: Database, *names: str) -> list[str]:
    return [
        await database.write(lambda c, name=name: create_token(c, name, AT))  # type: ignore[misc]
        for name in names
    ]


async def _found(database: Database, token: str) -> AccessToken | None:
    return await database.write(lambda c: find_token(c, token))


async def _agent(database: Database, token: str) -> str | None:
    """Whose it is, where it is good."""
    found = await _found(database, token)
    return found.agent if found is not None and found.is_good(AT) else None


async def test_a_key_opens_until_it_is_revoked(database: Database) -> None:
    first, second, other = await _make(database, "101", "101", "102")
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


async def test_all_of_a_leaver_s_are_revoked(database: Database) -> None:
    first, second, other = await _make(database, "101", "101", "102")
    assert await database.write(lambda c: count_good(c, "101", AT)) == 2
    assert await database.write(lambda c: revoke_all(c, "101", AT)) == 2
    assert await database.write(lambda c: revoke_all(c, "101", AT)) == 0
    assert [await _agent(database, token) for token in (first, second, other)] == [
        None, None, "102",
    ]  # fmt: skip


async def test_a_key_ends_by_itself_and_is_narrow(database: Database) -> None:
    end = AT + timedelta(days=1)
    scopes = read_scopes(["calls.read", "tasks.read"])
    token = await database.write(
        lambda c: create_token(c, "101", AT, label="report", scopes=scopes, expires_at=end)
    )
    found = await _found(database, token)
    assert found is not None
    assert found.label == "report"
    assert found.scopes == frozenset({Right.CALLS_READ, Right.TASKS_READ})
    assert (found.is_good(end - timedelta(seconds=1)), found.is_good(end)) == (True, False)
    with pytest.raises(UnknownScopeError) as caught:
        read_scopes(["calls.read", "calls.everything"])
    assert caught.value.scope == "calls.everything"


async def test_a_use_is_noted_once_a_minute(database: Database) -> None:
    (token,) = await _make(database, "101")
    found = await _found(database, token)
    assert found is not None
    assert found.use_is_news(AT)
    await database.write(lambda c: note_use(c, found.id, AT))
    again = await _found(database, token)
    assert again is not None
    assert again.used_at == AT
    assert not again.use_is_news(AT + timedelta(seconds=59))
    assert again.use_is_news(AT + timedelta(seconds=60))


async def test_nobody_s_keys(database: Database) -> None:
    (token,) = await _make(database, "101")
    for wrong in ("", "callward_", token[:-1], token + "x", token.upper(), "ключ", "x" * 10_000):
        assert await _agent(database, wrong) is None


@pytest.mark.sqlite
async def test_a_key_may_stand_in_any_header_and_nowhere_in_the_database(
    database: Database,
) -> None:
    (token,) = await _make(database, "101")
    assert re.fullmatch(r"callward_[A-Za-z0-9_-]{43}", token)
    await database.close()
    assert token.encode() not in Path(database.name).read_bytes()
