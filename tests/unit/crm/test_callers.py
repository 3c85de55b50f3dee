from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, update

from crm.callers import Caller, find_by_client, find_by_code, find_caller, get_number
from crm.numbers import NumberPlan, Owner
from crm.phones import NewPhone, add_phones
from crm.short_codes import ShortCodes
from crm.tables import client, short_code
from crm.vault import Vault
from crm_sync.embedded import EmbeddedCrm
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

VAULT = Vault(bytes(range(32)))
CODES = ShortCodes(VAULT, 5)
PLAN = NumberPlan(["+442079460000"], mobiles=["+447700900101"])
NUMBER, SECOND, NEW = "+442079460101", "+442079460102", "+442079460103"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


def known(connection: Connection) -> Caller:
    """A client with two phones."""
    phone = EmbeddedCrm(VAULT, PLAN, CODES).match_or_create(connection, [NUMBER])[NUMBER]
    new = {VAULT.blind_index(SECOND): NewPhone(SECOND, Owner.CLIENT, phone.client_id)}
    add_phones(connection, VAULT, new)
    connection.execute(update(client).values(name="Ann Lee", curator="101", deputy="102"))
    return find_caller(connection, VAULT, CODES, NUMBER)


async def test_a_client_by_number_by_code_and_by_card(database: Database) -> None:
    one = await database.write(known)
    assert one.code is not None
    assert CODES.is_code(one.code)
    assert (one.name, one.curator, one.deputy) == ("Ann Lee", "101", "102")
    async with database.read() as connection:
        assert await connection.run_sync(find_caller, VAULT, CODES, NUMBER) == one
        second = await connection.run_sync(find_caller, VAULT, CODES, SECOND)
        assert (second.client_id, second.code) == (one.client_id, one.code)
        assert second.phone_id != one.phone_id
        assert one.client_id is not None
        by_card = await connection.run_sync(find_by_client, one.client_id)
        assert by_card is not None
        assert by_card == await connection.run_sync(find_by_code, one.code)
        assert by_card.phone_id == one.phone_id
        assert by_card.phone_ids == (one.phone_id, second.phone_id)
        numbers = [
            await connection.run_sync(get_number, VAULT, phone_id) for phone_id in by_card.phone_ids
        ]
    assert numbers == [NUMBER, SECOND]


async def test_a_stranger_has_the_code_that_his_card_will_have(database: Database) -> None:
    stranger = await database.write(lambda c: find_caller(c, VAULT, CODES, NEW))
    assert stranger == Caller(code=stranger.code)
    crm = EmbeddedCrm(VAULT, PLAN, CODES)
    await database.write(lambda c: crm.match_or_create(c, [NEW]))
    met = await database.write(lambda c: find_caller(c, VAULT, CODES, NEW))
    assert met.client_id is not None
    assert met.code == stranger.code


async def test_whose_number_is_stored_without_a_card(database: Database) -> None:
    own = PLAN.normalise("+447700900101") or ""
    new = {
        VAULT.blind_index(NEW): NewPhone(NEW, Owner.OUTSIDE),
        VAULT.blind_index(own): NewPhone(own, Owner.EMPLOYEE),
    }
    await database.write(lambda c: add_phones(c, VAULT, new))
    target = await database.write(lambda c: find_caller(c, VAULT, CODES, NEW))
    assert target.client_id is None
    assert target.phone_id is not None
    assert target.code == next(CODES.candidates(NEW))
    employee = await database.write(lambda c: find_caller(c, VAULT, CODES, own))
    assert (employee.client_id, employee.code) == (None, None)


async def test_of_two_codes_the_older_is_shown_and_both_lead_to_the_card(
    database: Database,
) -> None:
    one = await database.write(known)
    later = datetime.now(UTC) + timedelta(days=1)
    row = {"code": "20001", "client_id": one.client_id, "issued_at": later}
    await database.write(lambda c: c.execute(insert(short_code), row) and None)
    found = await database.write(lambda c: find_by_code(c, "20001"))
    assert found is not None
    assert (found.client_id, found.code) == (one.client_id, one.code)


async def test_nobody(database: Database) -> None:
    row = {"code": "20001", "client_id": None, "issued_at": datetime.now(UTC)}
    await database.write(lambda c: c.execute(insert(short_code), row) and None)
    async with database.read() as connection:
        assert await connection.run_sync(find_by_code, "20001") is None
        assert await connection.run_sync(find_by_code, "20002") is None
        assert await connection.run_sync(find_by_client, uuid7()) is None
        with pytest.raises(LookupError):
            await connection.run_sync(get_number, VAULT, uuid7())
