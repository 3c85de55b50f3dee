"""The numbers of a card, as people add, change and remove them.

A number is one row of ``phone`` and one card's. Where a person adds one that another's card, which
he may not know of, has already, his card gets a claim on it: to him it is a phone like any other,
and can be called. When the number comes free, the oldest claim becomes the phone.

Calls refer to phones: a phone row is never deleted here and never gets another number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select, update

from crm.card_tables import phone_claim
from crm.changed import Change, Item
from crm.fields import PHONES
from crm.legal_holds import LegalHoldError, client_is_held
from crm.numbers import Owner
from crm.phones import NewPhone, add_phones, find_phones, open_number
from crm.sealed import open_sealed, seal
from crm.tables import client, phone
from crm.vault import Vault
from crm.writing import AlreadyThereError, DuplicateError, ItemNotFoundError, Writing
from store.ids import uuid7


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldNumber:
    """A number as it stands on a card."""

    id: UUID
    number: str = field(repr=False)
    label: str | None
    created_by: str | None
    created_at: datetime
    claimed: bool

    @property
    def item(self) -> Item:
        """For the log of changes."""
        return Item(
            value=self.number,
            label=self.label,
            author=self.created_by,
            created_at=self.created_at,
        )


def add_number(
    connection: Connection,
    writing: Writing,
    client_id: UUID,
    number: str,
    label: str | None,
    *,
    known: ColumnElement[bool],
) -> tuple[UUID, tuple[Change, ...]]:
    """Put an E.164 number on a card; its id there, and what is logged.

    ``known``: which rows of ``client`` that person may know of. ``AlreadyThereError``;
    ``DuplicateError`` where he may know of the card that has it.
    """
    id_ = _put(connection, writing, client_id, number, label, known=known)
    after = Item(value=number, label=label, author=writing.actor, created_at=writing.at)
    change = Change(client_id=client_id, field=PHONES, item_id=id_, after=after)
    return id_, writing.log(connection, client_id, [change])


def change_number(
    connection: Connection,
    writing: Writing,
    client_id: UUID,
    id_: UUID,
    *,
    number: str | None = None,
    label: str | None,
    known: ColumnElement[bool],
) -> tuple[UUID, tuple[Change, ...]]:
    """Give a phone of a card another label, and another number where one is given.

    Another number gets another id. Raises as ``add_number`` does, ``ItemNotFoundError`` and
    ``LegalHoldError``.
    """
    held = get_number(connection, writing.vault, client_id, id_)
    if number is None or number == held.number:
        table = phone_claim if held.claimed else phone
        connection.execute(update(table).where(table.c.id == id_).values(label=label))
        new_id = id_
        after = Item(
            value=held.number, label=label, author=held.created_by, created_at=held.created_at
        )
    else:
        new_id = _put(connection, writing, client_id, number, label, known=known)
        _take_away(connection, client_id, held)
        after = Item(value=number, label=label, author=writing.actor, created_at=writing.at)
    change = Change(
        client_id=client_id, field=PHONES, item_id=new_id, before=held.item, after=after
    )
    return new_id, writing.log(connection, client_id, [change])


def remove_number(
    connection: Connection, writing: Writing, client_id: UUID, id_: UUID
) -> tuple[Change, ...]:
    """Take a phone off a card. ``ItemNotFoundError``, ``LegalHoldError``."""
    held = get_number(connection, writing.vault, client_id, id_)
    _take_away(connection, client_id, held)
    change = Change(client_id=client_id, field=PHONES, item_id=id_, before=held.item)
    return writing.log(connection, client_id, [change])


def promote(connection: Connection, index: bytes) -> UUID | None:
    """The number came free: the oldest claim on it, if there is one, becomes the phone.

    Returns whose it is now. To be called by whoever takes a number from a card.
    """
    claim = connection.execute(
        select(
            phone_claim.c.id,
            phone_claim.c.client_id,
            phone_claim.c.label,
            phone_claim.c.created_by,
            phone_claim.c.created_at,
        )
        .join(client, client.c.id == phone_claim.c.client_id)
        .where(phone_claim.c.blind_index == index, client.c.merged_into.is_(None))
        .order_by(phone_claim.c.id)
        .limit(1)
    ).first()
    if claim is None:
        return None
    taken = connection.execute(
        update(phone)
        .where(phone.c.blind_index == index, phone.c.client_id.is_(None))
        .values(
            client_id=claim.client_id,
            owner=Owner.CLIENT.value,
            label=claim.label,
            created_by=claim.created_by,
            created_at=claim.created_at,
        )
    )
    if taken.rowcount == 0:
        return None
    connection.execute(delete(phone_claim).where(phone_claim.c.id == claim.id))
    claimant: UUID = claim.client_id
    return claimant


def detach(connection: Connection, phone_id: UUID) -> None:
    """A phone is nobody's any more, or his who claims it; the calls with it stay.

    ``LegalHoldError`` where a hold on the card holds those calls.
    """
    whose = select(phone.c.client_id).where(phone.c.id == phone_id)
    client_id = connection.execute(whose).scalar_one()
    if client_id is not None and client_is_held(connection, client_id):
        raise LegalHoldError
    index = connection.execute(
        update(phone)
        .where(phone.c.id == phone_id)
        .values(client_id=None, owner=Owner.OUTSIDE.value, label=None, created_by=None)
        .returning(phone.c.blind_index)
    ).scalar_one()
    promote(connection, index)


def _put(
    connection: Connection,
    writing: Writing,
    client_id: UUID,
    number: str,
    label: str | None,
    *,
    known: ColumnElement[bool],
) -> UUID:
    index = writing.vault.blind_index(number)
    new = NewPhone(number, Owner.CLIENT, client_id, label, writing.actor)
    row = find_phones(connection, [index]).get(index)
    if row is None:
        row = add_phones(connection, writing.vault, {index: new})[index]
        if row.client_id == client_id:
            return row.id
    if row.client_id is None and _adopt(connection, row.id, new, writing.at):
        return row.id
    # Whoever was first meanwhile.
    owner = connection.execute(select(phone.c.client_id).where(phone.c.id == row.id)).scalar_one()
    if owner == client_id or _has_claim(connection, client_id, index):
        raise AlreadyThereError(PHONES)
    if connection.execute(select(client.c.id).where(client.c.id == owner, known)).first():
        raise DuplicateError(owner)
    # A claim looks like any phone: also to who would put the number on a second card of his.
    claimed = select(phone_claim.c.client_id).where(phone_claim.c.blind_index == index)
    his = select(client.c.id).where(client.c.id.in_(claimed), known).order_by(client.c.id)
    other = connection.execute(his.limit(1)).scalar_one_or_none()
    if other is not None:
        raise DuplicateError(other)
    return _claim(connection, writing, client_id, number, label)


def _adopt(connection: Connection, id_: UUID, new: NewPhone, at: datetime) -> bool:
    """Nobody's phone becomes the card's; whether it was nobody's. It is as old there as a claim
    would be.
    """
    taken = connection.execute(
        update(phone)
        .where(phone.c.id == id_, phone.c.client_id.is_(None))
        .values(
            owner=new.owner.value,
            client_id=new.client_id,
            label=new.label,
            created_by=new.created_by,
            created_at=at,
        )
    )
    return taken.rowcount == 1


def _claim(
    connection: Connection, writing: Writing, client_id: UUID, number: str, label: str | None
) -> UUID:
    id_ = uuid7()
    connection.execute(
        insert(phone_claim).values(
            id=id_,
            client_id=client_id,
            label=label,
            number=seal(writing.vault, phone_claim.c.number, id_, number),
            blind_index=writing.vault.blind_index(number),
            created_by=writing.actor,
            created_at=writing.at,
        )
    )
    return id_


def _has_claim(connection: Connection, client_id: UUID, index: bytes) -> bool:
    found = connection.execute(
        select(phone_claim.c.id).where(
            phone_claim.c.blind_index == index, phone_claim.c.client_id == client_id
        )
    )
    return found.first() is not None


def _take_away(connection: Connection, client_id: UUID, held: HeldNumber) -> None:
    # Of a claim as well: whether a number is one is nobody's to learn.
    if client_is_held(connection, client_id):
        raise LegalHoldError
    if held.claimed:
        connection.execute(delete(phone_claim).where(phone_claim.c.id == held.id))
    else:
        detach(connection, held.id)


def get_number(connection: Connection, vault: Vault, client_id: UUID, id_: UUID) -> HeldNumber:
    """One number of a card; ``ItemNotFoundError``."""
    for table in (phone, phone_claim):
        row = connection.execute(
            select(table).where(table.c.id == id_, table.c.client_id == client_id)
        ).first()
        if row is not None:
            return _held(vault, row, claimed=table is phone_claim)
    raise ItemNotFoundError(str(id_))


def _held(vault: Vault, row: Row[Any], *, claimed: bool) -> HeldNumber:
    number = (
        open_sealed(vault, phone_claim.c.number, row.id, row.number)
        if claimed
        else open_number(vault, row.id, row.number)
    )
    return HeldNumber(
        id=row.id,
        number=number,
        label=row.label,
        created_by=row.created_by,
        created_at=row.created_at,
        claimed=claimed,
    )
