"""How soon a manager's phone is called: from the request's first byte to the INVITE at the phone.

Managers press the button, one callback after the other; each phone refuses, so that nobody else is
called. First on an idle PBX, then while SIPp calls the company at 40 calls/s, each of them routed,
masked, recorded and captured. Prints median and 99th percentile in milliseconds, the phone's own
handling of the INVITE included. Exit status 1 when a median is 50 or more, or a 99th percentile
150.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import statistics
import sys
import time

from benchmarks.load_lab import CALL_SECONDS, RATE, LoadLab
from lab import load
from lab.daemon import Daemon
from lab.lab import DESKS
from lab.masked.people import COMPANY, EMPLOYEES
from lab.phones import Phone, Refuse

MOST_MEDIAN_MS = 50.0
MOST_P99_MS = 150.0
_LIVE = "/api/v1/callbacks?live=true"


def main() -> int:
    """Exit status 1 when a bound is missed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.callback", description=__doc__)
    parser.add_argument("--callbacks", type=int, default=200, help="of each run")
    count: int = parser.parse_args().callbacks
    with LoadLab() as lab, lab.daemon() as daemon, load.answering(lab):
        phones = {
            one.agent: lab.phones.desk(str(one.extension))
            for one in EMPLOYEES
            if one.extension in DESKS
        }
        for phone in phones.values():
            phone.behaves(Refuse(486))
        client = _client(lab.phones.customer("+442079460999"), daemon)
        missed = _report("idle", _press(daemon, phones, client, count))
        # As long as it may take: it ends with the lab.
        numbers = load.callers(700) * 10
        calls = load.talk(lab, numbers, rate=RATE, seconds=CALL_SECONDS)
        try:
            daemon.wait_until(lambda: _running(daemon) >= RATE * CALL_SECONDS * 0.9, 60)
            missed |= _report(f"at {RATE} calls/s", _press(daemon, phones, client, count))
        finally:
            calls.terminate()
            calls.wait()
    return missed


def _client(phone: Phone, daemon: Daemon) -> str:
    """A customer's card, made by his first call."""
    found: list[str] = []

    def known() -> bool:
        items = daemon.get("/api/v1/clients").get("items", ())
        found[:] = [client["id"] for client in items]
        return bool(found)

    call = phone.dial(COMPANY)
    daemon.wait_until(known)
    phone.hangup(call)
    phone.wait_for("hung_up", call=call)
    return found[0]


def _running(daemon: Daemon) -> int:
    return int(daemon.get("/health").get("calls_running", 0))


def _press(daemon: Daemon, phones: dict[str, Phone], client: str, count: int) -> list[float]:
    """Milliseconds from each request to the INVITE, one callback after the other."""
    delays = []
    for agent, phone in itertools.islice(itertools.cycle(phones.items()), count):
        connection = http.client.HTTPConnection("127.0.0.1", daemon.port, timeout=10)
        connection.connect()
        phone.forget()
        body = json.dumps({"client_id": client, "agent": agent})
        headers = {"Content-Type": "application/json", **daemon.headers}
        began = time.time()
        connection.request("POST", "/api/v1/callbacks", body, headers)
        answer = connection.getresponse()
        callback = json.load(answer)
        connection.close()
        if answer.status != 201:
            raise SystemExit(f"POST /callbacks: {answer.status} {callback}")
        delays.append((phone.wait_for("invited").at.timestamp() - began) * 1000)
        daemon.wait_until(lambda: not daemon.get(_LIVE)["items"])
    return delays


def _report(how: str, delays: list[float]) -> int:
    delays.sort()
    median, tail = statistics.median(delays), delays[round(len(delays) * 0.99) - 1]
    print(
        f"{len(delays):4d} callbacks {how:14s}"
        f"  INVITE after {median:5.1f} ms (median, below {MOST_MEDIAN_MS:.0f}),"
        f" {tail:5.1f} ms (p99, below {MOST_P99_MS:.0f}), longest {delays[-1]:5.1f} ms",
        flush=True,
    )
    return 0 if median < MOST_MEDIAN_MS and tail < MOST_P99_MS else 1


if __name__ == "__main__":
    sys.exit(main())
