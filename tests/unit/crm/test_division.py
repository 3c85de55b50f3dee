"""Dividing the base: evenly is even, nobody is lost or doubled, and few move."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.division import (
    Holding,
    NobodyError,
    Plan,
    Post,
    Share,
    divide,
    divide_by_category,
    hand_over,
)

NAMES = ("Anna", "Boris", "Clara", "Dora")


def ids(count: int, start: int = 1) -> list[UUID]:
    return [UUID(int=number) for number in range(start, start + count)]


def nobodys(count: int) -> list[Holding]:
    return [Holding(client=id_) for id_ in ids(count)]


def gets(plan: Plan) -> Counter[str | None]:
    return Counter(move.to for move in plan.moves)


def test_equal_weights_get_equal_parts() -> None:
    shares = [Share(person=name, weight=100) for name in NAMES[:3]]
    assert gets(divide(nobodys(9), shares, Post.CURATOR)) == {"Anna": 3, "Boris": 3, "Clara": 3}


def test_half_a_weight_gets_half_as_many() -> None:
    shares = [Share(person="Anna", weight=100), Share(person="Boris", weight=50)]
    assert gets(divide(nobodys(30), shares, Post.CURATOR)) == {"Anna": 20, "Boris": 10}


def test_who_has_many_already_gets_fewer() -> None:
    shares = [Share(person="Anna", weight=100, load=10), Share(person="Boris", weight=100)]
    assert gets(divide(nobodys(12), shares, Post.CURATOR)) == {"Anna": 1, "Boris": 11}


def test_weight_zero_gets_nothing_and_only_zeros_are_nobody() -> None:
    shares = [Share(person="Anna", weight=0), Share(person="Boris", weight=1)]
    assert gets(divide(nobodys(5), shares, Post.CURATOR)) == {"Boris": 5}
    with pytest.raises(NobodyError):
        divide(nobodys(5), shares[:1], Post.CURATOR)


def test_nobody_becomes_the_deputy_of_his_own_client() -> None:
    held = [Holding(client=id_, curator="Anna") for id_ in ids(4)]
    shares = [Share(person="Anna", weight=100), Share(person="Boris", weight=1)]
    assert gets(divide(held, shares, Post.DEPUTY)) == {"Boris": 4}
    assert divide(held, shares[:1], Post.DEPUTY).moves == ()
    assert hand_over(held, "Anna", Post.DEPUTY).moves == ()


def test_each_category_goes_to_its_people_and_the_rest_stays() -> None:
    held = [
        Holding(client=id_, category=category)
        for id_, category in zip(ids(9), ["vip", "new", "other"] * 3, strict=True)
    ]
    plan = divide_by_category(
        held,
        {
            "vip": [Share(person="Anna", weight=1)],
            "new": [Share(person="Anna", weight=1), Share(person="Boris", weight=1)],
        },
        Post.CURATOR,
    )
    # Anna has the three of vip when new is divided.
    assert gets(plan) == {"Anna": 3, "Boris": 3}
    assert {move.client for move in plan.moves} == {
        one.client for one in held if one.category != "other"
    }


def test_the_same_plan_has_the_same_digest_and_another_has_another() -> None:
    held = nobodys(7)
    shares = [Share(person=name, weight=100) for name in NAMES]
    plan = divide(held, shares, Post.CURATOR)
    assert divide(list(reversed(held)), shares, Post.CURATOR).digest == plan.digest
    assert divide(held[1:], shares, Post.CURATOR).digest != plan.digest
    assert divide(held, shares, Post.DEPUTY).digest != plan.digest


holders = st.sampled_from([None, *NAMES, "Emil"])
weights = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 300), min_size=1)


@given(st.lists(st.tuples(holders, holders)), weights, st.sampled_from(Post))
def test_nobody_is_lost_or_doubled(
    served: list[tuple[str | None, str | None]], weight: dict[str, int], post: Post
) -> None:
    held = [
        Holding(client=id_, curator=curator, deputy=deputy)
        for id_, (curator, deputy) in zip(ids(len(served)), served, strict=True)
    ]
    loads = Counter(one.of(post) for one in held)
    shares = [Share(person=name, weight=one, load=loads[name] + 3) for name, one in weight.items()]
    plan = divide(held, shares, post)
    moved = Counter(move.client for move in plan.moves)
    assert set(moved.values()) <= {1}
    before = {one.client: one.of(post) for one in held}
    assert all(
        before[move.client] == move.before and move.to in weight and move.to != move.before
        for move in plan.moves
    )
    stayed = [one for one in held if one.client not in moved]
    if post is Post.CURATOR:
        assert all(one.curator in weight for one in stayed)
    numbers = plan.numbers({name: count for name, count in loads.items() if name is not None})
    assert sum(one.comes for one in numbers) == len(plan.moves)


@given(st.integers(0, 400), weights)
def test_loads_differ_by_one_unit_of_weight_at_most(clients: int, weight: dict[str, int]) -> None:
    shares = [Share(person=name, weight=one) for name, one in weight.items()]
    got = gets(divide(nobodys(clients), shares, Post.CURATOR))
    assert sum(got.values()) == clients
    parts = [(Fraction(got[name], one), one) for name, one in weight.items()]
    for part, one in parts:
        for other_part, other in parts:
            assert abs(part - other_part) <= Fraction(1, min(one, other))


@given(st.lists(holders, max_size=200), weights)
def test_dividing_again_moves_nobody(served: list[str | None], weight: dict[str, int]) -> None:
    held = [
        Holding(client=id_, curator=curator)
        for id_, curator in zip(ids(len(served)), served, strict=True)
    ]
    loads = Counter(served)
    shares = [Share(person=name, weight=one, load=loads[name]) for name, one in weight.items()]
    plan = divide(held, shares, Post.CURATOR)
    to = {move.client: move.to for move in plan.moves}
    then = [Holding(client=one.client, curator=to.get(one.client, one.curator)) for one in held]
    after = Counter(one.curator for one in then)
    again = [Share(person=name, weight=one, load=after[name]) for name, one in weight.items()]
    assert divide(then, again, Post.CURATOR).moves == ()


@given(st.lists(st.sampled_from(NAMES), max_size=100), weights)
def test_only_what_is_too_much_goes(served: list[str], weight: dict[str, int]) -> None:
    """Nobody both gives clients away and gets others."""
    held = [
        Holding(client=id_, curator=curator)
        for id_, curator in zip(ids(len(served)), served, strict=True)
    ]
    loads = Counter(served)
    shares = [Share(person=name, weight=one, load=loads[name]) for name, one in weight.items()]
    numbers = divide(held, shares, Post.CURATOR).numbers(loads)
    assert all(one.comes == 0 or one.goes == 0 for one in numbers)
