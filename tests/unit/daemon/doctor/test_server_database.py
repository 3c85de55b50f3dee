"""What the doctor says of a PostgreSQL database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from config.settings import Settings
from crm.key_file import open_vault
from daemon.doctor.findings import Verdict
from daemon.doctor.machine import examine_database, examine_storage, examine_user
from lab.postgres import Postgres
from store.database import Database
from store.migrate import migrate


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


def settings_of(folder: Path, url: str) -> Settings:
    return Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"]},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "database": {"url": url},
            "vault": {"key_file": f"{folder}/vault.key"},
            "recordings": {"storage": f"file://{folder}/recordings"},
        }
    )


async def test_an_empty_one_is_new(tmp_path: Path, server: Postgres) -> None:
    settings = settings_of(tmp_path, server.create("empty"))
    assert examine_user(settings) is None
    assert [one.code for one in await examine_database(settings)][:1] == ["database_new"]


async def test_one_in_use_is_examined_with_its_key(tmp_path: Path, server: Postgres) -> None:
    url = server.create("used")
    database = Database(url)
    await migrate(database)
    await open_vault(database, tmp_path / "vault.key")
    await database.close()
    found = await examine_database(settings_of(tmp_path, url))
    assert {one.code for one in found} >= {"database", "key"}
    assert all(one.verdict is not Verdict.FAIL for one in found)


async def test_a_server_that_is_away_is_said_to_be(tmp_path: Path, server: Postgres) -> None:
    found = await examine_database(settings_of(tmp_path, server.url("nothing")))
    assert found[0].verdict is Verdict.FAIL


def test_it_has_no_folder_here(tmp_path: Path, server: Postgres) -> None:
    found = list(examine_storage(settings_of(tmp_path, server.url("used"))))
    assert not any("database.url" in str(one.about) for one in found)
