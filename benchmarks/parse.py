"""Events a second: our AMI protocol beside panoramisk's own. Same bytes, same callback, one run.

``python -m benchmarks.parse`` feeds the recorded journals, in reads of 64 KiB, to both in turns and
prints the median of each and their ratio. Ends with 1 where ours is not at least twice as fast.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from panoramisk.ami_protocol import AMIProtocol
from panoramisk.manager import Manager

from daemon.ami.filters import WANTED
from daemon.ami.message import Message
from daemon.ami.protocol import AmiProtocol

JOURNALS = Path(__file__).parent.parent / "tests" / "replay" / "journals"
READ_BYTES = 65536
EVENTS = 20_000
LEAST_RATIO = 2.0


class Transport(asyncio.Transport):
    """Goes nowhere, and has all there is to read at once."""

    def pause_reading(self) -> None:
        """The next bytes come all the same."""

    def resume_reading(self) -> None:
        """It never stopped."""


class Counter:
    """The callback, the same for all: looks at each event's name."""

    def __init__(self) -> None:
        self.events = 0
        self.hangups = 0

    def __call__(self, _: object, event: Any) -> None:
        self.events += 1
        if event.event == "Hangup":
            self.hangups += 1


def panoramisk(callback: Counter) -> Callable[[bytes], None]:
    manager = Manager(loop=asyncio.get_running_loop())
    manager.register_event("*", callback)
    protocol = AMIProtocol()
    protocol.connection_made(Transport())
    protocol.factory = manager
    protocol.encoding = "utf8"
    feed: Callable[[bytes], None] = protocol.data_received
    return feed


def ours(callback: Counter, wanted: frozenset[str] | None = None) -> Callable[[bytes], None]:
    def call_for_each(messages: list[Message]) -> None:
        for message in messages:
            callback(None, message)

    protocol = AmiProtocol(call_for_each, wanted=wanted)
    protocol.connection_made(Transport())
    protocol.data_received(b"Asterisk Call Manager/11.0.0\r\n")
    protocol.release()
    return protocol.data_received


def ours_as_it_runs(callback: Counter) -> Callable[[bytes], None]:
    return ours(callback, WANTED)


def measure(
    data: bytes, make: Callable[[Counter], Callable[[bytes], None]]
) -> tuple[float, Counter]:
    """Seconds of CPU for the whole data, and what the callback saw."""
    callback = Counter()
    feed = make(callback)
    gc.collect()
    started = time.process_time()
    for start in range(0, len(data), READ_BYTES):
        feed(data[start : start + READ_BYTES])
    return time.process_time() - started, callback


def recorded_bytes(events: int) -> bytes:
    """Journals of real calls, over and over, until there are so many events."""
    blocks = [
        block
        for file in sorted(JOURNALS.glob("*/*.ami"))
        for block in file.read_bytes().split(b"\r\n\r\n")[:-1]  # the last one may be cut
        # Events alone; not Shutdown, at which panoramisk closes the connection.
        if block.startswith(b"Event: ") and not block.startswith(b"Event: Shutdown")
    ]
    if not blocks:
        sys.exit(f"no journals (*.ami) in {JOURNALS}: python -m lab.scenarios record")
    calls = b"".join(block + b"\r\n\r\n" for block in blocks)
    return calls * (events // calls.count(b"Event: ") + 1)


async def compare(rounds: int) -> int:
    """Measure in turns and print; 1 where the ratio is too low."""
    data = recorded_bytes(EVENTS)
    events = data.count(b"\r\n\r\n")
    contestants = {"panoramisk": panoramisk, "ours": ours, "ours, wanted only": ours_as_it_runs}
    seconds: dict[str, list[float]] = {name: [] for name in contestants}
    seen: dict[str, Counter] = {}
    for _ in range(rounds):
        for name, make in contestants.items():
            spent, seen[name] = measure(data, make)
            seconds[name].append(spent)
    if seen["ours"].events != seen["panoramisk"].events:
        print(f"not the same events: {seen['ours'].events} and {seen['panoramisk'].events}")
        return 1
    print(f"{events:,} events, {len(data) / events:.0f} bytes each, {rounds} rounds in turns")
    medians = {name: statistics.median(several) for name, several in seconds.items()}
    for name, median in medians.items():
        print(
            f"{name:>18}: {events / median:>9,.0f} events/s, "
            f"{medians['panoramisk'] / median:.2f} x panoramisk "
            f"({seen[name].events:,} reach the callback)"
        )
    ratio = medians["panoramisk"] / medians["ours"]
    print(f"ratio {ratio:.2f} (at least {LEAST_RATIO})")
    return 0 if ratio >= LEAST_RATIO else 1


def main() -> int:
    """Exit status 1 when the bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.parse", description=__doc__)
    parser.add_argument("--rounds", type=int, default=7)
    return asyncio.run(compare(parser.parse_args().rounds))


if __name__ == "__main__":
    sys.exit(main())
