"""Who reads which alerts: the rule and its twin for the database say the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import product
from pathlib import Path

import pytest
from sqlalchemy import Connection

from crm.access import Access, Right, Scope
from crm.alerts import (
    AlertKind,
    find_alert,
    is_for,
    list_alerts,
    open_note,
    raise_alert,
    settle_alert,
)
from crm.notices import count_unread, list_notices, mark_read
from crm.people import Person, create_person
from crm.staff import OPERATOR
from crm.vault import Vault
from store.database import Database
from store.migrate import migrate

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
PEOPLE: Mapping[str, tuple[str, str | None]] = {
    "anna": ("manager", "sales"),
    "boris": ("manager", "purchase"),
    "sofia": ("supervisor", "sales"),
    "dina": ("director", None),
    "egor": ("administrator", None),
}


@pytest.fixture
async def database(tmp_path: Path) -> Database:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)

    def hire(connection: Connection) -> None:
        for name, (role, department) in PEOPLE.items():
            person = Person(
                name=name,
                role=role,
                department=department,
                exceptions={},
                created_by="test",
                created_at=AT,
            )
            create_person(connection, person)

    await database.write(hire)
    return database


def _raise(connection: Connection, kind: str, person: str | None) -> bool:
    return raise_alert(
        connection, kind, person=person, evidence={"count": 5}, key=f"{kind}:{person}", at=AT
    )


async def test_one_key_is_told_once_and_to_whom_it_is_for(database: Database) -> None:
    def write(connection: Connection) -> list[bool]:
        return [
            _raise(connection, AlertKind.RATE, "anna"),
            _raise(connection, AlertKind.RATE, "anna"),
            _raise(connection, AlertKind.RATE, "dina"),
            _raise(connection, AlertKind.DECOY_OPENED, "anna"),
            _raise(connection, AlertKind.DECOY_RANG, None),
        ]

    assert await database.write(write) == [True, False, True, True, True]
    told = {name: await database.write(partial(count_unread, person=name)) for name in PEOPLE}
    assert told == {"anna": 0, "boris": 0, "sofia": 1, "dina": 3, "egor": 4}
    notice = (await database.write(lambda c: list_notices(c, "sofia")))[0]
    assert notice.about["kind"] == AlertKind.RATE
    assert await database.write(lambda c: mark_read(c, "sofia", AT)) == 1
    assert await database.write(lambda c: mark_read(c, "sofia", AT)) == 0


@pytest.mark.parametrize("scope", list(Scope))
@pytest.mark.parametrize("decides", [False, True])
async def test_the_rule_and_its_twin_agree(database: Database, scope: Scope, decides: bool) -> None:
    cases = list(product(AlertKind, (*PEOPLE, None)))

    def write(connection: Connection) -> None:
        for kind, person in cases:
            _raise(connection, kind, person)

    await database.write(write)
    access = Access(
        person="sofia",
        rights={
            Right.REPORTS_READ: scope,
            Right.POLICY_CHANGE: Scope.ALL if decides else Scope.NONE,
        },
        colleagues=frozenset({"sofia", "anna"}),
    )
    found = await database.write(lambda c: list_alerts(c, access, limit=100))
    allowed = {
        (str(kind), person)
        for kind, person in cases
        if is_for(access, Right.REPORTS_READ, kind, person)
    }
    assert {(one.kind, one.person) for one in found} == allowed
    everything = await database.write(lambda c: list_alerts(c, OPERATOR, limit=100))
    assert len(everything) == len(cases)
    for one in everything:
        reached = await database.write(partial(find_alert, access=access, id_=one.id))
        assert (reached is not None) == ((one.kind, one.person) in allowed)


async def test_pages_hold_each_alert_once(database: Database) -> None:
    def write(connection: Connection) -> None:
        for kind in AlertKind:
            _raise(connection, kind, "anna")

    await database.write(write)
    seen: list[object] = []
    after = None
    while page := await database.write(partial(list_alerts, access=OPERATOR, after=after, limit=3)):
        seen += [one.id for one in page]
        after = page[-1].id
    assert len(seen) == len(set(seen)) == len(AlertKind)


async def test_what_was_done_about_it_is_sealed(database: Database) -> None:
    vault = Vault(bytes(32))
    note = "she dialled +442079460101 herself"

    def write(connection: Connection) -> tuple[str | None, bytes]:
        _raise(connection, AlertKind.RATE, "anna")
        (alert,) = list_alerts(connection, OPERATOR)
        assert settle_alert(connection, vault, alert.id, by="sofia", note=note, at=AT)
        assert not settle_alert(connection, vault, alert.id, by="dina", note="no", at=AT)
        (alert,) = list_alerts(connection, OPERATOR, is_open=False)
        assert list_alerts(connection, OPERATOR, is_open=True) == []
        return open_note(vault, alert), alert.settled_note or b""

    opened, sealed = await database.write(write)
    assert opened == note
    assert b"+44" not in sealed
