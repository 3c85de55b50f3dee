"""A day of real calls: what matches is told as such, what does not is found, and mended."""

from __future__ import annotations

import gzip
import os
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import delete, select, update

from config.ledger import CdrSettings
from crm.tables import client, phone, vault_key
from daemon.calls.call import Call
from daemon.history.tables import call, call_linkedid, call_recording
from daemon.ledger.differences import DayState, DifferenceKind, Unchecked
from daemon.ledger.mended import Left
from daemon.outbox.tables import outbox
from recordings.models import RecordingState, recording

from .conftest import DAY, Company


def answered(company: Company) -> Call:
    """The first that was answered and recorded."""
    return next(one for one in company.calls if one.answered_at and one.recordings)


async def recording_of(company: Company, id_: UUID) -> tuple[UUID, str]:
    [row] = await company.rows(
        select(recording.c.id, recording.c.path).where(
            recording.c.call_id == id_, recording.c.state == RecordingState.STORED.value
        )
    )
    return row.id, row.path


async def test_a_day_as_it_was_matches(company: Company) -> None:
    account = await company.check()
    assert [(one.kind, one.details) for one in account.differences] == []
    assert (account.state, account.unmatched) == (DayState.MATCHED, 0)
    [pbx] = account.pbxs
    assert (pbx.logged, pbx.stored, pbx.matched, pbx.running) == (5, 5, 5, 0)
    assert account.recordings == account.recordings_stored + account.recordings_empty > 0
    assert (account.customers, account.with_card, account.nameless) == (4, 4, 1)
    assert account.crm is None
    assert await company.ledger.find(account.day) == account


async def test_a_call_that_is_gone_comes_back_with_its_recording(company: Company) -> None:
    lost = answered(company)
    id_, path = await recording_of(company, lost.id)
    before = (await company.stored())[lost.id]
    await company.remove(lost.id)
    account = await company.check()
    assert account.counts == {DifferenceKind.NOT_STORED: 1, DifferenceKind.ORPHAN: 1}
    [missing, orphan] = account.differences
    assert missing.linkedid in lost.linkedids
    assert (orphan.recording_id, orphan.details["file"]) == (id_, path)
    account = await company.mend()
    assert account.unmatched == 0
    assert account.mended == {DifferenceKind.NOT_STORED: 1, DifferenceKind.ORPHAN: 1}
    back = (await company.stored())[lost.id]
    for column in ("direction", "disposition", "customer_phone_id", "complete"):
        assert getattr(back, column) == getattr(before, column)
    assert (await recording_of(company, lost.id)) == (id_, path)
    # Once more changes nothing.
    again = await company.mend()
    assert (again.unmatched, again.mended) == (0, {})


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (
            {"complete": False, "disposition": "missed", "answered_at": None},
            DifferenceKind.INCOMPLETE,
        ),
        (
            {"disposition": "missed", "answered_at": None, "answered_by": None},
            DifferenceKind.DISPOSITION,
        ),
    ],
)
async def test_a_wrong_end_is_mended_from_the_log(
    company: Company, values: dict[str, object], kind: DifferenceKind
) -> None:
    one = answered(company)
    await company.change(one.id, **values)
    assert await company.kinds() == [kind]
    account = await company.mend()
    assert (account.unmatched, account.mended) == (0, {kind: 1})
    row = (await company.stored())[one.id]
    assert (row.disposition, row.complete) == ("answered", True)
    assert row.answered_at is not None


@pytest.mark.parametrize(
    ("column", "kind"), [("answered_at", DifferenceKind.ANSWER), ("ended_at", DifferenceKind.END)]
)
async def test_a_wrong_time_is_mended_from_the_log(
    company: Company, column: str, kind: DifferenceKind
) -> None:
    one = answered(company)
    right = getattr(one, column)
    await company.change(one.id, **{column: right + timedelta(seconds=40)})
    assert await company.kinds() == [kind]
    assert (await company.mend()).unmatched == 0
    row = (await company.stored())[one.id]
    assert abs(getattr(row, column) - right) < timedelta(seconds=1)


async def test_an_answered_call_is_never_made_a_missed_one(company: Company) -> None:
    missed = next(one for one in company.calls if one.disposition == "missed")
    at = missed.started_at + timedelta(seconds=2)
    await company.change(missed.id, disposition="answered", answered_at=at)
    account = await company.mend()
    [left] = account.differences
    assert (left.kind, left.left) == (DifferenceKind.DISPOSITION, Left.LOG_KNOWS_LESS)
    # A later look still says why.
    [left] = (await company.check()).differences
    assert left.left == Left.LOG_KNOWS_LESS


async def test_a_call_that_is_stored_twice_becomes_one(company: Company) -> None:
    one = answered(company)
    row = dict((await company.stored())[one.id]._mapping)
    twin = UUID(int=one.id.int ^ 1)
    later = row["started_at"] + timedelta(seconds=1)
    await company.run(
        call.insert().values({**row, "id": twin, "started_at": later}),
        call_linkedid.insert().values(call_id=twin, linkedid=min(one.linkedids)),
    )
    account = await company.check()
    assert account.counts == {DifferenceKind.STORED_TWICE: 1}
    assert account.differences[0].details == {"calls": str(twin)}
    account = await company.mend()
    assert (account.unmatched, account.mended) == (0, {DifferenceKind.STORED_TWICE: 1})
    assert (await company.stored())[twin].merged_into == one.id


async def test_a_stored_call_of_which_the_log_knows_nothing(company: Company) -> None:
    one = answered(company)
    await company.run(
        update(call_linkedid)
        .where(call_linkedid.c.call_id == one.id)
        .values(linkedid="1795293000.77")
    )
    account = await company.check()
    assert account.counts == {DifferenceKind.NOT_STORED: 1, DifferenceKind.NOT_LOGGED: 1}


async def test_a_lost_file_is_told_and_taken_in_anew_while_the_pbx_has_it(
    company: Company,
) -> None:
    one = answered(company)
    id_, path = await recording_of(company, one.id)
    company.storage.delete(path)
    account = await company.mend()
    [left] = account.differences
    assert (left.kind, left.recording_id) == (DifferenceKind.OBJECT_MISSING, id_)
    assert left.left == Left.NO_ORIGINAL
    company.write_originals(one.recordings[0].name)
    await company.mend()
    await company.take_in()
    assert await company.kinds() == []


async def test_an_altered_file_is_told(company: Company) -> None:
    id_, path = await recording_of(company, answered(company).id)
    file = company.folder / "storage" / path
    data = bytearray(file.read_bytes())
    data[-1] ^= 1
    file.write_bytes(data)
    [altered] = (await company.check()).differences
    assert (altered.kind, altered.recording_id) == (DifferenceKind.OBJECT_ALTERED, id_)
    file.write_bytes(data[:-1])
    assert await company.kinds() == [DifferenceKind.OBJECT_ALTERED]


async def test_what_became_of_announced_recordings(company: Company) -> None:
    one = answered(company)
    mine = recording.c.call_id == one.id
    await company.run(update(recording).where(mine).values(state="failed", error="disk_full"))
    [failed] = (await company.check()).differences
    assert (failed.kind, failed.details) == (
        DifferenceKind.RECORDING_FAILED,
        {"error": "disk_full"},
    )
    await company.run(update(recording).where(mine).values(state="missing"))
    assert await company.kinds() == [DifferenceKind.RECORDING_MISSING]
    await company.run(update(recording).where(mine).values(state="expired", path=None))
    assert await company.kinds() == [DifferenceKind.ORPHAN]
    await company.run(delete(recording).where(mine))
    kinds = await company.kinds()
    assert sorted(kinds) == [DifferenceKind.NOT_TAKEN_IN, DifferenceKind.ORPHAN]
    company.write_originals(one.recordings[0].name)
    await company.mend()
    await company.take_in()
    assert await company.kinds() == []


async def test_a_recording_on_its_way_is_no_difference(company: Company) -> None:
    one = answered(company)
    await company.run(
        delete(recording).where(recording.c.call_id == one.id),
        outbox.insert().values(
            id=UUID(int=7),
            topic="recording.finished",
            payload={"pbx": "lab", "name": one.recordings[0].name, "call_id": str(one.id)},
            created_at=company.now,
            attempts=1,
            next_at=company.now,
        ),
    )
    account = await company.check()
    assert (account.unmatched, account.recordings_waiting) == (0, 1)


async def test_a_recording_that_nobody_announced_is_taken_in(company: Company) -> None:
    one = answered(company)
    name = one.recordings[0].name
    _, path = await recording_of(company, one.id)
    await company.run(
        delete(recording).where(recording.c.call_id == one.id),
        delete(call_recording).where(call_recording.c.call_id == one.id),
    )
    company.storage.delete(path)
    company.write_originals(name)
    written = one.started_at.timestamp()
    for file in company.monitor.iterdir():
        _touch(file, written)
    [left] = (await company.check()).differences
    assert (left.kind, left.call_id) == (DifferenceKind.ORIGINAL_LEFT, one.id)
    await company.mend()
    await company.take_in()
    assert await company.kinds() == []
    assert (await recording_of(company, one.id))[1] == path


async def test_a_file_of_nobody_stays(company: Company) -> None:
    company.write_originals("1795293582.999")
    for file in company.monitor.iterdir():
        _touch(file, answered(company).started_at.timestamp())
    folder = company.folder / "storage" / f"{DAY:%Y/%m/%d}"
    (folder / "notes.flac").write_bytes(b"no sound")
    account = await company.mend()
    assert {(one.kind, one.left) for one in account.differences} == {
        (DifferenceKind.ORIGINAL_LEFT, Left.NO_CALL),
        (DifferenceKind.ORPHAN, Left.NO_CALL),
    }
    assert (folder / "notes.flac").exists()
    assert len(list(company.monitor.iterdir())) == 2


async def test_a_storage_that_cannot_be_read_is_told_once(company: Company) -> None:
    _, path = await recording_of(company, answered(company).id)
    (company.folder / "storage" / path).unlink()
    (company.folder / "storage" / path).mkdir()
    [told] = (await company.check()).differences
    assert (told.kind, told.details["what"]) == (DifferenceKind.UNREADABLE, "storage")


async def test_a_customer_without_a_card_gets_one(company: Company) -> None:
    number = (await company.stored())[answered(company).id].customer_phone_id
    of_him = [
        row.id for row in (await company.stored()).values() if row.customer_phone_id == number
    ]
    await company.run(update(phone).where(phone.c.id == number).values(client_id=None))
    account = await company.check()
    assert account.counts == {DifferenceKind.NO_CARD: len(of_him)}
    account = await company.mend()
    assert account.unmatched == 0
    [row] = await company.rows(select(phone.c.client_id).where(phone.c.id == number))
    assert len(await company.rows(select(client.c.id).where(client.c.id == row.client_id))) == 1


async def test_an_employee_or_the_company_needs_no_card(company: Company) -> None:
    number = (await company.stored())[answered(company).id].customer_phone_id
    changed = update(phone).where(phone.c.id == number).values(client_id=None, owner="employee")
    await company.run(changed)
    assert await company.kinds() == []


async def test_an_outside_crm_says_which_calls_it_has(company: Company) -> None:
    has = {one.id for one in company.calls[1:]}

    class Outside:
        name = "elsewhere"

        def calls_held(self, _connection: object, calls: list[UUID]) -> set[UUID]:
            return has & set(calls)

    company.crm = Outside()
    account = await company.mend()
    assert (account.crm, account.in_crm) == ("elsewhere", 4)
    [missing] = account.differences
    assert (missing.kind, missing.call_id) == (DifferenceKind.NOT_IN_CRM, company.calls[0].id)
    assert missing.left == Left.BY_CRM


# ── a log that does not tell all ─────────────────────────────────────────────────────────────


async def test_without_a_log_a_day_is_never_called_matched(company: Company) -> None:
    pbx = company.settings.pbx[0]
    without = pbx.model_copy(update={"cel": pbx.cel.model_copy(update={"file": None})})
    company.settings = company.settings.model_copy(update={"pbx": (without,)})
    account = await company.check()
    assert account.state is DayState.UNCHECKED
    assert [(one.unchecked, one.stored) for one in account.pbxs] == [(Unchecked.NO_LOG, 5)]


async def test_a_log_that_begins_within_the_day(company: Company) -> None:
    company.log.write_text("".join(company.log.read_text().splitlines(keepends=True)[1:]))
    [pbx] = (await company.check()).pbxs
    assert pbx.unchecked is Unchecked.STARTS_LATER
    first = min(one.started_at for one in company.calls)
    assert pbx.log_begins_at is not None
    assert abs(pbx.log_begins_at - first) < timedelta(seconds=1)


@pytest.mark.parametrize("rows", [0, 1])
async def test_a_log_that_the_pbx_no_longer_writes(company: Company, rows: int) -> None:
    company.log.write_text("".join(company.log.read_text().splitlines(keepends=True)[:rows]))
    account = await company.check()
    assert [one.unchecked for one in account.pbxs] == [Unchecked.STOPS_EARLIER]
    assert account.state is DayState.UNCHECKED


async def test_a_log_that_cannot_be_read(company: Company) -> None:
    company.log.unlink()
    [pbx] = (await company.check()).pbxs
    assert (pbx.unchecked, pbx.reason) == (Unchecked.UNREADABLE, "No such file or directory")


async def test_a_log_that_was_rotated_reaches_back(company: Company) -> None:
    first, *others = company.log.read_text().splitlines(keepends=True)
    packed = company.folder / "cel.csv.1.gz"
    packed.write_bytes(gzip.compress(first.encode()))
    _touch(packed, company.now.timestamp() - 86_400 * 2)
    company.log.write_text("".join(others))
    assert (await company.check()).state is DayState.MATCHED


async def test_calls_from_before_callward_are_not_its_own(company: Company) -> None:
    early = company.calls[0]
    await company.remove(early.id)
    since = company.calls[1].started_at - timedelta(microseconds=1)
    await company.run(update(vault_key).values(created_at=since))
    account = await company.check()
    [pbx] = account.pbxs
    assert DifferenceKind.NOT_STORED not in account.counts
    assert (pbx.earlier, pbx.logged) == (1, 4)


async def test_a_call_that_is_just_over_is_not_judged(company: Company) -> None:
    last = max(company.calls, key=lambda one: one.ended_at or one.started_at)
    assert last.ended_at is not None
    company.now = last.ended_at + timedelta(seconds=100)
    await company.change(last.id, complete=False)
    account = await company.check()
    [pbx] = account.pbxs
    assert (account.unmatched, pbx.running) == (0, 1)
    company.now = last.ended_at + timedelta(seconds=121)
    assert await company.kinds() == [DifferenceKind.INCOMPLETE]


async def test_cdr_is_a_hint_at_gaps_of_the_log(company: Company) -> None:
    one = answered(company)
    cdr = company.folder / "Master.csv"
    known = next(iter(one.linkedids))
    epoch = int(one.started_at.timestamp()) + 60
    cdr.write_text(
        f'"","101","102","ANSWERED","{known}",""\n"","101","102","NO ANSWER","{epoch}.4711",""\n'
    )
    pbx = company.settings.pbx[0].model_copy(update={"cdr": CdrSettings(file=cdr)})
    company.settings = company.settings.model_copy(update={"pbx": (pbx,)})
    account = await company.mend()
    assert (account.state, account.unmatched) == (DayState.MATCHED, 0)
    [hint] = account.differences
    assert (hint.kind, hint.linkedid) == (DifferenceKind.ONLY_IN_CDR, f"{epoch}.4711")


def _touch(file: Path, at: float) -> None:
    os.utime(file, (at, at))
