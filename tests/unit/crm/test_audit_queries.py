from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert

from crm.access import Access, Right, Scope
from crm.audit import Action, AuditLog, Entry
from crm.audit_queries import Question, Told, find_entries, summarise, touched_clients
from crm.tables import client
from crm.vault import Vault
from store.database import Database
from store.migrate import migrate

VAULT = Vault(bytes(range(32)))
BEGAN = datetime(2026, 11, 1, 9, tzinfo=UTC)

OPEN, PRIVATE, BORIS, GONE = uuid4(), uuid4(), uuid4(), uuid4()
DIRECTOR = Access(person="dora", rights=dict.fromkeys(Right, Scope.ALL))
HEAD = Access(
    person="hugo",
    rights={
        Right.AUDIT_READ: Scope.DEPARTMENT,
        Right.CLIENTS_READ: Scope.DEPARTMENT,
    },
    colleagues=frozenset({"hugo", "anna"}),
)
ANNA = Access(person="anna", rights={Right.AUDIT_READ: Scope.OWN, Right.CLIENTS_READ: Scope.OWN})
NOBODY = Access(person="nina", rights={})


class Clock:
    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        self.now += timedelta(days=1)
        return self.now


@dataclass
class Place:
    database: Database

    async def ask(self, access: Access, **question: Any) -> list[Told]:
        async with self.database.read() as connection:
            return await connection.run_sync(find_entries, VAULT, access, Question(**question))

    async def seqs(self, access: Access, **question: Any) -> list[int]:
        return [told.seq for told in await self.ask(access, **question)]


def _client(id_: UUID, name: str, curator: str, *, private: bool = False) -> dict[str, Any]:
    return {
        "id": id_,
        "name": name,
        "source": "manual",
        "curator": curator,
        "created_at": BEGAN,
        "private": private,
        "decoy": False,
    }


def _entry(action: Action, actor: str, client_id: UUID | None = None, **about: Any) -> Entry:
    return Entry(action=action, actor=actor, client_id=client_id, **about)


CHANGED = {"before": {"phones": "+442079460101"}, "after": {"phones": "+442079460102"}}
ENTRIES = (
    _entry(Action.CLIENT_OPENED, "anna", OPEN),  # 1
    _entry(Action.CLIENT_CHANGED, "boris", OPEN, details=CHANGED),  # 2
    _entry(Action.CLIENT_CHANGED, "anna", PRIVATE, object="a call", details=CHANGED),  # 3
    _entry(Action.CLIENT_OPENED, "boris", BORIS),  # 4
    _entry(Action.CLIENT_OPENED, "anna", GONE),  # 5
    _entry(Action.EXPORTED, "boris", count=40),  # 6
    _entry(Action.DECOY_CREATED, "anna", object="trap"),  # 7
    _entry(Action.CLIENT_OPENED, "anna", BORIS, details=CHANGED),  # 8
)


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    rows = [
        _client(OPEN, "Open", "anna"),
        _client(PRIVATE, "Secret", "anna", private=True),
        _client(BORIS, "Other", "boris"),
    ]
    await database.write(lambda connection: connection.execute(insert(client), rows))
    log = AuditLog(database, VAULT, Clock())
    for entry in ENTRIES:
        await log.tell(entry)
    yield Place(database)
    await database.close()


async def test_who_opened_this_client(place: Place) -> None:
    assert await place.seqs(DIRECTOR, client_id=OPEN) == [2, 1]
    # Of his department's client he learns what others did, too.
    assert await place.seqs(HEAD, client_id=OPEN) == [2, 1]
    assert await place.seqs(ANNA, client_id=OPEN) == [2, 1]
    assert await place.seqs(HEAD, client_id=BORIS) == []
    assert await place.seqs(NOBODY, client_id=OPEN) == []
    assert await place.seqs(DIRECTOR, client_id=GONE) == [5]
    assert await place.seqs(HEAD, client_id=GONE) == []


async def test_a_private_client_is_asked_about_as_one_who_does_not_exist(place: Place) -> None:
    assert await place.ask(DIRECTOR, client_id=PRIVATE) == await place.ask(
        DIRECTOR, client_id=uuid4()
    )
    assert await place.seqs(ANNA, client_id=PRIVATE) == [3]


async def test_entries_about_a_private_client_come_without_him(place: Place) -> None:
    (told,) = [one for one in await place.ask(DIRECTOR) if one.seq == 3]
    assert (told.client, told.object, told.details, told.gone) == (None, None, None, False)
    assert told.about_client
    assert await place.seqs(DIRECTOR, object="a call") == []
    (his,) = [one for one in await place.ask(ANNA) if one.seq == 3]
    assert his.client is not None
    assert (his.client.name, his.object, his.details) == ("Secret", "a call", CHANGED)


async def test_a_department_is_read_by_its_people_and_its_clients(place: Place) -> None:
    assert await place.seqs(DIRECTOR) == [8, 7, 6, 5, 4, 3, 2, 1]
    assert await place.seqs(HEAD) == [8, 5, 3, 2, 1]
    (told,) = [one for one in await place.ask(HEAD) if one.seq == 8]
    # That his man opened another's client he may know, not whose it was.
    assert (told.actor, told.client, told.details) == ("anna", None, None)
    assert await place.seqs(NOBODY) == []


async def test_decoys_are_for_those_who_set_policies(place: Place) -> None:
    without = replace(DIRECTOR, rights={**DIRECTOR.rights, Right.POLICY_READ: Scope.NONE})
    assert 7 not in await place.seqs(without)
    assert [one.action for one in await _summary(place, without, "anna")] == [
        "client_opened",
        "client_changed",
    ]


async def _summary(place: Place, access: Access, person: str) -> list[Any]:
    async with place.database.read() as connection:
        return list(await connection.run_sync(summarise, access, person))


async def test_questions_narrow(place: Place) -> None:
    assert await place.seqs(DIRECTOR, person="boris") == [6, 4, 2]
    assert await place.seqs(DIRECTOR, actions=(Action.EXPORTED,)) == [6]
    assert await place.seqs(DIRECTOR, since=BEGAN + timedelta(days=8)) == [8, 7]
    assert await place.seqs(DIRECTOR, until=BEGAN + timedelta(days=4)) == [2, 1]
    assert await place.seqs(DIRECTOR, before=4, limit=2) == [3, 2]


async def test_what_a_person_touched(place: Place) -> None:
    (opened, *_) = await _summary(place, DIRECTOR, "anna")
    assert (opened.action, opened.entries, opened.clients) == ("client_opened", 3, 3)
    async with place.database.read() as connection:
        of_director = await connection.run_sync(touched_clients, DIRECTOR, "anna")
        of_head = await connection.run_sync(touched_clients, HEAD, "anna")
        of_stranger = await connection.run_sync(touched_clients, HEAD, "boris")
    assert [one.client.name for one in of_director] == ["Other", "Open"]
    assert [one.client.name for one in of_head] == ["Open"]
    assert [one.client.name for one in of_stranger] == ["Open"]
    assert await _summary(place, NOBODY, "anna") == []


async def test_what_was_done_with_anothers_client_is_not_found_by_its_object(place: Place) -> None:
    """Nor where that client has no deputy, of whom SQL then cannot say whose man he is."""
    log = AuditLog(place.database, VAULT, Clock())
    await log.tell(_entry(Action.CALL_OPENED, "anna", BORIS, object="his call"))
    assert await place.seqs(DIRECTOR, object="his call") == [9]
    assert await place.seqs(HEAD, object="his call") == []
    assert (await place.seqs(HEAD, person="anna"))[:1] == [9]


async def test_no_count_tells_of_anothers_private_client(place: Place) -> None:
    def clients(found: list[Any]) -> dict[str, int]:
        return {one.action: one.clients for one in found}

    assert clients(await _summary(place, ANNA, "anna"))["client_changed"] == 1
    # That she changed something she is asked about; with whom, and with how many, not.
    of_director = await _summary(place, DIRECTOR, "anna")
    assert clients(of_director)["client_changed"] == 0
    # His own department's, and one who was deleted; not that of another department.
    assert clients(await _summary(place, HEAD, "anna"))["client_opened"] == 2


async def test_details_that_went_are_said_to_be_gone(place: Place) -> None:
    await place.database.write(
        lambda c: c.exec_driver_sql("UPDATE audit SET details = NULL WHERE seq = 2")
    )
    (told,) = [one for one in await place.ask(DIRECTOR) if one.seq == 2]
    assert (told.details, told.erased) == (None, True)
