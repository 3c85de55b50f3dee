"""What is asked of the client base: which clients, in which order, from which place on. Pure."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Self
from uuid import UUID


class Order(StrEnum):
    """How a list is sorted."""

    CREATED = "created"
    """The newest first."""
    NAME = "name"
    """By name; cards without one behind all others."""


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a list: its last card."""

    id: UUID
    sort_name: str

    @classmethod
    def parse(cls, token: str) -> Self:
        """Read what ``str`` gave; ``ValueError`` for anything else."""
        id_, _, name = token.partition(".")
        try:
            padded = name + "=" * (-len(name) % 4)
            return cls(UUID(hex=id_), base64.b64decode(padded, b"-_", validate=True).decode())
        except (ValueError, UnicodeError):
            raise ValueError("not a cursor of this list") from None

    def __str__(self) -> str:
        name = base64.urlsafe_b64encode(self.sort_name.encode()).decode().rstrip("=")
        return f"{self.id.hex}.{name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientQuery:
    """Which clients. What is left out does not matter."""

    words: tuple[str, ...] = ()
    """Folded: each is the beginning of a word of the name or company."""
    names_only: bool = False
    """The company is hidden: words of names count alone."""
    company: str | None = None
    """As it stands on the card."""
    category: str | None = None
    curator: str | None = None
    unassigned: bool = False
    """Nobody's."""
    open_task: bool = False
    """On which there is an open task, of those that he may read."""
    created_since: datetime | None = None
    ids: frozenset[UUID] | None = None
    """Only these: what a number, an e-mail or a code has found."""
