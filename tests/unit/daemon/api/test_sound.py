"""A recording's sound as an answer: its parts, and a storage that does not answer."""

from __future__ import annotations

import asyncio
import hashlib
import os
import socket
import struct
import sys
import threading
import traceback
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import aiohttp
import pytest
from aiohttp import web
from sqlalchemy import update
from structlog.testing import capture_logs

from crm.passwords import Passwords
from daemon.api import sound
from daemon.api.server import application
from recordings.models import recording
from recordings.threads import AT_ONCE, STORAGE

if TYPE_CHECKING:
    from .conftest import Client, House

DEADLINE_SECONDS = 20


@pytest.fixture
def path(house: House) -> str:
    return f"/api/v1/recordings/{house.recording}/audio"


@pytest.fixture
def file(house: House) -> Path:
    storage = house.context.settings.recordings.storage.removeprefix("file://")
    return Path(storage, "2026", f"{house.recording}.flac")


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.mark.parametrize("chunk_bytes", [1, 7, 1 << 18])
async def test_it_comes_in_chunks_and_is_the_same(
    client: Client, house: House, path: str, chunk_bytes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "CHUNK_BYTES", chunk_bytes)
    size = len(house.sound)
    whole = await client.get(path)
    assert (whole.status, await whole.read()) == (200, house.sound)
    assert whole.headers["Accept-Ranges"] == "bytes"
    for asked, part in {
        "0-0": slice(0, 1),
        "5-20": slice(5, 21),
        "10-": slice(10, None),
        "-3": slice(-3, None),
        f"-{size * 2}": slice(0, None),
        f"3-{size * 2}": slice(3, None),
    }.items():
        answer = await client.get(path, headers={"Range": f"bytes={asked}"})
        assert (answer.status, await answer.read()) == (206, house.sound[part])
        begin, end, _ = part.indices(size)
        assert answer.headers["Content-Range"] == f"bytes {begin}-{end - 1}/{size}"


async def test_who_has_it_already_is_told_so(client: Client, house: House, path: str) -> None:
    digest = hashlib.sha256(house.sound).digest()
    known = update(recording).where(recording.c.id == house.recording).values(sha256=digest)
    await house.context.database.write(lambda connection: connection.execute(known) and None)
    tag = (await client.get(path)).headers["ETag"]
    assert tag == f'"{digest.hex()}"'
    again = await client.get(path, headers={"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")
    for held in ("*", f'"other", {tag}'):
        assert (await client.get(path, headers={"If-None-Match": held})).status == 304
    assert (await client.get(path, headers={"If-None-Match": '"other"'})).status == 200
    beyond = {"If-None-Match": tag, "Range": "bytes=99999-"}
    assert (await client.get(path, headers=beyond)).status == 304
    part = {"Range": "bytes=0-3"}
    assert (await client.get(path, headers={**part, "If-Range": tag})).status == 206
    assert (await client.get(path, headers={**part, "If-Range": '"other"'})).status == 200


@pytest.fixture
async def port(house: House) -> AsyncIterator[int]:
    """Of a server as the daemon runs it: who goes away cancels nothing."""
    runner = web.AppRunner(application(house.context))
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield runner.addresses[0][1]
    await runner.cleanup()


async def test_who_goes_in_the_middle_is_no_trouble(
    house: House, port: int, path: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """He reads nothing, so that the answer waits for him, and then his connection is reset."""
    file.write_bytes(bytes(1 << 25))
    ended, pass_on = asyncio.get_running_loop().create_future(), sound.Sound._pass_on

    async def noticed(*given: Any) -> None:
        try:
            await pass_on(*given)
        except BaseException as error:
            ended.set_result(error)
            raise

    monkeypatch.setattr(sound.Sound, "_pass_on", noticed)
    with capture_logs() as logged:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        named = "".join(f"{name}: {value}\r\n" for name, value in house.operator.items())
        host = f"Host: 127.0.0.1:{port}\r\n"
        writer.write(f"GET {path} HTTP/1.1\r\n{host}{named}\r\n".encode())
        assert (await reader.readline()).startswith(b"HTTP/1.1 200")
        linger = struct.pack("ii", 1, 0)
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        writer.transport.abort()
        async with asyncio.timeout(DEADLINE_SECONDS):
            assert isinstance(await ended, ConnectionError)
        # What came of it is told by the time that the next one is answered.
        async with aiohttp.ClientSession() as session:
            answer = await session.get(f"http://127.0.0.1:{port}/health/live")
            assert answer.status == 200
    assert logged == []


@pytest.mark.parametrize("asked", ["bytes=-0", "bytes=99999-"])
async def test_a_part_that_holds_nothing_is_416(client: Client, path: str, asked: str) -> None:
    assert (await client.get(path, headers={"Range": asked})).status == 416


@pytest.mark.parametrize("asked", ["bytes=0-1,5-6", "items=0-1", "bytes=5-2"])
async def test_what_is_no_part_is_the_whole(client: Client, path: str, asked: str) -> None:
    assert (await client.get(path, headers={"Range": asked})).status == 200


@pytest.fixture
def hung(file: Path) -> Iterator[None]:
    """The storage hangs: who opens a pipe that nobody writes waits, and cannot be called back."""
    file.unlink()
    os.mkfifo(file)
    try:
        yield
    finally:
        while _stuck():
            with suppress(OSError):
                os.close(os.open(file, os.O_WRONLY | os.O_NONBLOCK))


def _stuck() -> int:
    """How many threads have opened the pipe and wait."""
    frames = sys._current_frames()
    pool = [one for one in threading.enumerate() if one.name.startswith(f"files {STORAGE}")]
    stacks = [traceback.extract_stack(frames.get(one.ident or 0)) for one in pool]
    return sum(any(frame.name == "open" for frame in stack) for stack in stacks)


@pytest.mark.usefixtures("hung")
async def test_a_storage_that_hangs_is_its_own_problem(
    client: Client, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    listens = [asyncio.create_task(client.get(path)) for _ in range(40)]
    await until(lambda: _stuck() == AT_ONCE)
    async with asyncio.timeout(DEADLINE_SECONDS):
        # What sign-in does, on asyncio's own threads.
        assert not (await Passwords().verify(None, "not a password of anybody")).right
        assert (await client.get("/api/v1/board")).status == 200
    for one in listens:
        one.cancel()
    await asyncio.gather(*listens, return_exceptions=True)
    monkeypatch.setattr(sound, "PATIENCE_SECONDS", 0.05)
    answer = await client.get(path)
    body = await answer.json(content_type=None)
    assert (answer.status, body["code"]) == (503, "audio_unavailable")


async def test_a_file_that_shrinks_breaks_off_and_does_not_pass_for_whole(
    client: Client, house: House, path: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "CHUNK_BYTES", 8)
    part_wanted = sound.Sound.part_wanted

    def cut(self: sound.Sound, request: aiohttp.web.Request) -> range | None:
        os.truncate(file, len(house.sound) // 2)
        return part_wanted(self, request)

    monkeypatch.setattr(sound.Sound, "part_wanted", cut)
    with pytest.raises(aiohttp.ClientError):
        await (await client.get(path)).read()
