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
from recordings.job import DiscardJob, Job, Patience, Reason, Stored, StoreJob, Unstored
from tests.unit.recordings.conftest import Pbx, tone, wav_bytes


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    async with asyncio.timeout(seconds):
        while not condition():
            await asyncio.sleep(0.005)


def job(pbx: Pbx, storage: Path, codec: str = "flac") -> StoreJob:
    recording = uuid4()
    return StoreJob(
        recording=str(recording),
        folder=str(pbx.folder),
        name=pbx.name,
        storage=f"file://{storage}",
        key=f"2024/12/03/{recording}.{codec}",
        codec=codec,
    )


async def store(encoder: Encoder, *jobs: StoreJob) -> list[Stored]:
    """Do the jobs, all of which succeed."""
    outcomes = await encoder.do(jobs)
    stored = [one for one in outcomes if isinstance(one, Stored)]
    assert len(stored) == len(jobs), outcomes
    return stored


@pytest.fixture
def spoken(pbx: Pbx) -> Pbx:
    pbx.write(wav_bytes(tone(1)), wav_bytes(tone(1, 700)))
    return pbx


async def test_one_process_serves_many_jobs_politely(spoken: Pbx, tmp_path: Path) -> None:
    async with Encoder() as encoder:
        assert encoder.process_id is None
        jobs = [job(spoken, tmp_path / "s") for _ in range(5)]
        await asyncio.gather(*(store(encoder, *jobs) for _ in range(3)))
        pid = encoder.process_id
        assert pid is not None
        await store(encoder, job(spoken, tmp_path / "s"))
        assert encoder.process_id == pid
        assert os.getpriority(os.PRIO_PROCESS, pid) == 10
    assert encoder.process_id is None
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_nothing_to_do_starts_no_process() -> None:
    async with Encoder() as encoder:
        assert await encoder.do([]) == []
        assert encoder.process_id is None


async def test_outcomes_come_in_the_order_of_the_jobs(pbx: Pbx, tmp_path: Path) -> None:
    jobs: list[Job] = []
    for seconds in (3, 0, 1, 2):
        name = f"{seconds}"
        Pbx(pbx.folder, name).write(wav_bytes(tone(seconds)), wav_bytes(tone(seconds)))
        jobs.append(job(Pbx(pbx.folder, name), tmp_path / "s")._replace(patience=Patience(0.0)))
    jobs.append(job(pbx, tmp_path / "s"))
    async with Encoder() as encoder:
        three, empty, one, two, partial = await encoder.do(jobs)
        durations = [x.duration_seconds for x in (three, one, two) if isinstance(x, Stored)]
        assert durations == [3, 1, 2]
        assert isinstance(empty, Unstored)
        assert empty.reason is Reason.EMPTY
        assert isinstance(partial, Unstored)
        assert partial.reason is Reason.PARTIAL
        assert isinstance(three, Stored)
        folder = str(pbx.folder)
        done, refused = await encoder.do(
            [DiscardJob(folder, "3", three.seen), DiscardJob(folder, "1", "otherwise")]
        )
        assert done is None
        assert isinstance(refused, RecordingError)
        assert refused.code is ErrorCode.ORIGINAL_CHANGED
    assert sorted(x.split(".")[0] for x in pbx.left) == ["0", "0", "1", "1", "2", "2"]


async def test_it_ends_when_idle_and_starts_again(spoken: Pbx, tmp_path: Path) -> None:
    async with Encoder(idle_seconds=0.0) as encoder:
        await store(encoder, job(spoken, tmp_path / "s"))
        await until(lambda: encoder.process_id is None)
        await store(encoder, job(spoken, tmp_path / "s"))


async def test_killed_between_jobs(spoken: Pbx, tmp_path: Path) -> None:
    async with Encoder() as encoder:
        await store(encoder, job(spoken, tmp_path / "s"))
        assert encoder.process_id is not None
        os.kill(encoder.process_id, signal.SIGKILL)
        await store(encoder, job(spoken, tmp_path / "s"))


async def test_killed_in_the_middle_of_its_jobs(pbx: Pbx, tmp_path: Path) -> None:
    pbx.write(wav_bytes(tone(60)), wav_bytes(tone(60, 700)))
    async with Encoder() as encoder:
        jobs = [job(pbx, tmp_path / "s", "opus") for _ in range(2)]
        running = asyncio.create_task(store(encoder, *jobs))
        drafts = [tmp_path / "s" / ".incoming" / f"{one.recording}.part" for one in jobs]
        await until(drafts[1].exists)
        first = encoder.process_id
        assert first is not None
        os.kill(first, signal.SIGKILL)
        stored = await running
        assert encoder.process_id != first
    assert [one.duration_seconds for one in stored] == [60, 60]
    assert not any(draft.exists() for draft in drafts)


@pytest.mark.parametrize("program", ["pass", "import time; time.sleep(60)"])
async def test_lost_twice_is_the_jobs_failure(
    spoken: Pbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    monkeypatch.setattr(encoder_module, "_COMMAND", (sys.executable, "-c", program))
    async with Encoder(job_seconds=0.3) as encoder:
        [lost] = await encoder.do([job(spoken, tmp_path / "s")])
        assert isinstance(lost, RecordingError)
        assert lost.code is ErrorCode.WORKER_LOST
        monkeypatch.undo()
    async with Encoder() as encoder:
        await store(encoder, job(spoken, tmp_path / "s"))


FRAGILE = """
import os, sys
from recordings import worker
begin = worker.Workshop._begin
def fragile(self, job):
    if job.name == "poison":
        os._exit(1)
    return begin(self, job)
worker.Workshop._begin = fragile
worker.main()
"""


async def test_a_job_that_kills_the_process_takes_no_other_with_it(
    spoken: Pbx, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(encoder_module, "_COMMAND", (sys.executable, "-c", FRAGILE))
    jobs = [job(spoken, tmp_path / "s") for _ in range(3)]
    jobs[1] = jobs[1]._replace(name="poison")
    async with Encoder() as encoder:
        first, poison, last = await encoder.do(jobs)
    assert isinstance(first, Stored)
    assert isinstance(last, Stored)
    assert isinstance(poison, RecordingError)
    assert poison.code is ErrorCode.WORKER_LOST


async def test_a_cancelled_job_spoils_no_other(pbx: Pbx, tmp_path: Path) -> None:
    pbx.write(wav_bytes(tone(60)), wav_bytes(tone(60, 700)))
    async with Encoder() as encoder:
        long = job(pbx, tmp_path / "s", "opus")
        running = asyncio.create_task(store(encoder, long))
        await until((tmp_path / "s" / ".incoming" / f"{long.recording}.part").exists)
        running.cancel()
        with pytest.raises(asyncio.CancelledError):
            await running
        pbx.write(wav_bytes(tone(1)), wav_bytes(tone(2, 700)))
        [stored] = await store(encoder, job(pbx, tmp_path / "s"))
        assert stored.duration_seconds == 2


async def test_an_unusable_job_leaves_the_process_alive(spoken: Pbx, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    async with Encoder() as encoder:
        bad, good = await encoder.do(
            [job(spoken, tmp_path / "file"), job(spoken, tmp_path / "s", "flac")]
        )
        assert isinstance(bad, RecordingError)
        assert isinstance(good, Stored)
        pid = encoder.process_id
        await store(encoder, job(spoken, tmp_path / "s"))
        assert encoder.process_id == pid


def test_the_daemon_loads_neither_numpy_nor_libsndfile() -> None:
    program = (
        "import sys, recordings.ingest, recordings.queries;"
        "sys.exit(bool({'numpy', 'soundfile'} & set(sys.modules)))"
    )
    subprocess.run([sys.executable, "-c", program], check=True)
