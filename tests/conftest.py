"""Whatever database a test makes is there with its schema, copied from one that was migrated once.

``--database postgresql``: it is one of a PostgreSQL of our own.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web_app
from hypothesis import settings
from sqlalchemy import URL, Engine
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.util import LRUCache

import store.database
from lab.postgres import Postgres
from store.database import Database
from store.migrate import migrate

# A machine that has other work is no failure.
settings.register_profile("any_speed", deadline=None)
settings.load_profile("any_speed")

_make_empty = store.database._make_private_file


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """What is about SQLite's own files and locks is left out on PostgreSQL."""
    if config.getoption("--database") == "sqlite":
        return
    others = [item for item in items if item.get_closest_marker("sqlite") is None]
    config.hook.pytest_deselected(items=[item for item in items if item not in others])
    items[:] = others


@pytest.fixture(scope="session", autouse=True)
def _databases(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    if request.config.getoption("--database") == "sqlite":
        migrated = tmp_path_factory.mktemp("template") / "callward.db"
        asyncio.run(_migrate(f"sqlite+aiosqlite:///{migrated}"))

        def copy(path: Path) -> None:
            """Each file that is not there yet."""
            is_new = not path.exists()
            _make_empty(path)
            if is_new:
                shutil.copyfile(migrated, path)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store.database, "_make_private_file", copy)
            yield
        return
    parse, made, numbers = store.database._parse, dict[str, str](), count()
    with Postgres() as postgres:
        template = postgres.create("template_callward")
        asyncio.run(_migrate(template))

        def instead(url: str) -> URL:
            """A database for each file that was asked for."""
            if parse(url).get_backend_name() == "sqlite":
                if url not in made:
                    made[url] = postgres.create(f"test_{next(numbers)}", "template_callward")
                url = made[url]
            return parse(url)

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(store.database, "_parse", instead)
            yield


@pytest.fixture(scope="session", autouse=True)
def _statements() -> Iterator[None]:
    """A statement is compiled once, not once for every database that a test makes.

    That was a seventh of the time of the API's tests. A dialect of SQLite keeps nothing about the
    file for which it was made.
    """
    compiled: LRUCache[Any, Any] = LRUCache(4000)

    def sharing(create: Callable[..., Any]) -> Callable[..., Any]:
        def created(*arguments: Any, **options: Any) -> Any:
            engine = create(*arguments, **options)
            own: Engine = getattr(engine, "sync_engine", engine)
            if isinstance(own.dialect, SQLiteDialect):
                own._compiled_cache = compiled
            return engine

        return created

    with pytest.MonkeyPatch.context() as patch:
        for name in ("create_engine", "create_async_engine"):
            patch.setattr(store.database, name, sharing(getattr(store.database, name)))
        patch.setattr(SQLiteDialect, "__hash__", lambda self: hash(type(self)), raising=False)
        patch.setattr(
            SQLiteDialect, "__eq__", lambda self, other: type(self) is type(other), raising=False
        )
        yield


@pytest.fixture(scope="module", autouse=True)
def _applications() -> Iterator[None]:
    """aiohttp keeps every application whose routes were asked: 3 MB for each test."""
    yield
    web_app._cached_build_middleware.cache_clear()


@pytest.fixture
def empty_files(monkeypatch: pytest.MonkeyPatch) -> None:
    """A new SQLite database has no schema, as outside of tests."""
    monkeypatch.setattr(store.database, "_make_private_file", _make_empty)


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()
