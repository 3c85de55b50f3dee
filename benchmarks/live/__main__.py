"""The live board: 500 calls at once, 20 changes a second, for as long as is asked.

Prints, of one run: frames a second of the page beside those of a page on which nothing happens;
from a PBX's event to the painted row; what readers lose by one that never reads; how much more
memory the daemon and the page hold at the end than when half of the time was over, in which they
fill what they keep. More changes a second show in less time what grows with the calls; the frames
are only bound at the usual number. Exit status 1 when a bound is missed.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from playwright.sync_api import Page

from benchmarks.live.house import House
from benchmarks.live.page import (
    frames,
    go_to_board,
    held,
    layout_shift,
    open_page,
    painted,
)
from benchmarks.live.pbx import PBX, FakePbx, Made
from benchmarks.live.readers import Reader, deaf
from daemon.calls.identity import call_id

CALLS: Final = 500
CHANGES: Final = 20
"""A second: a call ends, one begins, one is answered."""
LEAST_RATIO: Final = 50 / 60
LEAST_FRAMES: Final = 50.0
MOST_LATENCY_MS: Final = 200.0
MOST_SLOWER: Final = 1.5
"""Of the readers' median, with a deaf one beside them."""
MOST_GROWTH_MB: Final = 4.0
_SHARE_SECONDS: Final = 20.0


class Traffic:
    """Keeps the number of calls and turns them over, in a thread of its own."""

    def __init__(self, pbx: FakePbx, changes: float = CHANGES) -> None:
        """``changes``: a second."""
        self.began: dict[str, float] = {}
        """By call, when the PBX told of it, ms since 1970."""
        self._pbx = pbx
        self._changes = changes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def fill(self, calls: int) -> None:
        """Until so many talk."""
        while self._pbx.running < calls:
            self._pbx.answer(self._pbx.begin())

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join(10)

    def _run(self) -> None:
        ringing: Made | None = None
        step = 0
        next_at = time.monotonic()
        while not self._stop.is_set():
            next_at += 1 / self._changes
            if step == 0:
                self._pbx.end_oldest()
            elif step == 1:
                at = time.time() * 1000
                ringing = self._pbx.begin()
                self.began[id_of(ringing)] = at
            elif ringing is not None:
                self._pbx.answer(ringing)
            step = (step + 1) % 3
            time.sleep(max(0.0, next_at - time.monotonic()))


def id_of(made: Made) -> str:
    """As Callward calls it."""
    return str(call_id(PBX, made.uniqueid, datetime.now(UTC)))


def delays(
    began: Mapping[str, float], seen: Mapping[str, float], since: float = 0.0
) -> list[float]:
    """From the event to when it was seen, ms, of calls that began then or later."""
    return [seen[call] - at for call, at in began.items() if at >= since and call in seen]


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live", description=__doc__)
    parser.add_argument("--minutes", type=float, default=2.0)
    parser.add_argument("--changes", type=float, default=CHANGES, help="a second")
    given = parser.parse_args()
    agents = [str(1000 + n) for n in range(CALLS + 2)]
    pbx = FakePbx(agents)
    traffic = Traffic(pbx, given.changes)
    with (
        tempfile.TemporaryDirectory() as folder,
        House(Path(folder), pbx.port, agents) as house,
        open_page(house.url, house.temporary) as page,
    ):
        good = _measure(page, house, traffic, given)
        traffic.stop()
    pbx.stop()
    return 0 if good else 1


def _measure(page: Page, house: House, traffic: Traffic, given: argparse.Namespace) -> bool:
    page.goto(f"{house.url}/tasks")
    idle, _ = frames(page, 5)
    traffic.fill(CALLS)
    go_to_board(page, house.url, CALLS)
    with Reader(house.url, house.headers) as reader:
        traffic.start()
        busy, longest = frames(page, _SHARE_SECONDS)
        alone = statistics.median(delays(traffic.began, reader.told))
        connection = deaf(house.url, house.headers)
        since = time.time() * 1000
        cpu, began = house.cpu_seconds(), time.monotonic()
        seconds = max(given.minutes * 60, _SHARE_SECONDS)
        half = _run(page, house, seconds / 2)
        half_page = held(page)
        end = _run(page, house, seconds / 2)
        end_page = held(page)
        share = (house.cpu_seconds() - cpu) / (time.monotonic() - began)
        beside = statistics.median(delays(traffic.began, reader.told, since))
        connection.close()
        messages = reader.messages
    paints = delays(traffic.began, painted(page))
    latency, worst = statistics.median(paints), statistics.quantiles(paints, n=100)[98]
    shift = layout_shift(page)
    shown = int(page.evaluate("() => document.querySelector('[role=table]').ariaRowCount")) - 1
    ratio = busy / idle
    growth, page_growth = end - half, end_page.heap - half_page.heap
    print(f"rows on the page                {shown:8d}     ({messages} messages)")
    print(f"frames/s, nothing happens       {idle:8.1f}")
    print(
        f"frames/s, {CALLS} calls, {given.changes:g}/s       {busy:8.1f}"
        f"     (at least {LEAST_FRAMES:.0f}; longest gap {longest:.0f} ms)"
    )
    print(f"ratio                           {ratio:8.2f}     (at least {LEAST_RATIO:.2f})")
    print(f"event to painted row, median    {latency:8.0f} ms  (at most {MOST_LATENCY_MS:.0f})")
    print(f"  99th of a hundred             {worst:8.0f} ms  ({len(paints)} rows)")
    print(f"layout shift on updates         {shift:8.4f}")
    print(f"event to a program, median      {alone:8.0f} ms")
    print(f"  with one that never reads     {beside:8.0f} ms  (at most {MOST_SLOWER} times)")
    print(f"memory of the daemon            {end:8.1f} MB  ({len(traffic.began)} calls)")
    print(
        f"  more than after {given.minutes / 2:4g} min      {growth:+8.1f} MB"
        f"  (at most {MOST_GROWTH_MB:.0f})"
    )
    print(f"  CPU of the daemon             {share:8.2f} of a core")
    print(
        f"heap of the page                {end_page.heap:8.1f} MB"
        f"  ({end_page.nodes} nodes, {end_page.listeners} listeners;"
        f" then {half_page.nodes}, {half_page.listeners})"
    )
    print(
        f"  more than after {given.minutes / 2:4g} min      {page_growth:+8.1f} MB"
        f"  (at most {MOST_GROWTH_MB:.0f})"
    )
    smooth = busy >= LEAST_FRAMES and ratio >= LEAST_RATIO
    return (
        (smooth or given.changes != CHANGES)
        and latency <= MOST_LATENCY_MS
        and beside <= max(alone * MOST_SLOWER, alone + 20)
        and growth <= MOST_GROWTH_MB
        and page_growth <= MOST_GROWTH_MB
    )


def _run(page: Page, house: House, seconds: float) -> float:
    """The daemon's memory at its end, MB: the median of its last part."""
    resident, end = list[float](), time.monotonic() + seconds
    while time.monotonic() < end:
        page.wait_for_timeout(1000)
        resident.append(house.memory())
    return statistics.median(resident[-max(1, len(resident) // 5) :])


if __name__ == "__main__":
    sys.exit(main())
