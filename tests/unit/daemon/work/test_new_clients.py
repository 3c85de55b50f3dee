"""Who becomes the curator of a client whom nobody serves, as calls are stored."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select, update

from crm.card_tables import client_change
from crm.people_tables import audit
from crm.tables import client, task
from daemon.calls.call import Call, Direction, Disposition, Leg, Origin, Party, PartyKind
from daemon.calls.identity import call_id

from .conftest import Office

RULE = "/api/v1/policies/division"


def a_call(
    number: int,
    customer: int,
    *,
    by: str | None = None,
    direction: Direction = Direction.INBOUND,
) -> Call:
    """The ``number``-th call: with that customer, answered by that agent, or by nobody."""
    began = datetime.now(UTC)
    uniqueid = f"{int(began.timestamp())}.{number}"
    inbound = direction is Direction.INBOUND
    agent = Party(kind=PartyKind.AGENT, name=by or "boris")
    return Call(
        id=call_id("pbx", uniqueid, began),
        pbx="pbx",
        linkedids=frozenset({uniqueid}),
        direction=direction,
        origin=Origin.DIALLED,
        started_at=began,
        answered_at=began if by else None,
        ended_at=began,
        customer_number=f"+4420794601{customer:02}",
        company_number="+442079460000",
        legs=(Leg(channel=f"{uniqueid}a", party=agent, started_at=began),),
        disposition=Disposition.ANSWERED if by else Disposition.MISSED,
        answered_by=by if inbound else None,
        last_agent=by,
        complete=True,
        gone=True,
    )


async def store(office: Office, *calls: Call) -> None:
    """As the flusher does."""
    await office.writer.write(calls)


async def curators(office: Office) -> Counter[str | None]:
    return Counter(row.curator for row in await office.rows(select(client.c.curator)))


async def rule(office: Office, **wanted: Any) -> None:
    status, answer = await office.ask("PUT", RULE, wanted)
    assert status == 200, answer


async def test_nobody_by_default(office: Office) -> None:
    await store(office, a_call(1, 1, by="anna"), a_call(2, 2))
    assert await curators(office) == {None: 2}


async def test_the_first_who_talks(office: Office) -> None:
    await rule(office, rule="who_talked")
    missed = a_call(1, 1)
    await store(office, missed, a_call(2, 2, by="anna"))
    assert await curators(office) == {None: 1, "anna": 1}
    [todo] = await office.rows(select(task.c.agent, task.c.closed_at))
    assert todo.agent is None
    # Boris calls him back: he is his, and the task is done, by him.
    await store(office, a_call(3, 1, by="boris", direction=Direction.OUTBOUND))
    assert await curators(office) == {"boris": 1, "anna": 1}
    [todo] = await office.rows(select(task.c.closed_by, task.c.closed_at))
    assert todo.closed_by == "boris"
    assert todo.closed_at is not None
    # Who talks later does not take him.
    await store(office, a_call(4, 1, by="anna"))
    assert await curators(office) == {"boris": 1, "anna": 1}
    changes = await office.rows(select(client_change.c.actor, client_change.c.way))
    assert Counter(map(tuple, changes)) == {("callward", "call"): 2}
    told = await office.rows(select(audit.c.actor).where(audit.c.action == "client_assigned"))
    assert [row.actor for row in told] == ["callward", "callward"]


async def test_who_left_or_is_no_person_gets_nobody(office: Office) -> None:
    await rule(office, rule="who_talked")
    await office.ask("POST", "/api/v1/people/anna/leave", {"group": True})
    _, plan = await office.ask("POST", "/api/v1/people/anna/leave", {"group": True})
    await office.ask("POST", "/api/v1/people/anna/leave", {"group": True, "plan": plan["id"]})
    await store(office, a_call(1, 1, by="anna"), a_call(2, 2, by="999"))
    assert await curators(office) == {None: 2}


async def test_evenly_by_weights_and_the_missed_are_theirs_at_once(office: Office) -> None:
    await office.person("clara", weight=200)
    await rule(office, rule="evenly", among=["anna", "boris", "clara"])
    await store(office, *(a_call(number, number) for number in range(1, 9)))
    assert await curators(office) == {"anna": 2, "boris": 2, "clara": 4}
    # Their callbacks are the curators' from the start.
    agents = Counter(row.agent for row in await office.rows(select(task.c.agent)))
    assert agents == {"anna": 2, "boris": 2, "clara": 4}
    # One by one it goes on as evenly.
    for number in range(9, 13):
        await store(office, a_call(number, number))
    assert await curators(office) == {"anna": 3, "boris": 3, "clara": 6}


async def test_evenly_divides_nobody_who_was_there_before(office: Office) -> None:
    await store(office, a_call(1, 1))
    await rule(office, rule="evenly", among=["anna"])
    await store(office, a_call(2, 1), a_call(3, 2))
    assert await curators(office) == {None: 1, "anna": 1}


async def test_whose_deputy_somebody_is_is_not_nobodys(office: Office) -> None:
    await rule(office, rule="who_talked")
    await store(office, a_call(1, 1))
    await office.write(lambda c: c.execute(update(client).values(deputy="boris")))
    await store(office, replace(a_call(2, 1, by="anna")))
    assert await curators(office) == {None: 1}
