"""Codes are never another's, never a number, and the same however often they are asked for."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, insert, select
from stdnum import damm

from config.settings import MaskingSettings, Settings
from crm.numbers import Owner, normalise
from crm.phones import NewPhone, add_phones
from crm.short_codes import ShortCodes, issue_missing
from crm.tables import client, short_code
from crm.vault import Vault
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate
from store.upsert import insert_rows

VAULT = Vault(bytes(range(32)))
CODES = ShortCodes(VAULT, 5, region="GB")
NUMBERS = st.integers(100, 999).map("+442079460{}".format)
AT = datetime(2026, 1, 1, tzinfo=UTC)


def first(codes: ShortCodes, number: str, how_many: int = 1) -> list[str]:
    return list(islice(codes.candidates(number), how_many))


# --- what a code is ---


@given(NUMBERS, st.integers(4, 7))
def test_a_code_has_its_form(number: str, digits: int) -> None:
    codes = ShortCodes(VAULT, digits)
    for code in first(codes, number, 8):
        assert len(code) == digits
        assert code[0] in "2345678"
        assert damm.is_valid(code)
        assert codes.is_code(code)


@given(NUMBERS, st.data())
def test_a_digit_mistyped_or_two_swapped_are_no_code(number: str, data: st.DataObject) -> None:
    code = data.draw(st.sampled_from(first(CODES, number, 24)))
    at = data.draw(st.integers(0, len(code) - 1))
    digit = data.draw(st.sampled_from([d for d in "0123456789" if d != code[at]]))
    assert not CODES.is_code(code[:at] + digit + code[at + 1 :])
    at = data.draw(st.integers(0, len(code) - 2))
    if code[at] != code[at + 1]:
        assert not CODES.is_code(code[:at] + code[at + 1] + code[at] + code[at + 2 :])


@given(st.text(max_size=12))
def test_anything_is_a_code_or_not(text: str) -> None:
    assert CODES.is_code(text) in (True, False)


@pytest.mark.parametrize("text", ["", "5", "572", "07240", "٢٣٤٥٦", "21²", "+2140", "2 1 4"])
def test_what_is_no_code(text: str) -> None:
    assert not CODES.is_code(text)


def test_the_same_number_and_key_give_the_same_codes() -> None:
    number = "+442079460101"
    again = ShortCodes(Vault(bytes(range(32))), 5, region="GB")
    assert first(again, number, 30) == first(CODES, number, 30)
    assert first(ShortCodes(Vault(bytes(32)), 5), number, 8) != first(CODES, number, 8)
    assert "460101" not in "".join(first(CODES, number, 30))


def test_after_eight_candidates_one_digit_more_and_so_on() -> None:
    assert [len(code) for code in first(CODES, "+442079460101", 24)] == [5] * 8 + [6] * 8 + [7] * 8
    assert list(MaskingSettings(code_digits=5).code_lengths) == [5, 6, 7]


def test_a_code_could_never_be_dialled_as_a_number() -> None:
    """Numbers of seven digits are Iceland's, of eight Norway's."""
    for region, number in (("IS", "+3545"), ("NO", "+47")):
        codes = first(ShortCodes(VAULT, 7, region=region), number, 20)
        assert not [code for code in codes if normalise(code, region)]
    assert {len(code) for code in first(ShortCodes(VAULT, 7, region="IS"), "+3545", 8)} != {7}


def test_what_is_dialled_for_something_else_is_reserved() -> None:
    free = ShortCodes(VAULT, 4)
    numbers = [f"+4420794{n:04}" for n in range(2000)]
    own = sorted({first(free, number)[0] for number in numbers})[:5]
    named, extension, grouped, fallback, emergency = own
    settings = Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"]},
            "pbx": [{"trunks": ["operator"]}],
            "agents": [
                {"name": "Ann", "endpoints": ["101", f"PJSIP/{named}"], "extension": extension}
            ],
            "masking": {"code_digits": 4},
            "routing": {"group": ["Ann", grouped], "fallback": [f"PJSIP/{fallback}"]},
            "outbound": {"emergency": [emergency]},
        }
    )
    codes = ShortCodes.from_settings(VAULT, settings)
    given = {code for number in numbers for code in first(codes, number, 8)}
    assert not given & set(own)
    assert sum(len(code) == 4 for code in given) == 700 - 5


# --- giving them out ---


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


def cards(connection: Connection, how_many: int) -> list[UUID]:
    """Cards without anything."""
    ids = [uuid7() for _ in range(how_many)]
    card = {"name": None, "source": "call", "curator": None, "deputy": None, "created_at": AT}
    insert_rows(connection, client, [{"id": id_, **card} for id_ in ids])
    return ids


def stored(connection: Connection) -> dict[UUID, str]:
    rows = connection.execute(select(short_code)).all()
    found = {row.client_id: row.code for row in rows}
    assert len(found) == len(rows), "somebody has two"
    return found


def issue(connection: Connection, codes: ShortCodes, numbers: Iterable[str]) -> dict[str, str]:
    wanted = list(numbers)
    clients = dict(zip(cards(connection, len(wanted)), wanted, strict=True))
    codes.issue(connection, clients)
    found = stored(connection)
    return {number: found[id_] for id_, number in clients.items()}


async def test_what_was_promised_is_issued(database: Database) -> None:
    number = "+442079460101"
    promised = await database.write(lambda connection: CODES.promised(connection, number))
    assert await database.write(stored) == {}
    assert promised == first(CODES, number)[0]
    assert await database.write(lambda c: issue(c, CODES, [number])) == {number: promised}


async def test_a_promise_holds_though_another_new_caller_draws_the_same_code(
    database: Database,
) -> None:
    codes = ShortCodes(VAULT, 4)
    by_code: dict[str, str] = {}
    for n in range(100, 1000):
        number = f"+442079460{n}"
        other = by_code.setdefault(first(codes, number)[0], number)
        if other != number:
            break
    promised = await database.write(lambda c: [codes.promised(c, n) for n in (number, other)])
    assert promised[0] == first(codes, number)[0] == first(codes, other)[0] != promised[1]
    # Stored the other way round.
    assert await database.write(lambda c: issue(c, codes, [other])) == {other: promised[1]}
    assert await database.write(lambda c: issue(c, codes, [number])) == {number: promised[0]}


async def test_no_code_twice_and_none_missing_while_the_shorter_run_out(
    database: Database,
) -> None:
    """Of 700 codes with four digits, 1,500 clients; some together, some alone, some after a
    start of the process."""
    given: dict[str, str] = {}
    for begin, end in [(0, 400), *((n, n + 1) for n in range(400, 420)), (420, 1500)]:
        codes = ShortCodes(VAULT, 4)
        numbers = [f"+4420794{n:04}" for n in range(begin, end)]
        given |= await database.write(lambda c: issue(c, codes, numbers))  # noqa: B023
    assert len(set(given.values())) == len(given) == 1500
    lengths = [len(code) for code in given.values()]
    assert {4, 5} == set(lengths)
    assert lengths.count(4) > 650


async def test_a_code_stays_when_its_client_goes(database: Database) -> None:
    number = "+442079460101"
    row = {"code": first(CODES, number)[0], "client_id": None, "issued_at": AT}
    await database.write(lambda c: c.execute(insert(short_code), row) and None)
    given = await database.write(lambda c: issue(c, CODES, [number]))
    assert given[number] == first(CODES, number, 2)[1]


async def test_older_cards_get_theirs_at_the_start(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("crm.short_codes._BATCH", 7)

    def older(connection: Connection) -> dict[UUID, str]:
        ids = cards(connection, 30)
        numbers = {id_: f"+442079460{n}" for n, id_ in enumerate(ids[:29], 100)}
        for id_, number in numbers.items():
            new = {VAULT.blind_index(number): NewPhone(number, Owner.CLIENT, id_)}
            add_phones(connection, VAULT, new)
        # A second phone changes nothing.
        second = "+442079460999"
        new = {VAULT.blind_index(second): NewPhone(second, Owner.CLIENT, ids[0])}
        add_phones(connection, VAULT, new)
        return numbers

    numbers = await database.write(older)
    await database.write(lambda c: issue(c, CODES, ["+442079460900"]))
    assert await issue_missing(database, VAULT, CODES) == 30
    given = await database.write(stored)
    assert len(given) == 31
    assert [given[id_] for id_ in numbers] == [first(CODES, n)[0] for n in numbers.values()]
    assert await issue_missing(database, VAULT, CODES) == 0
