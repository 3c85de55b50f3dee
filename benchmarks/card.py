"""How soon a new caller has a client card: from Asterisk's Newchannel to the committed row.

New callers at 2/s and at 40/s; another process watches the database and notes when each card can
be read. Prints median and 95th percentile in milliseconds. Exit status 1 when a median is over 100.
"""

from __future__ import annotations

import sqlite3
import statistics
import sys
import time

from lab import load
from lab.daemon import Daemon
from lab.lab import Lab

MOST_MEDIAN_MS = 100
_RUNS = ((2, 30), (40, 400))
"""Calls a second, calls."""


def main() -> int:
    """Exit status 1 when a bound is missed."""
    worst = 0.0
    with Lab() as lab, Daemon(lab):
        first = 100
        for rate, calls in _RUNS:
            delays = sorted(_watch(lab, load.callers(calls, first), rate))
            first += calls
            median = statistics.median(delays)
            tail = delays[round(len(delays) * 0.95) - 1]
            print(
                f"{len(delays):4d} new callers at {rate:2d}/s: "
                f"card after {median:5.1f} ms (median), {tail:5.1f} ms (95 %)"
            )
            worst = max(worst, median) if len(delays) == calls else float("inf")
    return 0 if worst <= MOST_MEDIAN_MS else 1


def _watch(lab: Lab, numbers: list[str], rate: int) -> list[float]:
    """Milliseconds from each caller's Newchannel to when his card could be read."""
    path = lab.folder / "callward" / "callward.db"
    seen: dict[bytes, float] = {}
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as database:
        known = {row[0] for row in database.execute("SELECT id FROM client")}
        callers = load.turned_away(lab, numbers, rate=rate)
        until = time.monotonic() + len(numbers) / rate + 10
        while len(seen) < len(numbers) and time.monotonic() < until:
            for (client,) in database.execute("SELECT id FROM client ORDER BY id DESC LIMIT 50"):
                if client not in known:
                    known.add(client)
                    seen[client] = time.time()
            time.sleep(0.001)
        callers.wait(30)
        began = dict(
            database.execute(
                "SELECT phone.client_id, min(call.started_at) FROM call"
                " JOIN phone ON phone.id = call.customer_phone_id GROUP BY phone.client_id"
            )
        )
    return [at * 1000 - began[client] / 1000 for client, at in seen.items()]


if __name__ == "__main__":
    sys.exit(main())
