"""A door of the API, as somebody stands before it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web
from aiohttp.test_utils import TestClient
from sqlalchemy import select

from crm.audit import Action
from crm.people_tables import audit
from tests.unit.daemon.api.conftest import House

Client = TestClient[web.Request, web.Application]


class Door:
    """Asks as somebody; the status and the answer."""

    def __init__(self, client: Client, headers: Mapping[str, str]) -> None:
        self._client = client
        self._headers = headers

    async def __call__(self, method: str, path: str, body: object = None) -> tuple[int, Any]:
        async with self._client.request(
            method, f"/api/v1/{path}", json=body, headers=self._headers
        ) as answer:
            return answer.status, await answer.json() if answer.status != 204 else None


async def as_(client: Client, house: House, name: str) -> Door:
    return Door(client, await house.token(name))


async def told(house: House, action: Action) -> list[tuple[str, str]]:
    """Who did that, and of what."""
    async with house.context.database.read() as connection:
        rows = await connection.execute(
            select(audit.c.actor, audit.c.object)
            .where(audit.c.action == action)
            .order_by(audit.c.seq)
        )
        return [tuple(row) for row in rows]
