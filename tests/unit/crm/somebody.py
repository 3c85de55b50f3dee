"""Somebody of the staff, made by what a test says of him."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from crm.access import Access, Right, Scope
from crm.people import Person
from crm.staff import Staff

BEGAN = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)


def somebody(
    name: str,
    role: str = "manager",
    *,
    department: str | None = None,
    exceptions: Mapping[Right, Scope] | None = None,
    password: bool = True,
    left: bool = False,
) -> Person:
    return Person(
        name=name,
        role=role,
        department=department,
        exceptions=exceptions or {},
        has_password=password,
        created_by="operator",
        created_at=BEGAN,
        left_at=BEGAN if left else None,
    )


def access(staff: Staff, name: str) -> Access:
    found = staff.access_of(name)
    assert found is not None
    return found
