"""Pages of other sites: what they may ask, show and load, and what not."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from aiohttp.test_utils import TestClient, TestServer

from daemon.api.server import application

if TYPE_CHECKING:
    from .conftest import Client, House

CRM, OTHER = "https://crm.example.com", "https://other.example.org"
ASKS = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization"}
PAGE = {"Accept": "text/html", "Sec-Fetch-Site": "cross-site"}


def listing(house: House, *origins: str) -> House:
    """The same house, with these sites listed."""
    settings = house.context.settings
    http = settings.http.model_copy(update={"embed_origins": origins})
    context = replace(house.context, settings=settings.model_copy(update={"http": http}))
    return replace(house, context=context)


@pytest.fixture
async def client(house: House) -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(listing(house, CRM).context))) as client:
        yield client


@pytest.fixture
async def closed(house: House) -> AsyncIterator[Client]:
    async with TestClient(TestServer(application(house.context))) as client:
        yield client


@pytest.mark.parametrize("path", ["/api/v1/callbacks", "/api/v1/callbacks/1"])
async def test_a_listed_page_may_ask_for_callbacks(client: Client, path: str) -> None:
    answer = await client.options(path, headers={"Origin": CRM, **ASKS})
    assert answer.status == 204
    assert answer.headers["Access-Control-Allow-Origin"] == CRM
    assert "Authorization" in answer.headers["Access-Control-Allow-Headers"]
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST, DELETE"
    assert "Origin" in answer.headers.getall("Vary")
    # A session's cookie is nobody's but our own pages'.
    assert "Access-Control-Allow-Credentials" not in answer.headers


@pytest.mark.parametrize(
    ("origin", "path"),
    [
        (OTHER, "/api/v1/callbacks"),
        ("null", "/api/v1/callbacks"),
        (f"{CRM}.attacker.example", "/api/v1/callbacks"),
        (CRM, "/api/v1/clients"),
        (CRM, "/api/v1/callbacks-of-others"),
        (CRM, "/api/v1/session"),
    ],
)
async def test_others_and_other_addresses_are_not_shared(
    client: Client, origin: str, path: str
) -> None:
    answer = await client.options(path, headers={"Origin": origin, **ASKS})
    assert answer.status == 403
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_with_nothing_listed_nothing_is_shared(closed: Client, house: House) -> None:
    answer = await closed.options("/api/v1/callbacks", headers={"Origin": CRM, **ASKS})
    assert (answer.status, answer.headers.get("Access-Control-Allow-Origin")) == (403, None)
    key = await house.token("anna")
    answer = await closed.get("/api/v1/callbacks", headers={"Origin": CRM, **key})
    assert (answer.status, answer.headers.get("Access-Control-Allow-Origin")) == (200, None)


async def test_a_listed_page_reads_answers_to_its_key_and_errors_too(
    client: Client, house: House
) -> None:
    key = await house.token("anna")
    answer = await client.get("/api/v1/callbacks", headers={"Origin": CRM, **key})
    assert (answer.status, answer.headers["Access-Control-Allow-Origin"]) == (200, CRM)
    body = {"short_code": "99999"}
    answer = await client.post("/api/v1/callbacks", headers={"Origin": CRM, **key}, json=body)
    assert answer.status >= 400
    assert answer.headers["Access-Control-Allow-Origin"] == CRM
    answer = await client.get("/api/v1/clients", headers={"Origin": CRM, **key})
    assert "Access-Control-Allow-Origin" not in answer.headers


async def test_without_a_key_a_listed_page_is_refused(client: Client) -> None:
    answer = await client.post("/api/v1/callbacks", headers={"Origin": CRM}, json={})
    assert (answer.status, (await answer.json())["code"]) == (403, "cross_origin")


@pytest.mark.parametrize(
    ("path", "framed"),
    [("/dial?code=71734", True), ("/clients/1", True), ("/live", False), ("/dialer", False)],
)
async def test_which_pages_a_listed_site_may_frame(client: Client, path: str, framed: bool) -> None:
    policy = (await client.get(path, headers=PAGE)).headers["Content-Security-Policy"]
    assert f"frame-ancestors {CRM if framed else chr(39) + 'none' + chr(39)}" in policy


async def test_a_dial_window_hears_who_opened_it(client: Client, closed: Client) -> None:
    header = "Cross-Origin-Opener-Policy"
    assert (await client.get("/dial", headers=PAGE)).headers[header] == "unsafe-none"
    assert (await client.get("/clients", headers=PAGE)).headers[header] == "same-origin"
    assert (await closed.get("/dial", headers=PAGE)).headers[header] == "same-origin"
    policy = (await closed.get("/dial", headers=PAGE)).headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy


async def test_any_page_may_load_the_button_once_a_site_is_listed(
    client: Client, closed: Client
) -> None:
    crossed = {"Sec-Fetch-Site": "cross-site", "Accept": "*/*"}
    answer = await client.get("/embed/button.js", headers=crossed)
    assert (answer.status, answer.content_type) == (200, "text/javascript")
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "callward-call" in await answer.text()
    assert (await closed.get("/embed/button.js", headers=crossed)).status == 404
    assert (await client.get("/embed/other.js", headers=crossed)).status == 403


async def test_who_is_signed_in_hears_which_sites_are_listed(client: Client, house: House) -> None:
    assert (await client.get("/api/v1/embedding")).status == 401
    answer = await client.get("/api/v1/embedding", headers=await house.token("anna"))
    assert await answer.json() == {"origins": [CRM]}
