"""Capture under load: SIPp at 40 calls/s against the lab, recorded, 500 calls at once.

Prints, of one run: CPU seconds of the daemon (database included) for each CPU second of Asterisk,
the daemon's peak memory, and whether every call is in the base once, with its recording. Exit
status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import os
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lab.daemon import Daemon
from lab.lab import Lab

RATE = 40
CALL_SECONDS = 12.5
SPEECH_SECONDS = 2
DID = "+442079460015"
MOST_CPU_RATIO = 0.33
MOST_MEMORY_MB = 150
_TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.capture", description=__doc__)
    parser.add_argument("--calls", type=int, default=1600)
    calls: int = parser.parse_args().calls
    with Lab() as lab, Daemon(lab) as daemon, _answering(lab):
        asterisk_pid = lab.server.pid
        assert asterisk_pid is not None
        asterisk, capture = cpu_seconds([asterisk_pid]), cpu_seconds([daemon.pid])
        children = _Children(daemon.pid)
        began = time.monotonic()
        made = _call(lab, calls, children)
        asterisk = cpu_seconds([asterisk_pid]) - asterisk
        _wait_until_stored(daemon, lab, calls, children)
        seconds = time.monotonic() - began
        capture = cpu_seconds([daemon.pid]) - capture
        encoding = children.cpu_seconds()
        memory = peak_memory_mb(daemon.pid)
        stored = _stored(lab)
    ratio, whole = capture / asterisk, (capture + encoding) / asterisk
    print(f"calls made by SIPp          {made:8d}   at {RATE}/s, {seconds:.0f} s in all")
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
    exact = made == calls == stored["calls"] == stored["answered"] == stored["recordings"]
    return 0 if exact and ratio <= MOST_CPU_RATIO and memory <= MOST_MEMORY_MB else 1


def _call(lab: Lab, calls: int, children: _Children) -> int:
    """Let SIPp make the calls; how many succeeded."""
    numbers = lab.folder / "load.csv"
    speech = lab.folder / "speech.alaw"
    # A-law silence would be cut by nobody, but a changing level is what real speech costs.
    speech.write_bytes(bytes(range(0x55, 0xD5)) * (8000 * SPEECH_SECONDS // 128))
    rows = [f"+4420794601{n:02};" for n in range(100)]
    numbers.write_text("SEQUENTIAL\n" + "\n".join(rows) + "\n")
    statistics = lab.folder / "load.stat"
    errors = (lab.folder / "load.errors").open("w+")
    done = subprocess.Popen(
        [
            *("sipp", f"{lab.sip_address[0]}:{lab.sip_address[1]}", "-i", f"{lab.block}.20"),
            *("-p", "5060", "-s", DID, "-sf", str(Path(__file__).parent / "load/caller.xml")),
            *("-inf", str(numbers), "-r", str(RATE), "-m", str(calls), "-l", "900"),
            *("-d", str(round(CALL_SECONDS * 1000)), "-nostdin", "-trace_stat", "-fd", "1"),
            *("-stf", str(statistics), "-timeout", "180"),
        ],
        cwd=lab.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=errors,
    )
    while done.poll() is None:
        children.look(lab)
        time.sleep(0.5)
    if not statistics.exists():
        raise SystemExit(f"SIPp made no call: {Path(errors.name).read_text()}")
    last = dict(zip(*_first_and_last(statistics), strict=False))
    return int(last["SuccessfulCall(C)"])


def _first_and_last(path: Path) -> tuple[list[str], list[str]]:
    lines = path.read_text().splitlines()
    return lines[0].split(";"), lines[-1].split(";")


@contextmanager
def _answering(lab: Lab) -> Iterator[None]:
    """SIPp as the phone 105, which answers at once and says back what it hears."""
    process = subprocess.Popen(
        [
            *("sipp", "-sn", "uas", "-i", f"{lab.block}.21", "-p", "5060", "-nostdin", "-rtp_echo"),
        ],
        cwd=lab.folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield
    finally:
        process.send_signal(signal.SIGUSR1)
        process.terminate()
        process.wait()


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
