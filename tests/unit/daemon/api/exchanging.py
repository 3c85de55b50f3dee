"""Bringing a table and taking one along, as tests do it."""

from __future__ import annotations

import asyncio
import csv
import io
import time
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from crm.access import Right, Scope
from daemon.api.server import application
from tests.unit.daemon.api.conftest import House

Client = TestClient[web.Request, web.Application]
IMPORTS = "/api/v1/imports"
MAY_IMPORT = {
    Right.CLIENTS_READ: Scope.OWN,
    Right.CLIENTS_CHANGE: Scope.OWN,
    Right.CLIENTS_IMPORT: Scope.ALL,
    Right.CLIENTS_EXPORT: Scope.OWN,
    Right.CLIENTS_UNASSIGNED: Scope.NONE,
}


@pytest.fixture
async def olga(house: House, aiohttp_client: Callable[..., Awaitable[Client]]) -> Client:
    """A manager who may import and export, and sees everything of her own clients."""
    await house.person("olga", MAY_IMPORT)
    await house.hide("olga")
    return await aiohttp_client(application(house.context), headers=await house.token("olga"))


async def brought(client: Client, table: str | bytes) -> dict[str, Any]:
    content = table.encode() if isinstance(table, str) else table
    answer = await client.post(IMPORTS, data=content, headers={"Content-Type": "text/csv"})
    assert answer.status == 201, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def ran(client: Client, id_: str, **how: str) -> dict[str, Any]:
    answer = await client.post(f"{IMPORTS}/{id_}/run", json=how)
    assert answer.status == 202, await answer.text()
    deadline = time.monotonic() + 20
    while True:
        found: dict[str, Any] = await (await client.get(f"{IMPORTS}/{id_}")).json()
        if found["state"] != "running":
            return found
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def imported(client: Client, table: str, **how: str) -> dict[str, Any]:
    return await ran(client, (await brought(client, table))["id"], **how)


async def cards(client: Client) -> dict[str, dict[str, Any]]:
    """Full cards by name."""
    listed = (await (await client.get("/api/v1/clients?limit=500")).json())["items"]
    found = [await (await client.get(f"/api/v1/clients/{one['id']}")).json() for one in listed]
    return {one["name"]: one for one in found if one["name"]}


async def exported(client: Client, *fields: str, **query: Any) -> tuple[str, list[list[str]]]:
    answer = await client.post("/api/v1/exports", json={"fields": [*fields], **query})
    assert answer.status == 200, await answer.text()
    content = (await answer.read()).decode("utf-8-sig")
    return answer.headers["X-Callward-Export"], list(csv.reader(io.StringIO(content)))


TABLE = "Name;Phone;E-mail;Company;Note\nVera;020 7946 0301;vera@example.com;Roses;likes tea\n"
