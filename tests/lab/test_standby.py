"""Two daemons beside a real Asterisk: one ends or hangs within a call, and the other goes on."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from lab.daemon import Daemon
from lab.lab import Lab
from lab.messages import LabError
from lab.phones import Answer
from lab.postgres import Postgres
from lab.scenarios import Stage, numbers
from tests.lab.test_capture import listens, stored

pytestmark = pytest.mark.lab

LOST_THE_LEAD = 75


@pytest.fixture(scope="module")
def lab(asterisk_here: None) -> Iterator[Lab]:
    """One of its own: no third daemon takes its recordings."""
    with Lab() as running:
        yield running


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    try:
        with Postgres() as server:
            yield server
    except LabError:
        pytest.skip("PostgreSQL is not installed")


@pytest.fixture
def pair(
    lab: Lab, stage: Stage, alone: None, server: Postgres, request: pytest.FixtureRequest
) -> Iterator[tuple[Daemon, Daemon]]:
    """Who leads, and who stands by."""
    name = f"pair_{abs(hash(request.node.name)) % 10**8}"
    url = server.create(name)
    first = Daemon(lab, database_url=url, name=f"first-{name}")
    second = Daemon(lab, database_url=url, name=f"second-{name}")
    try:
        first.start()
        second.start(standby=True)
        yield first, second
    finally:
        second.stop()
        first.stop()


def _only(daemon: Daemon, since: str) -> dict[str, Any]:
    """The only call since then, once it is over and whole. Of those before, the log tells too."""
    found: list[dict[str, Any]] = []

    def over() -> bool:
        found[:] = daemon.get(f"/api/v1/calls?since={quote(since)}").get("items", [])
        return bool(found) and all(call["ended_at"] and call["complete"] for call in found)

    daemon.wait_until(over)
    [call] = found
    return call


def _whole(daemon: Daemon, call: dict[str, Any]) -> None:
    assert (call["disposition"], call["answered_by"]) == ("answered", "101")
    assert call["hangup_by"] == "customer"
    assert [leg["name"] for leg in call["legs"]].count("101") == 1
    assert call["client_id"] is not None
    assert stored(daemon, call["id"])["duration_seconds"] > 0
    assert len(daemon.get(f"/api/v1/calls/{call['id']}")["recordings"]) == 1


def test_a_call_under_way_is_whole_and_there_once_when_its_daemon_is_killed(
    stage: Stage, pair: tuple[Daemon, Daemon]
) -> None:
    first, second = pair
    began = datetime.now(UTC).isoformat()
    stage.desk("101", Answer(0.3))
    customer = stage.dial(stage.customer(186), numbers.DESK_101)
    agent = stage.answers(stage.desk("101"))
    first.wait_until(lambda: first.calls()[0]["answered_by"] == "101")
    known = first.calls()[0]["id"]
    first.kill()
    second.wait_until_leads()
    listens(stage, customer, 0.5)
    customer.hangup()
    agent.wait_end()
    call = _only(second, began)
    assert call["id"] == known
    _whole(second, call)
    # And back: who was killed stands by now, and takes over when the other one is stopped.
    first.start(standby=True)
    second.stop()
    first.wait_until_leads()
    assert _only(first, began)["id"] == known


def test_a_daemon_that_hung_ends_when_it_wakes_up_and_nothing_is_there_twice(
    stage: Stage, pair: tuple[Daemon, Daemon]
) -> None:
    first, second = pair
    began = datetime.now(UTC).isoformat()
    stage.desk("101", Answer(0.3))
    customer = stage.dial(stage.customer(187), numbers.DESK_101)
    agent = stage.answers(stage.desk("101"))
    first.wait_until(lambda: first.calls()[0]["answered_by"] == "101")
    known = first.calls()[0]["id"]
    first.send(signal.SIGSTOP)
    second.wait_until_leads()
    listens(stage, customer, 0.5)
    customer.hangup()
    agent.wait_end()
    _only(second, began)
    # All that Asterisk has sent it meanwhile is still to be read by the one that hung.
    first.send(signal.SIGCONT)
    assert first.wait_until_ended() == LOST_THE_LEAD
    call = _only(second, began)
    assert call["id"] == known
    _whole(second, call)
    first.start(standby=True)
