"""Who waits to be deleted for good goes after his seven days."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select, update

from crm.archive import cancel_purge, restore_client
from crm.legal_holds import On, lift_holds, set_hold
from crm.tables import phone
from daemon.history.tables import call

from .machine import (
    DAY,
    VAULT,
    Machine,
    a_call,
    ordered,
    run_for,
)


async def test_after_seven_days_and_not_before(machine: Machine) -> None:
    purger = machine.purger()
    await purger.look()
    await ordered(machine)
    assert await run_for(machine, purger, 7 * DAY - timedelta(minutes=1)) == 0
    assert machine.erased == []
    machine.pass_by(timedelta(minutes=3))
    assert await purger.look() == 1
    assert machine.erased == ["phones", "work"]


@pytest.mark.parametrize("leap", [100 * DAY, -100 * DAY, timedelta(hours=3), -timedelta(hours=3)])
async def test_a_clock_that_leaps_makes_nobody_go_earlier(
    machine: Machine, leap: timedelta
) -> None:
    purger = machine.purger()
    await purger.look()
    await ordered(machine)
    assert await run_for(machine, purger, 2 * DAY) == 0
    machine.wall += leap
    assert await purger.look() == 0
    assert await run_for(machine, purger, 5 * DAY - timedelta(minutes=1)) == 0
    # And nobody waits longer than the seven days from then.
    assert await run_for(machine, purger, 2 * DAY + timedelta(hours=2)) == 1


async def test_an_order_under_a_wrong_clock_has_its_seven_days_when_it_is_put_right(
    machine: Machine,
) -> None:
    machine.wall -= 400 * DAY
    purger = machine.purger()
    await purger.look()
    await ordered(machine)
    await purger.look()
    machine.wall += 400 * DAY
    assert await run_for(machine, purger, 7 * DAY - timedelta(minutes=1)) == 0
    assert await run_for(machine, purger, timedelta(hours=2)) == 1


async def test_time_while_callward_is_stopped_does_not_count(machine: Machine) -> None:
    purger = machine.purger()
    await purger.look()
    await ordered(machine)
    assert await run_for(machine, purger, 3 * DAY) == 0
    # Stopped for a month; the machine was started anew as well.
    machine.wall += 30 * DAY
    machine.ticks = 5.0
    purger = machine.purger()
    assert await purger.look() == 0
    assert await run_for(machine, purger, 4 * DAY - timedelta(minutes=1)) == 0
    assert await run_for(machine, purger, timedelta(hours=2)) == 1


async def test_an_order_that_nobody_looked_at_before_a_stop_has_all_its_time(
    machine: Machine,
) -> None:
    await ordered(machine)
    machine.wall += 30 * DAY
    purger = machine.purger()
    assert await purger.look() == 0
    assert await run_for(machine, purger, 7 * DAY - timedelta(minutes=1)) == 0
    assert await run_for(machine, purger, timedelta(hours=2)) == 1


@pytest.mark.parametrize("change_of_mind", [cancel_purge, restore_client])
async def test_who_is_cancelled_or_restored_stays(machine: Machine, change_of_mind: Any) -> None:
    purger = machine.purger()
    await purger.look()
    id_ = await ordered(machine)
    assert await run_for(machine, purger, 6 * DAY) == 0
    assert await machine.database.write(lambda one: change_of_mind(one, id_))
    assert await run_for(machine, purger, 6 * DAY) == 0


async def test_who_is_in_a_call_goes_after_it(machine: Machine) -> None:
    purger = machine.purger()
    await purger.look()
    await ordered(machine)
    running = await machine.database.write(
        lambda one: a_call(one, one.execute(select(phone.c.id)).scalar_one(), gone=False)
    )
    assert await run_for(machine, purger, 8 * DAY) == 0
    ended = update(call).where(call.c.id == running).values(gone=True)
    await machine.database.write(lambda one: one.execute(ended) and None)
    assert await run_for(machine, purger, timedelta(hours=1)) == 1


async def test_whoever_is_on_legal_hold_stays_until_it_is_lifted(machine: Machine) -> None:
    """Also where the order was there before, and on whatever way it came there."""
    purger = machine.purger()
    await purger.look()
    id_ = await ordered(machine)

    def hold(connection: Connection) -> None:
        assert set_hold(
            connection, VAULT, On.client(id_), reason="a suit", by="dora", at=machine.wall
        )

    def lift(connection: Connection) -> int:
        on = On.client(id_)
        return lift_holds(connection, VAULT, on, reason="over", by="dora", at=machine.wall)

    await machine.database.write(hold)
    assert await run_for(machine, purger, 20 * DAY) == 0
    assert await machine.database.write(lift) == 1
    assert await run_for(machine, purger, 2 * DAY) == 1
