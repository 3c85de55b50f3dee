"""What cards hold, as it is stored: numbers and their claims, words, values, the log of changes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, false, select, true, update

from crm import values
from crm.callers import find_by_client, get_number
from crm.card_tables import client_change, client_word, phone_claim
from crm.cards import NewCard, change_card, check_changes, create_card
from crm.changed import open_change, text_of
from crm.claims import add_number, change_number, remove_number
from crm.clients import load_client
from crm.contacts import add_contact, change_contact
from crm.custom_fields import checked, save_custom_field
from crm.names import holds_number
from crm.numbers import NumberPlan
from crm.short_codes import ShortCodes
from crm.tables import client, phone
from crm.values import BadValueError
from crm.vault import Vault
from crm.words import marks_of, sort_name, words_of
from crm.writing import AlreadyThereError, DuplicateError, Writing
from store.database import Database
from store.migrate import migrate

AT = datetime(2026, 1, 2, tzinfo=UTC)
VAULT = Vault(bytes(32))
CODES = ShortCodes(VAULT, 5, region="GB")
WRITING = Writing(vault=VAULT, actor="anna", at=AT)
FIRST, SECOND = "+442079460301", "+442079460302"


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    yield database
    await database.close()


def card(connection: Connection, name: str, *numbers: str) -> UUID:
    """A card with these numbers, which nobody had."""
    changes = check_changes(connection, {"name": name})
    new = NewCard(changes=changes, number=next(iter(numbers), None))
    id_, _ = create_card(connection, WRITING, CODES, new)
    for number in numbers:
        add_number(connection, WRITING, id_, number, None, known=true())
    return id_


def numbers_of(connection: Connection, id_: UUID) -> list[str | None]:
    found = load_client(connection, id_, vault=VAULT)
    assert found is not None
    return [one.number for one in found.phones]


async def test_a_card_has_a_code_with_and_without_a_phone(database: Database) -> None:
    def work(connection: Connection) -> None:
        with_phone, without = card(connection, "One", FIRST), card(connection, "Two")
        one, two = (load_client(connection, id_) for id_ in (with_phone, without))
        assert one is not None and two is not None
        assert one.short_code == next(CODES.candidates(FIRST))
        assert two.short_code is not None
        assert two.short_code != one.short_code

    await database.write(work)


async def test_a_claim_is_dialled_and_becomes_the_phone(database: Database) -> None:
    def work(connection: Connection) -> None:
        owner, claimant, third = (card(connection, name) for name in ("A", "B", "C"))
        add_number(connection, WRITING, owner, FIRST, None, known=false())
        for id_ in (claimant, third):
            add_number(connection, WRITING, id_, FIRST, "home", known=false())
        for id_ in (owner, claimant, third):
            assert numbers_of(connection, id_) == [FIRST]
            caller = find_by_client(connection, id_)
            assert caller is not None
            assert [get_number(connection, VAULT, one) for one in caller.phone_ids] == [FIRST]
        with pytest.raises(AlreadyThereError):
            add_number(connection, WRITING, claimant, FIRST, None, known=true())
        with pytest.raises(DuplicateError) as refused:
            add_number(connection, WRITING, card(connection, "D"), FIRST, None, known=true())
        assert refused.value.client_id == owner
        # A claim answers as a phone would, to whom the owner's card does not exist.
        mine = client.c.id != owner
        with pytest.raises(DuplicateError) as refused:
            add_number(connection, WRITING, card(connection, "E"), FIRST, None, known=mine)
        assert refused.value.client_id == claimant
        # The owner's goes: the oldest claim is the phone, the other stays a claim.
        held = load_client(connection, owner)
        assert held is not None
        remove_number(connection, WRITING, owner, held.phones[0].id)
        row = connection.execute(select(phone.c.client_id, phone.c.label)).one()
        assert tuple(row) == (claimant, "home")
        assert connection.execute(select(phone_claim.c.client_id)).scalars().all() == [third]
        assert numbers_of(connection, owner) == []

    await database.write(work)


async def test_an_edited_number_leaves_its_calls_alone(database: Database) -> None:
    def work(connection: Connection) -> None:
        id_ = card(connection, "A", FIRST)
        old = connection.execute(select(phone.c.id)).scalar_one()
        new, _ = change_number(
            connection, WRITING, id_, old, number=SECOND, label="new", known=true()
        )
        assert new != old
        assert get_number(connection, VAULT, old) == FIRST
        assert numbers_of(connection, id_) == [SECOND]
        row = connection.execute(
            select(client_change).order_by(client_change.c.id.desc()).limit(1)
        ).one()
        change = open_change(VAULT, row)
        assert (text_of(change.before), text_of(change.after)) == (FIRST, SECOND)
        assert change.digits == 1
        # It can come back.
        back, _ = change_number(
            connection, WRITING, id_, new, number=FIRST, label=None, known=true()
        )
        assert back == old

    await database.write(work)


async def test_words_and_sort_name_follow_name_and_company(database: Database) -> None:
    def words(connection: Connection) -> dict[str, bool]:
        rows = connection.execute(select(client_word)).all()
        marks = marks_of(row.word for row in rows)
        assert all(row.marks == marks for row in rows)
        return {row.word: row.in_name for row in rows}

    def work(connection: Connection) -> None:
        id_ = card(connection, "Пётр «Bell»")
        assert words(connection) == {"петр": True, "bell": True}
        change_card(connection, WRITING, id_, {"company": "Bell Steam"})
        assert words(connection) == {"петр": True, "bell": True, "steam": False}
        change_card(connection, WRITING, id_, {"name": None})
        assert words(connection) == {"bell": False, "steam": False}
        row = connection.execute(select(client.c.sort_name, client.c.changed_at)).one()
        assert tuple(row) == (sort_name(None), AT)

    await database.write(work)


async def test_curator_deputy_and_private_agree(database: Database) -> None:
    def work(connection: Connection) -> None:
        id_ = card(connection, "A")
        change_card(connection, WRITING, id_, {"curator": "anna", "deputy": "boris"})
        with pytest.raises(BadValueError, match="own_deputy"):
            change_card(connection, WRITING, id_, {"deputy": "anna"})
        change_card(connection, WRITING, id_, {"curator": "boris"})
        row = connection.execute(select(client.c.curator, client.c.deputy)).one()
        assert tuple(row) == ("boris", None)
        connection.execute(update(client).values(private=True))
        with pytest.raises(BadValueError, match="private_client"):
            change_card(connection, WRITING, id_, {"curator": "anna"})

    await database.write(work)


async def test_nothing_is_logged_where_nothing_changed(database: Database) -> None:
    def work(connection: Connection) -> None:
        save_custom_field(connection, checked("size", "Size", "number"))
        id_ = card(connection, "A")
        contact_id, _ = add_contact(connection, WRITING, id_, "email", "a@example.com", label=None)
        changes = check_changes(connection, {"name": " A ", "custom:size": 2})
        assert [one.field for one in change_card(connection, WRITING, id_, changes)] == [
            "custom:size"
        ]
        assert change_card(connection, WRITING, id_, changes) == ()
        assert change_contact(connection, WRITING, id_, contact_id, label=None) == ()
        with pytest.raises(AlreadyThereError):
            add_contact(connection, WRITING, id_, "email", "A@EXAMPLE.COM", label=None)

    await database.write(work)


@given(st.text(max_size=200))
def test_a_name_that_is_taken_holds_no_number(text: str) -> None:
    try:
        kept = values.plain("name", text)
    except BadValueError:
        return
    assert not holds_number(kept)
    assert kept == values.plain("name", kept)
    assert "\n" not in kept
    for word in words_of(kept):
        assert words_of(word) == (word,)


@pytest.mark.parametrize(
    ("kind", "value", "kept"),
    [
        ("number", 12, "12"),
        ("number", "1 2", None),
        ("number", "12,50", "12.5"),
        ("number", "-0.1", "-0.1"),
        ("number", "NaN", None),
        ("number", True, None),
        ("date", "2026-01-31", "2026-01-31"),
        ("date", "2026-02-30", None),
        ("flag", False, "false"),
        ("flag", "yes", None),
        ("choice", "a", "a"),
        ("choice", "b", None),
        ("text", "  a\r\nb ", "a\nb"),
        ("text", "", None),
        ("text", "x" * 1001, None),
    ],
)
def test_values_of_own_fields(kind: str, value: object, kept: str | None) -> None:
    if kept is None:
        with pytest.raises(BadValueError):
            values.custom("custom:x", kind, value, ["a"])
    else:
        assert values.custom("custom:x", kind, value, ["a"]) == kept


def test_numbers_of_ones_own_are_no_clients() -> None:
    plan = NumberPlan(["+442079460000"], mobiles=["+447700900101"], region="GB")
    assert values.number(plan, "020 7946 0301") == FIRST
    for raw, code in (
        ("02079460000", "own_number"),
        ("07700900101", "own_number"),
        ("999", "not_a_number"),
        ("", "not_a_number"),
    ):
        with pytest.raises(BadValueError, match=code):
            values.number(plan, raw)
