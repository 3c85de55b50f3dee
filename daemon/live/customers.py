"""Whose the numbers of running calls are: looked up together, remembered while they are needed.

Rows never wait for it. What is remembered is looked up anew every other second, so that nobody goes
on seeing who has become another's private client.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from crm.access import Access, Right, allows
from crm.callers import known_clients
from crm.card_tables import phone_claim
from crm.clients import ClientName, load_names
from crm.tables import client
from crm.vault import Vault
from store.database import Database

UNANSWERED: Final = (DBAPIError, PoolTimeoutError, OSError)
"""What a database that is away raises."""


@dataclass(frozen=True, slots=True)
class Claim:
    """A card in use that claims a number which another has (``crm.claims``)."""

    card: ClientName
    at: datetime


@dataclass(frozen=True, slots=True)
class Known:
    """What is stored of a number."""

    owner: ClientName | None = None
    claims: tuple[Claim, ...] = ()
    """The oldest first."""


@dataclass(frozen=True, slots=True)
class Told:
    """Who a customer is, to one viewer."""

    client: ClientName | None = None
    private: bool = False
    """He is another's private client: who he is is not told."""
    is_owners: bool = False
    """He is a private client, and the viewer's own."""


NOBODY: Final = Told()


def whose(access: Access, known: Known, *, took_part: bool, started_at: datetime) -> Told:
    """Who a customer is to this viewer: as ``daemon.history.queries`` says it of stored calls.

    ``took_part``: the viewer is in the call; to him the number may be that of a card of his own.
    """
    owner = known.owner
    hidden = owner is not None and owner.private and not access.owns(owner.curator)
    if owner is not None and allows(access, Right.CLIENTS_READ, owner.target):
        return Told(owner, is_owners=owner.private)
    if took_part:
        for claim in known.claims:
            in_time = not hidden or claim.at <= started_at
            if in_time and allows(access, Right.CLIENTS_READ, claim.card.target):
                return Told(claim.card)
    return Told(private=hidden)


class Customers:
    """Remembers by number. ``look`` asks the database for whatever is wanted, in one go."""

    def __init__(self, database: Database, vault: Vault) -> None:
        self._database = database
        self._vault = vault
        self._known: dict[str, Known] = {}
        self._indexes: dict[str, bytes] = {}
        self._wanted: set[str] = set()
        self.is_away = False
        """The database did not answer when it was asked last."""

    @property
    def wanted(self) -> bool:
        """Whether there is something to look up."""
        return bool(self._wanted)

    def get(self, number: str | None) -> Known | None:
        """What is known of a number; ``None``: it is to be looked up, and will be."""
        if number is None:
            return Known()
        known = self._known.get(number)
        if known is None:
            self._wanted.add(number)
        return known

    def renew(self, numbers: Collection[str]) -> None:
        """Forget all but these; these are to be looked up anew."""
        self._known = {one: known for one, known in self._known.items() if one in numbers}
        self._indexes = {one: index for one, index in self._indexes.items() if one in numbers}
        self._wanted = set(numbers)

    async def look(self) -> frozenset[str]:
        """Look up what is wanted; the numbers of which something else is known now.

        While the database does not answer, nothing is, and it stays wanted.
        """
        wanted, self._wanted = self._wanted, set()
        if not wanted:
            return frozenset()
        try:
            found = await self._find(wanted)
        except UNANSWERED:
            self.is_away = True
            self._wanted |= wanted
            return frozenset()
        self.is_away = False
        changed = {one for one, known in found.items() if self._known.get(one) != known}
        self._known |= found
        return frozenset(changed)

    async def _find(self, numbers: Iterable[str]) -> dict[str, Known]:
        indexes = {number: self._index(number) for number in numbers}
        async with self._database.read() as reading:
            found = await reading.run_sync(_load, frozenset(indexes.values()))
        return {number: found.get(index, Known()) for number, index in indexes.items()}

    def _index(self, number: str) -> bytes:
        index = self._indexes.get(number)
        if index is None:
            index = self._indexes[number] = self._vault.blind_index(number)
        return index


def _load(connection: Connection, indexes: frozenset[bytes]) -> dict[bytes, Known]:
    owners = known_clients(connection, indexes)
    claims = connection.execute(
        select(phone_claim.c.blind_index, phone_claim.c.client_id, phone_claim.c.created_at)
        .join(client, client.c.id == phone_claim.c.client_id)
        .where(
            phone_claim.c.blind_index.in_(indexes),
            client.c.archived_at.is_(None),
            client.c.merged_into.is_(None),
        )
        .order_by(phone_claim.c.id)
    ).all()
    ids: set[UUID] = {*owners.values(), *(row.client_id for row in claims)}
    names = load_names(connection, ids)
    claimed: defaultdict[bytes, list[Claim]] = defaultdict(list)
    for row in claims:
        claimed[row.blind_index].append(Claim(names[row.client_id], row.created_at))
    return {
        index: Known(
            owner=names.get(owners[index]) if index in owners else None,
            claims=tuple(claimed.get(index, ())),
        )
        for index in owners.keys() | claimed.keys()
    }
