"""Calls that run now, put on a house's board as the trackers do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import Connection

from crm.phones import find_phones
from daemon.api.events import EVENTS
from daemon.calls.call import Call, Disposition, Leg, Party, PartyKind
from tests.unit.daemon.api.conftest import CUSTOMERS, House, a_call, put_on_card

from .served import ServedHouse

CLIENT: Final = "Irene Adler"
SECRET: Final = "Godfrey Norton"
"""Boris's private client."""
STRANGER: Final = "+442079460188"
# Whatever slides or fades has done so; what pulses goes on.
# One that ends with its element is aborted: that is rest too.
AT_REST: Final = """() => Promise.allSettled(document.getAnimations()
  .filter(one => one.effect.getComputedTiming().iterations !== Infinity)
  .map(one => one.finished))"""


class Office:
    """A house whose calls a test makes and ends."""

    def __init__(self, served: ServedHouse) -> None:
        self.served = served
        self._made = 100

    def rings(
        self,
        *names: str,
        customer: str | None = CUSTOMERS[0],
        ago: float = 0,
        queue: str | None = None,
    ) -> Call:
        """A customer calls; it rings at these."""
        self._made += 1
        began = datetime.now(UTC) - timedelta(seconds=ago)
        call = replace(
            a_call(self._made, customer=customer, running=True), started_at=began, queue=queue
        )
        legs = tuple(
            Leg(
                channel=f"{name}.{self._made}",
                party=Party(kind=PartyKind.AGENT, name=name),
                started_at=began,
                ringing_from=began,
            )
            for name in names
        )
        return self.publish(replace(call, legs=legs))

    def answers(self, call: Call, name: str, ago: float = 0) -> Call:
        """One of them takes it."""
        now = datetime.now(UTC) - timedelta(seconds=ago)
        legs = tuple(
            replace(leg, answered_at=now, ringing_to=now)
            if leg.party.name == name
            else replace(leg, ended_at=now, ringing_to=now)
            for leg in call.legs
        )
        return self.publish(
            replace(
                call,
                legs=legs,
                answered_at=now,
                answered_by=name,
                last_agent=name,
                disposition=Disposition.ANSWERED,
            )
        )

    def holds(self, call: Call) -> Call:
        """The customer hears music."""
        return self.publish(replace(call, held_from=datetime.now(UTC)))

    def ends(self, call: Call) -> Call:
        """It is over, and stored."""
        now = datetime.now(UTC)
        answered = call.answered_at is not None
        ended = replace(
            call,
            legs=tuple(replace(leg, ended_at=leg.ended_at or now) for leg in call.legs),
            ended_at=now,
            held_from=None,
            disposition=Disposition.ANSWERED if answered else Disposition.MISSED,
            talk_seconds=0.0
            if call.answered_at is None
            else (now - call.answered_at).total_seconds(),
            gone=True,
            complete=True,
        )
        self.store(ended)
        return self.publish(ended)

    def publish(self, call: Call) -> Call:
        """On the board."""

        async def put(house: House) -> None:
            house.context.board.publish(call)

        self.served.do(put)
        return call

    def store(self, call: Call) -> None:
        """In the database, as the flusher does."""

        async def write(house: House) -> None:
            await house.write(call)

        self.served.do(write)

    def card(self, number: str, **values: object) -> UUID:
        """Put these on the card of a number; its id."""

        def put(connection: Connection, house: House) -> UUID:
            index = house.context.vault.blind_index(number)
            id_ = find_phones(connection, [index])[index].client_id
            assert id_ is not None
            put_on_card(connection, id_, values)
            return id_

        async def write(house: House) -> UUID:
            return await house.context.database.write(lambda connection: put(connection, house))

        return self.served.do(write)

    def cut(self, person: str) -> None:
        """Close this person's sockets: his page is to come again."""

        async def cut(_house: House) -> None:
            self.served.site[EVENTS].cut(person)

        self.served.do(cut)

    def clear(self) -> None:
        """Nobody is in a call any more, and nobody was."""

        async def take_down(house: House) -> None:
            board = house.context.board
            for call in [*board.running(), *board.ended()]:
                board.remove(call.id)

        self.served.do(take_down)
