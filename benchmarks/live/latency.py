"""From a real Asterisk's event to the painted row of the board: SIPp calls, Chromium watches.

Asterisk writes into each event when it happened, with the clock that the page reads too. Exit
status 1 when the median bound is missed.
"""

from __future__ import annotations

import argparse
import re
import statistics
import sys
from pathlib import Path
from typing import Final

from benchmarks.live.house import PERSON
from benchmarks.live.page import go_to_board, open_page, painted
from daemon.calls.identity import began_at, call_id
from lab import load
from lab.daemon import Daemon
from lab.journal import AmiTap
from lab.lab import Lab

MOST_MS: Final = 200.0
_PBX: Final = "lab"
_BEGAN: Final = re.compile(
    rb"Event: Newchannel\r\n(?:[^\r\n]+\r\n)*?Timestamp: (\S+)\r\n(?:[^\r\n]+\r\n)*?"
    rb"Uniqueid: (\S+)\r\nLinkedid: (\S+)\r\n"
)


def main() -> int:
    """Exit status 1 when the bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.live.latency", description=__doc__)
    parser.add_argument("--calls", type=int, default=30)
    calls: int = parser.parse_args().calls
    with Lab() as lab, Daemon(lab) as daemon, load.answering(lab):
        daemon.ask("POST", "/api/v1/people", {"name": PERSON, "role": "director"})
        temporary = daemon.ask("PUT", f"/api/v1/people/{PERSON}/password", {})["password"]
        url = f"http://127.0.0.1:{daemon.port}"
        journal = lab.folder / "latency.ami"
        tap = AmiTap(journal, (lab.ami_host, lab.ami_port), "tap", lab.ami_secret)
        with open_page(url, temporary) as page, tap:
            go_to_board(page, url, 0)
            callers = load.talk(lab, load.callers(calls), rate=2, seconds=3)
            while callers.poll() is None:
                page.wait_for_timeout(200)
            daemon.wait_until(lambda: len(painted(page)) >= calls, 20)
            rows = painted(page)
        delays = [rows[call] - at for call, at in _began(journal).items() if call in rows]
    median, worst = statistics.median(delays), max(delays)
    print(f"event of Asterisk to painted row, median {median:6.0f} ms  (at most {MOST_MS:.0f})")
    print(f"  the slowest of {len(delays):3d}                     {worst:6.0f} ms")
    return 0 if median <= MOST_MS else 1


def _began(journal: Path) -> dict[str, float]:
    """By call, when its first channel came to be, ms since 1970."""
    began: dict[str, float] = {}
    for at, uniqueid, linkedid in _BEGAN.findall(journal.read_bytes()):
        if uniqueid == linkedid:
            instant = began_at(uniqueid.decode())
            assert instant is not None
            began[str(call_id(_PBX, uniqueid.decode(), instant))] = float(at) * 1000
    return began


if __name__ == "__main__":
    sys.exit(main())
