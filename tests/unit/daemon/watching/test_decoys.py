"""Decoys: like any other card, and told when somebody goes near them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from sqlalchemy import Connection, select

from crm.alerts import AlertKind, list_alerts
from crm.audit import Action
from crm.cards import NewCard, create_card
from crm.clients import ClientRow, load_clients, load_rows
from crm.decoys import NumberTakenError, add_decoys, list_decoys, remove_decoy
from crm.legal_holds import LegalHoldError, On, lift_holds, set_hold
from crm.phones import find_phones
from crm.staff import OPERATOR
from crm.tables import client
from crm.writing import Writing
from daemon.calls.call import Direction
from daemon.history.rows import Row
from daemon.watching.decoy_calls import watch_decoys
from store.ids import uuid7

from .conftest import DECOYS_NUMBER, House


async def _decoys(house: House, count: int = 3, **about: object) -> list[UUID]:
    def add(connection: Connection) -> list[UUID]:
        return add_decoys(
            connection,
            house.vault,
            house.codes,
            count=count,
            now=house.time.now,
            domain="example.com",
            **about,  # type: ignore[arg-type]
        )

    return await house.database.write(add)


async def _rows(house: House, ids: list[UUID]) -> list[ClientRow]:
    async with house.database.read() as connection:
        return await connection.run_sync(load_rows, ids)


async def test_a_decoy_s_card_is_like_the_others(house: House) -> None:
    await house.clients(20, "anna")
    await house.clients(20, "boris")
    ids = await _decoys(house, 10, numbers=[DECOYS_NUMBER])
    async with house.database.read() as connection:
        every = (await connection.execute(select(client.c.id).order_by(client.c.id))).scalars()
        everybody = list(every)
        cards = await connection.run_sync(load_clients, ids, vault=house.vault)
    assert len(everybody) == 50
    # Not one block at the end of the list: their ids are of the time that their cards say.
    for card in cards:
        assert card.name
        assert card.short_code
        # All others were made by calls; but a decoy has none, and would stand out.
        assert card.source == "manual"
        made = timedelta(milliseconds=(card.id.int >> 80) - card.created_at.timestamp() * 1000)
        assert abs(made) < timedelta(seconds=1)
        assert card.created_at < house.time.now - timedelta(days=99)
        assert str(card.contacts[0].value).endswith("@example.com")
    curators = [card.curator for card in cards]
    assert curators.count("anna") == curators.count("boris") == 5
    assert [len(card.phones) for card in cards] == [1] + [0] * 9
    assert len({card.name for card in cards}) == 10


async def test_a_decoy_s_id_says_its_date_to_the_microsecond_as_others_do(house: House) -> None:
    def work(connection: Connection) -> list[tuple[UUID, datetime]]:
        ids = [
            create_card(
                connection,
                Writing(vault=house.vault, actor="anna", at=datetime.now(UTC)),
                house.codes,
                NewCard(changes={"name": "Real"}),
            )[0]
            for _ in range(30)
        ]
        made = add_decoys(connection, house.vault, house.codes, count=20, now=datetime.now(UTC))
        dated = select(client.c.id, client.c.created_at).where(client.c.id.in_([*ids, *made]))
        return [(row.id, row.created_at) for row in connection.execute(dated)]

    for id_, at in await house.database.write(work):
        drawn = timedelta(milliseconds=(id_.int >> 80) + (id_.int >> 64 & 0xFFF) / 4096)
        assert timedelta() <= datetime(1970, 1, 1, tzinfo=UTC) + drawn - at < timedelta(seconds=1)
        # A random fraction of a millisecond would be before its date every other time.


async def test_opened_by_anybody_it_raises_an_alert_for_those_who_know_of_decoys(
    house: House,
) -> None:
    await house.clients(5, "anna")
    own, others = await _rows(house, await _decoys(house, 2, curators=["anna", "boris"]))
    anna = house.viewer("anna")
    await house.reading.opened(anna, own)
    await house.reading.opened(anna, others)
    await house.reading.opened(anna, others)
    await house.reading.opened(house.operator, own)
    await house.reading.opened(house.viewer("dina"), own)
    alerts = await house.alerts()
    assert [(one.kind, one.person, one.client_id, one.evidence) for one in alerts] == [
        (AlertKind.DECOY_OPENED, "anna", own.id, {"others": False}),
        (AlertKind.DECOY_OPENED, "anna", others.id, {"others": True}),
    ]
    assert len(await house.alerts("dina")) == 2
    assert len(await house.notices("dina")) == 2
    # A supervisor would learn which card it is.
    assert await house.alerts("sofia") == []
    assert await house.notices("sofia") == []


async def test_what_was_opened_before_the_daemon_ended_is_told_after(house: House) -> None:
    (decoy,) = await _rows(house, await _decoys(house, 1, curators=["anna"]))
    await house.reading.opened(house.viewer("anna"), decoy)
    await house.restarted().load()
    assert [alert.kind for alert in await house.alerts()] == [AlertKind.DECOY_OPENED]
    await house.restarted().load()
    assert len(await house.alerts()) == 1


async def test_nothing_in_the_audit_says_which_card_it_is(house: House) -> None:
    (decoy,) = await _rows(house, await _decoys(house, 1, curators=["anna"]))
    (other,) = await house.clients(1)
    await house.reading.opened(house.viewer("anna"), decoy)
    await house.reading.opened(house.viewer("anna"), other)
    one, two = await house.entries(Action.CLIENT_OPENED)
    assert one.client_id == decoy.id
    assert (one.object, one.count, one.details, one.via) == (
        two.object,
        two.count,
        two.details,
        two.via,
    )


async def test_asking_for_a_call_to_one_is_told(house: House) -> None:
    (decoy,) = await _rows(house, await _decoys(house, 1, curators=["boris"]))
    anna = house.viewer("anna")
    house.reading.ordered(anna, client_id=(await house.clients(1))[0].id)
    assert await house.alerts() == []
    house.reading.ordered(anna, code=decoy.short_code)
    house.reading.ordered(anna, client_id=decoy.id)
    assert [(one.kind, one.person) for one in await house.alerts()] == [("decoy_called", "anna")]


@pytest.mark.parametrize(
    ("direction", "column", "kind"),
    [
        (Direction.INBOUND, "company_phone_id", AlertKind.DECOY_RANG),
        (Direction.INBOUND, "customer_phone_id", AlertKind.DECOY_RANG),
        (Direction.OUTBOUND, "customer_phone_id", AlertKind.DECOY_CALLED),
    ],
)
async def test_its_number_in_a_call_is_told_once(
    house: House, direction: Direction, column: str, kind: AlertKind
) -> None:
    await _decoys(house, 2, numbers=[DECOYS_NUMBER])
    index = house.vault.blind_index(DECOYS_NUMBER)

    def write(connection: Connection) -> None:
        phone = find_phones(connection, [index])[index]
        row: Row = {
            "id": uuid7(),
            "direction": direction,
            "started_at": house.time.now,
            "customer_phone_id": None,
            "company_phone_id": None,
        }
        watch_decoys(connection, [(None, row)])
        known = {**row, column: phone.id}
        # Whom a call is with may be known later than that it is.
        watch_decoys(connection, [(row, known)])
        assert len(list_alerts(connection, OPERATOR)) == 1
        # As after a restart, which takes the call for a new one.
        watch_decoys(connection, [(known, known), (None, known)])

    await house.database.write(write)
    assert [alert.kind for alert in await house.alerts()] == [kind]


async def test_a_number_stands_on_one_card_and_is_free_again_after(house: House) -> None:
    (id_,) = await _decoys(house, 1, numbers=[DECOYS_NUMBER])
    with pytest.raises(NumberTakenError):
        await _decoys(house, 1, numbers=[DECOYS_NUMBER])
    at, hold = house.time.now, On.client(id_)
    put = partial(set_hold, vault=house.vault, on=hold, reason="a suit", by="dina", at=at)
    assert await house.database.write(put)
    with pytest.raises(LegalHoldError):
        await house.database.write(lambda c: remove_decoy(c, id_, by="dina", at=at))
    lift = partial(lift_holds, vault=house.vault, on=hold, reason="over", by="dina", at=at)
    assert await house.database.write(lift) == 1
    assert await house.database.write(lambda c: remove_decoy(c, id_, by="dina", at=at))
    assert not await house.database.write(lambda c: remove_decoy(c, id_, by="dina", at=at))
    await _decoys(house, 1, numbers=[DECOYS_NUMBER])
    async with house.database.read() as connection:
        decoys = await connection.run_sync(list_decoys)
    assert sorted(decoy.archived_at is None for decoy in decoys) == [False, True]
    (card,) = await house.clients(1)
    assert not await house.database.write(lambda c: remove_decoy(c, card.id, by="dina", at=at))
