"""Memory over many calls: translator, tracker, flusher and SQLite, in one process.

Prints what is resident after each fifth of the calls. Flat means: after the last fifth at most 5 %
and 2 MB more than after the first, which is left to the allocator. Exit status 1 where it is not
flat, or a call is missing.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Final

from sqlalchemy import text

from benchmarks.pipeline import Calls, pipeline

CALLS: Final = 50_000
MOST_SHARE: Final = 1.05
MOST_MORE_MB: Final = 2.0
_AT_ONCE: Final = 20


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--calls", type=int, default=CALLS)
    total: int = parser.parse_known_args()[0].calls
    with tempfile.TemporaryDirectory() as folder:
        resident, stored = asyncio.run(_run(Path(folder), total))
    most = resident[0] * MOST_SHARE + MOST_MORE_MB
    growth = (resident[-1] - resident[0]) / (total * 4 / 5 / 1000)
    print(f"calls in the base           {stored:8d}   of {total}")
    print(f"resident at the end         {resident[-1]:8.1f} MB (at most {most:.1f})")
    print(f"growth per 1,000 calls      {growth * 1024:8.1f} KB")
    return 0 if resident[-1] <= most and stored == total else 1


async def _run(folder: Path, total: int) -> tuple[list[float], int]:
    calls, resident = Calls(), list[float]()
    async with pipeline(folder) as running:
        for number in range(total):
            later = timedelta(seconds=number)
            running.capture.on_messages(calls.messages(number, later))
            if (number + 1) % _AT_ONCE == 0:
                while running.flusher.waits > _AT_ONCE:  # noqa: ASYNC110 - a count, no event
                    await asyncio.sleep(0.005)
                await asyncio.sleep(0)
            if (number + 1) % max(1, total // 5) == 0:
                await running.until_stored()
                running.stored.clear()
                gc.collect()
                resident.append(_resident_mb())
                print(f"after {number + 1:6d} calls          {resident[-1]:8.1f} MB", flush=True)
        async with running.database.read() as connection:
            stored = (await connection.execute(text("SELECT count(*) FROM call"))).scalar_one()
    return resident, int(stored)


def _resident_mb() -> float:
    status = Path("/proc/self/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmRSS"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    sys.exit(main())
