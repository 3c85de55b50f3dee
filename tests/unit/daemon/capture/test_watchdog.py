"""systemd is told that the daemon lives while it works."""

from __future__ import annotations

import asyncio
import os
import socket
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from daemon.supervisor import notify
from daemon.watchdog import Watchdog, interval


@dataclass
class Inbox:
    waits: bool = False
    folded: int = 0


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": "30000000"}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": str(os.getpid())}, 15.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
    ],
)
def test_how_often_systemd_wants_to_hear(environ: dict[str, str], seconds: float | None) -> None:
    assert interval(environ) == seconds


def test_it_lives_while_every_inbox_is_folded() -> None:
    one, other = Inbox(), Inbox()
    watchdog = Watchdog(lambda _state: None, 1.0)
    assert watchdog.is_alive()
    watchdog.watched = [one, other]
    assert watchdog.is_alive()
    one.waits, one.folded = True, 10
    assert watchdog.is_alive()
    one.folded = 20
    assert watchdog.is_alive()
    # Something waits, and nothing was folded since.
    assert not watchdog.is_alive()
    one.waits = False
    assert watchdog.is_alive()


async def test_systemd_hears_of_it_and_of_nothing_else(tmp_path: Path) -> None:
    address = tmp_path / "notify"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(address))
        listener.settimeout(30)
        watchdog = Watchdog(partial(notify, environ={"NOTIFY_SOCKET": str(address)}), 0.001)
        stuck = Inbox(waits=True)
        watchdog.watched = [stuck]
        running = asyncio.create_task(watchdog.run())
        assert await asyncio.to_thread(listener.recv, 100) == b"WATCHDOG=1"
        while watchdog.is_alive():
            await asyncio.sleep(0)
        listener.setblocking(False)
        with suppress(BlockingIOError):
            while listener.recv(100):
                pass
        for _ in range(3):
            await asyncio.sleep(0.002)
        with pytest.raises(BlockingIOError):
            listener.recv(100)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
