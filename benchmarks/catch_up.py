"""Catching up: calls out of a PBX's event log into SQLite, while the same process captures live.

First live calls alone, then as many beside the catch-up: the delay is from the last message of a
call to its record in the base. Prints seconds, and median and 99th percentile of both. Exit status
1 when a call is lost, doubled or not as its log has it; not by time, which depends on what else the
machine does.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections import deque
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text

from benchmarks.pipeline import Calls, Pipeline, pipeline

CALLS: Final = 100_000
MOST_SECONDS: Final = 60.0
LIVE_RATE: Final = 10
_IDLE_SECONDS: Final = 40.0

_COUNTS: Final = """
    SELECT count(*), count(DISTINCT linkedid),
           sum(CASE WHEN complete AND disposition = 'answered' THEN 1 ELSE 0 END)
    FROM call LEFT JOIN call_linkedid ON call_id = id
"""


def main() -> int:
    """Exit status 1 when a call is lost or doubled."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.catch_up", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    parser.add_argument("--idle", type=float, default=_IDLE_SECONDS, help="seconds of live alone")
    options, _ = parser.parse_known_args()
    total: int = options.calls
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "cel.csv"
        with log.open("w", newline="") as file:
            file.writelines(Calls().log(total))
        measured = asyncio.run(_run(Path(folder), log, total, options.idle))
    seconds, idle, busy, stored, live = measured
    bound = MOST_SECONDS * max(1.0, total / CALLS)
    print(f"calls caught up             {stored - live:8d}   of {total}")
    print(f"seconds                     {seconds:8.1f}    (aim: at most {bound:.0f})")
    print(f"calls a second              {total / seconds:8.0f}")
    for what, delay in (("nothing else", idle), ("catching up", busy)):
        print(f"live p50, {what:18}{delay.median * 1000:8.1f} ms ({delay.count} calls)")
        print(f"live p99, {what:18}{delay.p99 * 1000:8.1f} ms")
    more = (busy.p99 - idle.p99) * 1000
    print(f"p99, how much more          {more:8.1f} ms (aim: less than 100 ms)")
    print(f"p99, ratio                  {busy.p99 / idle.p99 if idle.p99 else 0:8.2f}")
    return 0 if stored == total + live else 1


async def _run(
    folder: Path, log: Path, total: int, idle_seconds: float
) -> tuple[float, _Delay, _Delay, int, int]:
    async with pipeline(folder, log) as running:
        live = _Live(running, total)
        await live.run(time.monotonic() + idle_seconds)
        idle = live.delay()
        beside = asyncio.create_task(live.run(float("inf")))
        began = time.monotonic()
        running.catch_up.synced()
        await running.catch_up.caught_up.wait()
        seconds = time.monotonic() - began
        beside.cancel()
        await asyncio.gather(beside, return_exceptions=True)
        busy = live.delay()
        await running.until_stored()
        async with running.database.read() as connection:
            counts = (await connection.execute(text(_COUNTS))).one()
    # Each call has one linkedid of its own: one lost and another doubled are no right sum.
    stored = min(counts) if len(set(counts)) == 1 else 0
    return seconds, idle, busy, int(stored), live.calls


@dataclass(frozen=True, slots=True)
class _Delay:
    """Seconds from the last message of a call to its record in the base."""

    median: float
    p99: float
    count: int


class _Live:
    """Calls that come in while something else is done."""

    def __init__(self, running: Pipeline, first: int) -> None:
        self._running = running
        self._number = first
        self._made = Calls()
        self._due = deque[float]()
        self._delays = list[float]()
        self.calls = 0

    async def run(self, until: float) -> None:
        """Call after call, at a constant rate."""
        self._delays.clear()
        next_at = time.monotonic()
        while next_at < until:
            await asyncio.sleep(max(0.0, next_at - time.monotonic()))
            later = timedelta(seconds=60 + self.calls)
            self._running.capture.on_messages(self._made.messages(self._number + self.calls, later))
            self.calls += 1
            self._take(next_at)
            next_at += 1 / LIVE_RATE

    def _take(self, told_at: float) -> None:
        """In order of their being told; each was due at ``told_at``."""
        self._due.append(told_at)
        for id_ in list(self._running.stored):
            self._delays.append(self._running.stored.pop(id_) - self._due.popleft())

    def delay(self) -> _Delay:
        """Of the run before."""
        if len(self._delays) < 2:
            return _Delay(0.0, 0.0, len(self._delays))
        p99 = statistics.quantiles(self._delays, n=100, method="inclusive")[98]
        return _Delay(statistics.median(self._delays), p99, len(self._delays))


if __name__ == "__main__":
    sys.exit(main())
