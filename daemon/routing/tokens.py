"""Tokens: what stands in the dialplan for a number that is to be dialled.

Opaque, letters only, good once, and only in this process' memory: a restart forgets them, so that
nothing is ever dialled late or twice.
"""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from uuid import UUID

TOKEN_LETTERS = 32
LIVES_SECONDS = 60.0
_MOST = 20_000
"""Far more than calls ring at once: a flood of questions must not fill the memory."""


@dataclass(frozen=True, slots=True)
class ClientLeg:
    """A client who is to be dialled over the trunk."""

    client_id: UUID
    phone_id: UUID
    agent: str | None
    """Who calls, by name; ``None`` where nobody of the settings does."""
    code: str
    name: str
    """What may be shown on phones; may be empty."""
    seconds: int
    callback_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class PhoneLeg:
    """An employee's own number, which is to be dialled over the trunk."""

    agent: str
    key: str
    """Which of his phones: ``mobile``, ``mobile2``."""
    code: str
    """Of the client whose call it is, said to him before he takes it; may be empty."""
    seconds: int


@dataclass(frozen=True, slots=True)
class NumberLeg:
    """A plain number that somebody dialled on a company phone and whose card does not exist yet."""

    number: str = field(repr=False)
    """E.164; a short number (emergency) as it was dialled."""
    agent: str
    code: str
    """That the card will have; may be empty."""
    seconds: int


Leg = ClientLeg | NumberLeg | PhoneLeg


class Tokens:
    """Issues and redeems. ``clock`` gives monotonic seconds."""

    def __init__(self, *, clock: Callable[[], float] = time.monotonic, most: int = _MOST) -> None:
        self._clock = clock
        self._most = most
        self._kept: dict[str, tuple[float, Leg]] = {}

    def __len__(self) -> int:
        return len(self._kept)

    def issue(self, leg: Leg, *, lives_seconds: float = LIVES_SECONDS) -> str:
        """A new token for a leg, 32 letters a-z; it expires after ``lives_seconds``.

        Where very many are kept, the one that was issued first goes.
        """
        self._forget_expired()
        if len(self._kept) >= self._most:
            del self._kept[next(iter(self._kept))]
        token = random_letters()
        self._kept[token] = (self._clock() + lives_seconds, leg)
        return token

    def redeem(self, token: str) -> Leg | None:
        """Its leg, once; ``None`` for one that is unknown, used, revoked or expired."""
        expires, leg = self._kept.pop(token, (0.0, None))
        return leg if leg is not None and self._clock() < expires else None

    def revoke(self, token: str) -> None:
        """It is good no more."""
        self._kept.pop(token, None)

    def _forget_expired(self) -> None:
        # In the order of issue, which is nearly the order of expiry: constant work for each one.
        now = self._clock()
        while self._kept:
            token = next(iter(self._kept))
            if self._kept[token][0] > now:
                return
            del self._kept[token]


def mobile_dial(token: str) -> str:
    """What Asterisk dials for a ``PhoneLeg``: its number stands in ``callward-mobile`` alone."""
    return f"Local/{token}@callward-mobile/n"


def random_letters() -> str:
    """32 letters a-z that nobody guesses: 150 bits."""
    return "".join(secrets.choice(string.ascii_lowercase) for _ in range(TOKEN_LETTERS))
