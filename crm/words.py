"""The words of names and companies, in one case: how clients are found and sorted. Pure.

The migration that filled the tables first holds these rules as they were then.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Final
from zlib import crc32

LONGEST_WORD: Final = 40
MOST_WORDS: Final = 24
LONGEST_SORT_NAME: Final = 120
NAMELESS: Final = "\uffff"
"""``sort_name`` of a card without a name: behind all others."""
PAST: Final = "\U0010ffff"
"""Put behind a word: no word that begins with it comes later."""

_WORD = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """In one case and one spelling: compatibility forms resolved (NFKC), ``ё`` as ``е``."""
    return unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")


def words_of(text: str | None) -> tuple[str, ...]:
    """The words of a text, folded, each once: letters and digits without what stands between."""
    if not text:
        return ()
    found = (word[:LONGEST_WORD] for word in _WORD.findall(fold(text))[:MOST_WORDS])
    return tuple(dict.fromkeys(found))


def marks_of(words: Iterable[str]) -> int:
    """How words begin, as 63 bits: a card that lacks a mark of a word, has no word that begins so.

    Of each word its first letter and, if it is that long, its first three.
    """
    beginnings = (word[:length] for word in words for length in (1, 3) if len(word) >= length)
    return reduce(or_, (1 << crc32(one.encode()) % 63 for one in beginnings), 0)


def sort_name(name: str | None) -> str:
    """By which a card of that name is sorted."""
    return " ".join(_WORD.findall(fold(name or "")))[:LONGEST_SORT_NAME] or NAMELESS
