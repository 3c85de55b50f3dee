"""Both kinds of database, for what must hold on each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from lab.messages import LabError
from lab.postgres import Postgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres | None]:
    """A server; ``None`` where PostgreSQL is not installed."""
    try:
        with Postgres() as server:
            yield server
    except LabError:
        yield None


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database."""
    if request.param == "sqlite":
        return f"sqlite+aiosqlite:///{tmp_path}/callward.db"
    make: Callable[[str], str] | None = getattr(request.getfixturevalue("postgres"), "create", None)
    if make is None:
        pytest.skip("PostgreSQL is not installed")
    return make(f"t{uuid4().hex[:12]}")
