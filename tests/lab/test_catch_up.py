"""What happened while Callward was away is there when it is back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest

from lab.daemon import Daemon
from lab.phones import Answer
from lab.scenarios import Stage, numbers
from tests.lab.test_capture import latest, listens, stored

pytestmark = pytest.mark.lab


@pytest.fixture
def daemon(daemon: Daemon) -> Iterator[Daemon]:
    """It goes and comes; afterwards it is there."""
    yield daemon
    if not daemon.is_running:
        daemon.start()


def test_three_calls_without_callward_are_there_whole_and_recorded(
    stage: Stage, daemon: Daemon
) -> None:
    # Of calls that others made on this lab just before, the log tells too.
    began = datetime.now(UTC).isoformat()
    daemon.stop()
    stage.desk("101", Answer(0.3))
    customer = stage.dial(stage.customer(181), numbers.DESK_101)
    agent = stage.answers(stage.desk("101"))
    customer.wait("answered")
    listens(stage, customer, 0.5)
    customer.hangup()
    agent.wait_end()
    missed = stage.dial(stage.customer(182), numbers.DESK_102)
    rang = stage.rings(stage.desk("102"))
    # The log tells no ringing: who was called for less than this may not have rung.
    stage.wait_until(lambda: datetime.now(UTC) - missed.started_at > timedelta(seconds=0.6))
    missed.hangup()
    rang.wait_end()
    phone = stage.customer(183, Answer(0.3))
    caller = stage.dial(stage.desk("103"), phone.number)
    called = stage.answers(phone)
    caller.wait("answered")
    listens(stage, caller, 0.5)
    caller.hangup()
    called.wait_end()
    daemon.start()
    made = f"/api/v1/calls?since={quote(began)}"
    daemon.wait_until(lambda: len(daemon.get(made).get("items", [])) == 3)
    answered, lost, outbound = latest(daemon, 3)
    assert [call["complete"] for call in (answered, lost, outbound)] == [True] * 3
    assert (answered["disposition"], answered["answered_by"]) == ("answered", "101")
    assert (lost["disposition"], lost["rang"]) == ("missed", ["102"])
    assert (outbound["direction"], outbound["disposition"]) == ("outbound", "answered")
    for call in (answered, lost, outbound):
        assert call["client_id"] is not None
    for call in (answered, outbound):
        assert stored(daemon, call["id"])["duration_seconds"] > 0
    # Nothing was said in the one that nobody answered, but it was recorded.
    [recording] = daemon.get(f"/api/v1/calls/{lost['id']}")["recordings"]
    assert recording["name"] == lost["legs"][0]["channel"]


def test_a_call_that_ended_without_callward_has_the_end_that_it_had(
    stage: Stage, daemon: Daemon
) -> None:
    stage.desk("101", Answer(0.3))
    customer = stage.dial(stage.customer(184), numbers.DESK_101)
    agent = stage.answers(stage.desk("101"))
    daemon.wait_until(lambda: daemon.calls()[0]["answered_by"] == "101")
    before = daemon.calls()[0]
    daemon.kill()
    agent.hangup()
    customer.wait_end()
    daemon.start()
    daemon.wait_until(lambda: daemon.calls()[0]["complete"])
    [call] = latest(daemon, 1)
    assert call["id"] == before["id"]
    assert (call["disposition"], call["hangup_by"]) == ("answered", "agent")


def test_a_call_that_ran_all_the_while_is_completed_at_its_end(
    stage: Stage, daemon: Daemon
) -> None:
    daemon.stop()
    stage.desk("102", Answer(0.3))
    customer = stage.dial(stage.customer(185), numbers.DESK_102)
    agent = stage.answers(stage.desk("102"))
    stage.wait_until(lambda: customer.answered_at is not None)
    daemon.start()
    daemon.wait_until(lambda: daemon.calls()[0]["ended_at"] is None)
    [running] = [call for call in daemon.calls() if call["ended_at"] is None]
    known = running["id"]
    assert not running["complete"]
    customer.hangup()
    agent.wait_end()
    daemon.wait_until(lambda: daemon.calls()[0]["rang"] == ["102"])
    [call] = latest(daemon, 1)
    assert (call["id"], call["complete"]) == (known, True)
    assert call["answered_by"] == "102"
