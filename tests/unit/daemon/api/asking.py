"""Persons who ask the API about cards."""

from __future__ import annotations

from typing import Any

from aiohttp import ClientResponse

from .conftest import Client, House

Header = dict[str, str]

NEW = "+442079460201"
OTHER = "+442079460202"


class Person:
    """Somebody who asks the API."""

    def __init__(self, house: House, client: Client, headers: Header) -> None:
        self._house, self._client, self._headers = house, client, headers

    async def ask(self, method: str, path: str, body: Any = None, **headers: str) -> ClientResponse:
        return await self._client.request(
            method, f"/api/v1{path}", json=body, headers={**self._headers, **headers}
        )

    async def get(self, path: str, status: int = 200) -> Any:
        return await self._answer("GET", path, None, status)

    async def post(self, path: str, body: Any, status: int = 201) -> Any:
        return await self._answer("POST", path, body, status)

    async def put(self, path: str, body: Any, status: int = 200) -> Any:
        return await self._answer("PUT", path, body, status)

    async def patch(self, path: str, body: Any, status: int = 200) -> Any:
        return await self._answer("PATCH", path, body, status)

    async def delete(self, path: str, status: int = 204) -> Any:
        return await self._answer("DELETE", path, None, status)

    async def _answer(self, method: str, path: str, body: Any, status: int) -> Any:
        response = await self.ask(method, path, body)
        text = await response.text()
        assert response.status == status, text
        return await response.json() if text else None


async def someone(house: House, client: Client, name: str, role: str = "manager") -> Person:
    """A person of a role, from whom nothing is hidden."""
    await house.person(name, role=role)
    await house.hide(name)
    return Person(house, client, await house.token(name))


async def rows(house: House, query: Any) -> list[Any]:
    async with house.context.database.read() as connection:
        return list((await connection.execute(query)).all())
