"""How soon the dialplan gets its answer while 40 calls a second arrive, are routed and captured.

SIPp calls the masked company at 40 calls/s: Callward's dialplan asks for each call, masks, records
and rings it. Meanwhile `inbound` is asked by HTTP as well, as curl does it (a connection for each
question), for clients and for callers whom nobody knows. Prints median and 99th percentile of these
in milliseconds, and what the daemon counted itself. Exit status 1 when the 99th percentile is over
20, or when an answer was none.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import statistics
import sys
import time
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field

import aiohttp

from benchmarks.load_lab import CALL_SECONDS, RATE, LoadLab
from config.loading import load as load_settings
from crm.vault import Vault
from dialplan.keys import dialplan_secret
from lab import load
from lab.daemon import Daemon
from lab.masked import MaskedLab

MOST_P99_MS = 20.0
_CLIENTS, _STRANGERS = load.callers(100), load.callers(200, first=800)


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.routing", description=__doc__)
    parser.add_argument("--calls", type=int, default=1200)
    calls: int = parser.parse_args().calls
    with LoadLab() as lab, lab.daemon() as daemon, load.answering(lab):
        # Who called once is a client from then on.
        _call(lab, daemon, _CLIENTS)
        numbers = (load.callers(700) * (calls // 700 + 1))[:calls]
        callers = load.talk(lab, numbers, rate=RATE, seconds=CALL_SECONDS)
        asked = asyncio.run(_ask(_Dialplan.of(lab, daemon), calls))
        succeeded = callers.wait() == 0
        counted = _counted(daemon)
    return _report(asked, counted, succeeded=succeeded)


def _call(lab: MaskedLab, daemon: Daemon, numbers: Sequence[str]) -> None:
    calls = load.talk(lab, numbers, rate=RATE, seconds=1)
    calls.wait()
    daemon.wait_until(lambda: _clients(daemon) >= len(numbers), 30)


def _clients(daemon: Daemon) -> int:
    return len(daemon.get("/api/v1/clients?limit=200").get("items", ()))


@dataclass(frozen=True, slots=True)
class _Dialplan:
    """Asks as the dialplan does."""

    url: str
    secret: str

    @classmethod
    def of(cls, lab: MaskedLab, daemon: Daemon) -> _Dialplan:
        key_file = load_settings(lab.config, {}).vault.key_file
        secret = dialplan_secret(Vault(key_file.read_bytes()), "lab")
        return cls(f"http://127.0.0.1:{daemon.port}/pbx/v1/inbound", secret)

    def form(self, caller: str, n: int) -> dict[str, str]:
        """Everything that a question carries."""
        return {
            "secret": self.secret,
            "v": "1",
            "pbx": "lab",
            "channel": f"{int(time.time())}.{n}",
            "caller": caller,
            "called": load.ANSWERED,
        }


@dataclass(slots=True)
class _Asked:
    seconds: dict[str, list[float]] = field(
        default_factory=lambda: {"clients": [], "strangers": []}
    )
    silent: int = 0


async def _ask(dialplan: _Dialplan, questions: int) -> _Asked:
    """So many questions, at the rate of the calls."""
    asked = _Asked()
    connector = aiohttp.TCPConnector(force_close=True, limit=0)
    async with aiohttp.ClientSession(connector=connector) as session, asyncio.TaskGroup() as group:
        began = time.monotonic()
        for n in range(questions):
            await asyncio.sleep(max(0.0, began + n / RATE - time.monotonic()))
            group.create_task(_one(session, dialplan, n, asked))
    return asked


async def _one(session: aiohttp.ClientSession, dialplan: _Dialplan, n: int, asked: _Asked) -> None:
    kind, numbers = ("clients", _CLIENTS) if n % 2 else ("strangers", _STRANGERS)
    form = dialplan.form(numbers[n // 2 % len(numbers)], n)
    began = time.perf_counter()
    async with session.post(dialplan.url, data=form) as response:
        line = await response.text()
    asked.seconds[kind].append(time.perf_counter() - began)
    asked.silent += not re.fullmatch(r"callward1\|client\|[0-9]{5}\|.*\|end", line)


def _counted(daemon: Daemon) -> dict[str, float]:
    """The daemon's own histogram of `inbound`: answers by their upper bound in seconds."""
    with urllib.request.urlopen(f"http://127.0.0.1:{daemon.port}/metrics") as answer:
        text = answer.read().decode()
    found = re.findall(
        r'^callward_routing_seconds_bucket\{le="([^"]+)",question="inbound"\} (\S+)$', text, re.M
    )
    return {bound: float(count) for bound, count in found}


def _report(asked: _Asked, counted: dict[str, float], *, succeeded: bool) -> int:
    worst = 0.0
    for kind, seconds in asked.seconds.items():
        ordered = sorted(one * 1000 for one in seconds)
        tail = ordered[round(len(ordered) * 0.99) - 1]
        print(
            f"{len(ordered):5d} questions for {kind:9s}"
            f"  median {statistics.median(ordered):5.1f} ms"
            f"  p99 {tail:5.1f} ms (at most {MOST_P99_MS:.0f})  longest {ordered[-1]:5.1f} ms"
        )
        worst = max(worst, tail)
    total = counted["+Inf"]
    within = counted["0.02"] / total
    print(f"{total:5.0f} answers by the daemon's own clock, {within:.2%} of them within 20 ms")
    outcome = "all answered" if succeeded else "not all answered"
    print(f"{asked.silent:5d} questions without an answer; calls: {outcome}")
    return 0 if worst <= MOST_P99_MS and not asked.silent and succeeded else 1


if __name__ == "__main__":
    sys.exit(main())
