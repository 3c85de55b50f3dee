"""Whatever database a test makes is there with its schema, copied from one that was migrated once.

``--database postgresql``: it is one of a PostgreSQL of our own.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from aiohttp import web_app
from sqlalchemy import URL

import store.database
from lab.postgres import Postgres
from store.database import Database
from store.migrate import migrate

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
