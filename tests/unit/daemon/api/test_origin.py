"""Pages that are open in a browser of this machine do not reach the operator's API."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from daemon.api.origin import configured_hosts

if TYPE_CHECKING:
    from .conftest import Client, House


@pytest.mark.parametrize(
    "host", ["127.0.0.1:8088", "localhost", "LOCALHOST.:80", "[::1]:8088", "127.8.0.1"]
)
async def test_loopback_is_ours(client: Client, host: str) -> None:
    assert (await client.get("/api/v1/board", headers={"Host": host})).status == 200


@pytest.mark.parametrize(
    "host",
    [
        "rebound.example",
        "127.0.0.1.rebound.example:8088",
        "127.0.0.1@rebound.example",
        "192.0.2.1",
        "0.0.0.0",
        "[",
        "",
    ],
)
@pytest.mark.parametrize("path", ["/api/v1/calls", "/metrics", "/health", "/nowhere"])
async def test_a_foreign_host_is_refused(client: Client, path: str, host: str) -> None:
    response = await client.get(path, headers={"Host": host})
    assert response.status == 421
    assert (await response.json(content_type=None))["code"] == "unknown_host"


def test_the_address_at_which_the_pbx_asks_is_ours(house: House) -> None:
    (pbx,) = house.context.settings.pbx
    asked = pbx.model_copy(update={"ask_url": "http://callward.lan:8088"})
    settings = house.context.settings.model_copy(update={"pbx": (asked,)})
    assert configured_hosts(settings) == {"127.0.0.1", "localhost", "callward.lan"}


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Origin": "http://{host}"}, 401),
        ({"Origin": "http://rebound.example"}, 403),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-origin"}, 401),
        ({"Sec-Fetch-Site": "none"}, 401),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
    ],
)
async def test_another_origin_needs_a_token(
    stranger: Client, house: House, headers: dict[str, str], status: int
) -> None:
    client = stranger
    at = f"{client.host}:{client.port}"
    sent = {name: value.format(host=at) for name, value in headers.items()}
    response = await client.get("/api/v1/calls", headers=sent)
    assert response.status == status
    code = "cross_origin" if status == 403 else "not_signed_in"
    assert (await response.json(content_type=None))["code"] == code
    assert "Access-Control-Allow-Origin" not in response.headers
    token = await house.token("anna")
    assert (await client.get("/api/v1/calls", headers=sent | token)).status == 200


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"])
async def test_what_a_proxy_passes_on_is_not_the_operators(
    client: Client, stranger: Client, house: House, header: str
) -> None:
    sent = {header: "1.1 proxy"}
    assert (await stranger.get("/metrics")).status == 200
    assert (await stranger.get("/metrics", headers=sent)).status == 403
    response = await client.get("/api/v1/calls", headers=sent)
    assert response.status == 403
    assert (await response.json(content_type=None))["code"] == "passed_on"
    token = await house.token("anna")
    assert (await client.get("/api/v1/calls", headers=sent | token)).status == 200


async def test_a_page_of_another_origin_gets_no_events(stranger: Client) -> None:
    upgrade = {
        "Origin": "http://rebound.example",
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    }
    response = await stranger.get("/api/v1/events", headers=upgrade)
    assert response.status == 403
