"""Whatever is asked for, in whatever order: nobody sees more in an hour than his quota."""

from __future__ import annotations

import tracemalloc
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crm.quotas import DEFAULTS, Quota, QuotaError, Quotas, check_quotas
from daemon.watching.allowance import PATIENCE_SECONDS, Allowance, Locked, mark_of
from daemon.watching.marks import read_marks, write_marks
from store.ids import uuid7

BEGAN = datetime(2026, 3, 2, 10, 0, 30, tzinfo=UTC)
QUOTA = Quota(cards_hour=3, cards_day=5, rows_hour=6, rows_day=8)

reads = st.lists(
    st.tuples(
        st.sampled_from(["anna", "boris", "carl"]),
        st.integers(0, 3000),
        st.lists(st.integers(1, 12), min_size=1, max_size=4),
    ),
    max_size=60,
)


@settings(max_examples=300)
@given(reads)
def test_never_more_than_the_quota_whatever_the_order(
    asked: list[tuple[str, int, list[int]]],
) -> None:
    people: defaultdict[str, Allowance] = defaultdict(Allowance)
    cards: defaultdict[str, list[tuple[datetime, int]]] = defaultdict(list)
    rows: defaultdict[str, list[tuple[datetime, int]]] = defaultdict(list)
    now = BEGAN
    for person, seconds, numbers in asked:
        now += timedelta(seconds=seconds)
        if not isinstance(people[person].open_card(UUID(int=numbers[0]), QUOTA, now), Locked):
            cards[person].append((now, numbers[0]))
        ids = [UUID(int=number) for number in numbers]
        if not isinstance(people[person].see_rows(ids, QUOTA, now), Locked):
            rows[person].extend((now, number) for number in numbers)
        for seen, limits in (
            (cards[person], (QUOTA.cards_hour, QUOTA.cards_day)),
            (rows[person], (QUOTA.rows_hour, QUOTA.rows_day)),
        ):
            for hours, limit in zip((1, 24), limits, strict=True):
                lately = {what for at, what in seen if now - at <= timedelta(hours=hours)}
                assert len(lately) <= limit


@settings(max_examples=200)
@given(reads)
def test_who_is_told_until_when_gets_it_then(asked: list[tuple[str, int, list[int]]]) -> None:
    allowance, now = Allowance(), BEGAN
    for _, seconds, numbers in asked:
        now += timedelta(seconds=seconds)
        wanted = UUID(int=numbers[0])
        refused = allowance.open_card(wanted, QUOTA, now)
        while isinstance(refused, Locked):
            assert refused.until > now
            now = refused.until
            refused = allowance.open_card(wanted, QUOTA, now)
            if isinstance(refused, Locked):
                # The hour's quota had room again, the day's has not.
                assert refused.hours == 24


def test_memory_is_bounded_by_the_quotas() -> None:
    quota = DEFAULTS["director"]
    allowance, now = Allowance(), BEGAN
    tracemalloc.start()
    for _ in range(4 * 24 * 3):
        now += timedelta(minutes=15)
        allowance.see_rows([uuid7() for _ in range(500)], quota, now)
    size, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(allowance.rows) <= quota.rows_day + quota.rows_hour
    assert size < 8_000_000


def test_answers_wait_one_after_the_other_and_never_too_long() -> None:
    allowance = Allowance()
    waited = [allowance.pause(1.0, 0.0) for _ in range(8)]
    assert waited[:5] == [4.0, 8.0, 12.0, 16.0, 20.0]
    assert waited[5:] == [None, None, None]
    assert max(one for one in waited if one is not None) <= PATIENCE_SECONDS
    assert Allowance().pause(0.79, 0.0) == 0.0


def test_marks_are_read_as_they_were_written() -> None:
    marks = [mark_of(uuid7()) for _ in range(500)]
    assert read_marks(write_marks(marks)) == marks
    assert read_marks(write_marks([])) == []


def test_a_person_s_own_quota_stands_before_his_role_s_and_that_before_the_usual() -> None:
    quotas = Quotas(
        {"roles": {"manager": {"cards_hour": 10}}, "people": {"anna": {"cards_hour": 20}}}
    )
    assert quotas.of("anna", "manager").cards_hour == 20
    assert quotas.of("boris", "manager").cards_hour == 10
    assert quotas.of("boris", "manager").rows_hour == DEFAULTS["manager"].rows_hour
    assert quotas.of("carl", "a role of theirs") == DEFAULTS["manager"]


@pytest.mark.parametrize(
    ("written", "name", "reason"),
    [
        ({"rules": {}}, "rules", "unknown"),
        ({"roles": {"manager": {"cards": 1}}}, "roles.manager.cards", "unknown"),
        ({"people": {"anna": {"cards_hour": 0}}}, "people.anna.cards_hour", "whole"),
        ({"people": {"anna": {"rows_day": True}}}, "people.anna.rows_day", "whole"),
        ({"roles": {"manager": {"rows_day": 100_001}}}, "roles.manager.rows_day", "whole"),
        ({"roles": {"manager": {"cards_day": 9}}}, "roles.manager.cards_hour", "hour_over_day"),
    ],
)
def test_a_wrong_quota_is_named(written: dict[str, object], name: str, reason: str) -> None:
    with pytest.raises(QuotaError) as refused:
        check_quotas(written)
    assert (refused.value.name, refused.value.reason) == (name, reason)
