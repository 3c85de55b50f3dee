"""A customer is sent on: blind, attended, parked."""

from __future__ import annotations

from lab.masked.people import COMPANY, OPEN
from lab.masked.scene import Scene, shown
from lab.masked.scenes.registry import masked
from lab.phones import Answer, Ring
from lab.scenarios.stage import talk


@masked
def blind_transfer_to_a_desk(scene: Scene) -> None:
    """101 sends the customer to 102 (REFER)."""
    target = scene.desk("102", Answer(0.2))
    customer, agent = scene.known_again()
    agent.blind_transfer("102")
    other = scene.answers(target)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def blind_transfer_to_the_own_group(scene: Scene) -> None:
    """101 sends the customer to the engineer's ring group, of which Callward knows nothing."""
    target = scene.desk("103", Answer(0.3))
    customer, agent = scene.known_again()
    scene.desk("101", Ring())
    agent.blind_transfer("601")
    other = scene.answers(target)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def blind_transfer_to_a_mobile(scene: Scene) -> None:
    """101 sends the customer to a colleague who has only a mobile."""
    target = scene.mobile_of("Marlowe", Answer(0.2))
    customer, agent = scene.known_again()
    agent.blind_transfer("105")
    other = scene.takes(target)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def blind_transfer_by_keys(scene: Scene) -> None:
    """101 sends the customer to 102 by ##."""
    target = scene.desk("102", Answer(0.2))
    customer, agent = scene.known_again()
    agent.press("##")
    talk(1.2)
    agent.press("102")
    other = scene.answers(target)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def blind_transfer_of_a_callback(scene: Scene) -> None:
    """101 has called a client by his code and sends him to 102."""
    target = scene.desk("102", Answer(0.2))
    phone = scene.caller(OPEN, Answer(0.3))
    agent = scene.dial(scene.desk("101"), scene.code(OPEN))
    customer = scene.answers(phone)
    scene.converse(customer, agent)
    agent.blind_transfer("102")
    other = scene.answers(target)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def blind_transfer_to_a_client(scene: Scene) -> None:
    """102 talks to 101, who sends him to a client, by the client's code."""
    phone = scene.caller(OPEN, Answer(0.3))
    desk = scene.desk("101", Answer(0.2))
    colleague = scene.dial(scene.desk("102"), "101")
    agent = scene.answers(desk)
    scene.converse(colleague, agent, 1.0)
    agent.blind_transfer(scene.code(OPEN))
    customer = scene.answers(phone)
    assert shown(customer)[0] == COMPANY
    scene.converse(colleague, customer, 1.6)
    customer.hangup()
    colleague.wait_end()


@masked
def attended_transfer_to_a_desk(scene: Scene) -> None:
    """101 asks 102, then joins the two (REFER with Replaces)."""
    target = scene.desk("102", Answer(0.2))
    customer, agent = scene.known_again()
    agent.hold()
    question = scene.dial(scene.desk("101"), "102")
    other = scene.answers(target)
    question.wait("answered")
    scene.converse(question, other, 0.8)
    agent.attended_transfer(question)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def attended_transfer_to_a_mobile(scene: Scene) -> None:
    """101 asks a colleague who has only a mobile, then joins the two."""
    target = scene.mobile_of("Marlowe", Answer(0.2))
    customer, agent = scene.known_again()
    agent.hold()
    question = scene.dial(scene.desk("101"), "105")
    other = scene.takes(target)
    question.wait("answered")
    scene.converse(question, other, 1.2)
    agent.attended_transfer(question)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def attended_transfer_by_keys(scene: Scene) -> None:
    """101 asks 102 by *2, and hangs up."""
    target = scene.desk("102", Answer(0.2))
    customer, agent = scene.known_again()
    agent.press("*2")
    talk(1.2)
    agent.press("102")
    other = scene.answers(target)
    scene.converse(agent, other, 0.8)
    agent.hangup()
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@masked
def parked_and_retrieved(scene: Scene) -> None:
    """101 parks the customer, 102 takes him out."""
    customer, agent = scene.known_again()
    agent.phone.blind_transfer("700", agent.call)
    space = scene.parking_space()
    other = scene.dial(scene.desk("102"), space)
    other.wait("answered")
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()
    agent.leave()
