"""From two files to one where the disk, the worker or the files themselves fail."""

from __future__ import annotations

import errno
import os
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Connection
from structlog.testing import capture_logs

from recordings.encoder import Encoder
from recordings.errors import ErrorCode, RecordingError
from recordings.job import Job, Outcome, Stored, StoreJob
from recordings.models import RecordingState
from recordings.storage import LocalFolder
from recordings.worker import Workshop
from store.database import Database
from tests.unit.recordings.conftest import (
    NAME,
    Build,
    House,
    Pbx,
    speak,
    wav_bytes,
)

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="mounts a small file system: root only")


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
