"""A manager calls a client: by a button, by the short code, by calling back from his mobile."""

from __future__ import annotations

from typing import Any

from lab.masked.people import COMPANY, CURATED, KNOWN, OPEN
from lab.masked.scene import Scene, shown
from lab.masked.scenes.registry import masked
from lab.phones import Answer, Phone, Refuse, Ring
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk


def _call_back(scene: Scene, number: str, **more: str) -> str:
    """The button; the callback's id."""
    assert scene.session is not None
    body = {"client_id": scene.clients[number]["id"], **more}
    callback: dict[str, Any] = scene.session.post("/api/v1/callbacks", body)
    identity: str = callback["id"]
    return identity


def _ended(scene: Scene, callback: str) -> str:
    """Wait for its end; why."""
    assert scene.session is not None
    reason: str = scene.session.wait_for("ended", callback)["reason"]
    return reason


def _is_last(scene: Scene, number: str) -> bool:
    """Whether Callward has stored the end of this client's call, and no later one."""
    assert scene.session is not None
    (last, *_) = scene.session.get("/api/v1/calls?limit=1")["items"]
    return last["client_id"] == scene.clients[number]["id"] and last["ended_at"] is not None


def _connected(scene: Scene, agent: Leg, customer: Phone) -> None:
    """The customer answers, and sees the company; they talk."""
    client = scene.answers(customer)
    assert shown(client)[0] == COMPANY
    scene.converse(client, agent, 1.6)
    scene.renew(client)
    client.hangup()
    agent.wait_end()


@masked
def callback_to_the_desk(scene: Scene) -> None:
    """101 rings and shows the client's code and name; then the client rings and answers."""
    customer = scene.caller(CURATED, Answer(0.3))
    desk = scene.desk("101", Answer(0.2))
    callback = _call_back(scene, CURATED)
    agent = scene.answers(desk)
    card = scene.clients[CURATED]
    assert shown(agent) == (card["short_code"], card["name"])
    _connected(scene, agent, customer)
    assert _ended(scene, callback) == "talked"


@masked
def callback_to_the_mobile(scene: Scene) -> None:
    """The manager's mobile rings as the company; a key takes the call, then the client rings."""
    customer = scene.caller(CURATED, Answer(0.3))
    mobile = scene.mobile_of("Quist", Answer(0.2))
    callback = _call_back(scene, CURATED, via="mobile")
    agent = scene.takes(mobile)
    assert shown(agent)[0] == COMPANY
    _connected(scene, agent, customer)
    assert _ended(scene, callback) == "talked"


@masked
def callback_client_busy(scene: Scene) -> None:
    scene.caller(CURATED, Refuse(486))
    scene.desk("101", Answer(0.2))
    assert _ended(scene, _call_back(scene, CURATED)) == "client_busy"


@masked
def callback_client_unreachable(scene: Scene) -> None:
    scene.caller(CURATED, Refuse(503))
    scene.desk("101", Answer(0.2))
    assert _ended(scene, _call_back(scene, CURATED)) == "client_unreachable"


@masked
def callback_client_does_not_answer(scene: Scene) -> None:
    scene.caller(CURATED, Ring())
    scene.desk("101", Answer(0.2))
    assert _ended(scene, _call_back(scene, CURATED)) == "client_no_answer"


@masked
def callback_on_a_lamp(scene: Scene) -> None:
    """A colleague's lamp sees 101 ring: Asterisk forces such a call's identity to be shown."""
    customer = scene.caller(CURATED, Answer(0.3))
    desk = scene.desk("101", Ring())
    _call_back(scene, CURATED)
    agent = scene.rings(desk)
    scene.lamp.wait_for("early")
    agent.answer()
    scene.lamp.wait_for("confirmed")
    _connected(scene, agent, customer)
    scene.lamp.wait_for("terminated")


@masked
def callback_picked_up(scene: Scene) -> None:
    """101 rings for his callback, and 102 takes it."""
    customer = scene.caller(CURATED, Answer(0.3))
    desk = scene.desk("101", Ring())
    _call_back(scene, CURATED)
    scene.rings(desk)
    agent = scene.dial(scene.desk("102"), "*8101")
    agent.wait("answered")
    _connected(scene, agent, customer)


@masked
def short_code_dialled(scene: Scene) -> None:
    """101 dials the client's code."""
    customer = scene.caller(OPEN, Answer(0.4))
    agent = scene.dial(scene.desk("101"), scene.code(OPEN))
    _connected(scene, agent, customer)


@masked
def short_code_busy(scene: Scene) -> None:
    """101 dials the code of a client who is busy."""
    scene.caller(OPEN, Refuse(486))
    agent = scene.dial(scene.desk("101"), scene.code(OPEN))
    agent.wait_end()


@masked
def return_call_from_the_mobile(scene: Scene) -> None:
    """A manager calls the company from his mobile: the client whom he missed, then a code."""
    customer = scene.dial(scene.caller(CURATED), COMPANY)
    leg = scene.rings(scene.desk("101", Ring()))
    customer.hangup()
    leg.wait_end()
    scene.wait_until(lambda: _is_last(scene, CURATED))
    phone = scene.caller(CURATED, Answer(0.3))
    agent = scene.dial(scene.mobile_of("Quist"), COMPANY)
    agent.wait("answered")
    talk(1.0)
    agent.press("1")
    _connected(scene, agent, phone)
    phone = scene.caller(OPEN, Answer(0.3))
    agent = scene.dial(scene.mobile_of("Quist"), COMPANY)
    agent.wait("answered")
    talk(1.0)
    agent.press(f"{scene.code(OPEN)}#")
    _connected(scene, agent, phone)


@masked
def plain_number_dialled(scene: Scene) -> None:
    """101 dials a number that he knows: the customer sees the company."""
    customer = scene.caller(KNOWN, Answer(0.3))
    agent = scene.dial(scene.desk("101"), KNOWN)
    _connected(scene, agent, customer)
