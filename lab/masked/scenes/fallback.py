"""Callward is silent: stopped, or hung."""

from __future__ import annotations

from lab.masked.people import COMPANY, CURATED, OPEN, REACHED_OUTSIDE
from lab.masked.scene import Scene
from lab.masked.scenes.registry import while_silent
from lab.phones import Answer


@while_silent
def inbound_without_callward(scene: Scene) -> None:
    """A client reaches his curator or the fallback group, masked, and can be sent on."""
    desk = scene.desk("101", Answer(0.3))
    customer = scene.dial(scene.caller(CURATED), COMPANY)
    agent = scene.answers(desk)
    scene.converse(customer, agent)
    scene.renew(customer)
    target = scene.desk("102", Answer(0.2))
    agent.blind_transfer("102")
    other = scene.answers(target)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    other.wait_end()


@while_silent
def group_without_callward(scene: Scene) -> None:
    """Whose curator has no desk phone reaches the fallback group."""
    desk = scene.desk("102", Answer(0.3))
    customer = scene.dial(scene.caller(REACHED_OUTSIDE), COMPANY)
    agent = scene.answers(desk)
    scene.converse(customer, agent)
    agent.hangup()
    customer.wait_end()


@while_silent
def short_code_without_callward(scene: Scene) -> None:
    """Nobody knows whose code it is: the phone is told, and nobody is called."""
    agent = scene.dial(scene.desk("101"), scene.code(OPEN))
    agent.wait_end()
