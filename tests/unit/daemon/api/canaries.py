"""Canaries: values that stand in one world only, and what finds them in an answer.

A value that somebody may not know is another one in each of two worlds; what he may know is the
same in both. So an answer in which they can be told apart has told him something.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from typing import Final
from urllib.parse import unquote_plus

from crm.short_codes import _FIRST_DIGITS
from crm.watermark import _FIRST, unmarked

_GUESSED: Final = ("own1", "own2", "other1")
WORLDS: Final = ("a", "b")
_LETTERS: Final = "bcdfghjklmnprstvwz"

_ID: Final = re.compile(
    r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}|\b(?:[0-9a-f]{32}|[0-9a-f]{64})\b"
)
_INSTANT: Final = re.compile(
    r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)|\b1[5-9]\d{14}\b"
)
_TIME: Final = re.compile(r"\b\d{1,2}:\d\d(?::\d\d)?\b")
_MARK: Final = re.compile(r"E-[2-9A-HJ-NP-Z]{8}")
_GHOST: Final = re.compile(rf"\n(?:{'|'.join(_FIRST)}) [A-Z]\w+,.*")
"""Whom there is in one export alone, anywhere in it."""
_SECRET: Final = re.compile(
    r'("(?:token|csrf|password|secret|uri|otpauth_uri|codes|recovery_codes|qr)"\s*:\s*)'
    r'("(?:[^"\\]|\\.)*"|\[[^\]]*\])'
)
_CURSOR: Final = re.compile(r'("next"\s*:\s*)"[^"]*"')
_CODE: Final = re.compile(rf"\b[{_FIRST_DIGITS}]\d{{3,9}}\b")

_NUMBERED: Final = re.compile(r"9\W{0,3}4\W{0,3}6\W{0,3}0(?:\W{0,3}\d){3}")
_WORDED: Final = re.compile(r"zqx[a-z]{4}", re.IGNORECASE)


class Slots:
    """Gives every value that can be secret its place: the same in both worlds."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], int] = {}

    def place(self, label: str, field: str) -> int:
        """Of a field of a card."""
        return self._known.setdefault((label, field), len(self._known))


class Secrets:
    """The values of one world."""

    def __init__(self, world: str, slots: Slots, differs: Callable[[str, str], bool]) -> None:
        """``differs``: whether a field of a card is a secret, so that it is another one here."""
        self.world = world
        self._slots = slots
        self._differs = differs
        self.values: set[str] = set()
        """What somebody would like to know whether it is there."""
        self.of_field: dict[str, set[str]] = {}
        """Some of the same by field: of few cards, so that a guess is often right."""
        self._shared: set[str] = set()

    @property
    def canaries(self) -> set[str]:
        """What must not be told; numbers by their last seven digits."""
        return self.values - self._shared

    def number(self, label: str, field: str = "phones") -> str:
        """E.164."""
        n = 2 * self._slots.place(label, field) + self._turn(label, field)
        assert n < 900
        return f"+44207{self._kept(label, field, f'9460{100 + n}')}"

    def claimed(self, label: str, of: str) -> str:
        """A number that a card claims, of another card's.

        Who may know it of the one is told the same in both worlds, though the other has it in the
        first one only.
        """
        if self._differs(label, "phones"):
            return self.number(of)
        number = f"+442079460{100 + 2 * self._slots.place(of, 'phones')}"
        self._shared.add(number[-7:])
        return number

    def word(self, label: str, field: str) -> str:
        """A word that is nowhere else."""
        n = 2 * self._slots.place(label, field) + self._turn(label, field)
        letters = ""
        for _ in range(4):
            n, one = divmod(n, len(_LETTERS))
            letters += _LETTERS[one]
        return self._kept(label, field, f"zqx{letters}")

    def either(self, label: str, field: str, a: str, b: str) -> str:
        """One of two values: too few to be canaries, but they are to look alike."""
        return b if self._turn(label, field) else a

    def _turn(self, label: str, field: str) -> int:
        return int(self.world == "b" and self._differs(label, field))

    def _kept(self, label: str, field: str, value: str) -> str:
        if self._differs(label, field):
            self.values.add(value[-7:])
            if label in _GUESSED:
                self.of_field.setdefault(field.partition("/")[0], set()).add(value[-7:])
        return value


def told(text: str) -> Iterator[str]:
    """Whatever looks like a canary in a text: in any grouping, script, case and encoding."""
    plain = _INSTANT.sub(" ", _ID.sub(" ", unmarked(text)))
    for form in {plain, unquote_plus(plain), _unescaped(plain)}:
        digits = "".join(_western(char) for char in form)
        for found in _NUMBERED.findall(digits):
            yield "".join(char for char in found if char.isdigit())
        for found in _WORDED.findall(form):
            yield found.lower()


def around(canary: str, text: str) -> str:
    """Where in a text it is, about."""
    for at in range(0, len(text), 100):
        if canary in set(told(text[at : at + 160])):
            return text[max(0, at - 400) : at + 300]
    return text


def _western(char: str) -> str:
    digit = unicodedata.digit(char, None)
    return char if digit is None else str(digit)


def _unescaped(text: str) -> str:
    return re.sub(r"\\u([0-9a-fA-F]{4})", lambda found: chr(int(found[1], 16)), text)


class Alike:
    """What is left of the answers of one world when ids, instants and cursors are taken out."""

    def __init__(self) -> None:
        self._ids: dict[str, int] = {}
        self.codes: set[str] = set()
        """Short codes, which follow from numbers and are said."""

    def ids(self, text: str) -> list[str]:
        """Ids in a text, in their order."""
        return _ID.findall(text)

    def text(self, text: str) -> str:
        """An answer without what is another one in every world."""
        text = _SECRET.sub(r"\1<secret>", _CURSOR.sub(r"\1<cursor>", unmarked(text)))
        text = _ID.sub(self._id, text)
        text = _TIME.sub("<time>", _INSTANT.sub("<at>", _MARK.sub("<mark>", text)))
        text = _GHOST.sub("", text)
        return _CODE.sub(self._code, text)

    def _id(self, found: re.Match[str]) -> str:
        return f"<{self._ids.setdefault(found[0], len(self._ids))}>"

    def _code(self, found: re.Match[str]) -> str:
        return "<code>" if found[0] in self.codes else found[0]
