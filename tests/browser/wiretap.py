"""The wire between a browser and Callward: every byte that passes is kept.

A reverse proxy that changes nothing: Callward sees the browser's own Host, Origin and cookies. What
a browser's own tools forget when a page is left (bodies, above all) is kept here.
"""

from __future__ import annotations

import asyncio
import gzip
import threading
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from aiohttp import (
    ClientError,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    WSMessage,
    WSMsgType,
    WSServerHandshakeError,
    hdrs,
    web,
)
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

_PATIENCE_SECONDS: Final = 30.0
_OF_ONE_HOP: Final = frozenset(
    name.lower() for name in ("Connection", "Keep-Alive", "Transfer-Encoding", "Upgrade", "TE")
)
_OF_THE_HANDSHAKE: Final = frozenset(
    name.lower()
    for name in (
        hdrs.SEC_WEBSOCKET_KEY,
        hdrs.SEC_WEBSOCKET_VERSION,
        hdrs.SEC_WEBSOCKET_EXTENSIONS,
        hdrs.SEC_WEBSOCKET_PROTOCOL,
    )
)
_UNPACK: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "gzip": gzip.decompress,
    "deflate": zlib.decompress,
}


@dataclass(frozen=True, slots=True)
class Passed:
    """Something that went over the wire, in the clear."""

    where: str
    """``request``, ``answer``, ``frame out``, ``frame in``."""
    path: str
    """Method and path, without the question."""
    said: bytes
    """First line, headers and body, or a frame's data."""


class Wiretap:
    """``url`` is what the browser opens; ``passed`` grows as it goes."""

    def __init__(self, upstream: str) -> None:
        self._upstream = URL(upstream)
        self.url = ""
        self.passed: list[Passed] = []

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """Pass it on, whatever it is."""
        path = f"{request.method} {request.path}"
        body = await request.read()
        self._keep("request", path, _head(request.path_qs, request.headers) + body)
        async with ClientSession(
            auto_decompress=False, timeout=ClientTimeout(total=_PATIENCE_SECONDS)
        ) as session:
            try:
                if request.headers.get(hdrs.UPGRADE, "").lower() == "websocket":
                    return await self._socket(session, request, path)
                return await self._answer(session, request, path, body)
            except ClientError:
                # As a server that is away: the connection ends without a word.
                if request.transport is not None:
                    request.transport.abort()
                return web.Response(status=HTTPStatus.BAD_GATEWAY)

    async def _answer(
        self, session: ClientSession, request: web.Request, path: str, body: bytes
    ) -> web.StreamResponse:
        async with session.request(
            request.method,
            self._target(request),
            headers=_passed_on(request.headers),
            data=body or None,
            allow_redirects=False,
            skip_auto_headers=(hdrs.USER_AGENT, hdrs.ACCEPT, hdrs.ACCEPT_ENCODING),
        ) as told:
            whole = await told.read()
            coding = told.headers.get(hdrs.CONTENT_ENCODING, "")
            clear = _UNPACK[coding](whole) if coding and whole else whole
            self._keep("answer", path, _head(str(told.status), told.headers) + clear)
            answer = web.Response(
                status=told.status,
                reason=told.reason,
                headers=_passed_on(told.headers),
                body=whole or None,
            )
            # Of HEAD, and of 304.
            if hdrs.CONTENT_LENGTH in told.headers:
                answer.headers[hdrs.CONTENT_LENGTH] = told.headers[hdrs.CONTENT_LENGTH]
            return answer

    async def _socket(
        self, session: ClientSession, request: web.Request, path: str
    ) -> web.StreamResponse:
        offered = [
            one.strip()
            for one in request.headers.get(hdrs.SEC_WEBSOCKET_PROTOCOL, "").split(",")
            if one.strip()
        ]
        headers = _passed_on(request.headers, _OF_THE_HANDSHAKE)
        try:
            far = await session.ws_connect(
                self._target(request), headers=headers, protocols=offered
            )
        except WSServerHandshakeError as refused:
            self._keep("answer", path, _head(str(refused.status), refused.headers))
            return web.Response(status=refused.status)
        near = web.WebSocketResponse(protocols=offered)
        await near.prepare(request)
        ways = (
            asyncio.create_task(self._pass("frame out", path, near, far)),
            asyncio.create_task(self._pass("frame in", path, far, near)),
        )
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await far.close()
            await near.close()
        return near

    async def _pass(
        self,
        where: str,
        path: str,
        source: web.WebSocketResponse | ClientWebSocketResponse,
        target: web.WebSocketResponse | ClientWebSocketResponse,
    ) -> None:
        message: WSMessage
        async for message in source:
            if message.type is WSMsgType.TEXT:
                self._keep(where, path, message.data.encode())
                await target.send_str(message.data)
            elif message.type is WSMsgType.BINARY:
                self._keep(where, path, message.data)
                await target.send_bytes(message.data)
        await target.close(code=source.close_code or 1000)

    def _target(self, request: web.Request) -> URL:
        return self._upstream.join(URL(request.raw_path, encoded=True))

    def _keep(self, where: str, path: str, said: bytes) -> None:
        self.passed.append(Passed(where, path, said))


def _passed_on(
    headers: CIMultiDictProxy[str], without: frozenset[str] = frozenset()
) -> CIMultiDict[str]:
    gone = _OF_ONE_HOP | without | {hdrs.CONTENT_LENGTH.lower()}
    return CIMultiDict((name, value) for name, value in headers.items() if name.lower() not in gone)


def _head(first: str, headers: Mapping[str, str] | None) -> bytes:
    lines = [first, *(f"{name}: {value}" for name, value in (headers or {}).items())]
    return "\r\n".join([*lines, "", ""]).encode("utf-8", "surrogateescape")


@contextmanager
def serving(app: web.Application) -> Iterator[str]:
    """Its address, as long as a thread of its own serves it."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="serving", daemon=True)
    thread.start()
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0, auto_decompress=False)

    async def listen() -> str:
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"

    try:
        yield asyncio.run_coroutine_threadsafe(listen(), loop).result(_PATIENCE_SECONDS)
    finally:
        asyncio.run_coroutine_threadsafe(runner.cleanup(), loop).result(_PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE_SECONDS)
        loop.close()


@contextmanager
def tapped(upstream: str) -> Iterator[Wiretap]:
    """A wire to that server."""
    tap = Wiretap(upstream)
    app = web.Application(client_max_size=2**30)
    app.router.add_route("*", "/{path:.*}", tap.serve)
    with serving(app) as tap.url:
        yield tap
