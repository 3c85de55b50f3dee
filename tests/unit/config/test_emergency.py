"""Which numbers a phone must always reach."""

from __future__ import annotations

import phonenumbers
import pytest

from config.emergency import emergency_numbers
from config.settings import Settings


def _settings(region: str, *emergency: str) -> Settings:
    return Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"], "region": region},
            "pbx": [{"trunks": ["operator"]}],
            "outbound": {"emergency": emergency},
        }
    )


@pytest.mark.parametrize(
    ("region", "numbers"),
    [
        ("GB", ("112", "999")),
        ("RU", ("01", "02", "03", "101", "102", "103", "112")),
        ("US", ("112", "911")),
        ("DE", ("110", "112")),
        # A country that the library has nothing about.
        ("GN", ("112",)),
    ],
)
def test_those_of_the_country(region: str, numbers: tuple[str, ...]) -> None:
    assert emergency_numbers(_settings(region)) == numbers


def test_and_the_company_s_own_each_once() -> None:
    assert emergency_numbers(_settings("GB", "111", "999")) == ("111", "112", "999")


def test_every_country_gives_short_numbers() -> None:
    for region in phonenumbers.SUPPORTED_REGIONS:
        numbers = emergency_numbers(_settings(region))
        assert "112" in numbers
        assert all(number.isdigit() and 2 <= len(number) <= 6 for number in numbers), region
