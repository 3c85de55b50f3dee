from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, select, true

from crm.access import Right, Scope
from crm.card_tables import client_change, phone_claim
from crm.changed import Way, load_changes
from crm.claims import add_number, change_number, remove_number
from crm.clients import load_client
from crm.contacts import add_contact, change_contact, remove_contact
from crm.fields import PHONES
from crm.legal_holds import On, lift_holds, set_hold
from crm.notes import add_note, change_note, list_notes, remove_note
from crm.undo import (
    AlreadyUndoneError,
    CannotUndoError,
    Left,
    Undoer,
    touched_clients,
    undo_change,
    undo_client,
    undo_person,
)
from crm.writing import AlreadyThereError

from .cards_in_memory import (
    BEGAN,
    NUMBERS,
    VAULT,
    Clock,
    director,
    edit,
    empty_base,
    make_card,
    whole,
    writing,
)

Edit = tuple[str, str, int, int]
EDITS = st.lists(
    st.tuples(
        st.sampled_from(("anna", "boris")),
        st.sampled_from(
            (
                "name",
                "company",
                "curator",
                "size",
                "add phone",
                "change phone",
                "label phone",
                "remove phone",
                "add email",
                "change email",
                "remove email",
                "add note",
                "change note",
                "remove note",
            )
        ),
        st.integers(0, 5),
        st.integers(0, 5),
    ),
    max_size=14,
)


def do(connection: Connection, client_id: UUID, one: Edit, at: datetime) -> None:
    """One edit, where it can be done at all."""
    actor, what, first, second = one
    by = writing(actor, at)
    card = load_client(connection, client_id, vault=VAULT)
    assert card is not None
    phone = card.phones[first % len(card.phones)] if card.phones else None
    email = card.contacts[first % len(card.contacts)] if card.contacts else None
    notes = list_notes(connection, VAULT, client_id)
    note = notes[first % len(notes)] if notes else None
    number, text = NUMBERS[second], f"word {second}"
    mail = f"someone{second}@example.com"
    match what:
        case "name" | "company":
            edit(connection, client_id, actor, at, **{what: text})
        case "curator":
            edit(connection, client_id, actor, at, curator=("anna", "boris", None)[second % 3])
        case "size":
            edit(connection, client_id, actor, at, **{"custom:size": text if second else None})
        case "add phone":
            add_number(connection, by, client_id, number, None, known=true())
        case "change phone" if phone:
            change_number(
                connection, by, client_id, phone.id, number=number, label=None, known=true()
            )
        case "label phone" if phone:
            change_number(connection, by, client_id, phone.id, label=text, known=true())
        case "remove phone" if phone:
            remove_number(connection, by, client_id, phone.id)
        case "add email":
            add_contact(connection, by, client_id, "email", mail, label=None)
        case "change email" if email:
            change_contact(connection, by, client_id, email.id, value=mail, label=text)
        case "remove email" if email:
            remove_contact(connection, by, client_id, email.id)
        case "add note":
            add_note(connection, by, client_id, text)
        case "change note" if note:
            change_note(connection, by, note, text)
        case "remove note" if note:
            remove_note(connection, by, note)


def run(connection: Connection, client_id: UUID, edits: list[Edit], clock: Clock) -> None:
    for one in edits:
        savepoint = connection.begin_nested()
        try:
            do(connection, client_id, one, clock())
        except AlreadyThereError:
            savepoint.rollback()
        else:
            savepoint.commit()


def undoer(at: datetime, **about: object) -> Undoer:
    return Undoer(
        access=director(**about),  # type: ignore[arg-type]
        actor="dora",
        at=at,
        is_active=lambda name: name != "gone",
    )


@settings(max_examples=30)
@given(before=EDITS, after=EDITS)
def test_a_card_goes_back_to_how_it_was_and_forth_again(
    before: list[Edit], after: list[Edit]
) -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), NUMBERS[0], name="Ann Lee")
        run(connection, card, before, clock)
        then, since = whole(connection, card), clock()
        run(connection, card, after, clock)
        now = whole(connection, card)
        middle = clock()
        undone = undo_client(connection, VAULT, undoer(clock()), card, since)
        assert not undone.left
        assert whole(connection, card) == then
        # The undo is a change too.
        again = undo_client(connection, VAULT, undoer(clock()), card, middle)
        assert not again.left
        assert whole(connection, card) == now


@settings(max_examples=30)
@given(before=EDITS, after=EDITS)
def test_what_one_person_changed_alone_goes_back(before: list[Edit], after: list[Edit]) -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), NUMBERS[0], name="Ann Lee")
        run(connection, card, before, clock)
        then, since = whole(connection, card), clock()
        run(connection, card, [("anna", *one[1:]) for one in after], clock)
        found = touched_clients(connection, undoer(clock()), "anna", since)
        undone = undo_person(connection, VAULT, undoer(clock()), "anna", since, clients=found)
        assert not undone.left
        assert whole(connection, card) == then


@settings(max_examples=30)
@given(edits=EDITS)
def test_nothing_of_others_is_overwritten(edits: list[Edit]) -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), NUMBERS[0], name="Ann Lee", actor="carl")
        since = clock()
        run(connection, card, edits, clock)
        last = {
            (one.field, one.item_id): one
            for one in load_changes(connection, VAULT, client_change.c.field != PHONES)
        }
        now = whole(connection, card)
        undo_person(connection, VAULT, undoer(clock()), "anna", since, clients=[card])
        stands = whole(connection, card)
        for (field, _), change in last.items():
            if change.actor != "anna" and field in {"name", "company", "curator"}:
                assert stands[field] == now[field]
        # Again: there is nothing left to do.
        assert not undo_person(
            connection, VAULT, undoer(clock()), "anna", since, clients=[card]
        ).changes


@pytest.fixture
def edited() -> Callable[[Connection, Clock], UUID]:
    def edited(connection: Connection, clock: Clock) -> UUID:
        card = make_card(connection, clock(), NUMBERS[1], name="Ann Lee", curator="boris")
        loaded = load_client(connection, card, vault=VAULT)
        assert loaded is not None
        change_number(
            connection,
            writing("anna", clock()),
            card,
            loaded.phones[0].id,
            number=NUMBERS[2],
            label=None,
            known=true(),
        )
        return card

    return edited


def last_change(connection: Connection) -> UUID:
    query = select(client_change.c.id).order_by(client_change.c.id.desc()).limit(1)
    id_: UUID = connection.execute(query).scalar_one()
    return id_


def test_one_change_is_put_back_once(edited: Callable[[Connection, Clock], UUID]) -> None:
    clock = Clock()
    with empty_base() as connection:
        card = edited(connection, clock)
        change = load_changes(connection, VAULT, client_change.c.id == last_change(connection))[0]
        assert change.digits == 1
        undone = undo_change(connection, VAULT, undoer(clock()), change)
        assert {number for number, _ in whole(connection, card)["phones"]} == {NUMBERS[1]}
        made = load_changes(connection, VAULT, client_change.c.id == undone.changes[0])[0]
        assert (made.way, made.actor, made.digits) == (Way.UNDO, "dora", 1)
        marked = load_changes(connection, VAULT, client_change.c.id == change.id)[0]
        assert marked.undone_by == made.id
        with pytest.raises(AlreadyUndoneError):
            undo_change(connection, VAULT, undoer(clock()), marked)
        # Undone itself, the first one stands again, and can be put back again.
        undo_change(connection, VAULT, undoer(clock()), made)
        stands = load_changes(connection, VAULT, client_change.c.id == change.id)[0]
        assert stands.undone_by is None
        undo_change(connection, VAULT, undoer(clock()), stands)
        assert {number for number, _ in whole(connection, card)["phones"]} == {NUMBERS[1]}


def test_a_number_that_another_card_has_meanwhile_is_claimed(
    edited: Callable[[Connection, Clock], UUID],
) -> None:
    clock = Clock()
    with empty_base() as connection:
        card = edited(connection, clock)
        change = load_changes(connection, VAULT, client_change.c.id == last_change(connection))[0]
        # The true number called: it has a card of its own now.
        other = make_card(connection, clock(), NUMBERS[1])
        undo_change(connection, VAULT, undoer(clock()), change)
        assert {number for number, _ in whole(connection, card)["phones"]} == {NUMBERS[1]}
        assert {number for number, _ in whole(connection, other)["phones"]} == {NUMBERS[1]}
        claims = connection.execute(select(phone_claim.c.client_id)).scalars().all()
        assert claims == [card]


def test_what_is_hidden_or_not_his_to_decide_is_left_and_said(
    edited: Callable[[Connection, Clock], UUID],
) -> None:
    clock = Clock()
    with empty_base() as connection:
        since = clock()
        card = edited(connection, clock)
        edit(connection, card, "anna", clock(), curator="carl", name="Ann Leigh")
        edit(connection, card, "anna", clock(), deputy="boris")
        own = {**dict.fromkeys(Right, Scope.ALL), Right.CLIENTS_ASSIGN: Scope.NONE}
        who = Undoer(
            access=director(hidden=frozenset({PHONES})),
            actor="dora",
            at=clock(),
            is_active=lambda _name: True,
        )
        preview = undo_person(connection, VAULT, who, "anna", since, clients=[card], preview=True)
        assert preview.left[Left.HIDDEN] >= 1
        assert not preview.changes
        assert PHONES not in preview.fields
        narrow = Undoer(
            access=type(who.access)(person="dora", rights=own),
            actor="dora",
            at=clock(),
            is_active=lambda _name: True,
        )
        undone = undo_person(connection, VAULT, narrow, "anna", clock(), clients=[card])
        assert not undone.changes
        change = load_changes(connection, VAULT, client_change.c.field == "curator")[-1]
        with pytest.raises(CannotUndoError) as refused:
            undo_change(connection, VAULT, narrow, change)
        assert refused.value.reason is Left.NOT_ALLOWED


def test_a_client_does_not_go_back_to_somebody_who_left() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), name="Ann Lee", curator="gone")
        edit(connection, card, "anna", clock(), curator="boris")
        change = load_changes(connection, VAULT, client_change.c.field == "curator")[-1]
        with pytest.raises(CannotUndoError) as refused:
            undo_change(connection, VAULT, undoer(clock()), change)
        assert refused.value.reason is Left.PERSON_LEFT


def test_a_number_of_a_client_on_legal_hold_stays() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), name="Ann Lee")
        since = clock()
        add_number(connection, writing("anna", since), card, NUMBERS[0], None, known=true())
        edit(connection, card, "anna", clock(), name="Anna Lee")
        on = On.client(card)
        assert set_hold(connection, VAULT, on, reason="a suit", by="dora", at=clock())
        change = load_changes(connection, VAULT, client_change.c.field == PHONES)[-1]
        with pytest.raises(CannotUndoError) as refused:
            undo_change(connection, VAULT, undoer(clock()), change)
        assert refused.value.reason is Left.LEGAL_HOLD
        undone = undo_client(connection, VAULT, undoer(clock()), card, since)
        assert undone.left == {Left.LEGAL_HOLD: 1}
        found = load_client(connection, card, vault=VAULT)
        assert found is not None
        assert (found.name, [one.number for one in found.phones]) == ("Ann Lee", [NUMBERS[0]])
        lift_holds(connection, VAULT, on, reason="over", by="dora", at=clock())
        assert undo_change(connection, VAULT, undoer(clock()), change).changes


def test_what_somebody_changed_since_is_counted_and_stays() -> None:
    clock = Clock()
    with empty_base() as connection:
        card = make_card(connection, clock(), name="Ann Lee", actor="carl")
        since = clock()
        edit(connection, card, "anna", clock(), name="Ann Leigh", company="Leigh Ltd")
        edit(connection, card, "boris", clock(), name="Ann Ley")
        undone = undo_person(connection, VAULT, undoer(clock()), "anna", since, clients=[card])
        assert dict(undone.left) == {Left.CHANGED_SINCE: 1}
        assert dict(undone.fields) == {"company": 1}
        assert whole(connection, card)["name"] == "Ann Ley"
        assert whole(connection, card)["company"] is None
        assert since > BEGAN
