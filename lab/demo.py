"""``make demo``: a real Asterisk, real phones, six real calls, and what Callward made of them."""

from __future__ import annotations

import argparse
import signal
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console

from lab.daemon import Daemon, DaemonError, audio
from lab.lab import Lab
from lab.messages import LabError, text
from lab.scenarios import SCENARIOS, Stage

CALLS = (
    ("inbound_answered", 101),
    ("inbound_missed_ring_group", 102),
    ("inbound_answered_queue", 103),
    ("outbound_answered", 102),
    ("inbound_answered_blind_transfer", 104),
    ("inbound_answered_mobile", 105),
)
"""Scenarios, and who calls or is called: the last digits of a customer's number."""
OUTPUT = Path("var") / "demo"


def main() -> int:
    """Exit status 1 when something did not work; what to do is said."""
    parser = argparse.ArgumentParser(prog="python -m lab.demo", description=__doc__)
    parser.add_argument(
        "--stay", action="store_true", help="leave lab and daemon running until Ctrl-C"
    )
    stay: bool = parser.parse_args().stay
    console = Console()
    try:
        with Lab(console) as lab:
            console.print(text("demo.asterisk", address=lab.sip_address[0]))
            with Daemon(lab) as daemon:
                console.print(text("demo.daemon", port=daemon.port))
                play(lab, daemon, console)
                if stay:
                    wait_for_ctrl_c(lab, daemon, console)
    except (LabError, DaemonError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    return 0


def play(lab: Lab, daemon: Daemon, console: Console) -> None:
    """Make the calls and show what came of them."""
    stage = Stage(lab)
    for number, (name, customer) in enumerate(CALLS, 1):
        scenario = SCENARIOS[name]
        stage.reset()
        stage.usual_customer = customer
        stage_line = text("demo.call", number=number, of=len(CALLS))
        with console.status(f"{stage_line}: {scenario.description}"):
            scenario.play(stage)
        console.print(f"{stage_line}: {scenario.description}")
    daemon.wait_until(lambda: _settled(daemon.calls()), 20)
    console.print()
    print(daemon.command("calls"))
    print(daemon.command("clients"))
    sys.stdout.flush()
    _keep_a_recording(daemon, console)


def _settled(calls: list[dict[str, Any]]) -> bool:
    """All calls are over and the recordings of those that were answered are stored."""
    return len(calls) >= len(CALLS) and all(
        call["ended_at"] is not None
        and (call["answered_at"] is None or any(_stored(r) for r in call["recordings"]))
        for call in calls
    )


def _stored(recording: dict[str, Any]) -> bool:
    return bool(recording["state"] == "stored")


def _keep_a_recording(daemon: Daemon, console: Console) -> None:
    """The longest recording, copied to where it stays after the lab is gone."""
    recordings = [r for call in daemon.calls() for r in call["recordings"] if _stored(r)]
    longest = max(recordings, key=lambda r: r["duration_seconds"])
    OUTPUT.mkdir(parents=True, exist_ok=True)
    path = audio(daemon, longest["id"], OUTPUT / "recording.flac")
    console.print(
        text("demo.recording", path=path, seconds=round(longest["duration_seconds"], 1)),
        markup=False,
    )


def wait_for_ctrl_c(lab: Lab, daemon: Daemon, console: Console) -> None:
    """Stay until somebody ends it."""
    console.print(
        text("demo.stays", port=daemon.port, config=daemon.config, address=lab.sip_address[0]),
        markup=False,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print()


if __name__ == "__main__":
    sys.exit(main())
