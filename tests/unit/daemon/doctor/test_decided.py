"""The doctor says which settings the console stands over."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from config.settings import Settings
from crm.policies import save_policy
from daemon.doctor.decided import examine_decided
from store.database import Database
from store.migrate import migrate

NOW = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)


async def test_what_stands_over_the_file(tmp_path: Path) -> None:
    settings = Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"]},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "agents": [{"name": "Анна", "endpoints": ["101"]}],
        }
    )
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    assert await examine_decided(settings, database) == []
    decided = {
        key: {"value": value, "by": "ada", "at": NOW.isoformat()}
        for key, value in {"group": ["Борис"], "group_seconds": 9}.items()
    }
    await database.write(lambda c: save_policy(c, "routing", decided, by="ada", at=NOW))
    holds, refused = await examine_decided(settings, database)
    await database.close()
    assert holds.text("en").endswith("in routing.group_seconds")
    assert "routing.group " in refused.text("en")
