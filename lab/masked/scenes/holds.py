"""A customer is put on hold by a button, and taken back."""

from __future__ import annotations

from lab.audio import ever_hears
from lab.masked.people import COMPANY, CURATED
from lab.masked.scene import Scene, shown
from lab.masked.scenes.registry import masked
from lab.phones import Answer
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk

_MUSIC = 250


def _hold(scene: Scene) -> str:
    """By the button of Quist; what to delete to end it."""
    assert scene.session is not None
    (call,) = scene.session.get("/api/v1/board")["running"]
    path = f"/api/v1/calls/{call['id']}/hold"
    scene.session.put(path)
    scene.session.get("/api/v1/live")
    talk(0.5)
    return path


def _resume(scene: Scene, hold: str) -> None:
    assert scene.session is not None
    scene.session.delete(hold)


def _heard_music(customer: Leg, agent: Leg) -> None:
    customer.hangup()
    agent.wait_end()
    assert ever_hears(customer.phone.heard(customer.call), _MUSIC)
    assert not ever_hears(agent.phone.heard(agent.call), _MUSIC)


@masked
def inbound_held_by_a_button(scene: Scene) -> None:
    """Meanwhile the customer's carrier says that he is another; then he is transferred."""
    customer, agent = scene.inbound(CURATED)
    hold = _hold(scene)
    scene.renew(customer)
    _resume(scene, hold)
    scene.converse(customer, agent)
    _hold(scene)
    colleague = scene.desk("102", Answer(0.2))
    agent.blind_transfer("102")
    other = scene.answers(colleague)
    scene.converse(customer, other)
    _heard_music(customer, other)


@masked
def callback_held_by_a_button(scene: Scene) -> None:
    """On the manager's mobile, with two Local channels between."""
    customer = scene.caller(CURATED, Answer(0.3))
    mobile = scene.mobile_of("Quist", Answer(0.2))
    assert scene.session is not None
    body = {"client_id": scene.clients[CURATED]["id"], "via": "mobile"}
    scene.session.post("/api/v1/callbacks", body)
    agent = scene.takes(mobile)
    client = scene.answers(customer)
    assert shown(client)[0] == COMPANY
    scene.converse(client, agent, 1.6)
    hold = _hold(scene)
    scene.renew(client)
    _resume(scene, hold)
    scene.converse(client, agent)
    _heard_music(client, agent)
