"""Decoys: cards of nobody, like all others. Who opens or calls one shows that he copies.

Nothing that a card shows tells it apart: its id and date lie among those of other cards, its
category is that of a card drawn by lot, its source too, but for ``call``: whoever called has a
call in his history. Its curator is one of those who serve clients. That it is a decoy stands in
``client.decoy`` alone, which no answer holds but those of ``/api/v1/decoys``.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple, get_args
from uuid import UUID

from sqlalchemy import Connection, insert, select, update

from config.problems import Language
from crm.archive import archive_client
from crm.card_tables import contact
from crm.cards import MANUAL
from crm.client_words import add_words
from crm.decoy_names import NAMES, Names
from crm.legal_holds import LegalHoldError, client_is_held
from crm.numbers import Owner
from crm.phones import NewPhone, add_phones, find_phones
from crm.sealed import contact_index_text, seal
from crm.short_codes import ShortCodes
from crm.tables import client, phone
from crm.vault import Vault
from crm.words import sort_name

MOST: Final = 200
"""Decoys that are made at once."""
_LATELY: Final = timedelta(days=30)
"""How far back a base without any card lets its first decoys seem to come from."""
_EMAIL: Final = "email"
CALLWARD: Final = "callward"
CALL: Final = "call"
"""The source of a card that a call made."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_USUAL_LAG: Final = timedelta(microseconds=80)
_DRAWN: Final = 40
_SPREAD_SECONDS: Final = 45 * 60
_TRIES: Final = 100


class Model(NamedTuple):
    """A card like which a decoy is made."""

    id: UUID
    created_at: datetime
    source: str
    category: str | None

    @property
    def lag(self) -> timedelta:
        """How much later its id was drawn than its date was taken."""
        milliseconds, fraction = self.id.int >> 80, self.id.int >> 64 & 0xFFF
        drawn = _EPOCH + timedelta(milliseconds=milliseconds + fraction / 4096)
        return drawn - self.created_at


class NumberTakenError(ValueError):
    """The number stands on another card."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoy:
    """One, for those who make them."""

    id: UUID
    name: str | None
    curator: str | None
    created_at: datetime
    has_phone: bool
    archived_at: datetime | None


def add_decoys(
    connection: Connection,
    vault: Vault,
    codes: ShortCodes,
    *,
    count: int,
    languages: Sequence[Language] = get_args(Language),
    domain: str | None = None,
    numbers: Sequence[str] = (),
    curators: Sequence[str] = (),
    now: datetime,
) -> list[UUID]:
    """Make so many; their ids.

    ``domain``: of their e-mail addresses; ``None``: they have none. ``numbers``: E.164 numbers that
    the company owns, one for each of the first decoys. ``curators``: among whom they are spread;
    none: those who serve clients. Raises ``NumberTakenError``.
    """
    lot = random.SystemRandom()
    like = _drawn(connection, lot)
    serving = list(curators) or _serving(connection)
    taken = _names(connection)
    made = []
    for position in range(count):
        model = lot.choice(like) if like else None
        curator = serving[position % len(serving)] if serving else None
        at = _moment(lot, model, now)
        name, latin = _name(lot, lot.choice(languages), taken)
        # A card that a call made has that call in its history, and a decoy has none.
        source = MANUAL if model is None or model.source == CALL else model.source
        id_ = _id_at(lot, at + _lag(lot, source, like))
        connection.execute(
            insert(client).values(
                id=id_,
                name=name,
                sort_name=sort_name(name),
                source=source,
                category=None if model is None else model.category,
                curator=curator,
                created_at=at,
                private=False,
                decoy=True,
            )
        )
        add_words(connection, id_, name, None)
        number = numbers[position] if position < len(numbers) else None
        codes.issue(connection, {id_: number or f"client {id_}"})
        if number is not None:
            _give_number(connection, vault, id_, number)
        if domain is not None:
            author = curator or CALLWARD
            _give_email(connection, vault, id_, f"{latin}@{domain}", author=author, at=at)
        made.append(id_)
    return made


def list_decoys(connection: Connection) -> list[Decoy]:
    """All, newest first; those in the archive too."""
    has_phone = select(phone.c.id).where(phone.c.client_id == client.c.id).exists()
    rows = connection.execute(
        select(
            client.c.id,
            client.c.name,
            client.c.curator,
            client.c.created_at,
            has_phone.label("has_phone"),
            client.c.archived_at,
        )
        .where(client.c.decoy)
        .order_by(client.c.id.desc())
    )
    return [Decoy(**row._mapping) for row in rows]


def remove_decoy(connection: Connection, id_: UUID, *, by: str, at: datetime) -> bool:
    """Into the archive, and its number is the company's own again; whether it was there.

    It stays a decoy: who opens it in the archive shows himself as well. ``LegalHoldError``.
    """
    decoy = select(client.c.id).where(client.c.id == id_, client.c.decoy)
    if connection.execute(decoy).first() is None or not archive_client(
        connection, id_, by=by, at=at
    ):
        return False
    if client_is_held(connection, id_):
        raise LegalHoldError
    connection.execute(update(phone).where(phone.c.client_id == id_).values(client_id=None))
    return True


def _drawn(connection: Connection, lot: random.Random) -> list[Model]:
    """Cards by lot, as models: those that follow points between the oldest and the newest."""
    ordinary = select(client.c.id, client.c.created_at, client.c.source, client.c.category).where(
        client.c.decoy.is_(False), client.c.private.is_(False), client.c.merged_into.is_(None)
    )
    first, last = (
        connection.execute(select(client.c.id).order_by(end).limit(1)).scalar_one_or_none()
        for end in (client.c.id.asc(), client.c.id.desc())
    )
    if first is None or last is None:
        return []
    points = (UUID(int=lot.randint(first.int, last.int)) for _ in range(_DRAWN))
    found = (
        connection.execute(
            ordinary.where(client.c.id >= point).order_by(client.c.id).limit(1)
        ).first()
        for point in points
    )
    return [Model(*one) for one in found if one is not None]


def _serving(connection: Connection) -> list[str]:
    rows = connection.execute(
        select(client.c.curator).where(client.c.curator.is_not(None)).distinct()
    )
    return sorted(rows.scalars())


def _names(connection: Connection) -> set[str]:
    """Of decoys that there are: no two have one name."""
    rows = connection.execute(select(client.c.name).where(client.c.decoy))
    return set(rows.scalars())


def _name(lot: random.Random, language: Language, taken: set[str]) -> tuple[str, str]:
    """A full name that no other decoy has, while there are any; and its address."""
    for attempt in range(_TRIES):
        names: Names = lot.choice(NAMES[language])
        first, last = lot.choice(names.first), lot.choice(names.last)
        name = f"{first.written} {last.written}"
        if name not in taken or attempt == _TRIES - 1:
            break
    taken.add(name)
    forms = (f"{first.latin}.{last.latin}", f"{first.latin[0]}.{last.latin}", last.latin)
    return name, lot.choice(forms)


def _moment(lot: random.Random, model: Model | None, now: datetime) -> datetime:
    """When it seems to have been made: near to when another card was."""
    if model is None:
        return now - lot.random() * _LATELY
    near = model.created_at + timedelta(seconds=lot.uniform(-_SPREAD_SECONDS, _SPREAD_SECONDS))
    return min(near, now - timedelta(seconds=lot.uniform(60, 3600)))


def _lag(lot: random.Random, source: str, like: Sequence[Model]) -> timedelta:
    """How long after its date a card of that source gets its id: as it is with one of the others,
    or usual. An id tells its instant to a quarter of a microsecond.
    """
    others = [one.lag for one in like if one.source == source]
    return (lot.choice(others) if others else _USUAL_LAG) * lot.uniform(0.9, 1.1)


def _id_at(lot: random.Random, at: datetime) -> UUID:
    """A UUIDv7 of that instant, as ``store.ids`` makes them: lists are in the order of ids."""
    milliseconds, rest = divmod((at - _EPOCH) // timedelta(microseconds=1), 1000)
    fraction = (rest * 1000 + lot.randrange(1000)) * 4096 // 1_000_000
    return UUID(int=milliseconds << 80 | 7 << 76 | fraction << 64 | 2 << 62 | lot.getrandbits(62))


def _give_number(connection: Connection, vault: Vault, id_: UUID, number: str) -> None:
    index = vault.blind_index(number)
    stands = find_phones(connection, [index]).get(index)
    if stands is None:
        new = NewPhone(number, Owner.COMPANY, id_)
        add_phones(connection, vault, {index: new})
        return
    if stands.client_id is not None:
        raise NumberTakenError
    connection.execute(update(phone).where(phone.c.id == stands.id).values(client_id=id_))


def _give_email(
    connection: Connection, vault: Vault, id_: UUID, address: str, *, author: str, at: datetime
) -> None:
    contact_id = _id_at(random.SystemRandom(), at)
    connection.execute(
        insert(contact).values(
            id=contact_id,
            client_id=id_,
            kind=_EMAIL,
            label=None,
            value=seal(vault, contact.c.value, contact_id, address),
            blind_index=vault.blind_index(contact_index_text(_EMAIL, address)),
            created_by=author,
            created_at=at,
        )
    )
