"""A customer calls the company."""

from __future__ import annotations

from lab.masked.people import COMPANY, CURATED, OPEN, REACHED_OUTSIDE
from lab.masked.scene import Scene, shown
from lab.masked.scenes.registry import masked
from lab.phones import Answer, Decline, Redirect, Refuse, Ring
from lab.scenarios import numbers
from lab.scenarios.stage import talk

RING_GROUP = "+442079460003"


@masked
def inbound_answered(scene: Scene) -> None:
    """The curator answers on his desk phone; it shows the short code and the card's name."""
    customer, agent = scene.inbound(CURATED)
    card = scene.clients[CURATED]
    assert shown(agent) == (card["short_code"], card["name"])
    customer.hangup()
    agent.wait_end()


@masked
def inbound_held_and_renewed(scene: Scene) -> None:
    """Both hold; the customer's carrier says by UPDATE and re-INVITE that he is another."""
    customer, agent = scene.inbound(CURATED)
    agent.hold()
    talk(0.2)
    agent.unhold()
    talk(0.2)
    agent.phone.update(agent.call)
    scene.renew(customer)
    scene.converse(customer, agent)
    agent.hangup()
    customer.wait_end()


@masked
def inbound_number_withheld(scene: Scene) -> None:
    """The customer withholds his number; the carrier tells the company all the same."""
    desk = scene.desk("101", Answer(0.2))
    customer = scene.dial(scene.caller(CURATED), COMPANY, anonymous=True)
    agent = scene.answers(desk)
    scene.converse(customer, agent)
    customer.hangup()
    agent.wait_end()


@masked
def inbound_missed(scene: Scene) -> None:
    """The customer gives up."""
    customer = scene.dial(scene.caller(CURATED), COMPANY)
    leg = scene.rings(scene.desk("101", Ring()))
    customer.hangup()
    leg.wait_end()


@masked
def inbound_busy(scene: Scene) -> None:
    """Everybody is busy; the customer is told so, and is no dead end."""
    for desk in ("101", "102", "103"):
        scene.desk(desk, Refuse(486))
    customer = scene.dial(scene.caller(CURATED), COMPANY)
    customer.wait("answered")
    customer.hangup()


@masked
def inbound_ring_group(scene: Scene) -> None:
    """Nobody's client: the group rings, one answers, the others are told."""
    scene.desk("102", Answer(0.4))
    customer = scene.dial(scene.caller(OPEN), COMPANY)
    legs = [scene.rings(scene.desk(name)) for name in ("101", "102", "103")]
    agent = scene.answers(scene.desk("102"))
    assert {shown(leg)[0] for leg in legs} == {scene.code(OPEN)}
    scene.converse(customer, agent)
    customer.hangup()
    agent.wait_end()


@masked
def inbound_own_ring_group(scene: Scene) -> None:
    """The engineer's own ring group."""
    scene.desk("103", Answer(0.4))
    customer = scene.dial(scene.caller(OPEN), RING_GROUP)
    agent = scene.answers(scene.desk("103"))
    scene.converse(customer, agent)
    agent.hangup()
    customer.wait_end()


@masked
def inbound_queue(scene: Scene) -> None:
    """The engineer's own queue."""
    scene.desk("102", Answer(0.4))
    customer = scene.dial(scene.caller(OPEN), numbers.QUEUE)
    agent = scene.answers(scene.desk("102"))
    scene.converse(customer, agent)
    customer.hangup()
    agent.wait_end()


@masked
def inbound_mobile_accepted(scene: Scene) -> None:
    """The curator has only a mobile: it shows the company, says the code, and takes by a key."""
    mobile = scene.mobile_of("Marlowe", Answer(0.2))
    customer = scene.dial(scene.caller(REACHED_OUTSIDE), COMPANY)
    agent = scene.takes(mobile)
    assert shown(agent)[0] == COMPANY
    scene.converse(customer, agent, 1.6)
    scene.renew(customer)
    customer.hangup()
    agent.wait_end()


@masked
def inbound_mobile_declined(scene: Scene) -> None:
    """The mobile's owner presses another key, then refuses; the group takes the call."""
    mobile = scene.mobile_of("Marlowe", Answer(0.2))
    desk = scene.desk("101")
    customer = scene.dial(scene.caller(REACHED_OUTSIDE), COMPANY)
    refused = scene.answers(mobile)
    talk(0.6)
    refused.press("2")
    agent = scene.rings(desk)
    agent.answer()
    scene.converse(customer, agent)
    customer.hangup()
    agent.wait_end()
    mobile.behaves(Decline(0.2))
    customer = scene.dial(scene.caller(REACHED_OUTSIDE), COMPANY)
    scene.refuses(mobile)
    scene.rings(desk)
    customer.hangup()


@masked
def inbound_picked_up(scene: Scene) -> None:
    """101 rings; 102 takes the call by the extension, then 103 one by his pickup group."""
    for desk, dialled in (("102", "*8101"), ("103", "*8")):
        customer = scene.dial(scene.caller(CURATED), COMPANY)
        scene.rings(scene.desk("101", Ring()))
        agent = scene.dial(scene.desk(desk), dialled)
        agent.wait("answered")
        scene.converse(customer, agent)
        customer.hangup()
        agent.wait_end()


@masked
def inbound_forwarded_by_the_phone(scene: Scene) -> None:
    """101 forwards (302) to 102, whether Callward or the engineer's own dialplan rang it."""
    scene.desk("101", Redirect("102"))
    for number in (COMPANY, numbers.FORWARD_302):
        desk = scene.desk("102", Answer(0.2))
        customer = scene.dial(scene.caller(CURATED), number)
        agent = scene.answers(desk)
        scene.converse(customer, agent)
        customer.hangup()
        agent.wait_end()


@masked
def inbound_forwarded_to_a_mobile(scene: Scene) -> None:
    """101 forwards (302) to the mobile of a colleague who has no other phone."""
    mobile = scene.mobile_of("Marlowe", Answer(0.2))
    scene.desk("101", Redirect(mobile.number))
    customer = scene.dial(scene.caller(CURATED), COMPANY)
    agent = scene.takes(mobile)
    assert shown(agent)[0] == COMPANY
    scene.converse(customer, agent, 1.6)
    customer.hangup()
    agent.wait_end()


@masked
def inbound_on_a_lamp(scene: Scene) -> None:
    """104's lamp for 101: it rings, talks, and talks no more."""
    customer = scene.dial(scene.caller(CURATED), COMPANY)
    agent = scene.rings(scene.desk("101", Ring()))
    scene.lamp.wait_for("early")
    agent.answer()
    scene.lamp.wait_for("confirmed")
    scene.converse(customer, agent)
    customer.hangup()
    scene.lamp.wait_for("terminated")
    agent.wait_end()


@masked
def inbound_voicemail(scene: Scene) -> None:
    """The customer leaves a message; 101 listens to it and to its envelope."""
    customer = scene.dial(scene.caller(CURATED), numbers.VOICEMAIL)
    customer.wait("answered")
    customer.press("#")
    talk(2.2)
    customer.hangup()
    folder = scene.lab.folder / "spool" / "voicemail" / "default" / "101" / "INBOX"
    scene.wait_until(lambda: any(folder.glob("*.txt")))
    agent = scene.dial(scene.desk("101"), "*97")
    agent.wait("answered")
    agent.press("1")
    talk(1.0)
    agent.hangup()
