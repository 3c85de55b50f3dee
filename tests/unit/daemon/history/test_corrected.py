"""What an earlier run took for something else, and what it could not know."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select

from crm.tables import client
from daemon.callbacks.tables import callback
from daemon.calls.call import Direction, Disposition, Origin
from store.ids import uuid7

from .conftest import Base
from .story import CUSTOMER, answered, at, ended, ringing, transferred


async def test_what_looked_internal_until_a_customer_was_called_is_his_call(base: Base) -> None:
    """A manager in the menu of the company's number when Callward was started anew."""
    menu = replace(
        answered(ringing(None)),
        direction=Direction.INTERNAL,
        company_number=None,
        legs=(),
        answered_by=None,
    )
    await base.writer().write([menu])
    call = replace(
        menu,
        direction=Direction.OUTBOUND,
        customer_number=CUSTOMER,
        answered_at=None,
        disposition=Disposition.BUSY,
        last_agent=None,
        complete=True,
        gone=True,
        ended_at=at(9),
    )
    await base.writer().write([call])
    kept = await base.call(call.id)
    assert (kept.direction, kept.disposition) == (Direction.OUTBOUND, Disposition.BUSY)
    assert (kept.answered_at, kept.customer_number) == (None, CUSTOMER)


async def test_a_snapshot_does_not_move_an_answer_that_was_seen(base: Base) -> None:
    call = answered(ringing())
    await base.writer().write([call])
    late = tuple(replace(one, answered_at=at(30)) for one in call.legs)
    await base.writer().write([replace(call, legs=late)])
    assert [one.answered_at for one in (await base.call(call.id)).legs[:2]] == [at(3), at(3)]


async def test_a_reconciled_record_takes_the_place_of_what_was_seen_in_part(base: Base) -> None:
    seen = replace(transferred(answered(ringing())), last_agent=None)
    await base.writer().write([seen])
    whole = replace(ended(answered(seen)), transfers=(), answered_at=at(4), queue=None)
    await base.writer().write([whole], reconciled=True)
    kept = await base.call(seen.id)
    assert (kept.transfers, kept.answered_at, kept.queue) == ((), at(4), "sales")
    assert {one.channel for one in kept.legs} == {one.channel for one in seen.legs}
    # And is not taken back by half a record.
    await base.writer().write([seen], reconciled=True)
    assert (await base.call(seen.id)).complete


async def test_a_callback_that_its_agent_did_not_take_is_the_clients(base: Base) -> None:
    await base.writer().write([ended(ringing())])
    async with base.database.read() as connection:
        client_id = (await connection.execute(select(client.c.id))).scalar_one()
    identity = uuid7()
    row = {
        "id": identity,
        "pbx": "pbx",
        "agent": "101",
        "client_id": client_id,
        "via": "101",
        "idempotency_key": None,
        "state": "ended",
        "reason": None,
        "created_at": at(0),
        "changed_at": at(0),
        "ended_at": at(1),
    }
    await base.database.write(lambda c: c.execute(callback.insert().values(row)))
    order = replace(
        ringing(None, channel=f"callward-{identity}"),
        direction=Direction.OUTBOUND,
        origin=Origin.ORIGINATED,
    )
    await base.writer().write([order])
    found = await base.find(order.id)
    assert found is not None
    assert (found.client_id, found.call.customer_number) == (client_id, CUSTOMER)
