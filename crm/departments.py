"""Departments form a tree: who heads one sees it and all below. Each has one parent, or none."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, delete, select

from crm.people_tables import department
from store.upsert import upsert_rows

Departments = Mapping[str, str | None]
"""Each department's parent by its name; ``None``: it is at the top."""


def below(departments: Departments, top: str) -> frozenset[str]:
    """That department and all below it."""
    found = {top}
    while True:
        more = {name for name, parent in departments.items() if parent in found} - found
        if not more:
            return frozenset(found)
        found |= more


def would_be_circle(departments: Departments, name: str, parent: str | None) -> bool:
    """Whether ``name`` under ``parent`` would stand above itself."""
    return parent is not None and parent in below(departments, name)


def load_departments(connection: Connection) -> dict[str, str | None]:
    """All of them, by name."""
    query = select(department.c.name, department.c.parent).order_by(department.c.name)
    return {row.name: row.parent for row in connection.execute(query)}


def save_department(connection: Connection, name: str, parent: str | None) -> None:
    """Make one, or put it under another parent. That it makes no circle, the caller saw to."""
    upsert_rows(connection, department, [{"name": name, "parent": parent}])


def delete_department(connection: Connection, name: str) -> None:
    """Take it away. That nobody is in it and nothing below it, the caller saw to."""
    connection.execute(delete(department).where(department.c.name == name))
