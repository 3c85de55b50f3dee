"""Talks with clients, who talked, and whether one of them entered anything in the base after it.

Conditions for queries over ``call`` that join ``CUSTOMER``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import (
    Column,
    ColumnElement,
    FromClause,
    ScalarSelect,
    Select,
    Table,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from crm.access import Access
from crm.call_tables import call_note, wrap_up
from crm.card_tables import client_change, client_merge, note, phone_claim
from crm.fields import NOTES
from crm.tables import client, phone, task
from crm.visible import in_use
from daemon.calls.call import Call, Disposition, PartyKind
from daemon.history.tables import call, leg
from store.instants import later

CUSTOMER: Final = phone.alias("customer")
"""The customer's phone."""
_TALKER: Final = leg.alias("talker")
_NEXT: Final = call.alias("next_call")
_NEXT_LEG: Final = leg.alias("next_leg")
_NO_NOTE: Final = client_change.c.field != NOTES


def talkers_of(one: Call) -> tuple[str, ...]:
    """Names of who talked in that call, the first to answer first; nobody where it was missed."""
    if one.disposition is not Disposition.ANSWERED:
        return ()
    talked = sorted(
        (leg_.answered_at, leg_.party.name)
        for leg_ in one.legs
        if leg_.party.kind is PartyKind.AGENT and leg_.answered_at and leg_.party.name
    )
    return tuple(dict.fromkeys(name for _, name in talked))


def talked(among: FromClause = call) -> ColumnElement[bool]:
    """Somebody of the company talked with the customer."""
    return and_(
        among.c.disposition == Disposition.ANSWERED.value,
        among.c.answered_at.is_not(None),
        among.c.merged_into.is_(None),
    )


def answered(among: FromClause) -> ColumnElement[bool]:
    """Of a leg: an employee's who talked."""
    return and_(
        among.c.kind == PartyKind.AGENT.value,
        among.c.agent.is_not(None),
        among.c.answered_at.is_not(None),
    )


def with_client(access: Access) -> ColumnElement[bool]:
    """Its customer is a client in use, and no private one that is shut for that person."""
    return exists(
        select(client.c.id).where(client.c.id == CUSTOMER.c.client_id, in_use(access))
    ).correlate(CUSTOMER)


def talked_by(person: str) -> ColumnElement[bool]:
    """That person talked in it. Looked up for each call that is come to: of an ``exists`` that is
    joined by OR, PostgreSQL would make a table of all calls for which it holds.
    """
    found: Select[tuple[int]] = select(literal_column("1")).where(
        _TALKER.c.call_id == call.c.id, answered(_TALKER), _TALKER.c.agent == person
    )
    return found.correlate(call).limit(1).scalar_subquery().is_not(None)


def entered(within: timedelta) -> ColumnElement[bool]:
    """Who talked has entered something since: a wrap-up or note of this call; or a note, a task,
    a change of the card within that time after it, or before he talked with him again.
    """
    said = exists(
        select(wrap_up.c.call_id).where(wrap_up.c.call_id == call.c.id, wrap_up.c.by_talker)
    ).correlate(call)
    noted = exists(
        select(call_note.c.id).where(call_note.c.call_id == call.c.id, _his(call_note.c.person))
    ).correlate(call)
    own = CUSTOMER.c.client_id
    # One after the other: mostly the card itself tells, by its index.
    return or_(
        said,
        noted,
        *_on_card(within, lambda card: card == own),
        *_on_card(within, lambda card: card.in_(_other_cards())),
    )


def _on_card(
    within: timedelta, concerns: Callable[[Column[Any]], ColumnElement[bool]]
) -> Iterator[ColumnElement[bool]]:
    def there(
        table: Table, by: Column[Any], at: Column[Any], *where: ColumnElement[bool], named: Any = ()
    ) -> ColumnElement[bool]:
        again = _talked_again()
        in_time = or_(*named, at <= later(call.c.ended_at, within), again.is_(None), at < again)
        found = select(table.c.id).where(
            concerns(table.c.client_id), at >= call.c.answered_at, *where, _his(by), in_time
        )
        return exists(found).correlate(call, CUSTOMER)

    yield there(note, note.c.author, note.c.created_at, named=(note.c.call_id == call.c.id,))
    yield there(client_change, client_change.c.actor, client_change.c.at, _NO_NOTE)
    yield there(task, task.c.created_by, task.c.created_at)
    # Not closed by the talk itself.
    yield there(task, task.c.closed_by, task.c.closed_at, task.c.closed_by_call_id.is_(None))


def _his(name: Column[Any]) -> ColumnElement[bool]:
    """Of one who talked in the call."""
    found: Select[tuple[int]] = select(literal_column("1")).where(
        _TALKER.c.call_id == call.c.id, answered(_TALKER), _TALKER.c.agent == name
    )
    return exists(found.correlate_except(_TALKER))


def _other_cards() -> Any:
    """Those that were merged into the client's, and cards that claim the number: to who talked it
    may be one of these.
    """
    merged = select(client_merge.c.source_id).where(
        client_merge.c.target_id == CUSTOMER.c.client_id, client_merge.c.undone_at.is_(None)
    )
    claiming = select(phone_claim.c.client_id).where(
        phone_claim.c.blind_index == CUSTOMER.c.blind_index
    )
    return union_all(merged.correlate(CUSTOMER), claiming.correlate(CUSTOMER))


def _talked_again() -> ScalarSelect[Any]:
    """When one of them talked with that number again; null: not yet."""
    query = (
        select(func.min(_NEXT.c.started_at))
        .join(_NEXT_LEG, _NEXT_LEG.c.call_id == _NEXT.c.id)
        .where(
            _NEXT.c.customer_phone_id == call.c.customer_phone_id,
            _NEXT.c.started_at > call.c.started_at,
            talked(_NEXT),
            answered(_NEXT_LEG),
            _his(_NEXT_LEG.c.agent),
        )
    )
    return query.correlate(call).scalar_subquery()
