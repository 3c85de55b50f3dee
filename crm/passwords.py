"""Passwords with which people sign in: what is one, and hashing off the event loop."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from typing import Final, Literal

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST: Final = 10
LONGEST: Final = 80
_HASHER: Final = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
"""OWASP's recommendation for argon2id."""
_NOBODYS: Final = (
    "$argon2id$v=19$m=19456,t=2,p=1$GW6Xv1sXt0PNl7sXU2ewBg"
    "$h94VZdCFWZ4dSTNTHRQ1VBiB3vtYdxL4hQd5sPY3JqQ"
)
"""Compared with where there is no hash, so that it takes as long. Nothing is its password."""
_LEAST_SCORE: Final = 3
"""Of zxcvbn's 0 to 4: 10^8 guesses and more, too many for a stolen hash of this cost."""
_TEMPORARY_BYTES: Final = 9
_TO_LATIN_KEYS: Final = str.maketrans(
    "йцукенгшщзхъфывапролджэячсмитьбюё", "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
)


class PasswordError(ValueError):
    """A new password cannot be taken; ``reason`` says why."""

    def __init__(self, reason: Literal["short", "long", "name", "common", "same"]) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Verified:
    """What became of a password that somebody typed."""

    right: bool
    new_hash: str | None = None
    """To be stored instead: the old one was made with other parameters."""


class Passwords:
    """Hashes and compares. One object for a process: one password at a time (19 MiB)."""

    def __init__(self) -> None:
        self._hashing = asyncio.Lock()

    async def hash(self, password: str) -> str:
        """What is stored."""
        async with self._hashing:
            return await asyncio.to_thread(_HASHER.hash, password)

    async def verify(self, stored: str | None, password: str) -> Verified:
        """Compare; takes as long where nothing is stored."""
        async with self._hashing:
            return await asyncio.to_thread(_verify, stored, password)


async def check_password(password: str, *names: str | None) -> None:
    """Whether it can be a person's who is called by these names. ``PasswordError``."""
    if len(password) < SHORTEST:
        raise PasswordError("short")
    if len(password) > LONGEST:
        raise PasswordError("long")
    known = [part for name in names if name for part in {name, *name.split()}]
    plain = _letters(password)
    if any(_letters(name) in {plain, plain[::-1]} for name in known if _letters(name)):
        raise PasswordError("name")
    if await asyncio.to_thread(_is_guessable, password, known):
        raise PasswordError("common")


def temporary_password() -> str:
    """A random one, to be typed once and then changed."""
    return secrets.token_urlsafe(_TEMPORARY_BYTES)


def _is_guessable(password: str, names: list[str]) -> bool:
    # Its lists of common passwords and words take time and memory: only who sets one pays.
    from zxcvbn import zxcvbn  # noqa: PLC0415

    # It takes no more than 72 characters; whoever writes more is judged by these. Russian words are
    # in its lists as they come out of a keyboard that is set to English.
    spellings = {password[:72], password[:72].translate(_TO_LATIN_KEYS)}
    return any(
        zxcvbn(spelling, user_inputs=[*names, "callward"])["score"] < _LEAST_SCORE
        for spelling in spellings
    )


def _letters(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalpha())


def _verify(stored: str | None, password: str) -> Verified:
    try:
        _HASHER.verify(stored or _NOBODYS, password[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return Verified(False)
    if stored is None:
        return Verified(False)
    again = _HASHER.check_needs_rehash(stored)
    return Verified(True, _HASHER.hash(password) if again else None)
