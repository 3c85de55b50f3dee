"""From two files and a message to one stored recording, whatever happens on the way."""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import pytest
import soundfile
from sqlalchemy import Connection, insert, literal, select
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from recordings.errors import REMEDIES, ErrorCode, RecordingError
from recordings.job import Patience
from recordings.models import RecordingState
from recordings.queries import find_peaks
from store.database import Database
from store.metadata import metadata
from store.types import Id
from tests.unit.recordings.conftest import (
    CALL,
    COMPANY,
    CUSTOMER,
    NAME,
    Build,
    House,
    Pbx,
    speak,
    tone,
    wav_bytes,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system: root only")


async def test_two_files_become_one(house: House, pbx: Pbx) -> None:
    speak(pbx)
    await house.deliver()
    row = await house.row()
    (stored,) = house.files
    assert (row.state, row.error, row.truncated) == (RecordingState.STORED, None, False)
    assert stored == house.storage / "2024/12/03" / f"{row.id}.flac"
    assert row.path == f"2024/12/03/{row.id}.flac"
    assert row.sha256 == hashlib.sha256(stored.read_bytes()).digest()
    assert row.size_bytes == stored.stat().st_size
    assert row.duration_seconds == 3.0
    assert (row.customer_silent, row.company_silent) == (False, False)
    samples, rate = soundfile.read(stored, dtype="int16")
    assert row.sample_rate == rate == 8000
    assert np.array_equal(samples[:, 0], CUSTOMER)
    assert np.array_equal(samples[: len(COMPANY), 1], COMPANY)
    assert not samples[len(COMPANY) :, 1].any()
    async with house.database.read() as connection:
        peaks = await find_peaks(connection, row.id)
    assert peaks is not None
    assert len(peaks) == 200
    assert pbx.left == []


async def test_opus(build: Build, pbx: Pbx) -> None:
    speak(pbx)
    house = build(format="opus")
    await house.deliver()
    (stored,) = house.files
    assert stored.suffix == ".opus"
    assert soundfile.info(stored).frames == 24_000
    assert pbx.left == []


async def test_again_and_twice_at_once(house: House, pbx: Pbx) -> None:
    speak(pbx)
    await asyncio.gather(house.deliver(), house.deliver())
    first = await house.row()
    await house.deliver()
    assert await house.row() == first
    assert len(house.files) == 1


async def test_a_try_that_ended_before_the_row(house: House, pbx: Pbx) -> None:
    """The daemon was killed after the file was stored and before anything was committed."""
    speak(pbx)
    await house.deliver()
    (stored,) = house.files
    await house.database.write(lambda c: c.execute(metadata.tables["recording"].delete()))
    speak(pbx)
    await house.deliver()
    assert house.files == [stored]
    assert (await house.row()).state is RecordingState.STORED


async def test_a_try_that_ended_between_two_deletions(house: House, pbx: Pbx) -> None:
    """The half that is left must not be stored over the whole."""
    speak(pbx)
    await house.deliver()
    row = await house.row()
    pbx.write(None, wav_bytes(COMPANY))
    await house.deliver()
    assert await house.row() == row
    assert row.sha256 == hashlib.sha256(house.files[0].read_bytes()).digest()
    assert pbx.left == []


async def test_originals_can_be_kept(build: Build, pbx: Pbx) -> None:
    speak(pbx)
    house = build(keep_originals=True)
    await house.deliver()
    assert (await house.row()).state is RecordingState.STORED
    assert pbx.left == [pbx.rx.name, pbx.tx.name]


async def test_unanswered(house: House, pbx: Pbx) -> None:
    pbx.write(wav_bytes(tone(0)), wav_bytes(tone(0)))
    await house.deliver()
    await house.deliver()
    row = await house.row()
    assert (row.state, row.path) == (RecordingState.EMPTY, None)
    assert house.files == []
    assert pbx.left == []


@pytest.mark.parametrize("seconds_ago", [30, 3600])
async def test_work_that_comes_late_does_not_wait(build: Build, pbx: Pbx, seconds_ago: int) -> None:
    house = build(patience=Patience(settle=20.0, stall=20.0, limit=0.0))
    pbx.write(wav_bytes(tone(0)), wav_bytes(tone(0)))
    then = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    for path in (pbx.rx, pbx.tx):
        os.utime(path, (then.timestamp(), then.timestamp()))
    house.payload["ended_at"] = then.isoformat()
    await house.deliver()
    assert (await house.row()).state is RecordingState.EMPTY


async def test_missing_and_then_found(house: House, pbx: Pbx) -> None:
    with capture_logs() as logs:
        await house.deliver()
    row = await house.row()
    assert (row.state, row.error) == (RecordingState.MISSING, ErrorCode.ORIGINAL_MISSING)
    assert logs[0]["remedy"] == REMEDIES[ErrorCode.ORIGINAL_MISSING]
    speak(pbx)
    await house.deliver()
    assert (await house.row()).state is RecordingState.STORED


async def test_one_side_missing(house: House, pbx: Pbx) -> None:
    pbx.write(None, wav_bytes(COMPANY))
    await house.deliver()
    row = await house.row()
    assert (row.state, row.error) == (RecordingState.STORED, ErrorCode.ORIGINAL_MISSING)
    assert row.truncated
    assert (row.customer_silent, row.company_silent) == (True, False)
    assert pbx.left == [pbx.tx.name]


async def test_headers_that_asterisk_never_finished(house: House, pbx: Pbx) -> None:
    pbx.write(wav_bytes(CUSTOMER, declared=0), wav_bytes(COMPANY, declared=0))
    await house.deliver()
    row = await house.row()
    assert (row.state, row.truncated, row.error) == (RecordingState.STORED, True, None)
    assert row.duration_seconds == 3.0
    assert pbx.left == []


async def test_files_that_are_finished_late(build: Build, pbx: Pbx) -> None:
    house = build(patience=Patience(settle=0.02, stall=60.0, limit=60.0, poll=0.005))
    running = asyncio.create_task(house.deliver())
    pbx.write(None, wav_bytes(COMPANY[:100], declared=0))
    pbx.write(wav_bytes(CUSTOMER[:100], declared=0), None)
    speak(pbx)
    async with asyncio.timeout(20):
        await running
    row = await house.row()
    assert (row.truncated, row.duration_seconds) == (False, 3.0)


async def test_files_that_still_grow_are_left_for_later(build: Build, pbx: Pbx) -> None:
    house = build(patience=Patience(settle=60.0, stall=60.0, limit=0.05, poll=0.005))
    pbx.write(wav_bytes(CUSTOMER, declared=0), wav_bytes(COMPANY, declared=0))
    with pytest.raises(RecordingError) as caught:
        await house.deliver()
    assert caught.value.code is ErrorCode.ORIGINAL_CHANGED
    assert pbx.left == [pbx.rx.name, pbx.tx.name]
    assert house.files == []


async def test_both_corrupt(house: House, pbx: Pbx) -> None:
    pbx.write(b"<html>" * 50, b"<html>" * 50)
    with capture_logs() as logs:
        await house.deliver()
    row = await house.row()
    assert (row.state, row.error) == (RecordingState.FAILED, ErrorCode.ORIGINAL_CORRUPT)
    assert logs[0]["remedy"] == REMEDIES[ErrorCode.ORIGINAL_CORRUPT]
    assert pbx.left == [pbx.rx.name, pbx.tx.name]


async def test_one_corrupt_side_does_not_cost_the_other(house: House, pbx: Pbx) -> None:
    pbx.write(wav_bytes(CUSTOMER), b"<html>" * 50)
    await house.deliver()
    row = await house.row()
    assert (row.state, row.error) == (RecordingState.STORED, ErrorCode.ORIGINAL_CORRUPT)
    samples, _ = soundfile.read(house.files[0], dtype="int16")
    assert np.array_equal(samples[:, 0], CUSTOMER)
    assert pbx.left == [pbx.rx.name, pbx.tx.name]


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "", ".hidden", "a\nb", "a" * 300])
async def test_a_name_that_is_a_path(house: House, name: str) -> None:
    house.payload["name"] = name
    await house.deliver()
    assert (await house.row()).error is ErrorCode.BAD_NAME


async def test_no_folder(house: House, pbx: Pbx) -> None:
    pbx.folder.rmdir()
    with pytest.raises(RecordingError, match=r"is not a folder: set pbx\.recordings_folder"):
        await house.deliver()
    assert (await house.row()).error is ErrorCode.FOLDER_MISSING


async def test_a_merged_call_hands_its_recording_over(house: House, pbx: Pbx) -> None:
    call = metadata.tables["call"]
    early = UUID("01938a4c-7400-7000-8000-000000000002")

    def merge(connection: Connection) -> None:
        columns = [c.name for c in call.c if c.name not in {"id", "merged_into"}]
        connection.execute(
            insert(call).from_select(
                ["id", "merged_into", *columns],
                select(literal(early, Id), literal(CALL, Id), *(call.c[name] for name in columns)),
            )
        )

    await house.database.write(merge)
    speak(pbx)
    house.payload["call_id"] = str(early)
    await house.deliver()
    assert (await house.row()).call_id == CALL


def speak_all(pbx: Pbx, names: Sequence[str]) -> list[Pbx]:
    spoken = [Pbx(pbx.folder, name) for name in names]
    for one in spoken:
        speak(one)
    return spoken


async def test_many_at_once_and_each_with_its_own_result(house: House, pbx: Pbx) -> None:
    """One transaction for what was stored and one for what was not."""
    good = speak_all(pbx, ["a", "b", "c"])
    corrupt = Pbx(pbx.folder, "corrupt")
    corrupt.write(b"<html>" * 50, b"<html>" * 50)
    for path in (corrupt.rx, corrupt.tx):
        os.utime(path, (0, 0))
    payloads: list[dict[str, str]] = [
        house.payload | {"name": "a"},
        {"pbx": "pbx"},
        house.payload | {"name": "b"},
        house.payload | {"name": "corrupt"},
        house.payload | {"pbx": "other"},
        house.payload | {"name": "absent"},
        house.payload | {"name": "c"},
        house.payload | {"name": "a"},
    ]
    results = await house.ingest(payloads)
    assert [type(result) for result in results] == [
        *(type(None), KeyError, type(None), type(None)),
        *(RecordingError, timedelta, type(None), type(None)),
    ]
    states = {(row.name, row.state) for row in await house.rows()}
    assert states == {
        *((one.name, RecordingState.STORED) for one in good),
        ("corrupt", RecordingState.FAILED),
        (NAME, RecordingState.FAILED),
    }
    assert {name.partition(".")[0] for name in pbx.left} == {"corrupt"}


async def test_a_batch_is_one_transaction(
    house: House, pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    speak_all(pbx, ["a", "b", "c"])
    write, writes = Database.write, []

    async def counted(self: Database, work: Callable[[Connection], None]) -> None:
        writes.append(work)
        await write(self, work)

    monkeypatch.setattr(Database, "write", counted)
    assert await house.ingest([house.payload | {"name": name} for name in "abc"]) == [None] * 3
    assert len(writes) == 1


async def test_a_row_that_cannot_be_saved_takes_no_other_with_it(house: House, pbx: Pbx) -> None:
    speak_all(pbx, ["a", "b", "c"])
    payloads = [house.payload | {"name": name} for name in "abc"]
    payloads[1]["call_id"] = str(UUID(int=1))
    results = await house.ingest(payloads)
    assert [type(result) for result in results] == [type(None), IntegrityError, type(None)]
    assert {row.name for row in await house.rows()} == {"a", "c"}
    assert pbx.left == ["b.rx.wav", "b.tx.wav"]
