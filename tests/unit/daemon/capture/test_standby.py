"""Two daemons as processes: on PostgreSQL the second stands by, on SQLite it is refused."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from lab.messages import LabError
from lab.postgres import Postgres
from tests.unit.daemon.capture.test_supervisor import (
    JOURNAL,
    Running,
    answer_all,
    free_port,
    until,
)

Start = Callable[[str, int], Running]


@pytest.fixture
def server() -> Iterator[Postgres]:
    try:
        with Postgres() as server:
            yield server
    except LabError:
        pytest.skip("PostgreSQL is not installed")


@pytest.fixture
def make(tmp_path: Path, server: Postgres) -> Iterator[Start]:
    """A daemon by its name, on the one database and with the one key."""
    url, made = server.create("callward"), list[Running]()

    def make(name: str, ami_port: int) -> Running:
        folder = tmp_path / name
        folder.mkdir()
        running = Running(folder, ami_port)
        of_its_own = running.config.read_text()
        shared = of_its_own.replace(f"sqlite+aiosqlite:///{folder}/callward.db", url)
        running.config.write_text(shared.replace(f"{folder}/vault.key", f"{tmp_path}/vault.key"))
        made.append(running)
        return running

    yield make
    for running in made:
        running.close()


def _ask(
    running: Running, path: str, method: str = "GET", language: str = "en"
) -> tuple[int, str, str]:
    """Status, type and text."""
    url = f"http://127.0.0.1:{running.http_port}{path}"
    asked = urllib.request.Request(url, method=method, headers={"Accept-Language": language})
    try:
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.headers.get_content_type(), answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers.get_content_type(), error.read().decode()


def _problem(running: Running, path: str, **asked: str) -> dict[str, Any]:
    status, kind, said = _ask(running, path, **asked)
    assert (status, kind) == (503, "application/problem+json")
    return dict(json.loads(said))


def _leads(running: Running) -> bool:
    try:
        return "links" in running.health()
    except OSError:
        return False


async def _count(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seen: list[None]
) -> None:
    seen.append(None)
    writer.write(b"Asterisk Call Manager/11.0.0\r\n")
    await answer_all(reader, writer)


def test_the_second_stands_by_and_does_nothing_until_the_first_one_is_gone(make: Start) -> None:
    connections: list[None] = []

    async def scenario() -> None:
        pbx = await asyncio.start_server(
            lambda reader, writer: _count(reader, writer, connections), "127.0.0.1", 0
        )
        port = pbx.sockets[0].getsockname()[1]
        first, second = make("first", port), make("second", port)
        await asyncio.to_thread(first.start)
        await asyncio.to_thread(until, lambda: first.health()["links"][0]["connected"])
        await asyncio.to_thread(second.start)
        await asyncio.to_thread(_look_at_standby, second)
        assert len(connections) == 1
        assert first.process is not None
        first.process.send_signal(signal.SIGKILL)
        await asyncio.to_thread(until, lambda: _leads(second))
        await asyncio.to_thread(until, lambda: second.health()["links"][0]["connected"])
        assert len(connections) == 2
        assert await asyncio.to_thread(second.stop) == 0
        pbx.close()

    asyncio.run(scenario())


def _look_at_standby(second: Running) -> None:
    assert _ask(second, "/health/live")[0] == 200
    assert "callward_standby 1.0" in _ask(second, "/metrics")[2]
    for path in ("/health", "/health/ready", "/api/v1/calls", "/", "/pbx/v1/inbound"):
        assert _problem(second, path)["code"] == "standby"
    assert _problem(second, "/api/v1/callbacks", method="POST")["code"] == "standby"
    assert "резерв" in _problem(second, "/health/ready", language="ru")["detail"]


def test_a_standby_ends_when_it_is_told(make: Start) -> None:
    first, second = make("first", free_port()), make("second", free_port())
    first.start()
    second.start()
    assert second.stop() == 0
    assert first.stop() == 0


def test_one_that_hung_ends_with_a_code_of_its_own_and_stands_by_when_started_anew(
    make: Start,
) -> None:
    first, second = make("first", free_port()), make("second", free_port())
    first.start()
    second.start()
    assert first.process is not None
    first.process.send_signal(signal.SIGSTOP)
    until(lambda: _leads(second))
    first.process.send_signal(signal.SIGCONT)
    assert first.process.wait(30) == 75
    events = [line["event"] for line in first.log()]
    assert events.count("another daemon leads now, this one ends") == 1
    first.start()
    until(lambda: _problem(first, "/health/ready")["code"] == "standby")


def test_calls_wait_out_a_server_that_is_away(make: Start, server: Postgres) -> None:
    """A scripted PBX tells of a call while PostgreSQL is stopped."""
    told = asyncio.Event()

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        answering = asyncio.create_task(answer_all(reader, writer))
        await told.wait()
        writer.write(JOURNAL.read_bytes())
        await answering

    def calls() -> str:
        query = "SELECT count(*) FROM call WHERE gone AND complete"
        return server.run("psql", "--dbname", "callward", "-tA", "--command", query).strip()

    async def scenario() -> None:
        pbx = await asyncio.start_server(tell, "127.0.0.1", 0)
        running = make("only", pbx.sockets[0].getsockname()[1])
        await asyncio.to_thread(running.start)
        await asyncio.to_thread(until, lambda: running.health()["links"][0]["connected"])
        server.stop()
        told.set()
        await asyncio.to_thread(until, lambda: not running.health()["database"])
        lost = "no link to the database for the lead"
        await asyncio.to_thread(until, lambda: lost in [line["event"] for line in running.log()])
        # Nothing is ordered from one that cannot know whether it still leads.
        await asyncio.to_thread(
            until, lambda: _ask(running, "/api/v1/session", method="POST")[0] == 503
        )
        server.start()
        await asyncio.to_thread(until, lambda: running.health()["database"])
        await asyncio.to_thread(until, lambda: calls() == "1")
        assert await asyncio.to_thread(running.stop) == 0
        pbx.close()

    asyncio.run(scenario())


def test_on_sqlite_the_second_is_refused_with_a_clear_word(tmp_path: Path) -> None:
    folder = tmp_path / "only"
    folder.mkdir()
    running = Running(folder, free_port())
    running.start()
    try:
        other = folder / "other.toml"
        port = f"port = {running.http_port}"
        other.write_text(running.config.read_text().replace(port, f"port = {free_port()}"))
        done = subprocess.run(
            [sys.executable, "-m", "daemon", "run", "--config", str(other)],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            env={"LANG": "C"},
        )
    finally:
        running.close()
    assert done.returncode == 2
    assert "has a daemon of Callward already: on SQLite there is one" in done.stderr
    assert "Traceback" not in done.stderr
