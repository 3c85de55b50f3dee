"""How callbacks go and end, with real phones."""

from __future__ import annotations

import pytest

from lab.masked.people import COMPANY
from lab.masked.session import ManagerSession
from lab.phones import Answer, Behaviour, Decline, Refuse, Ring
from lab.scenarios.leg import Leg
from tests.lab.callbacks.office import Office

pytestmark = pytest.mark.lab
STATES = ["ringing_agent", "agent_answered", "ringing_client", "talking", "ended"]


def test_to_the_desk_phone(office: Office) -> None:
    office.desk().behaves(Answer(0.3))
    office.customer().behaves(Answer(0.3))
    with ManagerSession(office.lab, "Quist") as session:
        id_ = office.begin()
        office.wait_for(id_, "talking")
        office.desk().hangup()
        session.wait_for("ended", id_)
        told = [event["callback"] for event in session.events]
    assert [one["state"] for one in told if one["id"] == id_] == STATES
    assert office.wait_end(id_) == "talked"
    (agents,), (clients,) = office.invited(office.desk()), office.invited(office.customer())
    assert agents["shown"] == told[0]["short_code"]
    assert clients["shown"] == COMPANY


def test_the_client_hangs_up_first(office: Office) -> None:
    office.desk().behaves(Answer(0.1))
    office.customer().behaves(Answer(0.1))
    id_ = office.begin()
    office.wait_for(id_, "talking")
    office.customer().hangup()
    assert office.wait_end(id_) == "talked"


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Refuse(486), "agent_busy"),
        (Decline(0.1, 603), "agent_declined"),
        (Refuse(503), "agent_unreachable"),
        (Ring(), "agent_no_answer"),
    ],
)
def test_the_agent_does_not_take_it(office: Office, behaviour: Behaviour, reason: str) -> None:
    if isinstance(behaviour, Ring):
        office.rings_for(agent_seconds=3)
    office.desk().behaves(behaviour)
    assert office.wait_end(office.begin()) == reason
    assert office.invitations(office.customer()) == 0


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [
        (Refuse(486), "client_busy"),
        (Decline(0.1, 603), "client_busy"),
        (Refuse(503), "client_unreachable"),
        (Refuse(404), "client_unreachable"),
        (Ring(), "client_no_answer"),
    ],
)
def test_the_client_does_not_take_it(office: Office, behaviour: Behaviour, reason: str) -> None:
    office.desk().behaves(Answer(0.1))
    if isinstance(behaviour, Ring):
        office.rings_for(client_seconds=3)
    office.customer().behaves(behaviour)
    assert office.wait_end(office.begin()) == reason
    assert office.invitations(office.customer()) == 1


def test_the_agent_hangs_up_before_the_client_answers(office: Office) -> None:
    office.desk().behaves(Answer(0.1))
    id_ = office.begin()
    office.customer().wait_for("rang")
    office.desk().hangup()
    assert office.wait_end(id_) == "agent_hung_up"


def test_to_the_mobile_with_the_key(office: Office) -> None:
    mobile = office.lab.phones.mobile("+447700900101")
    mobile.behaves(Answer(0.1))
    office.customer().behaves(Answer(0.3))
    id_ = office.begin(via="mobile")
    leg = Leg(mobile, mobile.wait_for("answered").call)
    office.wait_for(id_, "agent_answered")
    assert office.invitations(office.customer()) == 0
    leg.press("1")
    office.wait_for(id_, "talking")
    leg.hangup()
    assert office.wait_end(id_) == "talked"
    (invited,) = office.invited(mobile)
    assert invited["shown"] == COMPANY


def test_the_key_on_the_mobile_is_not_pressed(office: Office) -> None:
    """Its voicemail answers."""
    mobile = office.lab.phones.mobile("+447700900101")
    mobile.behaves(Answer(0.1))
    id_ = office.begin(via="mobile")
    assert office.wait_end(id_, 40) == "agent_declined"
    assert office.invitations(office.customer()) == 0


@pytest.mark.parametrize(
    ("behaviour", "reason"),
    [(Refuse(486), "agent_busy"), (Decline(0.1), "agent_declined"), (Ring(), "agent_no_answer")],
)
def test_the_mobile_is_not_taken(office: Office, behaviour: Behaviour, reason: str) -> None:
    mobile = office.lab.phones.mobile("+447700900101")
    if isinstance(behaviour, Ring):
        office.rings_for(agent_seconds=3)
    mobile.behaves(behaviour)
    assert office.wait_end(office.begin(via="mobile")) == reason
    assert office.invitations(mobile) == 1


def test_cancelled_while_the_agent_rings(office: Office) -> None:
    id_ = office.begin()
    office.desk().wait_for("rang")
    assert office.cancel(id_).status in {200, 202}
    assert office.wait_end(id_) == "cancelled"
    assert office.invitations(office.customer()) == 0


def test_cancelled_before_the_phone_was_reached(office: Office) -> None:
    id_ = office.begin()
    assert office.cancel(id_).status in {200, 202}
    assert office.wait_end(id_) == "cancelled"
    assert office.invitations(office.customer()) == 0


def test_cancelled_while_the_client_rings(office: Office) -> None:
    office.desk().behaves(Answer(0.1))
    id_ = office.begin()
    office.customer().wait_for("rang")
    office.wait_for(id_, "ringing_client")
    office.cancel(id_)
    assert office.wait_end(id_) == "cancelled"


def test_cancelled_while_they_talk(office: Office) -> None:
    office.desk().behaves(Answer(0.1))
    office.customer().behaves(Answer(0.1))
    id_ = office.begin()
    office.wait_for(id_, "talking")
    office.cancel(id_)
    assert office.wait_end(id_) == "talked"
    assert office.cancel(id_).status == 200


def test_cancelled_on_the_mobile_before_the_key(office: Office) -> None:
    mobile = office.lab.phones.mobile("+447700900101")
    mobile.behaves(Answer(0.1))
    id_ = office.begin(via="mobile")
    mobile.wait_for("answered")
    office.cancel(id_)
    assert office.wait_end(id_) == "cancelled"
    assert office.invitations(office.customer()) == 0


def test_the_command_calls_and_lists(office: Office) -> None:
    office.desk().behaves(Answer(0.1))
    office.customer().behaves(Refuse(486))
    code = office.ask("GET", f"/api/v1/clients/{office.client()}").body["short_code"]
    from subprocess import CalledProcessError

    with pytest.raises(CalledProcessError) as failed:
        office.daemon.command("call", code, "--as", "Quist")
    assert "The client was busy" in failed.value.stdout
    office.daemon.wait_until(
        lambda: "The client was busy" in office.daemon.command("callbacks", "--limit", "1")
    )
