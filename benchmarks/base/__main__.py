"""How soon a large base answers: a million clients and ten million calls, on both databases.

A real daemon (its PBX is away) answers over HTTP to an administrator, a supervisor of ten managers
and a manager, one request after the other: the card, the list, searches by the beginning of a name
and by a full number, the calls. Prints median and 95th percentile in milliseconds. Then the same
queries without HTTP, with and without access and masking, in one run, as ratios. Last, an export:
how much memory the daemon takes for it.

Exit status 1 when a 95th percentile is over 50 ms, or a ratio over 1.5. Made-up bases are kept for
the next run where ``--keep`` says so.
"""

from __future__ import annotations

import argparse
import asyncio
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from benchmarks.base.fill import fill
from benchmarks.base.house import House
from benchmarks.base.measure import MOST_MS, MOST_RATIO, Measured, ask_all, compare, export
from lab.postgres import Postgres
from store.database import Database

_FILLED: Final = "filled"
# As a server is set up whose disk is to be trusted; only its memory is ours to choose, and what
# makes it sooner filled.
_SERVER: Final = {
    "shared_buffers": "2GB",
    "work_mem": "64MB",
    "maintenance_work_mem": "1GB",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
    "wal_level": "minimal",
    "max_wal_senders": "0",
}


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.base", description=__doc__)
    parser.add_argument("--clients", type=int, default=1_000_000)
    parser.add_argument("--calls", type=int, default=10_000_000)
    parser.add_argument("--requests", type=int, default=200, help="of each kind")
    parser.add_argument("--only", choices=("sqlite", "postgresql"))
    parser.add_argument("--keep", type=Path, help="a folder for the bases")
    given = parser.parse_args()
    missed = False
    for name in ("sqlite", "postgresql"):
        if given.only in {None, name}:
            with _database(name, given.keep) as (url, folder):
                missed |= _measure(name, url, folder, given)
    return int(missed)


@contextmanager
def _database(name: str, keep: Path | None) -> Iterator[tuple[str, Path]]:
    with tempfile.TemporaryDirectory(prefix="callward-base-") as temporary:
        folder = keep / f"base-{name}" if keep else Path(temporary)
        if not (folder / _FILLED).exists():
            # What was cut off on its way is of no use.
            shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True, exist_ok=True)
        if name == "sqlite":
            yield f"sqlite+aiosqlite:///{folder}/base.db", folder
        else:
            kept = folder / "server" if keep else None
            with Postgres(_SERVER, keep=kept) as postgres:
                there = (folder / _FILLED).exists()
                yield postgres.url("base") if there else postgres.create("base"), folder


def _measure(name: str, url: str, folder: Path, given: argparse.Namespace) -> bool:
    print(f"{name}: {given.clients:,} clients, {given.calls:,} calls", flush=True)
    if not (folder / _FILLED).exists():
        asyncio.run(_fill(url, folder, given))
        (folder / _FILLED).touch()
    with House(url, folder) as house:
        measured = ask_all(house, given.clients, given.requests)
        ratios = asyncio.run(compare(url, folder, given.clients, given.requests))
        for one in measured:
            print(f"  {one.who:14} {one.what:22} {one.median:7.1f} {one.p95:7.1f} ms")
        for what, ratio in ratios.items():
            print(f"  {'ratio':14} {what:22} {ratio:7.2f}")
        print(export(house))
    return _missed(measured, ratios)


async def _fill(url: str, folder: Path, given: argparse.Namespace) -> None:
    database = Database(url)
    try:
        await fill(
            database,
            folder / "vault.key",
            clients=given.clients,
            calls=given.calls,
            say=lambda text: print(f"  {text}", flush=True),
        )
    finally:
        await database.close()


def _missed(measured: list[Measured], ratios: dict[str, float]) -> bool:
    slow = [one for one in measured if one.p95 > MOST_MS]
    dear = [what for what, ratio in ratios.items() if ratio > MOST_RATIO]
    for one in slow:
        print(f"  MISSED: {one.who} {one.what}: over {MOST_MS} ms", file=sys.stderr)
    for what in dear:
        print(f"  MISSED: {what}: ratio over {MOST_RATIO}", file=sys.stderr)
    return bool(slow or dear)


if __name__ == "__main__":
    sys.exit(main())
