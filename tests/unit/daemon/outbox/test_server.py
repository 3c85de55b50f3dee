"""The queue on a PostgreSQL."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from daemon.outbox.queue import NewWork, add_work, claim_work
from lab.messages import LabError
from lab.postgres import Postgres
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate


async def test_no_more_is_claimed_than_was_asked_for() -> None:
    """However it is planned: with few rows to look at a server does so row by row."""

    def claim(connection: Connection) -> int:
        for way in ("hashjoin", "mergejoin", "hashagg", "sort", "material"):
            connection.execute(text(f"SET LOCAL enable_{way} = off"))
        now, lease = datetime.now(UTC) + timedelta(seconds=1), timedelta(seconds=60)
        return len(claim_work(connection, "t", owner=uuid7(), most=5, now=now, lease=lease))

    try:
        with Postgres() as server:
            database = Database(server.create("callward"))
            await migrate(database)
            await database.write(lambda c: add_work(c, [NewWork("t", {})] * 200))
            assert await database.write(claim) == 5
            await database.close()
    except LabError:
        pytest.skip("PostgreSQL is not installed")
