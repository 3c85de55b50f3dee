"""Programs that read the board: one that reads at once, and one that never reads."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import Mapping
from typing import Self
from urllib.parse import urlsplit

import aiohttp


class Reader:
    """Reads every message in a thread of its own, and remembers when each call was first told."""

    def __init__(self, url: str, headers: Mapping[str, str]) -> None:
        self.told: dict[str, float] = {}
        """By call, ms since 1970."""
        self.messages = 0
        self._url = url
        self._headers = dict(headers)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._read()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)

    async def _read(self) -> None:
        async with (
            aiohttp.ClientSession(headers=self._headers) as session,
            session.ws_connect(f"{self._url}/api/v1/live", max_msg_size=0) as live,
        ):
            while not self._stop.is_set():
                try:
                    told = json.loads(await live.receive_str(timeout=0.5))
                except TimeoutError:
                    continue
                self.messages += 1
                at = time.time() * 1000
                for call in told["calls"]:
                    self.told.setdefault(call["id"], at)


def deaf(url: str, headers: Mapping[str, str]) -> socket.socket:
    """Opens the board, with the smallest buffer, and never reads a byte of it."""
    host, port = urlsplit(url).hostname, urlsplit(url).port
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    connection.connect((host, port))
    lines = [
        "GET /api/v1/live HTTP/1.1",
        f"Host: {host}:{port}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        *(f"{name}: {value}" for name, value in headers.items()),
    ]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    return connection
