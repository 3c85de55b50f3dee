"""Looking for a text in raw bytes, in every way in which it could stand there."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator

_SEPARATED = rb"[^0-9A-Za-z]{0,3}"
_FEWEST = 8


def found_in(haystack: bytes, text: str) -> str | None:
    """How the text, or the number that it is, stands in these bytes; ``None``: it does not."""
    lowered = haystack.lower()
    for how, needle in _spellings(text):
        if needle.lower() in lowered:
            return how
    digits = "".join(character for character in text if character.isdigit())
    if len(digits) < _FEWEST or any(character.isalpha() for character in text):
        return None
    # Without the country's code, as people write it.
    national = digits[-10:]
    for how, run in (("digits", national), ("digits reversed", national[::-1])):
        if re.search(_SEPARATED.join(bytes([digit]) for digit in run.encode()), haystack):
            return f"{how} in groups"
        for encoding in ("utf-16-le", "utf-16-be"):
            if run.encode(encoding) in haystack:
                return f"{how} as {encoding}"
        for packed in _packed(run):
            if packed in haystack:
                return f"{how} as BCD"
    for number in (int(digits), int(national)):
        if number.to_bytes(8, "little") in haystack or number.to_bytes(8, "big") in haystack:
            return "a whole number"
    return None


def _spellings(text: str) -> Iterator[tuple[str, bytes]]:
    for encoding in ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le"):
        plain = text.encode(encoding)
        yield encoding, plain
        yield f"{encoding} backwards", text[::-1].encode(encoding)
        yield f"{encoding} in hexadecimal", plain.hex().encode()
    plain = text.encode()
    for shift in range(3):
        # The middle is the same whatever stands before and behind.
        coded = base64.b64encode(b"\0" * shift + plain)
        yield "base64", coded[4 * (shift > 0) : len(coded) - 4]
    yield "escaped", text.encode("unicode_escape")
    yield "quoted", "".join(f"%{byte:02X}" for byte in plain).encode()


def _packed(digits: str) -> Iterator[bytes]:
    """Two digits in a byte, either first, beginning at either."""
    for run in (digits, digits[1:]):
        even = run[: len(run) // 2 * 2]
        yield bytes.fromhex(even)
        yield bytes.fromhex("".join(even[at + 1] + even[at] for at in range(0, len(even), 2)))
