from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from crm.clients import ClientNotFoundError, find_client_by_number, get_client, load_clients
from crm.key_file import open_vault
from crm.numbers import NumberPlan, Owner
from crm.phones import NewPhone, add_phones
from crm.short_codes import ShortCodes
from crm.tables import client, phone, short_code
from crm.vault import Vault
from crm_sync import embedded
from crm_sync.embedded import EmbeddedCrm
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

PLAN = NumberPlan(["+442079460000"], mobiles=["+447700900101"])
NEW = "+442079460101"
ROOT = Path(__file__).parents[3]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
async def vault(database: Database, tmp_path: Path) -> Vault:
    return await open_vault(database, tmp_path / "vault.key")


@pytest.fixture
def crm(vault: Vault) -> EmbeddedCrm:
    return EmbeddedCrm(vault, PLAN, ShortCodes(vault, 5))


def _counts(connection: Connection) -> tuple[int, int]:
    return (
        connection.execute(select(func.count()).select_from(client)).scalar_one(),
        connection.execute(select(func.count()).select_from(phone)).scalar_one(),
    )


async def test_one_number_is_one_client(database: Database, crm: EmbeddedCrm) -> None:
    first = await database.write(lambda connection: crm.match_or_create(connection, [NEW]))
    again = await database.write(
        lambda connection: crm.match_or_create(connection, [NEW, "+442079460102"])
    )
    assert first[NEW] == again[NEW]
    assert first[NEW].client_id is not None
    assert await database.write(_counts) == (2, 2)


def _codes(connection: Connection) -> dict[UUID, str]:
    rows = connection.execute(select(short_code)).all()
    assert len({row.client_id for row in rows}) == len(rows)
    return {row.client_id: row.code for row in rows}


async def test_every_card_has_its_short_code_at_once(
    database: Database, crm: EmbeddedCrm, vault: Vault
) -> None:
    numbers = [f"+442079460{n}" for n in range(101, 141)]
    new = {vault.blind_index(NEW): NewPhone(NEW, Owner.OUTSIDE)}
    await database.write(lambda connection: add_phones(connection, vault, new))
    phones = await database.write(lambda c: crm.match_or_create(c, [*numbers, "+442079460000"]))
    codes = await database.write(_codes)
    assert codes.keys() == {phones[number].client_id for number in numbers}
    assert len(set(codes.values())) == 40
    first = next(ShortCodes(vault, 5).candidates(numbers[-1]))
    assert codes[phones[numbers[-1]].client_id or uuid7()] == first
    await database.write(lambda c: crm.match_or_create(c, numbers))
    assert await database.write(_codes) == codes


async def test_own_numbers_never_become_clients(database: Database, crm: EmbeddedCrm) -> None:
    own = ["+442079460000", "+447700900101"]
    phones = await database.write(lambda connection: crm.match_or_create(connection, own))
    assert [phones[number].owner for number in own] == [Owner.COMPANY, Owner.EMPLOYEE]
    assert await database.write(_counts) == (0, 2)


async def test_a_transfer_target_who_calls_later_gets_his_card(
    database: Database, crm: EmbeddedCrm, vault: Vault
) -> None:
    new = {vault.blind_index(NEW): NewPhone(NEW, Owner.OUTSIDE)}
    before = await database.write(lambda connection: add_phones(connection, vault, new))
    for _ in range(2):
        after = await database.write(lambda connection: crm.match_or_create(connection, [NEW]))
    assert after[NEW].id == before[vault.blind_index(NEW)].id
    assert after[NEW].owner is Owner.CLIENT
    assert await database.write(_counts) == (1, 1)


async def test_ten_at_once_make_one_card(database: Database, crm: EmbeddedCrm) -> None:
    found = await asyncio.gather(
        *(
            database.write(lambda connection: crm.match_or_create(connection, [NEW]))
            for _ in range(10)
        )
    )
    assert len({phones[NEW].client_id for phones in found}) == 1
    assert await database.write(_counts) == (1, 1)


async def test_two_processes_at_once_make_one_card(
    database: Database, vault: Vault, tmp_path: Path
) -> None:
    numbers = [f"+442079460{n}" for n in range(101, 121)]
    command = [sys.executable, "-m", "tests.unit.crm_sync.racer"]
    url = database.url.render_as_string(hide_password=False)
    files = [url, str(tmp_path / "vault.key")]
    racers = [
        await asyncio.create_subprocess_exec(
            *command, *files, *numbers, cwd=ROOT,
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )
        for _ in range(2)
    ]  # fmt: skip
    async with asyncio.timeout(60):
        for racer in racers:
            assert racer.stdout is not None
            assert await racer.stdout.readline() == b"ready\n"
        await asyncio.gather(*(racer.communicate(b"go\n") for racer in racers))
    assert [racer.returncode for racer in racers] == [0, 0]
    assert await database.write(_counts) == (20, 20)
    assert len(await database.write(_codes)) == 20


async def test_who_comes_second_takes_the_first_ones_card(
    database: Database, crm: EmbeddedCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on PostgreSQL, where another transaction may commit between the look and the insert."""
    first = await database.write(lambda connection: crm.match_or_create(connection, [NEW]))
    monkeypatch.setattr(embedded, "find_phones", lambda *_: {})
    second = await database.write(lambda connection: crm.match_or_create(connection, [NEW]))
    assert second == first
    assert await database.write(_counts) == (1, 1)
    assert len(await database.write(_codes)) == 1


async def test_cards_are_found_and_listed(
    database: Database, crm: EmbeddedCrm, vault: Vault
) -> None:
    numbers = [f"+442079460{n}" for n in range(101, 108)]
    for number in numbers:
        await database.write(lambda connection, n=number: crm.match_or_create(connection, [n]))  # type: ignore[misc]
    async with database.read() as connection:
        found = await find_client_by_number(connection, numbers[0], vault=vault)
        assert found is not None
        assert [one.number for one in found.phones] == [numbers[0]]
        assert await find_client_by_number(connection, "+442079460199", vault=vault) is None
        closed = await get_client(connection, found.id)
        assert [one.number for one in closed.phones] == [None]
        with pytest.raises(ClientNotFoundError):
            await get_client(connection, uuid7())
        ids = (await connection.execute(select(client.c.id).order_by(client.c.id))).scalars().all()
        cards = await connection.run_sync(load_clients, ids, vault=vault)
    assert [one.number for card in cards for one in card.phones] == numbers
    assert "9460" not in repr(cards)
