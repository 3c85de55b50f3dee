"""What a client's name may show on a phone or to a manager. Pure."""

from __future__ import annotations

import unicodedata

LONGEST = 40
_MOST_DIGITS = 6
"""Seven could be a number's last seven: who names a card by its number would show it."""
_SIGNS = frozenset(" .'-")
_PLAIN_SIGNS = str.maketrans(dict.fromkeys("’‘`", "'") | dict.fromkeys("‐‑‒–—", "-"))


def shown_name(name: str | None) -> str:
    """Letters, digits, space and ``.'-`` of a name, at most 40 characters; ``""`` for none.

    A name that holds seven digits or more, however grouped and in whatever script, is dropped
    whole.
    """
    if not name:
        return ""
    plain = unicodedata.normalize("NFKC", name).translate(_PLAIN_SIGNS)
    if holds_number(plain):
        return ""
    kept = "".join(character if _is_kept(character) else " " for character in plain)
    return " ".join(kept.split())[:LONGEST].rstrip()


def holds_number(text: str) -> bool:
    """Whether a text has seven digits or more, however grouped and in whatever script."""
    plain = unicodedata.normalize("NFKC", text)
    return sum(character.isnumeric() for character in plain) > _MOST_DIGITS


def phone_name(name: str | None, *, private: bool) -> str:
    """As it is shown on a phone; ``""`` for a private client, who goes by his code alone."""
    return "" if private else shown_name(name)


def _is_kept(character: str) -> bool:
    # Marks are parts of letters where the script has no composed ones.
    return (
        character in _SIGNS or unicodedata.category(character)[0] in "LM" or character.isdecimal()
    )
