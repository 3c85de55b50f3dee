from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from crm.agent_choices import AgentChoice, delete_choice, load_choices, save_choice
from store.database import Database
from store.migrate import migrate

AT = datetime(2026, 1, 1, tzinfo=UTC)


async def test_the_last_choice_stands(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    try:
        assert await database.write(load_choices) == []
        await database.write(lambda c: save_choice(c, "101", ["101"], "together", AT))
        await database.write(lambda c: save_choice(c, "101", ("mobile", "101"), "in_turn", AT))
        await database.write(lambda c: save_choice(c, "102", ["102"], "together", AT))
        await database.write(lambda c: delete_choice(c, "102"))
        assert await database.write(load_choices) == [
            AgentChoice(agent="101", ring=("mobile", "101"), ring_order="in_turn", changed_at=AT)
        ]
    finally:
        await database.close()
