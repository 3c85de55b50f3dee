"""The client base of our own: the default, which needs nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from sqlalchemy import Connection, delete, update

from crm.numbers import NumberPlan, Owner
from crm.phones import NewPhone, Phone, add_phones, find_phones
from crm.short_codes import ShortCodes
from crm.tables import client, phone
from crm.vault import Vault
from store.ids import uuid7
from store.upsert import insert_rows

SOURCE = "call"
"""A card's ``source`` when a call made it."""


class EmbeddedCrm:
    """Match or create in ``crm``. One number is one client, whoever asks at the same time.

    Every card has its short code from the transaction that makes it.
    """

    name = "embedded"

    def __init__(self, vault: Vault, plan: NumberPlan, codes: ShortCodes) -> None:
        self._vault = vault
        self._plan = plan
        self._codes = codes

    def match_or_create(self, connection: Connection, numbers: Collection[str]) -> dict[str, Phone]:
        """See ``CrmAdapter``."""
        by_index = {self._vault.blind_index(number): number for number in numbers}
        phones = find_phones(connection, by_index)
        phones.update(self._add(connection, by_index, phones))
        for index, known in phones.items():
            if known.client_id is None and self._may_be_client(by_index[index]):
                phones[index] = self._adopt(connection, known, by_index[index])
        return {by_index[index]: known for index, known in phones.items()}

    def calls_held(self, connection: Connection, calls: Collection[UUID]) -> None:
        """See ``CrmAdapter``: the base that holds the calls is the only one."""

    def _add(
        self, connection: Connection, by_index: dict[bytes, str], known: dict[bytes, Phone]
    ) -> dict[bytes, Phone]:
        new: dict[bytes, NewPhone] = {}
        for index in by_index.keys() - known.keys():
            number = by_index[index]
            owner = self._plan.owner(number)
            if owner is Owner.OUTSIDE:
                new[index] = NewPhone(number, Owner.CLIENT, uuid7())
            else:
                new[index] = NewPhone(number, owner)
        made = {one.client_id: one.number for one in new.values() if one.client_id is not None}
        _insert_clients(connection, made.keys())
        stored = add_phones(connection, self._vault, new)
        # Another process was first with the same number: its card stands, ours goes.
        lost = made.keys() - {phone.client_id for phone in stored.values()}
        _delete_clients(connection, lost)
        self._codes.issue(
            connection, {id_: number for id_, number in made.items() if id_ not in lost}
        )
        return stored

    def _adopt(self, connection: Connection, known: Phone, number: str) -> Phone:
        """A number that was only somebody outside (a transfer's target) now is a client's."""
        client_id = uuid7()
        _insert_clients(connection, {client_id})
        taken = connection.execute(
            update(phone)
            .where(phone.c.id == known.id, phone.c.client_id.is_(None))
            .values(owner=Owner.CLIENT.value, client_id=client_id)
        )
        if taken.rowcount == 0:
            _delete_clients(connection, {client_id})
            row = connection.execute(
                phone.select().with_only_columns(phone.c.client_id).where(phone.c.id == known.id)
            )
            return Phone(known.id, Owner.CLIENT, row.scalar_one())
        self._codes.issue(connection, {client_id: number})
        return Phone(known.id, Owner.CLIENT, client_id)

    def _may_be_client(self, number: str) -> bool:
        return self._plan.owner(number) is Owner.OUTSIDE


def _insert_clients(connection: Connection, ids: Collection[UUID]) -> None:
    now = datetime.now(UTC)
    card = {"name": None, "source": SOURCE, "curator": None, "deputy": None, "created_at": now}
    rows = [{"id": id_, **card} for id_ in ids]
    insert_rows(connection, client, rows)


def _delete_clients(connection: Connection, ids: Collection[UUID]) -> None:
    if ids:
        connection.execute(delete(client).where(client.c.id.in_(ids)))
