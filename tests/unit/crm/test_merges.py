from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, false, select, true, update

from crm.archive import archive_client
from crm.card_tables import client_merge, phone_claim
from crm.claims import add_number, change_number
from crm.clients import load_client
from crm.contacts import add_contact
from crm.duplicates import Likeness, find_duplicates
from crm.fields import EMAILS, PHONES
from crm.merges import CannotMergeError, Merging, current_id, find_merge, merge, unmerge
from crm.notes import add_note
from crm.tables import client, task
from crm.tasks import open_callback_task
from daemon.callbacks.tables import callback
from store.ids import uuid7

from .cards_in_memory import (
    NUMBERS,
    VAULT,
    Clock,
    director,
    empty_base,
    make_card,
    whole,
    writing,
)

CARDS = st.fixed_dictionaries(
    {
        "name": st.sampled_from((None, "Ann Lee", "A. Lee")),
        "company": st.sampled_from((None, "Lee Ltd")),
        "curator": st.sampled_from((None, "anna", "boris")),
        "size": st.sampled_from((None, "40", "41")),
        "phones": st.integers(0, 2),
        "claims": st.booleans(),
        "emails": st.sets(st.sampled_from(("a@example.com", "b@example.com")), max_size=2),
        "notes": st.integers(0, 2),
        "task": st.booleans(),
        "callback": st.booleans(),
    }
)


def make(connection: Connection, clock: Clock, about: dict[str, Any], first: int) -> UUID:
    fields = {key: about[key] for key in ("name", "company", "curator")}
    id_ = make_card(connection, clock(), *NUMBERS[first : first + about["phones"]], **fields)
    by = writing("anna", clock())
    if about["size"]:
        from crm.custom_fields import write_value

        write_value(connection, VAULT, id_, "size", about["size"])
    for email in sorted(about["emails"]):
        add_contact(connection, by, id_, "email", email, label=None)
    for number in range(about["notes"]):
        add_note(connection, by, id_, f"note {number}")
    if about["task"]:
        open_callback_task(connection, id_, about["curator"], uuid7(), clock())
    if about["callback"]:
        row = {
            "id": uuid7(),
            "pbx": "pbx",
            "agent": "anna",
            "client_id": id_,
            "via": "101",
            "state": "answered",
            "created_at": clock(),
            "changed_at": clock(),
            "ended_at": clock(),
        }
        connection.execute(callback.insert().values(row))
    return id_


def claim(connection: Connection, clock: Clock, client_id: UUID, numbers: tuple[str, ...]) -> None:
    for number in numbers:
        add_number(connection, writing("boris", clock()), client_id, number, "mine", known=false())


def merging(clock: Clock, **about: Any) -> Merging:
    return Merging(access=director(**about), actor="dora", at=clock(), more=(callback,))


def both(connection: Connection, pair: tuple[UUID, UUID]) -> list[Any]:
    callbacks = select(callback.c.id, callback.c.client_id)
    claims = select(phone_claim.c.id, phone_claim.c.client_id, phone_claim.c.created_at)
    return [
        [whole(connection, one) for one in pair],
        set(map(tuple, connection.execute(callbacks))),
        set(map(tuple, connection.execute(claims))),
    ]


@settings(max_examples=40)
@given(target=CARDS, source=CARDS, third=st.booleans(), choose=st.booleans())
def test_a_merge_and_its_undo_leave_everything_as_it_was(
    target: dict[str, Any], source: dict[str, Any], third: bool, choose: bool
) -> None:
    clock = Clock()
    with empty_base() as connection:
        pair = make(connection, clock, target, 0), make(connection, clock, source, 4)
        if third:
            make_card(connection, clock(), NUMBERS[8])
            for one in pair:
                claim(connection, clock, one, NUMBERS[8:9])
        if target["claims"] and source["phones"]:
            claim(connection, clock, pair[0], NUMBERS[4:5])
        if source["claims"] and target["phones"]:
            claim(connection, clock, pair[1], NUMBERS[0:1])
        before = both(connection, pair)
        choices = {"name": "source", "curator": "source"} if choose else {}
        made = merge(connection, VAULT, merging(clock), *pair, choices=choices)
        merged = whole(connection, pair[0])
        # Nothing is lost: every number, e-mail, note and code stands on the one card.
        numbers = {number for half in before[0] for number, _ in half["phones"]}
        assert {number for number, _ in merged["phones"]} == numbers
        assert len(merged["phones"]) == len(numbers)
        assert {value for *_, value in merged["contacts"]} == target["emails"] | source["emails"]
        assert merged["codes"] == {code for half in before[0] for code in half["codes"]}
        assert len(merged["notes"]) == target["notes"] + source["notes"]
        assert merged["name"] == (
            source["name"] or target["name"] if choose else target["name"] or source["name"]
        )
        waiting = select(task.c.id).where(task.c.client_id == pair[0], task.c.closed_at.is_(None))
        assert len(connection.execute(waiting).all()) == (target["task"] or source["task"])
        assert current_id(connection, pair[1]) == pair[0]
        stored = find_merge(connection, made.id)
        assert stored is not None
        undone = unmerge(connection, VAULT, merging(clock), stored)
        assert not undone.left
        assert both(connection, pair) == before
        assert current_id(connection, pair[1]) == pair[1]


def test_what_was_touched_since_stays_and_is_said() -> None:
    clock = Clock()
    with empty_base() as connection:
        target = make_card(connection, clock(), NUMBERS[0], name="Ann Lee")
        source = make_card(connection, clock(), NUMBERS[1], NUMBERS[2], company="Lee Ltd")
        made = merge(connection, VAULT, merging(clock), target, source, choices={})
        card = load_client(connection, target, vault=VAULT)
        assert card is not None
        second = next(one for one in card.phones if one.number == NUMBERS[2])
        by = writing("anna", clock())
        change_number(connection, by, target, second.id, label="work", known=true())
        connection.execute(update(client).where(client.c.id == target).values(company="Leigh"))
        undone = unmerge(connection, VAULT, merging(clock), made)
        assert undone.left == {"phone": 1, "fields": 1}
        assert {number for number, _ in whole(connection, source)["phones"]} == {NUMBERS[1]}
        assert whole(connection, target)["company"] == "Leigh"
        row = connection.execute(select(client_merge)).one()
        assert row.undone_by == "dora"
        with pytest.raises(CannotMergeError):
            stored = find_merge(connection, made.id)
            assert stored is not None
            unmerge(connection, VAULT, merging(clock), stored)


def test_no_count_tells_a_claim_from_a_phone() -> None:
    clock = Clock()
    with empty_base() as connection:
        make_card(connection, clock(), NUMBERS[8], curator="boris", private=True)
        target, source = (make_card(connection, clock(), name=name) for name in ("A", "B"))
        claim(connection, clock, source, NUMBERS[8:9])
        made = merge(connection, VAULT, merging(clock), target, source, choices={})
        undone = unmerge(connection, VAULT, merging(clock), made)
        assert (undone.back["phone"], undone.back["phone_claim"]) == (1, 0)


def test_a_chain_of_merges_leads_to_the_last_card_and_back() -> None:
    clock = Clock()
    with empty_base() as connection:
        first, second, third = (make_card(connection, clock(), NUMBERS[n]) for n in range(3))
        inner = merge(connection, VAULT, merging(clock), second, first, choices={})
        outer = merge(connection, VAULT, merging(clock), third, second, choices={})
        assert current_id(connection, first) == third
        with pytest.raises(CannotMergeError, match="merged"):
            unmerge(connection, VAULT, merging(clock), inner)
        unmerge(connection, VAULT, merging(clock), outer)
        assert current_id(connection, first) == second
        unmerge(connection, VAULT, merging(clock), inner)
        for card, number in ((first, NUMBERS[0]), (second, NUMBERS[1]), (third, NUMBERS[2])):
            assert {one for one, _ in whole(connection, card)["phones"]} == {number}


@pytest.mark.parametrize(
    ("state", "reason"),
    [("archived", "archived"), ("merged", "merged"), ("private", "private"), ("same", "same")],
)
def test_what_cannot_be_merged_is_refused(state: str, reason: str) -> None:
    clock = Clock()
    with empty_base() as connection:
        target = make_card(connection, clock(), NUMBERS[0], curator="dora")
        source = make_card(connection, clock(), NUMBERS[1], curator="boris")
        other = make_card(connection, clock(), NUMBERS[2])
        match state:
            case "archived":
                archive_client(connection, source, by="dora", at=clock())
            case "merged":
                merge(connection, VAULT, merging(clock), other, source, choices={})
            case "private":
                private = update(client).where(client.c.id == target)
                connection.execute(private.values(private=True))
            case _:
                source = target
        with pytest.raises(CannotMergeError) as refused:
            merge(connection, VAULT, merging(clock), target, source, choices={})
        assert refused.value.reason == reason


def test_a_private_card_of_another_does_not_exist() -> None:
    clock = Clock()
    with empty_base() as connection:
        target = make_card(connection, clock(), NUMBERS[0])
        source = make_card(connection, clock(), NUMBERS[1], curator="boris")
        connection.execute(update(client).where(client.c.id == source).values(private=True))
        with pytest.raises(LookupError):
            merge(connection, VAULT, merging(clock), target, source, choices={})


def test_one_private_card_makes_the_whole_private() -> None:
    clock = Clock()
    with empty_base() as connection:
        target = make_card(connection, clock(), NUMBERS[0], curator="dora")
        source = make_card(connection, clock(), NUMBERS[1], curator="dora")
        connection.execute(update(client).where(client.c.id == source).values(private=True))
        made = merge(connection, VAULT, merging(clock), target, source, choices={})
        assert whole(connection, target)["private"]
        unmerge(connection, VAULT, merging(clock), made)
        assert not whole(connection, target)["private"]


def test_a_choice_of_a_hidden_or_unknown_field_is_refused() -> None:
    clock = Clock()
    with empty_base() as connection:
        target = make_card(connection, clock(), company="One Ltd")
        source = make_card(connection, clock(), company="Other Ltd")
        hidden = merging(clock, hidden=frozenset({"company"}))
        with pytest.raises(CannotMergeError, match="field_hidden"):
            merge(connection, VAULT, hidden, target, source, choices={"company": "source"})
        with pytest.raises(CannotMergeError, match="unknown_field"):
            merge(connection, VAULT, merging(clock), target, source, choices={"code": "source"})


def test_candidates_are_those_whom_he_may_know_by_what_he_may_see() -> None:
    clock = Clock()
    with empty_base() as connection:
        by_phone = make_card(connection, clock(), NUMBERS[0], name="Ann Lee")
        claims = make_card(connection, clock(), name="Bob Ray")
        claim(connection, clock, claims, NUMBERS[0:1])
        mail = make_card(connection, clock(), name="Cat Orr", email="x@example.com")
        same_mail = make_card(connection, clock(), name="Dan Orr", email="X@Example.com")
        named = make_card(connection, clock(), name="ANN  LEE")
        found = {
            (one.first, one.second): one.why for one in find_duplicates(connection, director())
        }
        assert found == {
            (by_phone, claims): Likeness.PHONE,
            (mail, same_mail): Likeness.EMAIL,
            (by_phone, named): Likeness.NAME,
        }
        blind = director(hidden=frozenset({PHONES, EMAILS}))
        assert [one.why for one in find_duplicates(connection, blind)] == [Likeness.NAME]
        of_one = find_duplicates(connection, director(), client_id=mail)
        assert [one.second for one in of_one] == [same_mail]
        connection.execute(
            update(client).where(client.c.id == named).values(private=True, curator="boris")
        )
        assert find_duplicates(connection, blind) == []
