from __future__ import annotations

from datetime import timedelta

from sqlalchemy import Connection, or_, select, true

from crm.access import Right
from crm.archive import archive_client
from crm.card_tables import client_change
from crm.changed import Change, Item, Way, load_changes
from crm.claims import add_number, change_number, remove_number
from crm.clients import load_client
from crm.fields import NAME, PHONES
from crm.history import DigitEdit, changes_of_client, digit_edits, log_change
from crm.merges import Merging, merge
from crm.visible import archived, visible

from .cards_in_memory import (
    BEGAN,
    NUMBERS,
    VAULT,
    Clock,
    director,
    edit,
    empty_base,
    make_card,
    writing,
)


def report(connection: Connection, **about: object) -> list[DigitEdit]:
    access = director(**about)  # type: ignore[arg-type]
    within = or_(visible(access, Right.REPORTS_READ), archived(access, Right.REPORTS_READ))
    return digit_edits(
        connection,
        VAULT,
        access=access,
        within=within,
        since=BEGAN,
        until=BEGAN + timedelta(days=1),
    )


def test_an_edit_of_digits_shows_who_when_and_where() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), NUMBERS[1], name="Ann Lee")
        phone = load_client(connection, card).phones[0]  # type: ignore[union-attr]
        at = clock()
        change_number(
            connection,
            writing("anna", at),
            card,
            phone.id,
            number=NUMBERS[10],
            label=None,
            known=true(),
        )
        found = report(connection)
        assert len(found) == 1
        assert (found[0].change.actor, found[0].change.at, found[0].card_id) == ("anna", at, card)
        assert (found[0].before, found[0].after) == (NUMBERS[1], NUMBERS[10])
        assert found[0].difference.places == (11, 12)
        blind = report(connection, hidden=frozenset({PHONES}))[0]
        assert (blind.before, blind.after) == (None, None)
        assert blind.difference.count == 2
        assert NUMBERS[1] not in repr(found[0])


def test_deleting_and_adding_nearly_the_same_is_an_edit_within_an_hour() -> None:
    clock = Clock()
    with empty_base() as connection:
        for minutes, order, expected in (
            (0, "delete first", 1),
            (59, "delete first", 1),
            (59, "add first", 1),
            (61, "delete first", 0),
        ):
            connection.execute(client_change.delete())
            at = clock()
            card = make_card(connection, at - timedelta(days=2), NUMBERS[1])
            phone = load_client(connection, card).phones[0]  # type: ignore[union-attr]
            later = at + timedelta(minutes=minutes)
            if order == "delete first":
                remove_number(connection, writing("anna", at), card, phone.id)
                add_number(connection, writing("anna", later), card, NUMBERS[2], None, known=true())
            else:
                add_number(connection, writing("anna", at), card, NUMBERS[2], None, known=true())
                remove_number(connection, writing("anna", later), card, phone.id)
            found = report(connection)
            assert len(found) == expected
            if found:
                assert (found[0].before, found[0].after) == (NUMBERS[1], NUMBERS[2])
            for one in load_client(connection, card).phones:  # type: ignore[union-attr]
                remove_number(connection, writing("zoe", later), card, one.id)


def test_another_person_or_a_wholly_other_number_is_no_hidden_edit() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), NUMBERS[1])
        phone = load_client(connection, card).phones[0]  # type: ignore[union-attr]
        remove_number(connection, writing("anna", clock()), card, phone.id)
        add_number(connection, writing("boris", clock()), card, NUMBERS[2], None, known=true())
        add_number(connection, writing("anna", clock()), card, "+447700900155", None, known=true())
        assert report(connection) == []


def test_two_halves_in_one_change_are_an_edit_too() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock())
        halves = [
            Change(client_id=card, field=PHONES, before=Item(value=NUMBERS[1])),
            Change(client_id=card, field=PHONES, after=Item(value=NUMBERS[2])),
        ]
        log_change(connection, VAULT, halves, actor="anna", way=Way.IMPORT, at=clock())
        assert [one.change.way for one in report(connection)] == [Way.IMPORT]


def test_archived_and_merged_cards_are_in_the_report_and_private_ones_of_others_are_not() -> None:
    clock = Clock()
    with empty_base() as connection:
        source = make_card(connection, clock(), NUMBERS[1])
        target = make_card(connection, clock(), NUMBERS[5], name="Ann Lee")
        phone = load_client(connection, source).phones[0]  # type: ignore[union-attr]
        change_number(
            connection,
            writing("anna", clock()),
            source,
            phone.id,
            number=NUMBERS[2],
            label=None,
            known=true(),
        )
        merging = Merging(access=director(), actor="dora", at=clock())
        merge(connection, VAULT, merging, target, source, choices={})
        archive_client(connection, target, by="dora", at=clock())
        assert [one.card_id for one in report(connection)] == [target]
        edit(connection, target, "anna", clock(), curator="boris")
        edit(connection, target, "boris", clock(), private=True)
        assert report(connection) == []


def test_changes_of_a_card_leave_out_what_is_hidden() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), NUMBERS[1], name="Ann Lee")
        edit(connection, card, "anna", clock(), name="Ann Leigh", company="Leigh Ltd")
        all_of_them = changes_of_client(connection, VAULT, card, access=director())
        assert {one.field for one in all_of_them} >= {NAME, PHONES, "company"}
        blind = director(hidden=frozenset({PHONES, "company"}))
        assert {one.field for one in changes_of_client(connection, VAULT, card, access=blind)} == {
            NAME
        }
        first = changes_of_client(connection, VAULT, card, access=director(), limit=2)
        rest = changes_of_client(connection, VAULT, card, access=director(), after=first[-1].id)
        assert [*first, *rest] == all_of_them


def test_nothing_is_stored_in_clear_and_what_stayed_is_not_stored() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock())
        before = len(load_changes(connection, VAULT, client_change.c.client_id == card))
        same = Change(client_id=card, field=NAME, before="Ann", after="Ann")
        other = Change(client_id=card, field=NAME, before="Ann", after="Bob")
        ids = log_change(connection, VAULT, [same, other], actor="anna", way=Way.EDIT, at=clock())
        assert len(ids) == 1
        assert len(load_changes(connection, VAULT, client_change.c.client_id == card)) == before + 1
        row = connection.execute(
            select(client_change.c.before, client_change.c.after).where(
                client_change.c.id == ids[0]
            )
        ).one()
        assert b"Ann" not in row.before
        assert b"Bob" not in row.after
