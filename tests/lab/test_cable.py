"""Packets that chaos lets vanish come through again, however chaos ends."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import pytest

from tests.lab.chaos.cable import Sink

pytestmark = pytest.mark.lab

_SWALLOW = """
import sys, time
from tests.lab.chaos.cable import Sink
Sink(int(sys.argv[1])).swallow()
print("swallowed", flush=True)
time.sleep(60)
"""


@pytest.fixture
def port() -> Iterator[int]:
    """Of somebody who listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def is_mute(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 0.3).close()
    except TimeoutError:
        return True
    return False


def test_packets_vanish_until_it_is_mended(port: int) -> None:
    sink = Sink(port)
    sink.swallow()
    assert is_mute(port)
    sink.mend()
    assert not is_mute(port)
    sink.mend()


def test_they_come_through_again_when_chaos_is_killed(port: int) -> None:
    command = [sys.executable, "-c", _SWALLOW, str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as chaos:
        assert chaos.stdout is not None
        assert chaos.stdout.readline() == "swallowed\n"
        assert is_mute(port)
        chaos.kill()
    end = time.monotonic() + 20
    while is_mute(port):
        assert time.monotonic() < end
