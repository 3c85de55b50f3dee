"""A manager's session: his program, which reads all that the API gives him and hears of events."""

from __future__ import annotations

import base64
import http.client
import json
import secrets
import socket
import struct
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Any, Final, Self

from lab.masked.company import MaskedLab
from lab.masked.watch import SESSION_HOST
from lab.operator import operator_headers

DEADLINE_SECONDS: Final = 30.0
LISTS: Final = ("calls", "clients", "tasks", "board", "callbacks")


class ManagerSession:
    """A manager by his token, from an address of the lab's network whose wire is watched."""

    def __init__(self, lab: MaskedLab, agent: str) -> None:
        self.agent = agent
        self._address = (f"{lab.block}.{SESSION_HOST}", 0)
        self._port = lab.http_port
        self._operator = operator_headers(lab.config)
        token = _token(lab.http_port, agent, self._operator)
        self._headers = {"Authorization": f"Bearer {token}"}
        self.events: list[dict[str, Any]] = []
        """What the WebSocket told."""
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self._socket = socket.create_connection(
            ("127.0.0.1", self._port), DEADLINE_SECONDS, source_address=self._address
        )
        self._socket.settimeout(None)
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        lines = [
            "GET /api/v1/events HTTP/1.1",
            f"Host: 127.0.0.1:{self._port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            f"Authorization: {self._headers['Authorization']}",
        ]
        self._socket.sendall("\r\n".join([*lines, "", ""]).encode())
        self._reader = self._socket.makefile("rb")
        status = self._reader.readline()
        if b" 101 " not in status:
            raise ConnectionError(f"/api/v1/events: {status.decode().strip()}")
        while self._reader.readline().strip():
            pass
        self._thread = threading.Thread(target=self._listen, name="session", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # Callward may be gone already, and the socket with it.
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._thread.join(DEADLINE_SECONDS)
        self._reader.close()
        self._socket.close()

    @contextmanager
    def as_operator(self) -> Iterator[Self]:
        """The same, with the operator's key instead of the token."""
        headers, self._headers = self._headers, self._operator
        try:
            yield self
        finally:
            self._headers = headers

    def read_all(self) -> None:
        """Every list that the API has for him, and all that it has of the last call: a call names
        a client only to who may read the card."""
        for name in LISTS:
            self.get(f"/api/v1/{name}")
        for call in self.get("/api/v1/calls?limit=1")["items"]:
            self.get(f"/api/v1/calls/{call['id']}")
            if call["client_id"] is not None:
                self.get(f"/api/v1/clients/{call['client_id']}")

    def get(self, path: str) -> Any:
        """The JSON there. ``RuntimeError`` with what it says where that is no success."""
        return self._ask("GET", path)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON that answers. ``RuntimeError`` like ``get``."""
        return self._ask("POST", path, body)

    def put(self, path: str) -> None:
        """Have it so. ``RuntimeError`` like ``get``."""
        self._ask("PUT", path)

    def delete(self, path: str) -> None:
        """Have it be no more. ``RuntimeError`` like ``get``."""
        self._ask("DELETE", path)

    def wait_for(self, state: str, callback: str) -> dict[str, Any]:
        """The event by which a callback came into this state."""
        found: list[dict[str, Any]] = []

        def came() -> bool:
            found[:] = [
                event["callback"]
                for event in self.events
                if event.get("type") == "callback"
                and (event["callback"]["id"], event["callback"]["state"]) == (callback, state)
            ]
            return bool(found)

        with self._changed:
            if not self._changed.wait_for(came, DEADLINE_SECONDS * 2):
                raise TimeoutError(f"no event {state}; there were {self.events[-5:]}")
        return found[0]

    def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        connection = http.client.HTTPConnection(
            "127.0.0.1", self._port, timeout=DEADLINE_SECONDS, source_address=self._address
        )
        try:
            headers = {**self._headers, "Content-Type": "application/json"}
            connection.request(method, path, None if body is None else json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        finally:
            connection.close()
        if answer.status // 100 != 2:
            raise RuntimeError(f"{method} {path}: {answer.status} {text.decode()}")
        return json.loads(text) if text else None

    def _listen(self) -> None:
        """Frames of the server are never masked, those of a client always (RFC 6455)."""
        while len(head := self._reader.read(2)) == 2:
            length = head[1] & 0x7F
            if length == 126:
                (length,) = struct.unpack("!H", self._reader.read(2))
            elif length == 127:
                (length,) = struct.unpack("!Q", self._reader.read(8))
            payload = self._reader.read(length)
            match head[0] & 0x0F:
                case 1:
                    with self._changed:
                        self.events.append(json.loads(payload))
                        self._changed.notify_all()
                case 8:
                    return
                case 9:
                    mask = secrets.token_bytes(4)
                    pong = bytes(byte ^ mask[at % 4] for at, byte in enumerate(payload))
                    self._socket.sendall(bytes([0x8A, 0x80 | length]) + mask + pong)


def _token(port: int, agent: str, operator: dict[str, str]) -> str:
    """Made by the operator, at this machine."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/api/v1/tokens",
        json.dumps({"agent": agent}).encode(),
        {"Content-Type": "application/json", **operator},
    )
    with urllib.request.urlopen(request, timeout=DEADLINE_SECONDS) as answer:
        token: str = json.load(answer)["token"]
    return token
