"""Which clients a person may know of, for a query over ``client``: what ``crm.access.allows`` says.

``allowed`` is that function to the letter; ``visible`` and ``archived`` part the cards in use from
those in the archive. A card that became part of another is neither.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, false, or_, true

from crm.access import Access, Right, Scope
from crm.tables import client

_NOBODYS = and_(client.c.curator.is_(None), client.c.deputy.is_(None))
_IN_USE = and_(client.c.archived_at.is_(None), client.c.merged_into.is_(None))
_IN_ARCHIVE = and_(client.c.archived_at.is_not(None), client.c.merged_into.is_(None))


def visible(access: Access, right: Right) -> ColumnElement[bool]:
    """Whether that person has that right to a row of ``client``, which is in use."""
    return and_(_IN_USE, allowed(access, right))


def in_use(access: Access) -> ColumnElement[bool]:
    """Whether a row of ``client`` is in use and no private one that is shut for him; whose it is
    does not matter."""
    return and_(_IN_USE, known(access))


def archived(access: Access, right: Right) -> ColumnElement[bool]:
    """Whether that person has that right to a row of ``client``, which is in the archive."""
    return and_(_IN_ARCHIVE, allowed(access, right))


def allowed(access: Access, right: Right) -> ColumnElement[bool]:
    """``allows`` for a row of ``client``, wherever the card is."""
    scope = access.scope(right)
    if scope is Scope.NONE:
        return false()
    return and_(known(access), _served(access, scope))


def known(access: Access) -> ColumnElement[bool]:
    """Whether a row of ``client`` is no private one that is shut for him; never null, so that it
    can be negated.
    """
    return or_(client.c.private.is_(False), owned(access))


def owned(access: Access) -> ColumnElement[bool]:
    """``Access.owns`` for the curator of a row of ``client``; never null."""
    if not access.own_private:
        return false()
    return and_(client.c.curator.is_not(None), client.c.curator == access.person)


def _served(access: Access, scope: Scope) -> ColumnElement[bool]:
    if scope is Scope.ALL:
        return true()
    his: list[ColumnElement[bool]]
    if scope is Scope.DEPARTMENT:
        among = sorted(access.colleagues | {access.person})
        his = [client.c.curator.in_(among), client.c.deputy.in_(among)]
    else:
        his = [client.c.curator == access.person, client.c.deputy == access.person]
    if access.has(Right.CLIENTS_UNASSIGNED):
        his.append(_NOBODYS)
    return or_(*his)
