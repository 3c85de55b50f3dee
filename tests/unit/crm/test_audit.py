from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection, select, update

from crm.audit import Action, AuditLog, Entry, erase
from crm.audit_chain import Fault, Verdict, check_all, check_newest
from crm.audit_head import Head, HeadError, read_head, stored_head, write_head
from crm.people_tables import audit, kept_secret
from crm.vault import Vault
from store.database import Database
from store.migrate import migrate

BEGAN = datetime(2026, 11, 22, 9, tzinfo=UTC)
VAULT = Vault(bytes(range(32)))
CLIENT = uuid4()
ENTRY = Entry(
    action=Action.CLIENT_OPENED,
    actor="anna",
    via="session:1",
    address="192.0.2.7",
    client_id=CLIENT,
    details={"before": {"phones": "+442079460101"}, "after": {"phones": "+442079460102"}},
)


class Clock:
    def __init__(self) -> None:
        self.now = BEGAN

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@dataclass
class Place:
    database: Database
    log: AuditLog

    async def head(self) -> Head | None:
        async with self.database.read() as connection:
            return await connection.run_sync(stored_head)

    async def check(self, head: Head | None = None) -> Verdict:
        return await check_all(self.database, VAULT, head, lambda _: None)

    async def sql(self, statement: str) -> None:
        await self.database.write(lambda c: c.exec_driver_sql(statement))

    async def change(self, seq: int, values: Mapping[str, object]) -> None:
        forged = update(audit).where(audit.c.seq == seq).values(values)
        await self.database.write(lambda c: c.execute(forged))

    async def faults(self, head: Head | None = None) -> list[tuple[Fault, int]]:
        return [(one.fault, one.seq) for one in (await self.check(head)).findings]


@pytest.fixture
async def place(tmp_path: Path) -> AsyncIterator[Place]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    log = AuditLog(database, VAULT, Clock())
    await log.tell(*(replace(ENTRY, object=str(number)) for number in range(1, 11)))
    yield Place(database, log)
    await database.close()


async def test_entries_are_kept_in_order_with_their_details_sealed(place: Place) -> None:
    async with place.database.read() as connection:
        rows = (await connection.execute(select(audit).order_by(audit.c.seq))).all()
    assert [row.seq for row in rows] == list(range(1, 11))
    assert [row.object for row in rows] == [str(number) for number in range(1, 11)]
    assert b"442079460101" not in b"".join(row.details for row in rows)
    verdict = await place.check(await place.head())
    assert (verdict.records, verdict.findings) == (10, [])


async def test_an_entry_stands_or_falls_with_what_it_tells_of(place: Place) -> None:
    def failing(connection: Connection) -> None:
        place.log.add(connection, ENTRY)
        raise LookupError

    with pytest.raises(LookupError):
        await place.database.write(failing)
    assert (await place.check()).records == 10
    await place.database.write(lambda connection: place.log.add(connection, ENTRY, ENTRY))
    assert (await place.check()).records == 12


async def test_the_key_of_a_chain_that_was_not_stored_is_not_remembered(tmp_path: Path) -> None:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    log = AuditLog(database, VAULT)

    def failing(connection: Connection) -> None:
        log.add(connection, ENTRY)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(failing)
    await AuditLog(database, VAULT).tell(ENTRY)
    await log.tell(ENTRY)
    assert await Place(database, log).faults() == []
    await database.close()


async def test_many_at_once_are_all_stored_and_who_stops_waiting_stops_nobody(
    place: Place,
) -> None:
    waiting = [asyncio.create_task(place.log.tell(ENTRY)) for _ in range(50)]
    waiting[0].cancel()
    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert sum(isinstance(one, asyncio.CancelledError) for one in done) == 1
    verdict = await place.check()
    assert verdict.records >= 59
    assert not verdict.findings


async def test_other_processes_write_the_same_chain(url: str) -> None:
    database = Database(url)
    await migrate(database)
    place = Place(database, AuditLog(database, VAULT))
    writers = [
        await asyncio.create_subprocess_exec(
            sys.executable,
            str(Path(__file__).with_name("auditor.py")),
            database.url.render_as_string(hide_password=False),
            "40",
            env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[3])},
        )
        for _ in range(3)
    ]
    for _ in range(40):
        await place.log.tell(ENTRY)
    assert [await writer.wait() for writer in writers] == [0, 0, 0]
    verdict = await place.check()
    assert (verdict.records, verdict.findings) == (160, [])
    await database.close()


CHANGES: Mapping[str, object] = {
    "actor": "boris",
    "at": BEGAN,
    "via": None,
    "address": "192.0.2.8",
    "action": "exported",
    "client_id": UUID(int=1),
    "object": None,
    "count": 2,
    "details_digest": bytes(32),
    "mac": bytes(32),
}


@pytest.mark.parametrize("change", [*CHANGES.items(), ("client_id", None)])
@pytest.mark.parametrize("seq", [1, 5, 10])
async def test_a_changed_record_is_found_where_it_is(
    place: Place, change: tuple[str, object], seq: int
) -> None:
    await place.change(seq, dict([change]))
    assert await place.faults() == [(Fault.CHANGED, seq)]


async def test_a_record_is_a_microsecond_too_late(place: Place) -> None:
    async with place.database.read() as connection:
        at = (await connection.execute(select(audit.c.at).where(audit.c.seq == 5))).scalar_one()
    await place.change(5, {"at": at + timedelta(microseconds=1)})
    assert await place.faults() == [(Fault.CHANGED, 5)]


async def test_details_that_were_changed_moved_or_added_are_found(place: Place) -> None:
    await place.change(3, {"details": bytes([1]) + os.urandom(60)})
    others = select(audit.c.details).where(audit.c.seq == 7).scalar_subquery()
    await place.change(8, {"details": others})
    assert await place.faults() == [(Fault.DETAILS, 3), (Fault.DETAILS, 8)]


async def test_a_removed_record_is_missed_also_the_first(place: Place) -> None:
    await place.sql("DELETE FROM audit WHERE seq IN (1, 4, 5)")
    verdict = await place.check()
    assert [(one.fault, one.seq, one.until) for one in verdict.findings] == [
        (Fault.MISSING, 1, 1),
        (Fault.MISSING, 4, 5),
    ]


async def test_a_removed_record_whose_place_was_closed_is_missed(place: Place) -> None:
    await place.sql("DELETE FROM audit WHERE seq = 4")
    for seq in range(5, 11):
        await place.sql(f"UPDATE audit SET seq = {seq - 1} WHERE seq = {seq}")
    assert (await place.faults())[0] == (Fault.CHANGED, 4)


async def test_an_inserted_record_is_found(place: Place) -> None:
    for seq in range(10, 3, -1):
        await place.sql(f"UPDATE audit SET seq = {seq + 1} WHERE seq = {seq}")
    await place.sql(
        "INSERT INTO audit SELECT 4, at, 'boris', via, address, action, client_id, object, count,"
        " details, details_digest, mac FROM audit WHERE seq = 3"
    )
    assert (await place.faults())[0] == (Fault.CHANGED, 4)


async def test_a_record_put_at_the_end_is_found(place: Place) -> None:
    await place.sql(
        "INSERT INTO audit SELECT 11, at, 'boris', via, address, action, client_id, object, count,"
        " NULL, NULL, mac FROM audit WHERE seq = 10"
    )
    assert await place.faults() == [(Fault.CHANGED, 11)]


async def test_records_that_changed_places_are_found(place: Place) -> None:
    await place.sql("UPDATE audit SET seq = 99 WHERE seq = 5")
    await place.sql("UPDATE audit SET seq = 5 WHERE seq = 6")
    await place.sql("UPDATE audit SET seq = 6 WHERE seq = 99")
    assert (await place.faults())[:2] == [(Fault.CHANGED, 5), (Fault.CHANGED, 6)]


async def test_a_tail_that_was_cut_off_is_missed_by_the_head(place: Place) -> None:
    head = await place.head()
    await place.sql("DELETE FROM audit WHERE seq > 7")
    assert await place.faults() == []
    verdict = await place.check(head)
    assert [(one.fault, one.seq, one.until) for one in verdict.findings] == [(Fault.CUT_OFF, 8, 10)]
    # And where others grew in their place, by who holds the key.
    await place.log.tell(*[ENTRY] * 5)
    assert await place.faults(head) == [(Fault.CUT_OFF, 10)]
    await place.sql("DELETE FROM audit")
    assert await place.faults(head) == [(Fault.CUT_OFF, 1)]


async def test_a_chain_without_its_key_proves_nothing(place: Place) -> None:
    await place.sql(f"DELETE FROM {kept_secret}")
    assert await place.faults() == [(Fault.NO_KEY, 1)]
    # A new key does not make the old records good.
    await place.log.tell(ENTRY)
    verdict = await place.check()
    assert (verdict.findings[0].fault, verdict.findings[0].seq) == (Fault.CHANGED, 1)


async def test_details_go_with_a_deleted_client_and_only_with_him(place: Place) -> None:
    await place.database.write(lambda connection: erase(connection, CLIENT))
    assert await place.faults() == [(Fault.ERASED, 1)]
    purged = Entry(action=Action.CLIENT_PURGED, actor="callward", client_id=CLIENT)
    await place.log.tell(purged)
    assert await place.faults() == []
    other = uuid4()
    await place.log.tell(replace(ENTRY, client_id=other))
    await place.database.write(lambda connection: erase(connection, other))
    assert await place.faults() == [(Fault.ERASED, 12)]


async def test_many_findings_are_counted(place: Place) -> None:
    await place.log.tell(*[ENTRY] * 200)
    await place.sql("UPDATE audit SET actor = 'x'")
    verdict = await place.check()
    assert (len(verdict.findings), verdict.more) == (100, 110)


def test_the_head_is_noted_whole(tmp_path: Path) -> None:
    path = tmp_path / "audit.head"
    assert read_head(path) is None
    write_head(path, Head(7, bytes(32)))
    assert read_head(path) == Head(7, bytes(32))
    assert path.stat().st_mode & 0o777 == 0o600
    assert [one.name for one in tmp_path.iterdir()] == ["audit.head"]
    for broken in ("", "[]", '{"seq": "x", "mac": ""}', '{"seq": 1}'):
        path.write_text(broken)
        with pytest.raises(HeadError):
            read_head(path)


async def test_the_newest_records_are_checked_alone(place: Place) -> None:
    head = await place.head()
    verdict = await check_newest(place.database, VAULT, head, 4)
    assert (verdict.records, verdict.findings) == (10, [])
    await place.sql("UPDATE audit SET actor = 'x' WHERE seq IN (2, 8)")
    verdict = await check_newest(place.database, VAULT, head, 4)
    assert [one.seq for one in verdict.findings] == [8]
    await place.sql("DELETE FROM audit WHERE seq > 9")
    verdict = await check_newest(place.database, VAULT, head, 4)
    assert [one.fault for one in verdict.findings] == [Fault.CHANGED, Fault.CUT_OFF]
    await place.sql("DELETE FROM audit")
    verdict = await check_newest(place.database, VAULT, head, 4)
    assert [one.fault for one in verdict.findings] == [Fault.CUT_OFF]
