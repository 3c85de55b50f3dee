"""Which calls somebody may know of, and of which customers he may know who they were.

``Seen`` says it to the database, ``sees_call`` of a call at hand; both are the same.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    exists,
    false,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from crm.access import Access, Right, Scope, Target, allows, allows_person
from crm.card_tables import phone_claim
from crm.tables import client, phone
from crm.visible import allowed, known, visible
from daemon.calls.call import Call, PartyKind
from daemon.history.tables import call, leg


@dataclass(frozen=True, slots=True)
class Seen:
    """Calls in which he took part, or a colleague, as far as his right goes; and his clients'."""

    access: Access
    right: Right

    @property
    def condition(self) -> ColumnElement[bool]:
        """For a query over ``call``."""
        scope = self.access.scope(self.right)
        if scope is Scope.NONE:
            return false()
        if scope is Scope.ALL:
            return true()
        among = {self.access.person}
        if scope is Scope.DEPARTMENT:
            among |= self.access.colleagues
        of_his_client = (
            phone.c.id == call.c.customer_phone_id,
            client.c.id == phone.c.client_id,
            allowed(self.access, self.right),
        )
        return or_(_looked_up(*_taking_part(among)), _looked_up(*of_his_client))

    @property
    def identified(self) -> ColumnElement[bool]:
        """For a query over ``call``: whose customer is known, and no other's private client, to
        him.
        """
        return and_(call.c.customer_phone_id.is_not(None), self.unhidden)

    @property
    def unhidden(self) -> ColumnElement[bool]:
        """For a query over ``call``: not with another's private client, to him."""
        private = (
            select(phone.c.id)
            .join(client, client.c.id == phone.c.client_id)
            .where(phone.c.id == call.c.customer_phone_id, ~known(self.access))
        )
        return or_(~exists(private), call.c.id.in_(self.claimed().with_only_columns(call.c.id)))

    def with_client(self, client_id: UUID) -> ColumnElement[bool]:
        """For a query over ``call``: with that client, as far as he may know of him."""
        own = (
            select(call.c.id)
            .join(phone, phone.c.id == call.c.customer_phone_id)
            .join(client, client.c.id == phone.c.client_id)
            .where(client.c.id == client_id, allowed(self.access, Right.CLIENTS_READ))
        )
        return call.c.id.in_(union_all(own, self.claimed_by(client_id)))

    def claimed_by(self, client_id: UUID) -> Select[tuple[UUID]]:
        """Of ``claimed``, the ids of the calls that are that card's.

        Not to be joined by OR with a condition that another index answers: PostgreSQL would walk
        through all calls then.
        """
        query = self.claimed().where(client.c.id == client_id).order_by(None)
        return query.with_only_columns(call.c.id)

    def claimed(self) -> Select[tuple[UUID, UUID]]:
        """His own calls with numbers that a card of which he knows only claims (``crm.claims``),
        with the id of that card, the oldest claim first: to him the number is that card's.

        Calls from before the claim stay a private client's: who guesses his number learns nothing.
        """
        hidden = select(client.c.id).where(~known(self.access)).correlate(None)
        return (
            select(call.c.id.label("call_id"), client.c.id.label("client_id"))
            .select_from(call)
            .join(phone, phone.c.id == call.c.customer_phone_id)
            .join(phone_claim, phone_claim.c.blind_index == phone.c.blind_index)
            .join(client, client.c.id == phone_claim.c.client_id)
            .where(
                visible(self.access, Right.CLIENTS_READ),
                took_part({self.access.person}),
                or_(
                    phone.c.client_id.not_in(hidden),
                    phone_claim.c.created_at <= call.c.started_at,
                ),
            )
            .order_by(phone_claim.c.id)
        )


def took_part(names: Collection[str]) -> ColumnElement[bool]:
    """For a query over ``call``: rang at one of these people, or one of them talked in it."""
    return exists().where(*_taking_part(names))


def _taking_part(names: Collection[str]) -> Iterator[ColumnElement[bool]]:
    yield leg.c.call_id == call.c.id
    yield leg.c.agent.in_(sorted(names))
    yield leg.c.kind == PartyKind.AGENT.value


def _looked_up(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """``exists``, looked up for each call that is come to.

    Of an ``exists`` that is joined by OR, PostgreSQL makes a table of all calls for which it
    holds, before the first of them is shown.
    """
    found: Select[tuple[int]] = select(literal_column("1")).where(*conditions).limit(1)
    return found.scalar_subquery().is_not(None)


def sees_call(access: Access, right: Right, call_: Call, target: Target | None) -> bool:
    """Whether that right reaches this call; ``target``: its client, ``None`` where it has none."""
    of_his_client = target is not None and allows(access, right, target)
    return of_his_client or takes_part(access, right, call_)


def takes_part(access: Access, right: Right, call_: Call) -> bool:
    """Whether he took part in it, or a colleague, as far as that right of his goes."""
    if access.scope(right) is Scope.ALL:
        return True
    return any(
        leg_.party.kind is PartyKind.AGENT
        and leg_.party.name is not None
        and allows_person(access, right, leg_.party.name)
        for leg_ in call_.legs
    )
