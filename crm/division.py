"""Dividing the base: who gets which client. Pure.

Evenly means by weights (Sainte-Laguë): each next client goes to whom the fewest for his weight
have gone, those that he has already counted. So loads for their weights differ by one client at
most, if nobody had more than his part before. Who has a part of the clients already keeps what is
his due: as few as possible move.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import heapify, heappop, heappush
from math import lcm
from typing import Final
from uuid import UUID

DIGEST_LENGTH: Final = 32


class Post(StrEnum):
    """As what somebody serves a client."""

    CURATOR = "curator"
    DEPUTY = "deputy"


class NobodyError(ValueError):
    """There is nobody to divide among: no name, or all weights are zero."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """A client and who serves him now."""

    client: UUID
    curator: str | None = None
    deputy: str | None = None
    category: str | None = None

    def of(self, post: Post) -> str | None:
        """Who holds that post."""
        return self.curator if post is Post.CURATOR else self.deputy


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """Somebody among whom clients are divided."""

    person: str
    weight: int
    """Compared with the others'; nothing comes to whose is zero."""
    load: int = 0
    """How many clients he has in that post now, those that are divided included."""


@dataclass(frozen=True, slots=True)
class Move:
    """One client gets somebody else, or nobody."""

    client: UUID
    before: str | None
    to: str | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """What a plan means for one person."""

    person: str
    before: int
    """Clients that he has now."""
    comes: int
    goes: int

    @property
    def after(self) -> int:
        """Clients that he has then."""
        return self.before + self.comes - self.goes


@dataclass(frozen=True, slots=True)
class Plan:
    """What was shown, and so what is done."""

    post: Post
    clients: int
    """How many it is about."""
    moves: tuple[Move, ...]
    """Those that change hands, in the order of their ids."""

    @property
    def digest(self) -> str:
        """The same for the same moves, and for no others."""
        written = json.dumps(
            [self.post, [[move.client.hex, move.before, move.to] for move in self.moves]]
        )
        return hashlib.sha256(written.encode()).hexdigest()[:DIGEST_LENGTH]

    def numbers(self, loads: Mapping[str, int]) -> tuple[Numbers, ...]:
        """For everybody of whom something goes or to whom something comes, and all of ``loads``."""
        comes = Counter(move.to for move in self.moves if move.to is not None)
        goes = Counter(move.before for move in self.moves if move.before is not None)
        names = sorted({*loads, *comes, *goes})
        return tuple(Numbers(name, loads.get(name, 0), comes[name], goes[name]) for name in names)


def hand_over(holdings: Iterable[Holding], to: str | None, post: Post) -> Plan:
    """All of them to one person, or to nobody."""
    held = _ordered(holdings)
    return _plan(post, held, {one.client: to for one in held if _may_serve(one, to, post)})


def divide(holdings: Iterable[Holding], shares: Sequence[Share], post: Post) -> Plan:
    """Evenly by weights. ``NobodyError`` where there is nobody to divide among.

    Nobody becomes the deputy of a client whose curator he is: then the next one does, or, where
    there is none, all stays as it is.
    """
    held = _ordered(holdings)
    return _plan(post, held, _deal(held, shares, post))


def divide_by_category(
    holdings: Iterable[Holding],
    people: Mapping[str | None, Sequence[Share]],
    post: Post,
) -> Plan:
    """Each category's clients evenly among its people; those of other categories stay."""
    held = _ordered(holdings)
    loads = {share.person: share.load for shares in people.values() for share in shares}
    dealt: dict[UUID, str | None] = {}
    # Who alone serves a category has those clients when another one is divided with him.
    for category in sorted(people, key=lambda name: (len(people[name]), name or "")):
        part = [one for one in held if one.category == category]
        shares = [
            Share(person=share.person, weight=share.weight, load=loads[share.person])
            for share in people[category]
        ]
        given = _deal(part, shares, post)
        for one in part:
            before, to = one.of(post), given.get(one.client, one.of(post))
            for name, change in ((before, -1), (to, 1)):
                if name is not None and name in loads:
                    loads[name] += change
        dealt |= given
    return _plan(post, held, dealt)


def _deal(held: Sequence[Holding], shares: Sequence[Share], post: Post) -> dict[UUID, str | None]:
    """Who gets which client. Whom nobody can get is left out."""
    weights = {share.person: share.weight for share in shares if share.weight > 0}
    if not weights:
        raise NobodyError
    loads = {share.person: share.load for share in shares if share.person in weights}
    for one in held:
        holder = one.of(post)
        if holder is not None and holder in loads:
            loads[holder] -= 1
    due = _due(len(held), loads, weights)
    kept, rest = dict[UUID, str | None](), list[Holding]()
    for one in held:
        holder = one.of(post)
        if holder is not None and due[holder] > 0 and _may_serve(one, holder, post):
            due[holder] -= 1
            loads[holder] += 1
            kept[one.client] = holder
        else:
            rest.append(one)
    queue = _Queue(loads, weights)
    for one in rest:
        not_he = one.curator if post is Post.DEPUTY else None
        person = queue.take(not_he)
        if person is not None:
            kept[one.client] = person
    return kept


def _due(clients: int, loads: Mapping[str, int], weights: Mapping[str, int]) -> Counter[str]:
    """How many of that many clients are each one's part."""
    queue = _Queue(loads, weights)
    return Counter(person for _ in range(clients) if (person := queue.take()) is not None)


class _Queue:
    """Who comes next: the least of (2 load + 1) / weight, by whole numbers; then by name."""

    def __init__(self, loads: Mapping[str, int], weights: Mapping[str, int]) -> None:
        common = lcm(*weights.values())
        self._step = {person: common // weight for person, weight in weights.items()}
        self._heap = [
            ((2 * max(loads[person], 0) + 1) * step, person) for person, step in self._step.items()
        ]
        heapify(self._heap)

    def take(self, not_he: str | None = None) -> str | None:
        """The next one, to whom a client is counted; ``None``: there is nobody but ``not_he``."""
        first = heappop(self._heap)
        passed = None
        if first[1] == not_he:
            if not self._heap:
                heappush(self._heap, first)
                return None
            passed, first = first, heappop(self._heap)
        key, person = first
        heappush(self._heap, (key + 2 * self._step[person], person))
        if passed is not None:
            heappush(self._heap, passed)
        return person


def _may_serve(one: Holding, person: str | None, post: Post) -> bool:
    return post is Post.CURATOR or person is None or person != one.curator


def _ordered(holdings: Iterable[Holding]) -> list[Holding]:
    return sorted(holdings, key=lambda one: one.client)


def _plan(post: Post, held: Sequence[Holding], dealt: Mapping[UUID, str | None]) -> Plan:
    return Plan(
        post,
        len(held),
        tuple(
            Move(one.client, one.of(post), dealt[one.client])
            for one in held
            if one.client in dealt and dealt[one.client] != one.of(post)
        ),
    )
