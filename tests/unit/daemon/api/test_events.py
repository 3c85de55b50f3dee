"""The WebSocket: who hears what, and what becomes of who does not listen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient

from daemon.api.events import TOO_SLOW, Subscriber
from daemon.api.server import application
from daemon.api.viewer import OPERATOR, Viewer
from daemon.callbacks.callback import Callback, EndReason, State
from tests.unit.daemon.api.conftest import House

Connect = Callable[[Any], Any]


def a_callback(agent: str = "anna", **changes: Any) -> Callback:
    at = datetime.now(UTC)
    made = Callback(
        id=uuid4(),
        pbx="pbx",
        agent=agent,
        client_id=uuid4(),
        via="201",
        state=State.RINGING_AGENT,
        created_at=at,
        changed_at=at,
        code="20303",
    )
    return replace(made, **changes)


def tell(house: House, callback: Callback) -> None:
    for listener in house.context.callbacks.listeners:
        listener(callback)


async def next_of(socket: ClientWebSocketResponse) -> dict[str, Any]:
    message: dict[str, Any] = await socket.receive_json(timeout=5)
    assert message["type"] == "callback"
    return dict(message["callback"])


async def test_the_operator_hears_of_all(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    async with client.ws_connect("/api/v1/events", headers={"Accept-Language": "ru"}) as socket:
        tell(house, a_callback("anna"))
        tell(house, a_callback("boris", state=State.ENDED, reason=EndReason.CLIENT_BUSY))
        first, second = await next_of(socket), await next_of(socket)
    assert (first["agent"], first["state"], first["reason"]) == ("anna", "ringing_agent", None)
    assert first["detail"] == "Звонит телефон сотрудника"
    assert (second["agent"], second["reason"]) == ("boris", "client_busy")
    assert second["detail"] == "Клиент был занят"


@pytest.mark.parametrize("way", ["header", "subprotocol"])
async def test_a_manager_hears_of_his_own(house: House, aiohttp_client: Connect, way: str) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    headers = await house.token("boris")
    options: dict[str, Any] = {"headers": headers}
    if way == "subprotocol":
        token = headers["Authorization"].removeprefix("Bearer ")
        options = {"protocols": ("callward", token)}
    async with client.ws_connect("/api/v1/events", **options) as socket:
        assert socket.protocol in {None, "callward"}
        tell(house, a_callback("anna"))
        tell(house, a_callback("boris"))
        assert (await next_of(socket))["agent"] == "boris"


async def test_an_unknown_token(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/api/v1/events", protocols=("callward", "nonsense"))
    assert refused.value.status == 401


async def test_a_page_of_another_origin(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/api/v1/events", headers={"Origin": "https://elsewhere.example"})
    assert refused.value.status == 403


async def test_a_slow_client_is_cut_off(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    slow = await client.ws_connect("/api/v1/events")
    for _ in range(1000):
        tell(house, a_callback())
    while (message := await slow.receive(timeout=5)).type is WSMsgType.TEXT:
        pass
    assert (message.type, message.data) == (WSMsgType.CLOSE, TOO_SLOW)
    # Others are not concerned.
    async with client.ws_connect("/api/v1/events") as other:
        tell(house, a_callback())
        await next_of(other)


async def test_what_a_client_says_is_ignored(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    async with client.ws_connect("/api/v1/events") as socket:
        await socket.send_str("{nonsense")
        await socket.send_bytes(b"\x00")
        tell(house, a_callback())
        await next_of(socket)


async def test_the_daemon_ends(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    socket = await client.ws_connect("/api/v1/events")
    closing = asyncio.create_task(client.server.close())
    assert (await socket.receive(timeout=5)).type in {WSMsgType.CLOSE, WSMsgType.CLOSING}
    await socket.close()
    await closing


def test_a_subscriber_holds_only_so_much() -> None:
    subscriber = Subscriber(OPERATOR, most=2)
    for _ in range(2):
        subscriber.put(a_callback())
    assert not subscriber.too_slow.is_set()
    subscriber.put(a_callback())
    assert subscriber.too_slow.is_set()
    narrow = Subscriber(Viewer("anna"), most=1)
    for _ in range(3):
        narrow.put(a_callback("boris"))
    assert not narrow.too_slow.is_set()
