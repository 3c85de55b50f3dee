"""Phone numbers as E.164, and whose they are. Pure: the call tracker uses it too."""

from __future__ import annotations

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat, PhoneNumberType, ValidationResult

_WRITTEN = re.compile(r"\+?[0-9 ().\-/]+")
_LONGEST_WRITTEN = 32
FEWEST_DIGITS = 7
"""Shorter ones are extensions, short codes and emergency numbers: nobody's own number."""


class Owner(StrEnum):
    """Whose a number is. ``client``: somebody outside who is in the client base."""

    CLIENT = "client"
    COMPANY = "company"
    EMPLOYEE = "employee"
    OUTSIDE = "outside"


@lru_cache(maxsize=8192)
def normalise(raw: str, region: str | None) -> str | None:
    """E.164 of what a PBX or a person wrote, read in ``region``; ``None`` where it is no number.

    ``None``: anonymous, empty, ``unknown``, feature codes, extensions, numbers of a length that
    the country's plan does not have. A number that the plan has not given out (yet) is accepted:
    plans change faster than libraries, and a caller must not be lost for it.
    """
    written = raw.strip().removeprefix("tel:").removeprefix("sip:").partition("@")[0]
    written = written.partition(";")[0]
    if len(written) > _LONGEST_WRITTEN or not _WRITTEN.fullmatch(written):
        return None
    if sum(character.isdigit() for character in written) < FEWEST_DIGITS:
        return None
    try:
        number = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        return None
    national = phonenumbers.national_significant_number(number)
    if len(set(national)) == 1:
        return None
    if not _has_length_of_its_plan(number) and not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def _has_length_of_its_plan(number: phonenumbers.PhoneNumber) -> bool:
    reason = phonenumbers.is_possible_number_for_type_with_reason(
        number, PhoneNumberType.FIXED_LINE_OR_MOBILE
    )
    return bool(reason == ValidationResult.IS_POSSIBLE)


def region_of(number: str) -> str | None:
    """The ISO 3166 region of an E.164 number; ``None`` where its country code names none."""
    try:
        parsed = phonenumbers.parse(number, None)
    except phonenumbers.NumberParseException:
        return None
    region = phonenumbers.region_code_for_number(parsed)
    if region is None:
        region = phonenumbers.region_code_for_country_code(parsed.country_code or 0)
    return None if region in {None, "ZZ", "001"} else region


class NumberPlan:
    """Which numbers are the company's and its employees': those never become clients."""

    def __init__(
        self,
        company_numbers: Iterable[str],
        *,
        mobiles: Iterable[str] = (),
        extensions: Iterable[str] = (),
        region: str | None = None,
    ) -> None:
        company = tuple(company_numbers)
        self.region = region or next(filter(None, map(region_of, company)), None)
        self._company = frozenset(filter(None, map(self.normalise, company)))
        self._mobiles = frozenset(filter(None, map(self.normalise, mobiles)))
        self._extensions = frozenset(extensions)

    def normalise(self, raw: str) -> str | None:
        """E.164 in the company's region, ``None`` for what is no number."""
        return normalise(raw, self.region)

    def outside(self, raw: str) -> str | None:
        """E.164 of somebody outside; ``None`` for own numbers, extensions and no numbers."""
        if raw in self._extensions:
            return None
        number = self.normalise(raw)
        return number if number is not None and self.owner(number) is Owner.OUTSIDE else None

    def owner(self, number: str) -> Owner:
        """Company, employee or outside, of an E.164 number."""
        if number in self._company:
            return Owner.COMPANY
        if number in self._mobiles:
            return Owner.EMPLOYEE
        return Owner.OUTSIDE
