"""Accounts of days in the database: one for each day, the newest."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import Connection, case, func, select

from crm.tables import vault_key
from daemon.ledger.differences import DayAccount, DayState
from daemon.ledger.tables import ledger_day
from store.upsert import upsert_rows


def save_account(connection: Connection, account: DayAccount) -> None:
    """In place of what was found of that day before."""
    row = {
        "day": account.day,
        "state": account.state.value,
        "unmatched": account.unmatched,
        "checked_at": account.checked_at,
        "report": account.to_json(),
    }
    upsert_rows(connection, ledger_day, [row])


def find_account(connection: Connection, day: date) -> DayAccount | None:
    """What was found of that day; ``None``: nobody looked."""
    report = connection.execute(
        select(ledger_day.c.report).where(ledger_day.c.day == day)
    ).scalar_one_or_none()
    return None if report is None else DayAccount.from_json(report)


def list_accounts(connection: Connection, first: date, last: date) -> list[DayAccount]:
    """Of these days, newest first; days that nobody looked at are left out."""
    wanted = ledger_day.c.day.between(first, last)
    rows = connection.execute(
        select(ledger_day.c.report).where(wanted).order_by(ledger_day.c.day.desc())
    )
    return [DayAccount.from_json(report) for report in rows.scalars()]


class Standing(NamedTuple):
    """What stands in the last days together."""

    unmatched: int
    """Differences."""
    unchecked: int
    """Days that could not be compared whole."""
    checked_at: datetime | None
    """When one of them was looked at last."""


def standing(connection: Connection, since: date) -> Standing:
    """In that day and all since."""
    unchecked = case((ledger_day.c.state == DayState.UNCHECKED.value, 1), else_=0)
    row = connection.execute(
        select(
            func.coalesce(func.sum(ledger_day.c.unmatched), 0),
            func.coalesce(func.sum(unchecked), 0),
            func.max(ledger_day.c.checked_at, type_=ledger_day.c.checked_at.type),
        ).where(ledger_day.c.day >= since)
    ).one()
    return Standing(int(row[0]), int(row[1]), row[2])


def installed_at(connection: Connection) -> datetime | None:
    """Since when Callward keeps calls: its first vault key was made then."""
    first = func.min(vault_key.c.created_at, type_=vault_key.c.created_at.type)
    at: datetime | None = connection.execute(select(first)).scalar_one()
    return at
