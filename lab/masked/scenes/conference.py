"""A customer in a conference room."""

from __future__ import annotations

from lab.masked.people import CURATED
from lab.masked.scene import Scene
from lab.masked.scenes.registry import masked
from lab.scenarios import numbers


@masked
def conference(scene: Scene) -> None:
    """A customer and two employees meet."""
    customer = scene.dial(scene.caller(CURATED), numbers.CONFERENCE)
    customer.wait("answered")
    one = scene.dial(scene.desk("101"), "800")
    one.wait("answered")
    other = scene.dial(scene.desk("102"), "800")
    other.wait("answered")
    scene.converse(customer, one, 0.0)
    scene.converse(customer, other, 1.6)
    customer.hangup()
    one.hangup()
    other.hangup()
