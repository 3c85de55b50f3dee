"""The encoder's process: started on demand, replaced when it dies, ended when idle."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest

from recordings import encoder as encoder_module
from recordings.encoder import Encoder
from recordings.errors import ErrorCode, RecordingError
from recordings.job import StoreJob
from tests.unit.recordings.conftest import Pbx, tone, wav_bytes


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def job(pbx: Pbx, storage: Path, codec: str = "flac") -> StoreJob:
    recording = uuid4()
    return StoreJob(
        recording=recording,
        customer=pbx.rx,
        company=pbx.tx,
        storage=f"file://{storage}",
        key=f"2024/12/03/{recording}.{codec}",
        codec=codec,
    )


@pytest.fixture
def spoken(pbx: Pbx) -> Pbx:
    pbx.write(wav_bytes(tone(1)), wav_bytes(tone(1, 700)))
    return pbx


async def test_one_process_serves_many_jobs_politely(spoken: Pbx, tmp_path: Path) -> None:
    async with Encoder() as encoder:
        assert not encoder.process_ids
        await asyncio.gather(*(encoder.store(job(spoken, tmp_path / "s")) for _ in range(5)))
        (pid,) = encoder.process_ids
        await encoder.store(job(spoken, tmp_path / "s"))
        assert encoder.process_ids == (pid,)
        assert os.getpriority(os.PRIO_PROCESS, pid) == 10
    assert not encoder.process_ids
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_two_at_most_when_asked(spoken: Pbx, tmp_path: Path) -> None:
    async with Encoder(processes=2) as encoder:
        await asyncio.gather(*(encoder.store(job(spoken, tmp_path / "s")) for _ in range(6)))
        assert len(encoder.process_ids) == 2


async def test_it_ends_when_idle_and_starts_again(spoken: Pbx, tmp_path: Path) -> None:
    async with Encoder(idle_seconds=0.0) as encoder:
        await encoder.store(job(spoken, tmp_path / "s"))
        await until(lambda: encoder.process_ids == ())
        await encoder.store(job(spoken, tmp_path / "s"))


async def test_killed_between_jobs(spoken: Pbx, tmp_path: Path) -> None:
    async with Encoder() as encoder:
        await encoder.store(job(spoken, tmp_path / "s"))
        os.kill(encoder.process_ids[0], signal.SIGKILL)
        await encoder.store(job(spoken, tmp_path / "s"))


async def test_killed_in_the_middle_of_a_job(pbx: Pbx, tmp_path: Path) -> None:
    pbx.write(wav_bytes(tone(60)), wav_bytes(tone(60, 700)))
    async with Encoder() as encoder:
        long = job(pbx, tmp_path / "s", "opus")
        running = asyncio.create_task(encoder.store(long))
        draft = tmp_path / "s" / ".incoming" / f"{long.recording}.part"
        await until(draft.exists)
        (first,) = encoder.process_ids
        os.kill(first, signal.SIGKILL)
        stored = await running
        assert encoder.process_ids != (first,)
    assert stored.duration_seconds == 60
    assert not draft.exists()


@pytest.mark.parametrize("program", ["pass", "import time; time.sleep(60)"])
async def test_lost_twice_is_the_jobs_failure(
    spoken: Pbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(encoder_module, "_COMMAND", (sys.executable, "-c", program))
    async with Encoder(job_seconds=0.3) as encoder:
        with pytest.raises(RecordingError) as caught:
            await encoder.store(job(spoken, tmp_path / "s"))
        assert caught.value.code is ErrorCode.WORKER_LOST
        monkeypatch.undo()
    async with Encoder() as encoder:
        await encoder.store(job(spoken, tmp_path / "s"))


async def test_a_cancelled_job_spoils_no_other(pbx: Pbx, tmp_path: Path) -> None:
    pbx.write(wav_bytes(tone(60)), wav_bytes(tone(60, 700)))
    async with Encoder() as encoder:
        long = job(pbx, tmp_path / "s", "opus")
        running = asyncio.create_task(encoder.store(long))
        await until((tmp_path / "s" / ".incoming" / f"{long.recording}.part").exists)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        pbx.write(wav_bytes(tone(1)), wav_bytes(tone(2, 700)))
        assert (await encoder.store(job(pbx, tmp_path / "s"))).duration_seconds == 2


async def test_an_unusable_job_leaves_the_process_alive(spoken: Pbx, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with Encoder() as encoder:
        with pytest.raises(RecordingError):
            await encoder.store(job(spoken, tmp_path / "file"))
        (pid,) = encoder.process_ids
        await encoder.store(job(spoken, tmp_path / "s"))
        assert encoder.process_ids == (pid,)


def test_the_daemon_loads_neither_numpy_nor_libsndfile() -> None:
    program = (
        "import sys, recordings.ingest, recordings.queries;"
        "sys.exit(bool({'numpy', 'soundfile'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
