"""Marks by which an export that turns up elsewhere is recognised. Pure.

Three, since one can be removed: a column that says whose export it is; a row of signs that cannot
be seen behind the names; and clients whom there is in this export alone.
"""

from __future__ import annotations

import hmac
import secrets
from typing import Final

_ALPHABET: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
"""32 signs; none looks like another."""
_LENGTH: Final = 8
_BITS: Final = _LENGTH * 5
_ZERO, _ONE, _END = "\u200b", "\u200c", "\u2060"
"""Zero width space, zero width non-joiner, word joiner: copying takes them along."""
_INVISIBLE: Final = str.maketrans("", "", _ZERO + _ONE + _END + "\ufeff")
_PREFIX: Final = "E-"

_FIRST: Final = ("Alan", "Vera", "Igor", "Lena", "Mark", "Nora", "Oleg", "Rita", "Timur", "Zhanna")
_FAMILY: Final = (
    "Ashdown", "Belov", "Carden", "Dubov", "Elwood", "Frolov", "Garland", "Holmov", "Irving",
    "Karlin", "Lindov", "Marlow", "Norov", "Orlin", "Parker", "Rubin",
)  # fmt: skip


def new_watermark() -> str:
    """``E-`` and eight signs, at random."""
    return _PREFIX + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def is_watermark(text: str) -> bool:
    """Whether this is written like one."""
    body = text.removeprefix(_PREFIX)
    return text.startswith(_PREFIX) and len(body) == _LENGTH and set(body) <= set(_ALPHABET)


def marked(text: str, watermark: str) -> str:
    """The text with the mark behind it; it looks the same."""
    value = 0
    for sign in watermark.removeprefix(_PREFIX):
        value = value << 5 | _ALPHABET.index(sign)
    return text + "".join(_ONE if char == "1" else _ZERO for char in f"{value:0{_BITS}b}") + _END


def unmarked(text: str) -> str:
    """The text without signs that cannot be seen."""
    return text.translate(_INVISIBLE)


def found_marks(text: str) -> set[str]:
    """Every watermark that a text holds, seen or not."""
    found = {word.strip(",;\"'") for word in text.split()}
    marks = {word for word in found if is_watermark(word)}
    for run in text.split(_END)[:-1]:
        bits = run[-_BITS:]
        if len(bits) == _BITS and set(bits) <= {_ZERO, _ONE}:
            value = int("".join("1" if char == _ONE else "0" for char in bits), 2)
            marks.add(_written(value))
    return marks


def ghosts(watermark: str, key: bytes, count: int) -> tuple[str, ...]:
    """Names of clients whom there is nowhere but in this export; the same whenever asked."""
    names = []
    for n in range(count):
        digest = hmac.digest(key, f"{watermark} {n}".encode(), "sha256")
        family = _FAMILY[digest[0] % len(_FAMILY)] + chr(ord("a") + digest[1] % 26)
        names.append(f"{_FIRST[digest[2] % len(_FIRST)]} {family}{_ENDS[digest[3] % len(_ENDS)]}")
    return tuple(names)


_ENDS: Final = ("ley", "son", "ov", "er", "man", "ton", "ski", "ell")


def _written(value: int) -> str:
    signs = [_ALPHABET[value >> 5 * n & 31] for n in reversed(range(_LENGTH))]
    return _PREFIX + "".join(signs)
