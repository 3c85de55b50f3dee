"""The WebSocket: who hears what, and what becomes of who does not listen."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from aiohttp import ClientWebSocketResponse, WSMsgType, WSServerHandshakeError
from aiohttp.test_utils import TestClient
from sqlalchemy import Connection

from crm.access import Access
from crm.access_tokens import create_token, revoke_all
from crm.people import change_person
from crm.phones import find_phones
from daemon.api.events import EVENTS, Subscriber, callback_message
from daemon.api.server import application
from daemon.api.sockets import TOO_SLOW
from daemon.api.viewer import Viewer, operator
from daemon.callbacks import rows
from daemon.callbacks.callback import Callback, EndReason, State
from tests.unit.daemon.api.conftest import BEGAN, CUSTOMERS, House, put_on_card

Connect = Callable[..., Any]


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


async def _operator(house: House, connect: Connect) -> TestClient[Any, Any]:
    client: TestClient[Any, Any] = await connect(application(house.context), headers=house.operator)
    return client


async def next_of(socket: ClientWebSocketResponse) -> dict[str, Any]:
    message: dict[str, Any] = await socket.receive_json(timeout=30)
    assert message["type"] == "callback"
    return dict(message["callback"])


async def test_the_operator_hears_of_all(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await _operator(house, aiohttp_client)
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
    client: TestClient[Any, Any] = await _operator(house, aiohttp_client)
    slow = await client.ws_connect("/api/v1/events")
    for _ in range(1000):
        tell(house, a_callback())
    while (message := await slow.receive(timeout=30)).type is WSMsgType.TEXT:
        pass
    assert (message.type, message.data) == (WSMsgType.CLOSE, TOO_SLOW)
    # Others are not concerned.
    async with client.ws_connect("/api/v1/events") as other:
        tell(house, a_callback())
        await next_of(other)


async def test_what_a_client_says_is_ignored(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await _operator(house, aiohttp_client)
    async with client.ws_connect("/api/v1/events") as socket:
        await socket.send_str("{nonsense")
        await socket.send_bytes(b"\x00")
        tell(house, a_callback())
        await next_of(socket)


async def test_the_daemon_ends(house: House, aiohttp_client: Connect) -> None:
    client: TestClient[Any, Any] = await _operator(house, aiohttp_client)
    socket = await client.ws_connect("/api/v1/events")
    closing = asyncio.create_task(client.server.close())
    assert (await socket.receive(timeout=30)).type in {WSMsgType.CLOSE, WSMsgType.CLOSING}
    await socket.close()
    await closing


def test_a_subscriber_holds_only_so_much(house: House) -> None:
    subscriber = Subscriber(operator("root"), most=2)
    for _ in range(2):
        subscriber.put(callback_message(a_callback(), house.context.callbacks))
    assert not subscriber.cut.is_set()
    subscriber.put(callback_message(a_callback(), house.context.callbacks))
    assert subscriber.cut.is_set()
    narrow = Subscriber(Viewer(access=Access(person="anna", rights={}), actor="anna"), most=1)
    for _ in range(3):
        narrow.put(callback_message(a_callback("boris"), house.context.callbacks))
    assert not narrow.cut.is_set()


async def test_nobody_hears_anything_without_credentials(
    house: House, aiohttp_client: Connect
) -> None:
    client: TestClient[Any, Any] = await aiohttp_client(application(house.context))
    with pytest.raises(WSServerHandshakeError) as refused:
        await client.ws_connect("/api/v1/events")
    assert refused.value.status == 401


async def _listening(house: House, connect: Connect) -> tuple[Any, ClientWebSocketResponse]:
    """The application, and Boris who listens by his token."""
    app = application(house.context)
    client: TestClient[Any, Any] = await connect(app)
    socket = await client.ws_connect("/api/v1/events", headers=await house.token("boris"))
    await app[EVENTS].recheck(house.context, datetime.now(UTC))
    tell(house, a_callback("boris"))
    assert (await next_of(socket))["agent"] == "boris"
    return app, socket


@pytest.mark.parametrize("way", ["rights", "leaves", "revoked", "hidden"])
async def test_who_may_no_more_what_he_might_is_cut_off(
    house: House, aiohttp_client: Connect, way: str
) -> None:
    app, socket = await _listening(house, aiohttp_client)
    match way:
        case "rights":
            await house.person("boris", role="trainee")
        case "leaves":
            await house.context.staff.change(
                lambda connection: change_person(connection, "boris", {"left_at": BEGAN})
            )
        case "revoked":
            await house.context.database.write(
                lambda connection: revoke_all(connection, "boris", BEGAN)
            )
        case _:
            await house.hide("boris", "emails")
    await app[EVENTS].recheck(house.context, datetime.now(UTC))
    message = await socket.receive(timeout=30)
    assert (message.type, message.data) == (WSMsgType.CLOSE, TOO_SLOW)


async def test_a_key_that_ends_is_cut_off_then(house: House, aiohttp_client: Connect) -> None:
    app = application(house.context)
    client: TestClient[Any, Any] = await aiohttp_client(app)
    ends = datetime.now(UTC) + timedelta(hours=1)
    token = await house.context.database.write(
        lambda connection: create_token(connection, "boris", BEGAN, expires_at=ends)
    )
    socket = await client.ws_connect("/api/v1/events", protocols=("callward", token))
    await app[EVENTS].recheck(house.context, ends - timedelta(seconds=1))
    tell(house, a_callback("boris"))
    await next_of(socket)
    await app[EVENTS].recheck(house.context, ends)
    message = await socket.receive(timeout=30)
    assert (message.type, message.data) == (WSMsgType.CLOSE, TOO_SLOW)


async def test_another_private_client_has_no_identity(
    house: House, aiohttp_client: Connect
) -> None:
    client = await _operator(house, aiohttp_client)
    async with client.ws_connect("/api/v1/events") as socket:
        tell(house, a_callback("anna", private_of="anna", name=""))
        told = await next_of(socket)
    assert (told["client_id"], told["short_code"], told["client_name"]) == (None, None, None)
    assert told["agent"] == "anna"


async def test_a_client_who_became_private_meanwhile_has_no_identity(
    house: House, aiohttp_client: Connect
) -> None:
    """The callback was begun while he was everybody's."""
    client = await _operator(house, aiohttp_client)
    index = house.context.vault.blind_index(CUSTOMERS[0])

    def put(connection: Connection) -> Callback:
        id_ = find_phones(connection, [index])[index].client_id
        assert id_ is not None
        put_on_card(connection, id_, {"name": "Jane Ford", "curator": "anna", "private": True})
        made = a_callback("anna", client_id=id_, name="Jane Ford")
        rows.add(connection, made)
        return made

    callback = await house.context.database.write(put)
    async with client.ws_connect("/api/v1/events") as socket:
        tell(house, callback)
        told = await next_of(socket)
    assert (told["client_id"], told["short_code"], told["client_name"]) == (None, None, None)
    headers = await house.token("anna")
    async with client.ws_connect("/api/v1/events", headers=headers) as socket:
        tell(house, callback)
        assert (await next_of(socket))["client_id"] == str(callback.client_id)


async def test_while_nobody_knows_whose_he_is_a_client_has_no_identity(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(_work: object) -> None:
        raise OSError

    monkeypatch.setattr(house.context.database, "look", away)
    (told,) = await house.context.callbacks.named_now([a_callback(name="Jane Ford")])
    assert (told.name, told.code, told.private_of) == ("", "", "")
