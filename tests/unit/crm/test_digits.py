from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.digits import differ, edited_digits, nearly_the_same
from crm.fields import EMAILS, MESSENGERS, NAME, PHONES

DIGITS = st.text("0123456789", max_size=14)


@pytest.mark.parametrize(
    ("before", "after", "count", "places"),
    [
        ("+442079460101", "+442079460110", 2, (11, 12)),
        ("+442079460101", "+442079460107", 1, (12,)),
        ("+442079460101", "+44207946010", 1, (12,)),
        ("+44207946010", "+442079460107", 1, (12,)),
        ("+442079460101", "+442079460101", 0, ()),
        ("+442079460101", "+442097460101", 2, (5, 6)),
    ],
)
def test_how_many_digits_differ_and_where(
    before: str, after: str, count: int, places: tuple[int, ...]
) -> None:
    difference = differ(before, after)
    assert (difference.count, difference.places) == (count, places)
    assert difference.of == sum(map(str.isdigit, before))


@given(before=DIGITS, after=DIGITS)
def test_a_difference_is_as_good_as_its_places(before: str, after: str) -> None:
    difference = differ(before, after)
    assert difference.count == differ(after, before).count
    assert (difference.count == 0) == (before == after)
    assert abs(len(before) - len(after)) <= difference.count <= max(len(before), len(after))
    assert len(difference.places) <= difference.count
    assert all(1 <= place <= len(before) + 1 for place in difference.places)


def test_of_other_fields_only_the_digits_may_differ() -> None:
    assert edited_digits(PHONES, "+442079460101", "+442079460999") is not None
    assert edited_digits(MESSENGERS, "@ann 101", "@ann 110") is not None
    assert edited_digits(MESSENGERS, "@ann 101", "@bob 110") is None
    assert edited_digits(EMAILS, "a1@example.com", "a2@example.com") is not None
    assert edited_digits(NAME, "Unit 1", "Unit 2") is None
    assert edited_digits(PHONES, None, "+442079460101") is None


def test_a_wholly_other_number_is_not_nearly_the_same() -> None:
    assert nearly_the_same("+442079460101", "+442079460110") is not None
    assert nearly_the_same("+442079460101", "+447700900155") is None
    assert nearly_the_same("+442079460101", "+442079460101") is None
