"""The agents as they are: the settings, and what each chose since."""

from __future__ import annotations

from config.settings import Settings
from crm.agent_choices import load_choices
from daemon.routing.people import People
from store.database import Database


async def load_people(settings: Settings, database: Database) -> People:
    """Everybody, with the choices that were stored before this start."""
    people = People.from_settings(settings)
    async with database.read() as connection:
        people.restore(await connection.run_sync(load_choices))
    return people
