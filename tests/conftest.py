"""``--database postgresql``: whatever database a test makes is one of a PostgreSQL of our own."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from itertools import count

import pytest
from sqlalchemy import URL

import store.database
from lab.postgres import Postgres
from store.database import Database
from store.migrate import migrate


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
def _databases(request: pytest.FixtureRequest) -> Iterator[None]:
    if request.config.getoption("--database") == "sqlite":
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


async def _migrate(url: str) -> None:
    database = Database(url)
    await migrate(database)
    await database.close()
