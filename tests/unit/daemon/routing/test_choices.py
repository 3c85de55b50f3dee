"""What agents chose outlives a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import Connection

from crm.agent_choices import save_choice
from daemon.routing.choices import load_people

if TYPE_CHECKING:
    from .conftest import House


async def test_choices_hold_after_a_restart(house: House) -> None:
    def save(connection: Connection) -> None:
        save_choice(connection, "Alice", ["mobile"], "in_turn", house.clock())
        # The settings have taken this phone away since.
        save_choice(connection, "Bob", ["mobile"], "together", house.clock())

    await house.database.write(save)
    people = await load_people(house.desk.settings(), house.database)
    alice, bob = people.find("Alice"), people.find("Bob")
    assert alice is not None
    assert bob is not None
    assert (alice.ring, alice.ring_order) == (("mobile",), "in_turn")
    assert bob.ring == ("102",)
