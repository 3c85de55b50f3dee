"""Saved views: the filters of a page under a name, each person's own.

A view holds no number and no address: what it finds is asked anew each time, as the person who
asks may see it then.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from crm.call_tables import saved_view
from crm.numbers import NumberPlan, Owner
from crm.sealed import open_sealed, seal
from crm.values import BadValueError, plain
from crm.vault import Vault
from store.ids import uuid7

MOST: Final = 50
"""Of one person and page."""
LONGEST_NAME: Final = 80
LONGEST_QUERY: Final = 1000
_PAGE: Final = re.compile(r"[a-z][a-z-]{0,29}")
_NO_NUMBER: Final = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|\d{4}-\d\d-\d\d(?:[Tt ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d\d:\d\d)?)?",
    re.ASCII,
)
"""An id, a day or an instant: these have many digits by nature."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedView:
    """One view."""

    id: UUID
    page: str
    name: str
    query: str
    """As it stands in the page's address, behind the ``?``."""
    created_at: datetime


def checked_page(text: str) -> str:
    """A page's name: small letters and ``-``. ``BadValueError``."""
    if _PAGE.fullmatch(text) is None:
        raise BadValueError("page", "not_a_page")
    return text


def checked_name(text: str) -> str:
    """A view's name. ``BadValueError``."""
    return plain("name", text, LONGEST_NAME)


def checked_query(text: str, plan: NumberPlan) -> str:
    """A page's query in one spelling, without what is empty. ``BadValueError``.

    Of all numbers it may hold the company's own.
    """
    if len(text) > LONGEST_QUERY:
        raise BadValueError("query", "length", most=LONGEST_QUERY)
    kept = []
    try:
        pairs = parse_qsl(text.removeprefix("?"), strict_parsing=bool(text.strip("?")))
    except ValueError:
        raise BadValueError("query", "not_a_query") from None
    for name, value in pairs:
        for part in (name, value):
            if _NO_NUMBER.fullmatch(part) is None and not _is_companys(part, plan):
                plain("query", part, LONGEST_QUERY)
        kept.append((name, value))
    return urlencode(kept)


def save_view(
    connection: Connection,
    vault: Vault,
    person: str,
    *,
    page: str,
    name: str,
    query: str,
    at: datetime,
) -> SavedView:
    """Keep a checked query under that name; it takes the place of what had the name before.

    ``BadValueError`` where he has as many for that page as can be kept.
    """
    own = (saved_view.c.person == person, saved_view.c.page == page)
    known: UUID | None = connection.execute(
        select(saved_view.c.id).where(*own, saved_view.c.name == name)
    ).scalar_one_or_none()
    if known is None:
        many = connection.execute(select(func.count()).select_from(saved_view).where(*own))
        if many.scalar_one() >= MOST:
            raise BadValueError("name", "too_many", most=MOST)
    id_ = known or uuid7()
    values = {"query": seal(vault, saved_view.c.query, id_, query), "created_at": at}
    if known is None:
        connection.execute(
            insert(saved_view).values(id=id_, person=person, page=page, name=name, **values)
        )
    else:
        connection.execute(update(saved_view).where(saved_view.c.id == id_).values(**values))
    return SavedView(id=id_, page=page, name=name, query=query, created_at=at)


def saved_views(
    connection: Connection, vault: Vault, person: str, page: str | None = None
) -> Sequence[SavedView]:
    """A person's views, of one page or of all, by name."""
    query = select(saved_view).where(saved_view.c.person == person)
    if page is not None:
        query = query.where(saved_view.c.page == page)
    rows = connection.execute(query.order_by(saved_view.c.page, saved_view.c.name))
    return [_read(vault, row) for row in rows]


def remove_view(connection: Connection, person: str, id_: UUID) -> bool:
    """Whether that person had such a view; it is gone now."""
    gone = connection.execute(
        delete(saved_view).where(saved_view.c.id == id_, saved_view.c.person == person)
    )
    return gone.rowcount > 0


def _is_companys(text: str, plan: NumberPlan) -> bool:
    number = plan.normalise(text)
    return number is not None and plan.owner(number) is Owner.COMPANY


def _read(vault: Vault, row: Row[Any]) -> SavedView:
    return SavedView(
        id=row.id,
        page=row.page,
        name=row.name,
        query=open_sealed(vault, saved_view.c.query, row.id, row.query),
        created_at=row.created_at,
    )
