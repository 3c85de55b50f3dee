"""AudioSocket: the PBX connects and brings a channel's sound, and takes sound back.

A frame is a kind (one byte), a length (two, big-endian) and so many bytes
(https://docs.asterisk.org/Configuration/Channel-Drivers/AudioSocket/, res/res_audiosocket.c). The
first one names the connection by a UUID. Only UUIDs that were given out are let in, each once.
"""

from __future__ import annotations

import asyncio
import errno
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID, uuid4

import structlog

from config.settings import MonitoringSettings

HANGUP: Final = 0x00
UUID_KIND: Final = 0x01
AUDIO: Final = 0x10
_HEADER: Final = 3
_UUID_BYTES: Final = 16
_MOST_FORGOTTEN: Final = 100
_MOST_BYTES: Final = 4096
"""In one frame; Asterisk's hold 320."""
_NAME_SECONDS: Final = 3.0
"""In which somebody who connects has to say who he is."""
_MOST_UNSENT: Final = 8 * 1024
"""Bytes that the PBX did not take: what is said meanwhile is lost."""

_log = structlog.get_logger(__name__)


class MonitoringAddressError(Exception):
    """Cannot listen there; the message says which setting to change."""


@dataclass(slots=True)
class Line:
    """One channel's sound, from the moment at which its UUID was given out."""

    id: UUID
    on_audio: Callable[[bytes], None]
    on_connected: Callable[[], None]
    on_ended: Callable[[], None]
    """Once; also where it ends before the PBX connected and ``close`` was called."""
    _connection: _Connection | None = None

    @property
    def is_connected(self) -> bool:
        """Whether the PBX has connected, and the connection stands."""
        return self._connection is not None

    def say(self, sound: bytes) -> None:
        """Send some PCM to the channel; never waits."""
        if self._connection is not None:
            self._connection.send(sound)

    def close(self) -> None:
        """Hang the channel up."""
        if self._connection is not None:
            self._connection.hang_up()


class AudioSocketServer:
    """Listens between ``start`` and ``stop``."""

    def __init__(self, settings: MonitoringSettings) -> None:
        self._settings = settings
        self._expected: dict[UUID, Line] = {}
        self._forgotten: deque[UUID] = deque(maxlen=_MOST_FORGOTTEN)
        self._connections: set[_Connection] = set()
        self._server: asyncio.Server | None = None
        self.port = 0

    @property
    def address(self) -> str:
        """``HOST:PORT``, as the PBX is to connect."""
        host = self._settings.address or self._settings.host
        return f"[{host}]:{self.port}" if ":" in host else f"{host}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises ``MonitoringAddressError``."""
        host, port = self._settings.host, self._settings.port
        loop = asyncio.get_running_loop()
        try:
            self._server = await loop.create_server(lambda: _Connection(self), host, port)
        except OSError as error:
            why = "something else listens there" if error.errno == errno.EADDRINUSE else "cannot"
            raise MonitoringAddressError(
                f'monitoring.host = "{host}", monitoring.port = {port}: {why} ({error.strerror});'
                " choose an address of this machine and a free port, or port 0 for any"
            ) from error
        self.port = self._server.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything: the PBX hangs the channels up."""
        if self._server is not None:
            self._server.close()
        for connection in tuple(self._connections):
            connection.abort()

    def expect(
        self,
        on_audio: Callable[[bytes], None],
        on_connected: Callable[[], None],
        on_ended: Callable[[], None],
    ) -> Line:
        """Give out a UUID; whoever names it first is that line."""
        line = Line(uuid4(), on_audio, on_connected, on_ended)
        self._expected[line.id] = line
        return line

    def forget(self, line: Line) -> None:
        """Nobody is to come by this UUID any more."""
        if self._expected.pop(line.id, None) is not None:
            self._forgotten.append(line.id)

    def admit(self, kind: int, name: bytes) -> Line | None:
        """Whose line that is; ``None`` for a stranger, and for who comes too late."""
        id_ = UUID(bytes=name) if kind == UUID_KIND and len(name) == _UUID_BYTES else None
        line = None if id_ is None else self._expected.pop(id_, None)
        if line is None and id_ not in self._forgotten:
            _log.warning("somebody unknown connected where the pbx brings calls' sound")
        return line

    def opened(self, connection: _Connection) -> None:
        """Somebody connected."""
        self._connections.add(connection)

    def closed(self, connection: _Connection) -> None:
        """He is gone."""
        self._connections.discard(connection)


class _Connection(asyncio.Protocol):
    def __init__(self, server: AudioSocketServer) -> None:
        self._server = server
        self._buffer = bytearray()
        self._line: Line | None = None
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._server.opened(self)
        self._deadline = asyncio.get_running_loop().call_later(_NAME_SECONDS, self.abort)

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while len(self._buffer) >= _HEADER:
            kind, size = self._buffer[0], int.from_bytes(self._buffer[1:_HEADER], "big")
            if size > _MOST_BYTES:
                self.abort()
                return
            if len(self._buffer) < _HEADER + size:
                return
            payload = bytes(self._buffer[_HEADER : _HEADER + size])
            del self._buffer[: _HEADER + size]
            if not self._take(kind, payload):
                self.abort()
                return

    def _take(self, kind: int, payload: bytes) -> bool:
        """One frame; whether the connection goes on."""
        if self._line is None:
            self._line = self._server.admit(kind, payload)
            if self._line is None:
                return False
            if self._deadline is not None:
                self._deadline.cancel()
            self._line._connection = self
            self._line.on_connected()
        elif kind == AUDIO:
            self._line.on_audio(payload)
        return kind != HANGUP

    def send(self, sound: bytes) -> None:
        transport = self._transport
        if transport is None or transport.get_write_buffer_size() > _MOST_UNSENT:
            return
        transport.write(bytes([AUDIO]) + len(sound).to_bytes(2, "big") + sound)

    def hang_up(self) -> None:
        if self._transport is not None:
            self._transport.write(bytes(_HEADER))
            self._transport.close()

    def abort(self) -> None:
        if self._transport is not None:
            self._transport.abort()

    def connection_lost(self, _error: Exception | None) -> None:
        self._transport = None
        self._server.closed(self)
        if self._deadline is not None:
            self._deadline.cancel()
        line, self._line = self._line, None
        if line is not None:
            line._connection = None
            line.on_ended()
