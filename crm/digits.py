"""How two spellings of a number differ, digit by digit. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from crm.fields import CONTACT_DETAILS, PHONES, is_custom

NEARLY_THE_SAME: Final = 3
"""So many digits may differ at most for a number to pass for another one on a quick look."""

_DIGIT: Final = re.compile(r"[0-9]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Which digits are others, counted from the left of what stood there before, from 1."""

    count: int
    """Digits that are others, are missing or were put in: the fewest that explain it."""
    places: tuple[int, ...]
    """What was put in counts at the place where it pushed the rest on; one past the end, at most.
    """
    of: int
    """How many digits there were before."""


def differ(before: str, after: str) -> Difference:
    """How the digits of one text differ from another's (Levenshtein); the rest is left out."""
    old, new = digits_of(before), digits_of(after)
    costs = _costs(old, new)
    row, column = len(old), len(new)
    places = set()
    while row or column:
        here = costs[row][column]
        if (
            row
            and column
            and old[row - 1] == new[column - 1]
            and costs[row - 1][column - 1] == here
        ):
            row, column = row - 1, column - 1
        elif row and column and costs[row - 1][column - 1] == here - 1:
            places.add(row)
            row, column = row - 1, column - 1
        elif row and costs[row - 1][column] == here - 1:
            places.add(row)
            row -= 1
        else:
            places.add(row + 1)
            column -= 1
    return Difference(count=costs[-1][-1], places=tuple(sorted(places)), of=len(old))


def edited_digits(field: str, before: str | None, after: str | None) -> Difference | None:
    """The difference where an edit was one of digits, else ``None``.

    Of a phone every edit is; elsewhere (messengers, addresses, e-mails, custom fields) the text
    around the digits must have stayed as it was.
    """
    if before is None or after is None or not (field in CONTACT_DETAILS or is_custom(field)):
        return None
    if field != PHONES and _DIGIT.sub("", before) != _DIGIT.sub("", after):
        return None
    difference = differ(before, after)
    return difference if difference.count else None


def nearly_the_same(before: str, after: str) -> Difference | None:
    """The difference of two numbers of which one could pass for the other, else ``None``."""
    difference = differ(before, after)
    return difference if 0 < difference.count <= NEARLY_THE_SAME else None


def digits_of(text: str) -> str:
    """The ASCII digits of a text."""
    return "".join(_DIGIT.findall(text))


def _costs(old: str, new: str) -> list[list[int]]:
    costs = [list(range(len(new) + 1))]
    for row, digit in enumerate(old, 1):
        above = costs[-1]
        line = [row]
        for column, other in enumerate(new, 1):
            line.append(min(above[column - 1] + (digit != other), above[column] + 1, line[-1] + 1))
        costs.append(line)
    return costs
