"""Callward killed, the link cut, Asterisk restarted: nobody is called twice, and all ends."""

from __future__ import annotations

import pytest

from lab.phones import Answer
from lab.scenarios.leg import Leg
from tests.lab.callbacks.office import Office

pytestmark = pytest.mark.lab


def restart_daemon(office: Office) -> None:
    office.daemon.kill()
    office.daemon.start()


def once(office: Office, *, client: int) -> None:
    """How often the two were called, all in all."""
    assert office.invitations(office.desk()) == 1
    assert office.invitations(office.customer()) == client


def test_callward_killed_while_the_agent_rings(office: Office) -> None:
    id_ = office.begin()
    office.desk().wait_for("rang")
    restart_daemon(office)
    assert office.wait_end(id_) == "daemon_restarted"
    once(office, client=0)
    # And the next one is a new one.
    next_id = office.begin()
    assert next_id != id_
    office.cancel(next_id)
    office.wait_end(next_id)


def test_callward_killed_and_the_agent_answers_meanwhile(office: Office) -> None:
    """Nobody knows the token any more: he hears that it cannot be done."""
    id_ = office.begin()
    call = Leg(office.desk(), office.desk().wait_for("rang").call)
    office.daemon.kill()
    call.answer()
    office.daemon.start()
    assert office.wait_end(id_) in {"daemon_restarted", "client_unreachable"}
    once(office, client=0)


def test_callward_killed_while_the_client_rings(office: Office) -> None:
    """He is not let down: both phones are there, and nothing more is to be asked."""
    office.desk().behaves(Answer(0.1))
    id_ = office.begin()
    client = Leg(office.customer(), office.customer().wait_for("rang").call)
    restart_daemon(office)
    assert office.callback(id_)["state"] != "ended"
    client.answer()
    office.wait_for(id_, "talking")
    client.hangup()
    assert office.wait_end(id_) == "talked"
    once(office, client=1)


def test_callward_killed_while_they_talk(office: Office) -> None:
    office.desk().behaves(Answer(0.1))
    office.customer().behaves(Answer(0.1))
    id_ = office.begin()
    office.wait_for(id_, "talking")
    restart_daemon(office)
    assert office.callback(id_)["state"] == "talking"
    office.customer().hangup()
    assert office.wait_end(id_) == "talked"
    once(office, client=1)


def test_callward_killed_and_all_is_over_when_it_is_back(office: Office) -> None:
    id_ = office.begin()
    call = Leg(office.desk(), office.desk().wait_for("rang").call)
    office.daemon.kill()
    call.hangup(603)
    office.wait_until(lambda: not office.channels())
    office.daemon.start()
    assert office.wait_end(id_) == "daemon_restarted"
    once(office, client=0)


def test_link_cut_before_the_order_was_answered(office: Office) -> None:
    """It has ended; the phone that rings all the same is hung up when the link is back."""
    office.cable.cut_after = b"Action: Originate"
    answer = office.press()
    assert (answer.status, answer.body["reason"]) == (201, "link_lost")
    office.desk().wait_for("rang")
    office.mend()
    office.wait_until(lambda: not office.channels())
    assert office.callback(answer.body["id"])["reason"] == "link_lost"
    once(office, client=0)


def test_link_cut_before_the_order_was_answered_and_the_agent_takes_it(office: Office) -> None:
    office.desk().behaves(Answer(0.1))
    office.cable.cut_after = b"Action: Originate"
    answer = office.press()
    assert answer.body["reason"] == "link_lost"
    Leg(office.desk(), office.desk().wait_for("answered").call).wait_end()
    office.mend()
    office.wait_until(lambda: not office.channels())
    once(office, client=0)


def test_link_cut_while_the_agent_rings(office: Office) -> None:
    """The PBX goes on, Callward answers its questions, and sees it when the link is back."""
    office.customer().behaves(Answer(0.1))
    id_ = office.begin()
    call = Leg(office.desk(), office.desk().wait_for("rang").call)
    office.cable.cut()
    call.answer()
    office.customer().wait_for("answered")
    office.mend()
    office.wait_for(id_, "talking")
    call.hangup()
    assert office.wait_end(id_) == "talked"
    once(office, client=1)


def test_link_cut_and_all_is_over_when_it_is_back(office: Office) -> None:
    id_ = office.begin()
    call = Leg(office.desk(), office.desk().wait_for("rang").call)
    office.cable.cut()
    call.hangup(603)
    office.wait_until(lambda: not office.channels())
    office.mend()
    assert office.wait_end(id_) == "link_lost"
    once(office, client=0)


def test_cancelled_while_the_link_is_cut(office: Office) -> None:
    """Nobody is dialled for it any more, and the phone is hung up when the link is back."""
    id_ = office.begin()
    call = Leg(office.desk(), office.desk().wait_for("rang").call)
    office.cable.cut()
    office.daemon.wait_until(lambda: not office.daemon.get("/health")["ok"])
    answer = office.cancel(id_)
    assert (answer.status, answer.body["code"]) == (503, "pbx_down")
    call.answer()
    office.mend()
    assert office.wait_end(id_) == "cancelled"
    once(office, client=0)


@pytest.mark.parametrize("how", ["killed", "stopped"])
@pytest.mark.parametrize("talking", [False, True])
def test_asterisk_restarted(office: Office, how: str, talking: bool) -> None:
    if talking:
        office.desk().behaves(Answer(0.1))
        office.customer().behaves(Answer(0.1))
    id_ = office.begin()
    if talking:
        office.wait_for(id_, "talking")
    else:
        office.desk().wait_for("rang")
    if how == "killed":
        office.lab.kill_asterisk()
    else:
        office.lab.stop_asterisk()
    office.lab.restart()
    reason = office.wait_end(id_, 40)
    if talking:
        assert reason == "talked"
    elif how == "killed":
        assert reason == "pbx_restarted"
    else:
        # A PBX that is shut down still says how each channel ended, and only then that it ends.
        assert reason in {"agent_no_answer", "agent_unreachable", "pbx_restarted"}
    once(office, client=int(talking))
