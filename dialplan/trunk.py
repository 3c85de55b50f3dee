"""How numbers are written for a trunk. Pure."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers


@lru_cache(maxsize=4096)
def written(template: str, number: str, region: str | None) -> str:
    """A number, E.164, put into ``pbx.dial`` or ``pbx.caller_id``.

    ``{number}`` is E.164, ``{digits}`` the same without ``+``, ``{national}`` what somebody in the
    company's country dials: ``02079460101``, abroad with the international prefix. A short number
    (emergency) is the same in all three.
    """
    return (
        template.replace("{number}", number)
        .replace("{digits}", number.removeprefix("+"))
        .replace("{national}", _national(number, region))
    )


def _national(number: str, region: str | None) -> str:
    if region is None or not number.startswith("+"):
        return number.removeprefix("+")
    parsed = phonenumbers.parse(number, None)
    shown = phonenumbers.format_out_of_country_calling_number(parsed, region)
    return "".join(character for character in shown if character.isdigit())
