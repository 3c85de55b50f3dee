"""The words of names and companies, in one case: how clients are found and sorted. Pure.

The migration that filled the tables first holds these rules as they were then.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

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


def sort_name(name: str | None) -> str:
    """By which a card of that name is sorted."""
    return " ".join(_WORD.findall(fold(name or "")))[:LONGEST_SORT_NAME] or NAMELESS
