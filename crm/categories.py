"""The categories among which a company tells its clients apart."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, delete, func, insert, select, update

from crm.card_tables import category
from crm.fields import CATEGORY
from crm.tables import client
from crm.values import BadValueError, plain

MOST_CATEGORIES: Final = 200
LONGEST: Final = 60


class CategoryInUseError(ValueError):
    """Cards have this category."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """One category."""

    name: str
    position: int = 0


def load_categories(connection: Connection) -> list[Category]:
    """All of them, in their order."""
    rows = connection.execute(select(category).order_by(category.c.position, category.c.name))
    return [Category(name=row.name, position=row.position) for row in rows]


def check_category(connection: Connection, name: str) -> str:
    """The name, where there is such a category; ``BadValueError`` names those that there are."""
    known = [one.name for one in load_categories(connection)]
    if name not in known:
        raise BadValueError(CATEGORY, "not_a_choice", allowed=", ".join(known) or "—")
    return name


def save_category(connection: Connection, name: str, position: int) -> Category:
    """Add a category, or move it. ``BadValueError``."""
    saved = Category(name=plain("name", name, LONGEST), position=position)
    moved = update(category).where(category.c.name == saved.name).values(position=position)
    if connection.execute(moved).rowcount:
        return saved
    known = connection.execute(select(func.count()).select_from(category)).scalar_one()
    if known >= MOST_CATEGORIES:
        raise BadValueError("name", "too_many", most=MOST_CATEGORIES)
    connection.execute(insert(category).values(name=saved.name, position=position))
    return saved


def remove_category(connection: Connection, name: str) -> bool:
    """Whether it was there. ``CategoryInUseError`` where a card, in the archive too, has it."""
    if connection.execute(select(client.c.id).where(client.c.category == name).limit(1)).first():
        raise CategoryInUseError(name)
    return connection.execute(delete(category).where(category.c.name == name)).rowcount == 1
