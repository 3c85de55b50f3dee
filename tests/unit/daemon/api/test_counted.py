"""Callbacks and the board count whom they show, as every list of clients does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from sqlalchemy import Connection

from crm.access import Right, Scope
from crm.people_tables import audit
from crm.phones import find_phones
from crm.policies import save_policy
from daemon.callbacks import rows
from daemon.callbacks.callback import Callback, EndReason, State
from daemon.watching.reading import Reading

from .asking import rows as asked
from .conftest import BEGAN, CUSTOMERS

if TYPE_CHECKING:
    from .conftest import Client, House

Headers = dict[str, str]


async def get(client: Client, path: str, headers: Headers) -> Any:
    response = await client.get(f"/api/v1/{path}", headers=headers)
    assert response.status == 200, await response.text()
    return await response.json()


def used(reading: Reading, person: str) -> int:
    """Rows that he has seen in the last hour."""
    return next(one.used for one in reading.usage(person) if (one.unit, one.hours) == ("rows", 1))


async def a_callback(house: House, agent: str, *, live: bool = False) -> UUID:
    """That agent calls, or called, the first customer."""
    id_, index = uuid4(), house.context.vault.blind_index(CUSTOMERS[0])

    def put(connection: Connection) -> None:
        client_id = find_phones(connection, [index])[index].client_id
        assert client_id is not None
        made = Callback(
            id=id_,
            pbx="pbx",
            agent=agent,
            client_id=client_id,
            via="201",
            state=State.TALKING if live else State.ENDED,
            reason=None if live else EndReason.TALKED,
            created_at=BEGAN,
            changed_at=BEGAN,
            ended_at=None if live else BEGAN,
        )
        rows.add(connection, made)

    await house.context.database.write(put)
    return id_


async def test_callbacks_count_the_clients_whom_they_name(client: Client, house: House) -> None:
    await house.person("head", role="director")
    reading, head = house.context.reading, await house.token("head")
    hers, running = await a_callback(house, "anna"), await a_callback(house, "boris", live=True)
    anna, boris = await house.token("anna"), await house.token("boris")
    # His own that goes on, as its page asks for it over and over.
    await get(client, f"callbacks/{running}", boris)
    assert len((await get(client, "callbacks?live=true", boris))["items"]) == 1
    told = await asked(house, audit.select().where(audit.c.action == "calls_listed"))
    assert (used(reading, "boris"), told) == (0, [])
    await get(client, f"callbacks/{running}", head)
    assert used(reading, "head") == 1
    await get(client, f"callbacks/{hers}", anna)
    await get(client, "callbacks", anna)
    assert used(reading, "anna") == 1
    told = await asked(house, audit.select().where(audit.c.action == "calls_listed"))
    assert [row.actor for row in told] == ["head", "anna", "anna"]


async def test_beyond_his_quota_the_board_says_not_with_whom(client: Client, house: House) -> None:
    await house.person("head", role="director")
    await house.hide("head")
    reading, head = house.context.reading, await house.token("head")

    def numbers(board: Any) -> set[str | None]:
        return {call["customer_number"] for call in board["running"] + board["ended"]} - {None}

    shown = numbers(await get(client, "board", head))
    assert used(reading, "head") == len(shown) > 0
    await get(client, "board", head)
    await reading.told()
    told = await asked(house, audit.select().where(audit.c.action == "calls_listed"))
    assert [(row.actor, row.count) for row in told] == [("head", len(shown))]

    await house.person("other", role="director")
    await house.hide("other")
    small = {"people": {"other": {"rows_hour": 0}}}
    await house.context.staff.change(
        lambda connection: save_policy(connection, "quotas", small, by="test", at=BEGAN)
    )
    beyond = await get(client, "board", await house.token("other"))
    assert numbers(beyond) == set()
    assert beyond["running"] != []


async def test_his_own_calls_on_the_board_cost_nothing(client: Client, house: House) -> None:
    await house.person("101", {Right.CALLS_READ: Scope.OWN})
    await house.hide("101")
    board = await get(client, "board", await house.token("101"))
    assert CUSTOMERS[0] in str(board)
    assert used(house.context.reading, "101") == 0
