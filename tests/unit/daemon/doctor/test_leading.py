"""What the doctor says of a leader and its standbys."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
from sqlalchemy import text

from daemon.doctor.findings import Finding, Verdict
from daemon.doctor.leading import examine_leading
from lab.messages import LabError
from lab.postgres import Postgres
from store.database import Database
from store.leadership import Leadership
from store.migrate import migrate


@pytest.fixture
async def databases() -> AsyncIterator[tuple[Database, Database]]:
    try:
        with Postgres() as server:
            url = server.create("callward")
            both = Database(url), Database(url)
            yield both
            for database in both:
                await database.close()
    except LabError:
        pytest.skip("PostgreSQL is not installed")


def _said(findings: list[Finding]) -> list[tuple[str, Verdict]]:
    for one in findings:
        # Both languages have all that it leaves open.
        assert one.text("en") != one.text("ru")
    return [(one.code, one.verdict) for one in findings]


async def test_who_leads_and_how_many_stand_by(databases: tuple[Database, Database]) -> None:
    first, second = (Leadership(database, on_lost=lambda: None) for database in databases)
    asked = databases[0]
    await migrate(asked)
    assert await examine_leading(asked) == []
    assert await first.try_to_lead()
    assert _said(await examine_leading(asked)) == [("standby_none", Verdict.NOTE)]
    assert not await second.try_to_lead()
    [found] = await examine_leading(asked)
    assert _said([found]) == [("standby", Verdict.OK)]
    assert (found.about["name"], found.about["waiting"]) == (
        asked.session.removeprefix("callward ").rpartition(":")[0],
        1,
    )
    await first.release()
    await second.release()


async def test_a_leader_of_long_ago(databases: tuple[Database, Database]) -> None:
    first = Leadership(databases[0], on_lost=lambda: None)
    assert await first.try_to_lead()
    await first.release()
    old = text("UPDATE callward_leader SET beat_at = beat_at - interval '1 day'")
    await databases[1].write(lambda connection: connection.execute(old) and None)
    assert _said(await examine_leading(databases[1])) == [("leader_silent", Verdict.NOTE)]


@pytest.mark.sqlite
async def test_on_sqlite_there_is_nothing_to_say(tmp_path: object) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    assert await examine_leading(database) == []
    await database.close()
