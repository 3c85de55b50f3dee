"""Who was deleted for good does not come back from the PBX's log, which still knows him."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, delete, func, select

from crm.archive import archive_client, order_purge
from crm.tables import client, phone
from daemon.archive.erasing import RECORDING_ERASED, Erased, Erasing
from daemon.archive.files import ErasedRecordings
from daemon.calls.call import Call
from daemon.calls.identity import call_id
from daemon.history.tables import call, call_linkedid
from daemon.ledger.differences import DayState
from daemon.ledger.mended import Left
from daemon.outbox.tables import outbox
from recordings.models import recording

from .conftest import NOW, Company
from .test_ledger import answered


async def forget(company: Company) -> Call:
    """The client of the first answered call, by all that deletes him."""
    one = answered(company)

    def erase(connection: Connection) -> Erased:
        of = select(phone.c.client_id).join(call, call.c.customer_phone_id == phone.c.id)
        id_ = connection.execute(of.where(call.c.id == one.id)).scalar_one()
        at = NOW - timedelta(days=8)
        assert archive_client(connection, id_, by="anna", at=at)
        assert order_purge(connection, id_, by="dora", at=at)
        return Erasing(vault=company.vault, audit=company.audit).erase(connection, id_, NOW)

    assert await company.database.write(erase) is Erased.DONE
    company.writer.forget_phones()
    erased = outbox.c.topic == RECORDING_ERASED
    payloads = [row.payload for row in await company.rows(select(outbox).where(erased))]
    handler = ErasedRecordings(company.settings, company.database, company.storage)
    assert set(await handler(payloads)) == {None}
    await company.run(delete(outbox).where(erased))
    return one


async def known(company: Company) -> tuple[Any, ...]:
    """His stored call, and how many cards and numbers there are."""
    [cards] = await company.rows(select(func.count()).select_from(client))
    [phones] = await company.rows(select(func.count()).select_from(phone))
    return await company.stored(), cards[0], phones[0]


async def test_what_the_log_knows_of_him_is_no_difference(company: Company) -> None:
    one = await forget(company)
    await company.change(one.id, complete=False, disposition="missed", answered_at=None)
    before = await known(company)
    account = await company.mend()
    assert [(each.kind, each.details) for each in account.differences] == []
    assert (account.state, account.mended) == (DayState.MATCHED, {})
    assert account.pbxs[0].matched == 5
    assert await known(company) == before


async def test_nor_is_that_it_knows_nothing_of_him_any_more(company: Company) -> None:
    one = await forget(company)
    wanted = {f'"{linkedid}"' for linkedid in one.linkedids}
    lines = company.log.read_text(encoding="utf-8").splitlines(keepends=True)
    left = [line for line in lines if not any(name in line for name in wanted)]
    assert len(left) < len(lines)
    company.log.write_text("".join(left), encoding="utf-8")
    assert await company.kinds() == []


async def test_a_record_from_the_log_is_not_written_over_his_call(company: Company) -> None:
    one = await forget(company)
    before = await known(company)
    assert before[0][one.id].customer_phone_id is None
    others = [each for each in company.calls if each.id != one.id]
    await company.writer.write([one, *others], reconciled=True)
    assert await known(company) == before


async def test_nor_joined_with_another(company: Company) -> None:
    one = await forget(company)
    before = await known(company)
    at = one.started_at - timedelta(seconds=1)
    wider = replace(one, id=call_id("lab", "wider", at), started_at=at)
    await company.writer.write([wider], {one.id: wider.id}, reconciled=True)
    assert await known(company) == before
    assert await count(company, wider.id) == 0


async def count(company: Company, id_: UUID) -> int:
    rows = await company.rows(select(call_linkedid).where(call_linkedid.c.call_id == id_))
    return len(rows)


async def test_a_file_of_his_that_stayed_is_not_taken_in_again(company: Company) -> None:
    """Its storage, or the PBX's folder, was away when it was to be deleted."""
    kept = {path: path.read_bytes() for path in company.folder.rglob("*.*") if _is_sound(path)}
    one = await forget(company)
    gone = {path: content for path, content in kept.items() if not path.exists()}
    assert gone
    for path, content in gone.items():
        path.write_bytes(content)
    before = await known(company)
    account = await company.mend()
    assert account.mended == {}
    assert {each.left for each in account.differences} == {Left.NO_CALL}
    assert await known(company) == before
    rows = await company.rows(select(recording).where(recording.c.call_id == one.id))
    assert rows == []


def _is_sound(path: Path) -> bool:
    return path.suffix in {".flac", ".wav"}
