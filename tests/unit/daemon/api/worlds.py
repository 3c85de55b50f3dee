"""A world: a house with people and cards, in which every protected field holds a canary.

Of each pair of worlds one person is told what he may know. Both have the same people, cards and
events in the same order; what he may not know is another value in each.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select

from crm.tables import short_code
from daemon.api.server import application

from .canaries import Secrets, Slots
from .conftest import House, build_house

if TYPE_CHECKING:
    from .conftest import Client

from .personas import ME, Persona
from .stage import Stage


@dataclass
class World:
    """One, as that person meets it."""

    house: House
    client: Client
    secrets: Secrets
    things: dict[str, list[str]]
    """Ids by the segment of an address behind which they stand: ``clients`` …"""
    headers: dict[str, str] = field(default_factory=dict)

    async def codes(self) -> set[str]:
        """Every short code that was given out."""
        return set(
            await self.house.context.database.look(
                lambda connection: connection.execute(select(short_code.c.code)).scalars().all()
            )
        )


@asynccontextmanager
async def a_world(folder: Path, world: str, slots: Slots, persona: Persona) -> AsyncIterator[World]:
    """Built anew."""
    secrets = Secrets(world, slots, persona.may_not_know)
    folder.mkdir()
    async with build_house(folder) as house:
        app = application(house.context)
        async with TestClient(TestServer(app)) as client:
            stage = Stage(house, client, secrets)
            await stage.people(persona)
            await stage.cards()
            await stage.events()
            headers = await house.token(ME)
            await stage.note_of_his(headers)
            yield World(house, client, secrets, stage.things, headers)
