from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.names import LONGEST, shown_name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ann Lee", "Ann Lee"),
        ("Иванов  И. И.", "Иванов И. И."),
        ("Conan O’Brien – Ltd", "Conan O'Brien - Ltd"),
        ("Zoe\u0308", "Zoë"),
        ("Flat 12, House 345", "Flat 12 House 345"),
        ('Ann "the|boss"~;<101>\r\n', "Ann the boss 101"),
        ("x" * 60, "x" * LONGEST),
        ("\u202eAnn\u200b", "Ann"),
        (None, ""),
        ("", ""),
        ("***", ""),
        # A card that is called like its number shows nothing.
        ("+442079460101", ""),
        ("Ann 7946-01-01", ""),
        ("Ann 7 9 4 6 0 1 0", ""),
        ("7946 Ann 0101", ""),
        ("Ann ７９４６０１０", ""),
        ("Ann ٧٩٤٦٠١٠", ""),
        ("Ann ⁷⁹⁴⁶⁰¹⁰", ""),
        ("Ann ⑦⑨④⑥⓪①⓪", ""),
        ("x" * 60 + "7946010", ""),
    ],
)
def test_what_is_shown(name: str | None, shown: str) -> None:
    assert shown_name(name) == shown


@given(st.text(max_size=80))
def test_never_a_number_nor_a_sign_of_the_dialplan(name: str) -> None:
    shown = shown_name(name)
    assert len(shown) <= LONGEST
    assert sum(character.isnumeric() for character in shown) < 7
    assert not set(shown) & set('|~;,<>"\\${}()&@/\r\n\t')
    assert shown == shown_name(shown)
