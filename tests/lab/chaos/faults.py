"""What breaks, and how it is mended. Each fault is begun and ended from the thread that started
the lab: Asterisk dies with the thread that starts it."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from lab.messages import LabError
from tests.lab.chaos.base import PostgresBase, SqliteBase
from tests.lab.chaos.daemons import faketime_library
from tests.lab.chaos.house import House
from tests.lab.chaos.plan import Fault, Kind
from tests.lab.chaos.verdict import Down, Happened

BLOCK: Final = b"\0" * 4096
_LOCK_SECONDS: Final = 20.0
_STOP_SECONDS: Final = 10.0
_HANGS, _STOPS = 2, 1
"""How a leader goes, beside being killed (0)."""
_LOCKED_TABLES: Final = "call, leg, outbox, recording, callback"

End = Callable[[], None]


class Faults:
    """Begins them, ends them, and keeps what really happened."""

    def __init__(self, house: House) -> None:
        self._house = house
        self.happened: list[Happened] = []
        self.downs: list[Down] = []
        self._filler: Path = house.company.disk / "filler"

    def begin(self, fault: Fault) -> End:
        """Break it. What is returned mends it."""
        at = datetime.now(UTC)
        end = getattr(self, f"_{fault.kind.value}")(fault)
        detail = f"{fault.amount:+d} s" if fault.kind is Kind.STEP_CLOCK else ""
        if fault.kind is Kind.TAKE_OVER:
            detail = ("killed", "stopped", "hung")[fault.amount]
        place = len(self.happened)
        self.happened.append(Happened(fault.kind, at, None, detail))

        def mend() -> None:
            end()
            self.happened[place] = Happened(fault.kind, at, datetime.now(UTC), detail)

        return mend

    def tick(self) -> None:
        """Between two looks at the plan: a disk that is to be full stays full."""
        if self._filler.exists():
            self._fill()

    # ── Callward ──

    def _kill_daemon(self, fault: Fault) -> End:
        leader = self._house.leader()
        leader.send(signal.SIGKILL)
        return _nothing

    def _take_over(self, fault: Fault) -> End:
        leader = self._house.leader()
        leader.hold()
        if fault.amount == _HANGS:
            leader.send(signal.SIGSTOP)
        else:
            leader.send(signal.SIGTERM if fault.amount == _STOPS else signal.SIGKILL)

        def end() -> None:
            leader.send(signal.SIGCONT)
            leader.release()

        return end

    def _step_clock(self, fault: Fault) -> End:
        for daemon in self._house.daemons:
            daemon.step_clock(fault.amount)

        def end() -> None:
            for daemon in self._house.daemons:
                daemon.step_clock(0)

        return end

    # ── the PBX and the way to it ──

    def _stop_asterisk(self, fault: Fault) -> End:
        return self._down(killed=False)

    def _kill_asterisk(self, fault: Fault) -> End:
        return self._down(killed=True)

    def _down(self, *, killed: bool) -> End:
        if self._house.company.server.pid is None:
            return _nothing  # two faults at once: it is down already
        at = datetime.now(UTC)
        if killed:
            self._house.company.kill_asterisk()
        else:
            # It may be gone before it has answered.
            with suppress(OSError, LabError):
                self._house.company.cli("core stop now")
            self._wait_until_gone()
            self._house.company.stop_asterisk()

        def end() -> None:
            if self._house.company.server.pid is None:
                self._house.company.restart()
                self._house.listen_in()
            self.downs.append(Down(at, datetime.now(UTC), killed))

        return end

    def _wait_until_gone(self) -> None:
        end = time.monotonic() + _STOP_SECONDS
        while self._house.company.server.pid is not None and time.monotonic() < end:
            time.sleep(0.02)

    def _cut_link(self, fault: Fault) -> End:
        cables = [daemon.cable for daemon in self._house.daemons]
        for cable in cables:
            cable.cut()

        def end() -> None:
            for cable in cables:
                cable.mend()

        return end

    def _drop_packets(self, fault: Fault) -> End:
        sinks = [daemon.sink for daemon in self._house.daemons]
        for sink in sinks:
            sink.swallow()

        def end() -> None:
            for sink in sinks:
                sink.mend()

        return end

    # ── the database and the disk ──

    def _lock_database(self, fault: Fault) -> End:
        base = self._house.base
        if isinstance(base, SqliteBase):
            return _lock_file(base.file)
        assert isinstance(base, PostgresBase)
        return _lock_tables(base, fault.seconds)

    def _stop_database(self, fault: Fault) -> End:
        base = self._house.base
        assert isinstance(base, PostgresBase)
        base.server.stop()
        return base.server.start

    def _fill_disk(self, fault: Fault) -> End:
        self._fill()
        return lambda: self._filler.unlink(missing_ok=True)

    def _fill(self) -> None:
        """Every block that is free; a short write takes what was left of the last one."""
        handle = os.open(self._filler, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        try:
            with suppress(OSError):
                while os.write(handle, BLOCK):
                    pass
        finally:
            os.close(handle)


def _nothing() -> None:
    pass


def _lock_file(file: Path) -> End:
    """Another connection begins a transaction that writes, and stays in it."""
    database = sqlite3.connect(file, isolation_level=None, timeout=0)
    end = time.monotonic() + _LOCK_SECONDS
    while True:
        try:
            database.execute("BEGIN IMMEDIATE")
            break
        except sqlite3.OperationalError:
            if time.monotonic() > end:
                database.close()
                return _nothing
            time.sleep(0.002)

    def mend() -> None:
        with suppress(sqlite3.OperationalError):
            database.execute("ROLLBACK")
        database.close()

    return mend


def _lock_tables(base: PostgresBase, seconds: float) -> End:
    """A session of somebody's, as a person at psql would have one."""

    def hold() -> None:
        # The server may be stopped meanwhile: that ends the lock too.
        with suppress(Exception):
            base.server.run(
                "psql",
                *("--dbname", base.name, "--command"),
                f"BEGIN; LOCK TABLE {_LOCKED_TABLES} IN ACCESS EXCLUSIVE MODE;"
                f" SELECT pg_sleep({seconds}); ROLLBACK",
            )

    holder = threading.Thread(target=hold, name="lock", daemon=True)
    holder.start()
    return lambda: holder.join(seconds + _LOCK_SECONDS)


def missing() -> str:
    """A program that this needs and that is not here; empty where all are."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    tools = ("nft", "mount", "sipp", "setpriv")
    lacking = next((one for one in tools if shutil.which(one, path=places) is None), "")
    try:
        faketime_library()
    except FileNotFoundError:
        return lacking or "faketime"
    return lacking
