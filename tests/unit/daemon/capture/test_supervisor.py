"""The daemon as a process: starts, says it is ready, bears faults, ends with nothing lost."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sqlite3
import stat
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from daemon import supervisor
from daemon.running import Daemon

SETTINGS = """\
[company]
numbers = ["+442079460000"]

[[pbx]]
host = "127.0.0.1"
port = {ami_port}
secret = "not a secret"
trunks = ["operator"]

[database]
url = "sqlite+aiosqlite:///{folder}/callward.db"

[vault]
key_file = "{folder}/vault.key"

[recordings]
storage = "file://{folder}/recordings"

[http]
port = {http_port}

[log]
format = "json"
"""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Running:
    """``callward run`` in a process of its own."""

    def __init__(self, folder: Path, ami_port: int) -> None:
        self.folder = folder
        self.http_port = free_port()
        self.config = folder / "callward.toml"
        self.config.write_text(
            SETTINGS.format(folder=folder, ami_port=ami_port, http_port=self.http_port)
        )
        self.ready = folder / "notify"
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.listener.bind(str(self.ready))
        self.listener.settimeout(20)
        self.log_file = folder / "log"
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log_file.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "daemon", "run", "--config", str(self.config)],
                stderr=log,
                env={**os.environ, "NOTIFY_SOCKET": str(self.ready), "LANG": "C"},
            )
        # Beside it, systemd hears how it is, also of an earlier run.
        while self.listener.recv(1000) != b"READY=1":
            pass

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        assert self.process is not None
        self.process.send_signal(how)
        code = self.process.wait(20)
        self.process = None
        return code

    def close(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait()
        self.listener.close()

    def health(self) -> dict[str, Any]:
        url = f"http://127.0.0.1:{self.http_port}/health"
        try:
            with urllib.request.urlopen(url, timeout=30) as answer:
                return dict(json.load(answer))
        except urllib.error.HTTPError as error:
            return dict(json.load(error))

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.log_file.read_text().splitlines()]


def until(true: Callable[[], object], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def callward(tmp_path: Path) -> Iterator[Callable[[int], Running]]:
    made: list[Running] = []

    def make(ami_port: int) -> Running:
        made.append(Running(tmp_path, ami_port))
        return made[-1]

    yield make
    for running in made:
        running.close()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_it_starts_without_its_pbx_says_ready_and_ends_when_told(
    callward: Callable[[int], Running], how: signal.Signals
) -> None:
    running = callward(free_port())
    running.start()
    until(lambda: "manager.conf" in str(running.health()["links"][0]["notices"]))
    assert not running.health()["ok"]
    assert running.health()["database"]
    assert stat.S_IMODE((running.folder / "vault.key").stat().st_mode) == 0o600
    assert running.process is not None
    assert "Umask:\t0077" in Path(f"/proc/{running.process.pid}/status").read_text()
    assert running.stop(how) == 0
    assert [line["event"] for line in running.log()][-1] == "daemon has stopped"


def test_a_wrong_secret_is_said_once_and_the_process_lives(
    callward: Callable[[int], Running],
) -> None:
    refusals = 0

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        nonlocal refusals
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        login = await reader.readuntil(b"\r\n\r\n")
        action_id = login.partition(b"ActionID: ")[2].partition(b"\r\n")[0]
        writer.write(
            b"Response: Error\r\nActionID: "
            + action_id
            + b"\r\nMessage: Authentication failed\r\n\r\n"
        )
        await writer.drain()
        refusals += 1
        writer.close()

    async def scenario() -> None:
        server = await asyncio.start_server(refuse, "127.0.0.1", 0)
        running = callward(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(running.start)
        async with asyncio.timeout(30):
            while refusals < 3:
                await asyncio.sleep(0.02)
        health = await asyncio.to_thread(running.health)
        assert "secret" in health["links"][0]["notices"][0]
        assert await asyncio.to_thread(running.stop) == 0
        down = [line for line in running.log() if line["event"] == "ami link is down"]
        assert [line["reasons"] for line in down] == [["login_refused"], ["closed"]]
        assert "not a secret" not in running.log_file.read_text()
        server.close()

    asyncio.run(scenario())


JOURNAL = Path(__file__).parents[3] / "replay" / "journals" / "inbound_answered" / "journal.ami"


def test_calls_wait_out_a_locked_database(callward: Callable[[int], Running]) -> None:
    """A scripted PBX tells of a call while another program holds the database's lock."""
    told = asyncio.Event()

    async def tell(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"Asterisk Call Manager/11.0.0\r\n")
        answering = asyncio.create_task(answer_all(reader, writer))
        await told.wait()
        writer.write(JOURNAL.read_bytes())
        await answering

    async def scenario() -> None:
        server = await asyncio.start_server(tell, "127.0.0.1", 0)
        running = callward(server.sockets[0].getsockname()[1])
        await asyncio.to_thread(running.start)
        await asyncio.to_thread(until, lambda: running.health()["links"][0]["connected"])
        with closing(_open(running.folder / "callward.db")) as db:
            db.execute("BEGIN IMMEDIATE")
            told.set()
            await asyncio.to_thread(until, lambda: not running.health()["database"])
            assert running.health()["links"][0]["connected"]
            db.execute("ROLLBACK")
            await asyncio.to_thread(until, lambda: running.health()["database"])
            stored = "SELECT count(*) FROM call WHERE gone AND complete"
            await asyncio.to_thread(until, lambda: db.execute(stored).fetchone()[0] == 1)
        assert await asyncio.to_thread(running.stop) == 0
        blocked = [line["event"] for line in running.log() if "database" in line["event"]]
        assert blocked == [
            "database cannot be written for now, trying again",
            "database is writable again",
        ]
        server.close()

    asyncio.run(scenario())


def _open(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(file, isolation_level=None, check_same_thread=False)


async def answer_all(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Say yes to every action, as an Asterisk without calls would."""
    lists = {
        "CoreShowChannels": "CoreShowChannelsComplete",
        "Status": "StatusComplete",
        "BridgeList": "BridgeListComplete",
        "QueueStatus": "QueueStatusComplete",
        "ParkedCalls": "ParkedCallsComplete",
    }
    while True:
        try:
            block = (await reader.readuntil(b"\r\n\r\n")).decode()
        except asyncio.IncompleteReadError:
            writer.close()
            return
        headers = dict(line.split(": ", 1) for line in block.splitlines() if ": " in line)
        action_id = f"ActionID: {headers['ActionID']}\r\n"
        name = headers["Action"]
        start = "EventList: start\r\n" if name in lists else ""
        writer.write(f"Response: Success\r\n{action_id}{start}\r\n".encode())
        if name in lists:
            end = f"Event: {lists[name]}\r\n{action_id}EventList: Complete\r\nListItems: 0\r\n\r\n"
            writer.write(end.encode())
        if name == "Login":
            writer.write(b"Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 1\r\n\r\n")
        await writer.drain()


def test_a_port_that_is_taken_is_said_in_one_line(callward: Callable[[int], Running]) -> None:
    running = callward(free_port())
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", running.http_port))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-m", "daemon", "run", "--config", str(running.config)],
            capture_output=True,
            text=True,
            timeout=20,
            check=False,
        )
    assert done.returncode == 2
    assert f"http.port = {running.http_port}" in done.stderr
    assert "Traceback" not in done.stderr


async def test_a_part_that_fails_ends_the_others_and_what_was_read_is_stored() -> None:
    order: list[str] = []

    async def fails() -> None:
        await asyncio.sleep(0)
        raise RuntimeError("a bug")

    async def lives() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            order.append("ended")

    class Parts:
        parts = {"one": fails, "other": lives}  # noqa: RUF012

        async def open(self) -> None:
            order.append("open")

        async def close(self) -> None:
            order.append("closed")

    daemon: Daemon = Parts()  # type: ignore[assignment]
    with pytest.raises(ExceptionGroup) as raised:
        await supervisor.supervise(
            daemon,
            asyncio.Event(),
            ready=lambda: order.append("ready"),
            ending=lambda: order.append("ending"),
        )
    assert raised.group_contains(RuntimeError, match="a bug")
    # Before anything that waits: who began it ends in time, whatever hangs.
    assert order == ["open", "ready", "ending", "ended", "ending", "closed"]


def test_notify_uses_systemds_socket_and_is_silent_without_one(tmp_path: Path) -> None:
    supervisor.notify("READY=1", {})
    address = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(address)
        supervisor.notify("READY=1", {"NOTIFY_SOCKET": address})
        assert listener.recv(100) == b"READY=1"
    # Nobody listens any more: the daemon goes on.
    supervisor.notify("WATCHDOG=1", {"NOTIFY_SOCKET": address})
