"""From two files and a message to one stored recording, whatever happens on the way."""

from __future__ import annotations

import asyncio
import errno
import hashlib
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
import soundfile
from sqlalchemy import Connection, insert, literal, select
from sqlalchemy.exc import IntegrityError
from structlog.testing import capture_logs

from recordings.encoder import Encoder
from recordings.errors import REMEDIES, ErrorCode, RecordingError
from recordings.job import Job, Outcome, Patience, Stored, StoreJob
from recordings.models import RecordingState
from recordings.queries import find_peaks
from recordings.storage import LocalFolder
from recordings.worker import Workshop
from store.database import Database
from store.metadata import metadata
from store.types import Id
from tests.unit.recordings.conftest import CALL, NAME, Build, House, Pbx, tone, wav_bytes

CUSTOMER, COMPANY = tone(3.0, 440), tone(2.5, 1000)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system: root only")


def speak(pbx: Pbx) -> None:
    pbx.write(wav_bytes(CUSTOMER), wav_bytes(COMPANY))


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


class _Unsynced(LocalFolder):
    """A folder whose entries may not last."""

    def sync(self) -> None:
        raise OSError(errno.EIO, "input/output error")


class _Tampering(LocalFolder):
    """A disk that changes one byte of what it took."""

    def put(self, key: str, draft: Path) -> None:
        super().put(key, draft)
        path = self.root / key
        data = bytearray(path.read_bytes())
        data[-20] ^= 1
        path.write_bytes(data)


class _Slow(LocalFolder):
    """One so slow that MixMonitor writes meanwhile."""

    def sync(self) -> None:
        with (self.root.parent / "monitor" / f"{NAME}.rx.wav").open("ab") as original:
            original.write(b"\1\2" * 8000)


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        (_Unsynced, ErrorCode.STORAGE_FAILED),
        (_Tampering, ErrorCode.READ_BACK_DIFFERS),
        (_Slow, ErrorCode.ORIGINAL_CHANGED),
    ],
)
@pytest.mark.parametrize("keep_originals", [False, True])
async def test_what_is_not_proved_is_not_stored(
    build: Build,
    pbx: Pbx,
    monkeypatch: pytest.MonkeyPatch,
    folder: type[LocalFolder],
    code: ErrorCode,
    keep_originals: bool,
) -> None:
    """And the originals stay for the next try, which succeeds."""
    speak(pbx)
    house = build(keep_originals=keep_originals)

    async def do(_: Encoder, jobs: Sequence[Job]) -> list[Outcome]:
        return Workshop(lambda url: folder(Path(url.removeprefix("file://")))).do(jobs)

    with monkeypatch.context() as patched:
        patched.setattr(Encoder, "do", do)
        with pytest.raises(RecordingError) as caught:
            await house.deliver()
    assert caught.value.code is code
    assert (await house.row()).state is RecordingState.FAILED
    assert pbx.left == [pbx.rx.name, pbx.tx.name]
    await house.deliver()
    assert (await house.row()).state is RecordingState.STORED
    assert bool(pbx.left) == keep_originals


async def test_originals_that_cannot_be_deleted_are_stored_once(
    house: House, pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The folder may be read but not written: root is not kept from writing, hence patched."""
    speak(pbx)
    workshop, jobs_done = Workshop(), []

    async def do(_: Encoder, jobs: Sequence[Job]) -> list[Outcome]:
        outcomes = workshop.do([one for one in jobs if isinstance(one, StoreJob)])
        jobs_done.extend(outcomes)
        return outcomes or [RecordingError(ErrorCode.NO_PERMISSION, "denied") for _ in jobs]

    monkeypatch.setattr(Encoder, "do", do)
    monkeypatch.setattr("os.access", lambda *_: False)
    for _ in range(3):
        with pytest.raises(RecordingError, match="denied"):
            await house.deliver()
        assert (await house.row()).state is RecordingState.STORED
    assert sum(isinstance(one, Stored) for one in jobs_done) == 1


async def test_originals_that_grow_during_the_work_stay(
    house: House, pbx: Pbx, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Read back and committed, and then MixMonitor writes on: what it writes is not lost."""
    speak(pbx)
    write = Database.write

    async def write_and_grow(self: Database, work: Callable[[Connection], None]) -> None:
        await write(self, work)
        with pbx.rx.open("ab") as file:
            file.write(b"\1\2" * 8000)

    with monkeypatch.context() as patched:
        patched.setattr(Database, "write", write_and_grow)
        with pytest.raises(RecordingError) as caught:
            await house.deliver()
    assert caught.value.code is ErrorCode.ORIGINAL_CHANGED
    assert pbx.left == [pbx.rx.name, pbx.tx.name]
    await house.deliver()
    assert (await house.row()).duration_seconds > 3.0  # type: ignore[operator]
    assert pbx.left == []


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """256 KiB of real file system."""
    folder = tmp_path / "disk"
    folder.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder], check=True)
    yield folder
    subprocess.run(["umount", folder], check=True)


@as_root
async def test_full_disk(build: Build, pbx: Pbx, small_disk: Path) -> None:
    noise = np.random.default_rng(1).integers(-32768, 32768, 40_000)
    pbx.write(wav_bytes(noise), wav_bytes(noise))
    ballast = small_disk / "ballast"
    ballast.write_bytes(bytes(180_000))
    house = build(storage=small_disk)
    with capture_logs() as logs:
        for _ in range(3):
            with pytest.raises(RecordingError) as caught:
                await house.deliver()
            assert caught.value.code is ErrorCode.NO_SPACE
        assert (await house.row()).error is ErrorCode.NO_SPACE
        assert pbx.left == [pbx.rx.name, pbx.tx.name]
        assert house.files == [ballast]
        ballast.unlink()
        await house.deliver()
    assert (await house.row()).state is RecordingState.STORED
    assert pbx.left == []
    assert [line["event"] for line in logs] == [
        "recording not stored",
        "recordings are stored again",
    ]
    assert "free space" in logs[0]["remedy"]


@as_root
@pytest.mark.parametrize("pages", [0, 1, 20, 37, 38, 39])
async def test_a_disk_that_fills_anywhere(
    build: Build, pbx: Pbx, small_disk: Path, pages: int
) -> None:
    """Also where only the last block, which libsndfile writes on closing, does not fit."""
    noise = np.random.default_rng(1).integers(-32768, 32768, (2, 40_000))
    pbx.write(wav_bytes(noise[0]), wav_bytes(noise[1]))
    house = build(storage=small_disk)
    available = os.statvfs(small_disk).f_bavail
    (small_disk / "ballast").write_bytes(bytes(4096 * (available - pages)))
    with pytest.raises(RecordingError) as caught:
        await house.deliver()
    assert caught.value.code is ErrorCode.NO_SPACE
    assert pbx.left == [pbx.rx.name, pbx.tx.name]
    assert [path.name for path in house.files] == ["ballast"]


@pytest.fixture
def read_only_disk(small_disk: Path) -> Path:
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    return small_disk


@as_root
async def test_storage_that_may_not_be_written(
    build: Build, pbx: Pbx, read_only_disk: Path
) -> None:
    speak(pbx)
    with pytest.raises(RecordingError, match=r"EROFS.*write to recordings\.storage") as caught:
        await build(storage=read_only_disk).deliver()
    assert caught.value.code is ErrorCode.NO_PERMISSION
    assert pbx.left == [pbx.rx.name, pbx.tx.name]


async def test_logs_hold_neither_names_nor_channels(house: House, pbx: Pbx) -> None:
    house.payload["name"] = house.payload["channel"] = "+442079460101"
    with capture_logs() as logs:
        await house.deliver()
    assert logs
    assert "9460101" not in repr(logs)
