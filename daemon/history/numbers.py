"""Numbers of calls to phone ids: matched or made, many at once, the recent ones remembered."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from uuid import UUID

from sqlalchemy import Connection

from crm.numbers import NumberPlan, Owner
from crm.phones import NewPhone, Phone, add_phones, find_phones
from crm.vault import Vault
from crm_sync.adapter import CrmAdapter
from daemon.calls.call import Call, PartyKind
from daemon.history.rows import numbers_of

_REMEMBERED = 4096

_OWNERS = {
    None: Owner.COMPANY,
    PartyKind.AGENT: Owner.EMPLOYEE,
    PartyKind.CUSTOMER: Owner.OUTSIDE,
    PartyKind.EXTERNAL: Owner.OUTSIDE,
}


class PhoneDirectory:
    """Finds or stores every number of a batch of calls; customers get their card.

    Remembers the latest by blind index, so that no list of plain numbers stands in memory.
    """

    def __init__(self, vault: Vault, plan: NumberPlan, crm: CrmAdapter) -> None:
        self._vault = vault
        self._plan = plan
        self._crm = crm
        self._recent: OrderedDict[bytes, Phone] = OrderedDict()

    def resolve(self, connection: Connection, calls: Iterable[Call]) -> dict[str, UUID]:
        """Phone ids by number, for every number in ``calls``."""
        ids: dict[str, UUID] = {}
        customers: dict[str, bytes] = {}
        others: dict[bytes, NewPhone] = {}
        for call in calls:
            number = call.customer_number
            if number is not None and number not in ids:
                index = self._vault.blind_index(number)
                phone = self._recall(index)
                if phone is not None and self._is_settled(phone):
                    ids[number] = phone.id
                else:
                    customers[number] = index
            for number, kind in numbers_of(call):
                if number in ids or number in customers:
                    continue
                index = self._vault.blind_index(number)
                phone = self._recall(index)
                if phone is not None:
                    ids[number] = phone.id
                elif index not in others:
                    others[index] = NewPhone(number, self._owner(number, kind))
        if customers:
            for number, phone in self._crm.match_or_create(connection, customers.keys()).items():
                ids[number] = phone.id
                self._remember(customers[number], phone)
        missing = {index: new for index, new in others.items() if new.number not in ids}
        found = find_phones(connection, missing)
        found |= add_phones(
            connection,
            self._vault,
            {index: new for index, new in missing.items() if index not in found},
        )
        for index, phone in found.items():
            ids[missing[index].number] = phone.id
            self._remember(index, phone)
        return ids

    def forget(self) -> None:
        """The transaction failed: what it stored does not stand."""
        self._recent.clear()

    def _owner(self, number: str, kind: PartyKind | None) -> Owner:
        listed = self._plan.owner(number)
        return _OWNERS[kind] if listed is Owner.OUTSIDE else listed

    def _is_settled(self, phone: Phone) -> bool:
        return phone.client_id is not None or phone.owner in {Owner.COMPANY, Owner.EMPLOYEE}

    def _recall(self, index: bytes) -> Phone | None:
        phone = self._recent.get(index)
        if phone is not None:
            self._recent.move_to_end(index)
        return phone

    def _remember(self, index: bytes, phone: Phone) -> None:
        self._recent[index] = phone
        if len(self._recent) > _REMEMBERED:
            self._recent.popitem(last=False)
