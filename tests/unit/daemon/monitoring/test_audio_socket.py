from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from config.settings import MonitoringSettings
from daemon.monitoring.audio_socket import AudioSocketServer, Line, MonitoringAddressError


class Heard:
    def __init__(self, server: AudioSocketServer) -> None:
        self.sound: list[bytes] = []
        self.connected, self.ended, self.said = asyncio.Event(), asyncio.Event(), asyncio.Event()
        self.line: Line = server.expect(self._hear, self.connected.set, self.ended.set)

    def _hear(self, sound: bytes) -> None:
        self.sound.append(sound)
        self.said.set()


@pytest.fixture
async def server() -> AsyncIterator[AudioSocketServer]:
    made = AudioSocketServer(MonitoringSettings())
    await made.start()
    yield made
    await made.stop()


async def _connect(
    server: AudioSocketServer, *frames: bytes
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", server.port)
    for frame in frames:
        writer.write(frame)
    return reader, writer


def _frame(kind: int, payload: bytes = b"") -> bytes:
    return bytes([kind]) + len(payload).to_bytes(2, "big") + payload


async def test_sound_goes_both_ways(server: AudioSocketServer) -> None:
    heard = Heard(server)
    name, sound = _frame(1, heard.line.id.bytes), _frame(0x10, b"\1\2" * 160)
    whole = name + sound
    reader, writer = await _connect(server, whole[:1], whole[1:25], whole[25:])
    async with asyncio.timeout(5):
        await heard.said.wait()
        heard.line.say(b"\3\4" * 160)
        assert await reader.readexactly(323) == _frame(0x10, b"\3\4" * 160)
        heard.line.close()
        assert await reader.read() == bytes(3)
        await heard.ended.wait()
    assert heard.sound == [b"\1\2" * 160]
    writer.close()


@pytest.mark.parametrize(
    "first",
    [
        _frame(1, uuid4().bytes),
        _frame(1, b"short"),
        _frame(0x10, bytes(320)),
        _frame(0),
        b"GET / HTTP/1.1\r\n\r\n",
        bytes([1]) + (60_000).to_bytes(2, "big"),
    ],
    ids=["unknown", "short", "sound first", "hang-up first", "http", "too long"],
)
async def test_who_does_not_say_a_name_that_was_given_out_is_closed(
    server: AudioSocketServer, first: bytes
) -> None:
    heard = Heard(server)
    reader, writer = await _connect(server, first)
    async with asyncio.timeout(5):
        with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
            await reader.readexactly(1)
    assert not heard.connected.is_set()
    writer.close()


async def test_a_name_is_good_once_and_not_after_it_was_taken_back(
    server: AudioSocketServer,
) -> None:
    heard, late = Heard(server), Heard(server)
    server.forget(late.line)
    _, first = await _connect(server, _frame(1, heard.line.id.bytes))
    async with asyncio.timeout(5):
        await heard.connected.wait()
        for one in (heard, late):
            reader, writer = await _connect(server, _frame(1, one.line.id.bytes))
            with pytest.raises((asyncio.IncompleteReadError, ConnectionError)):
                await reader.readexactly(1)
            writer.close()
    assert heard.line.is_connected
    assert not late.connected.is_set()
    first.close()


async def test_a_pbx_that_does_not_read_is_sent_no_heap(server: AudioSocketServer) -> None:
    heard = Heard(server)
    _reader, writer = await _connect(server, _frame(1, heard.line.id.bytes))
    async with asyncio.timeout(5):
        await heard.connected.wait()
    transport = writer.transport
    transport.pause_reading()  # type: ignore[attr-defined]
    for _ in range(200_000):
        heard.line.say(bytes(320))
    connection = heard.line._connection
    assert connection is not None and connection._transport is not None
    assert connection._transport.get_write_buffer_size() < 10_000
    writer.close()


async def test_an_address_that_is_taken_is_said_with_what_to_change(
    server: AudioSocketServer,
) -> None:
    other = AudioSocketServer(MonitoringSettings(port=server.port))
    with pytest.raises(MonitoringAddressError, match=rf"monitoring\.port = {server.port}.*port 0"):
        await other.start()


def test_the_address_told_to_the_pbx_is_the_one_of_the_settings() -> None:
    assert AudioSocketServer(MonitoringSettings()).address == "127.0.0.1:0"
    named = MonitoringSettings(host="0.0.0.0", address="callward.example.com")
    assert AudioSocketServer(named).address == "callward.example.com:0"
