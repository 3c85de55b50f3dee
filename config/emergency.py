"""Numbers that a phone must always reach."""

from __future__ import annotations

import re
from functools import lru_cache

from phonenumbers import PhoneMetadata

from config.settings import Settings

_EVERYWHERE = "112"
"""Mobile networks and the EU know it (3GPP TS 22.101); other countries connect it or refuse it."""


def emergency_numbers(settings: Settings) -> tuple[str, ...]:
    """Those of the company's country, 112, and ``outbound.emergency``; sorted, each once."""
    country = _of_country(settings.company.region)
    return tuple(sorted({_EVERYWHERE, *country, *settings.outbound.emergency}))


@lru_cache
def _of_country(region: str) -> frozenset[str]:
    """As libphonenumber's short numbers say; they are a pattern there, and a list here."""
    metadata = PhoneMetadata.short_metadata_for_region(region)
    emergency = None if metadata is None else metadata.emergency
    if emergency is None or emergency.national_number_pattern is None:
        return frozenset()
    pattern = re.compile(emergency.national_number_pattern)
    return frozenset(
        number
        for length in emergency.possible_length
        for number in (f"{n:0{length}}" for n in range(10**length))
        if pattern.fullmatch(number)
    )
