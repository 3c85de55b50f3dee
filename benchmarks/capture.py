"""Capture under load: SIPp at 40 calls/s against the lab, recorded, 500 calls at once.

Prints, of one run: CPU seconds of the daemon (database included) for each CPU second of Asterisk,
the daemon's peak memory, and whether every call is in the base once, with its recording. Exit
status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import sqlite3
import sys
import time
from pathlib import Path

from lab import load
from lab.daemon import Daemon
from lab.lab import Lab

RATE = 40
CALL_SECONDS = 12.5
MOST_CPU_RATIO = 0.33
MOST_MEMORY_MB = 150
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capture", description=__doc__)
    parser.add_argument("--calls", type=int, default=1600)
    calls: int = parser.parse_args().calls
    with Lab() as lab, Daemon(lab) as daemon, load.answering(lab):
        asterisk_pid = lab.server.pid
        assert asterisk_pid is not None
        asterisk, capture = cpu_seconds([asterisk_pid]), cpu_seconds([daemon.pid])
        children = _Children(daemon.pid)
        began = time.monotonic()
        succeeded = _call(lab, calls, children)
        asterisk = cpu_seconds([asterisk_pid]) - asterisk
        _wait_until_stored(daemon, lab, calls, children)
        seconds = time.monotonic() - began
        capture = cpu_seconds([daemon.pid]) - capture
        encoding = children.cpu_seconds()
        memory = peak_memory_mb(daemon.pid)
        stored = _stored(lab)
    ratio, whole = capture / asterisk, (capture + encoding) / asterisk
    outcome = "all answered" if succeeded else "not all answered"
    print(f"calls made by SIPp          {calls:8d}   at {RATE}/s in {seconds:.0f} s, {outcome}")
    print(f"calls in the base           {stored['calls']:8d}")
    print(f"  of which answered         {stored['answered']:8d}")
    print(f"recordings stored           {stored['recordings']:8d}")
    print(f"most calls at once          {children.most_running:8d}")
    print(f"CPU of Asterisk             {asterisk:8.2f} s")
    print(f"CPU of the daemon           {capture:8.2f} s")
    print(f"CPU of its encoder          {encoding:8.2f} s")
    print(f"daemon / Asterisk           {ratio:8.3f}    (at most {MOST_CPU_RATIO})")
    print(f"daemon + encoder / Asterisk {whole:8.3f}")
    print(f"peak memory of the daemon   {memory:8.1f} MB (at most {MOST_MEMORY_MB})")
    exact = calls == stored["calls"] == stored["answered"] == stored["recordings"]
    return 0 if succeeded and exact and ratio <= MOST_CPU_RATIO and memory <= MOST_MEMORY_MB else 1


def _call(lab: Lab, calls: int, children: _Children) -> bool:
    """Let SIPp make the calls; whether all of them succeeded."""
    callers = load.talk(lab, load.callers(calls), rate=RATE, seconds=CALL_SECONDS)
    while callers.poll() is None:
        children.look(lab)
        time.sleep(0.5)
    return callers.returncode == 0


class _Children:
    """The daemon's child processes (the encoder), which come and go."""

    def __init__(self, parent: int) -> None:
        self._parent = parent
        self._seen: dict[int, float] = {}
        self.most_running = 0

    def look(self, lab: Lab | None = None) -> None:
        """Note what each has used so far, and how many calls run."""
        for pid in _children(self._parent):
            self._seen[pid] = cpu_seconds([pid])
        if lab is not None:
            line = next(x for x in lab.cli("core show channels count").splitlines() if "call" in x)
            self.most_running = max(self.most_running, int(line.split()[0]))

    def cpu_seconds(self) -> float:
        """What all of them used."""
        return sum(self._seen.values())


def _children(pid: int) -> list[int]:
    return [int(p) for p in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def cpu_seconds(pids: list[int]) -> float:
    """User and system time of these processes, with all their threads (proc(5))."""
    total = 0
    for pid in pids:
        try:
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        total += int(fields[11]) + int(fields[12])
    return total / _TICKS


def peak_memory_mb(pid: int) -> float:
    """The most that was resident at once."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def _wait_until_stored(daemon: Daemon, lab: Lab, calls: int, children: _Children) -> None:
    def stored() -> bool:
        children.look()
        now = _stored(lab)
        return now["ended"] >= calls and now["recordings"] >= calls

    try:
        daemon.wait_until(stored, 120)
    except TimeoutError:
        print("not everything was stored within 120 s", file=sys.stderr)


def _stored(lab: Lab) -> dict[str, int]:
    """What the database holds."""
    path = lab.folder / "callward" / "callward.db"
    queries = {
        "calls": "SELECT count(*) FROM call WHERE merged_into IS NULL",
        "ended": "SELECT count(*) FROM call WHERE gone",
        "answered": "SELECT count(*) FROM call WHERE disposition = 'answered' AND complete",
        "recordings": "SELECT count(*) FROM recording WHERE state = 'stored'",
    }
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        return {name: database.execute(query).fetchone()[0] for name, query in queries.items()}


if __name__ == "__main__":
    sys.exit(main())
