from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.numbers import NumberPlan, Owner, normalise, region_of


@pytest.mark.parametrize(
    ("raw", "region", "number"),
    [
        ("+442079460101", None, "+442079460101"),
        ("020 7946 0101", "GB", "+442079460101"),
        ("(020) 7946-0101", "GB", "+442079460101"),
        ("442079460101", "GB", "+442079460101"),
        ("00442079460101", "GB", "+442079460101"),
        ("tel:+442079460101", "GB", "+442079460101"),
        ("sip:+442079460101@operator.example;user=phone", "GB", "+442079460101"),
        ("+442079460101;npdi=yes", "GB", "+442079460101"),
        # Ofcom's fiction mobiles: possible, though nobody was given them.
        ("07700900101", "GB", "+447700900101"),
        ("00447700900101", "RU", None),
        ("810447700900101", "RU", "+447700900101"),
    ],
)
def test_written_in_many_ways(raw: str, region: str | None, number: str | None) -> None:
    assert normalise(raw, region) == number


@pytest.mark.parametrize(
    "raw",
    [
        "", " ", "+", "anonymous", "Anonymous", "unknown", "restricted", "private", "unavailable",
        "<unknown>", "s", "101", "6001", "999", "112", "*72", "#31#+442079460101", "9460101",
        "1234567", "0000000000", "00000000", "+440000000000", "+101", "1-800-FLOWERS",
        "+44207946010199999", "4" * 40, "+" * 20, "٠٢٠٧٩٤٦٠١٠١", "anonymous@anonymous.invalid",
        "020\n79460101", "+442079460101x5",
    ],
)  # fmt: skip
def test_what_is_no_number(raw: str) -> None:
    assert normalise(raw, "GB") is None


def test_a_national_number_without_a_region_is_none() -> None:
    assert normalise("02079460101", None) is None


@given(st.text(max_size=40), st.sampled_from(["GB", "RU", "US", "DE", "IT", None]))
def test_anything_gives_a_number_or_none(raw: str, region: str | None) -> None:
    number = normalise(raw, region)
    assert number is None or (number[0] == "+" and number[1:].isascii() and number[1:].isdigit())


@given(
    st.text("+0123456789 ()-./", max_size=24),
    st.sampled_from(["GB", "RU", "US", "DE", "IT", "FR", None]),
    st.sampled_from(["GB", "RU", "US", None]),
)
def test_a_normal_number_stays_as_it_is_everywhere(
    raw: str, region: str | None, other: str | None
) -> None:
    number = normalise(raw, region)
    if number is not None:
        assert normalise(number, region) == number
        assert normalise(number, other) == number


@given(st.integers(100, 999), st.sampled_from(["+44 20 7946 0{}", "(020) 7946-0{}", "02079460{}"]))
def test_fiction_numbers_are_accepted(last: int, written: str) -> None:
    assert normalise(written.format(last), "GB") == f"+442079460{last}"


def test_region_of() -> None:
    assert region_of("+442079460000") == "GB"
    assert region_of("+447700900101") == "GB"
    assert region_of("101") is None
    assert region_of("+800" + "1" * 8) is None


def test_a_plan_knows_its_own() -> None:
    plan = NumberPlan(
        ["+442079460000", "+442079460001"], mobiles=["07700 900101"], extensions=["02079460555"]
    )
    assert plan.region == "GB"
    assert plan.owner("+442079460001") is Owner.COMPANY
    assert plan.owner("+447700900101") is Owner.EMPLOYEE
    assert plan.owner("+442079460101") is Owner.OUTSIDE
    assert plan.outside("020 7946 0101") == "+442079460101"
    for raw in ("02079460000", "+447700900101", "02079460555", "101", "anonymous"):
        assert plan.outside(raw) is None, raw
