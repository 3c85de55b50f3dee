"""Calls of these days, for what looks at calls and the base together."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any
from uuid import UUID

from sqlalchemy import Connection

from crm.phones import find_phones
from daemon.calls.call import Call, Direction, Disposition, Leg, Origin, Party, PartyKind
from daemon.calls.identity import call_id

from .conftest import COMPANY, put_on_card

if TYPE_CHECKING:
    from .conftest import Client, House

_numbers = count(1)


def a_talk(
    agents: tuple[str, ...],
    customer: str,
    at: datetime,
    *,
    seconds: float = 60.0,
    direction: Direction = Direction.INBOUND,
    answered: bool = True,
    number: int | None = None,
) -> Call:
    """These agents talked one after the other, or it rang at them in vain. ``number``: of the
    channel, for who needs the same id each time.
    """
    uniqueid = f"{int(at.timestamp())}.{next(_numbers) if number is None else number}"
    began = at + timedelta(seconds=5) if answered else None
    ended = at + timedelta(seconds=5 + seconds)
    return Call(
        id=call_id("pbx", uniqueid, at),
        pbx="pbx",
        linkedids=frozenset({uniqueid}),
        direction=direction,
        origin=Origin.DIALLED,
        started_at=at,
        answered_at=began,
        ended_at=ended,
        customer_number=customer,
        company_number=COMPANY,
        legs=tuple(
            Leg(
                channel=f"{uniqueid}{n}",
                party=Party(kind=PartyKind.AGENT, name=agent),
                started_at=at,
                ringing_from=at,
                answered_at=began and began + timedelta(seconds=n),
                ended_at=ended,
            )
            for n, agent in enumerate(agents)
        ),
        disposition=Disposition.ANSWERED if answered else Disposition.MISSED,
        answered_by=agents[0] if answered else None,
        last_agent=agents[-1] if answered else None,
        ring_seconds=5.0,
        talk_seconds=seconds if answered else 0.0,
        complete=True,
        gone=True,
    )


@dataclass
class Floor:
    """People who talk with clients, and who looks at it."""

    house: House
    client: Client
    tokens: dict[str, dict[str, str]] = field(default_factory=dict)

    async def talk(
        self,
        agents: str | tuple[str, ...],
        customer: str,
        ago: timedelta = timedelta(hours=3),
        **more: Any,
    ) -> Call:
        """A call that began so long ago."""
        names = (agents,) if isinstance(agents, str) else agents
        call = a_talk(names, customer, datetime.now(UTC) - ago, **more)
        await self.house.write(call)
        return call

    async def missed(self, customer: str, ago: timedelta, **more: Any) -> Call:
        """Nobody answered."""
        return await self.talk("anna", customer, ago, answered=False, **more)

    async def card(self, customer: str, **values: object) -> UUID:
        """The client with that number; ``values`` are put on his card."""
        index = self.house.context.vault.blind_index(customer)

        def put(connection: Connection) -> UUID:
            id_ = find_phones(connection, [index])[index].client_id
            assert id_ is not None
            if values:
                put_on_card(connection, id_, values)
            return id_

        return await self.house.context.database.write(put)

    async def ask(
        self, who: str | None, method: str, path: str, body: Any = None
    ) -> tuple[int, Any]:
        """Status and JSON; ``None``: the operator asks."""
        headers = self.house.operator
        if who is not None:
            if who not in self.tokens:
                self.tokens[who] = await self.house.token(who)
            headers = self.tokens[who]
        async with self.client.request(
            method, f"/api/v1{path}", json=body, headers=headers
        ) as answer:
            return answer.status, await answer.json()

    async def listed(self, who: str | None, query: str = "") -> list[str]:
        """Ids of the talks in a list of the reconciliation."""
        status, found = await self.ask(who, "GET", f"/reconciliation{query}")
        assert status == 200, found
        return [one["call_id"] for one in found["items"]]
