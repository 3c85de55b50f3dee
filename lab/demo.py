"""``make demo``: a real Asterisk, real phones, six masked calls, and what Callward made of them."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

from lab.daemon import Daemon, DaemonError, audio
from lab.masked.performance import Performance
from lab.masked.scenes import SCENES
from lab.messages import LabError, text

SHOWN: Final = (
    "inbound_answered",
    "inbound_mobile_accepted",
    "callback_to_the_desk",
    "short_code_dialled",
    "blind_transfer_to_a_desk",
    "inbound_missed",
)
"""Scenes, in the order in which they are played."""
OUTPUT: Final = Path("var") / "demo"
VISITORS: Final = (
    ("director", "administrator"),
    ("supervisor", "supervisor"),
    ("Quist", "manager"),
)
"""Who can be tried in the console, and as what; the last one is an agent of the lab's company."""


class DemoError(Exception):
    """A call did not go as it should."""


def main() -> int:
    """Exit status 1 when something did not work; what to do is said."""
    parser = argparse.ArgumentParser(prog="python -m lab.demo", description=__doc__)
    parser.add_argument(
        "--stay", action="store_true", help="leave lab and daemon running until Ctrl-C"
    )
    stay: bool = parser.parse_args().stay
    console = Console()
    try:
        with Performance(console) as performance:
            play(performance, console)
            if stay:
                wait_for_ctrl_c(performance, console)
            else:
                console.print(text("demo.next"), markup=False)
    except (LabError, DaemonError, DemoError) as error:
        console.print(str(error), style="red", markup=False)
        return 1
    return 0


def play(performance: Performance, console: Console) -> None:
    """Make the calls and show what came of them. Raises ``DemoError``."""
    console.print(text("demo.asterisk", address=performance.lab.sip_address[0]))
    console.print(text("demo.daemon", port=performance.daemon.port))
    screens = Table(
        text("demo.call_column"), text("demo.phone"), text("demo.screen"), title=text("demo.shown")
    )
    for number, name in enumerate(SHOWN, 1):
        said = f"{text('demo.call', number=number, of=len(SHOWN))}: {text(f'demo.{name}')}"
        with console.status(said):
            rang = _play_one(performance, name)
        console.print(said)
        for phone, screen in rang:
            screens.add_row(str(number), phone, screen)
        screens.add_section()
    daemon = performance.daemon
    daemon.wait_until(lambda: _settled(daemon.calls()))
    console.print()
    console.print(screens)
    console.print(text("demo.nothing_leaked"))
    console.print()
    for command in ("calls", "clients", "tasks", "callbacks"):
        print(daemon.command(command))
    sys.stdout.flush()
    _keep_a_recording(daemon, console)


def _play_one(performance: Performance, name: str) -> list[tuple[str, str]]:
    """Phones that rang, and who called as they showed it."""
    log = performance.lab.folder / "phones" / "phones.jsonl"
    before = log.stat().st_size
    leaks, problem = performance.play(SCENES[name])
    if leaks or problem is not None:
        lines = [*map(str, leaks), *([] if problem is None else [repr(problem)])]
        raise DemoError("\n".join((name, *lines)))
    with log.open("rb") as events:
        events.seek(before)
        return list(dict.fromkeys(_screens(events.read().splitlines())))


def _screens(events: list[bytes]) -> Iterator[tuple[str, str]]:
    for event in map(json.loads, events):
        if event["event"] == "invited":
            phone = event["phone"].rstrip("0123456789") or f"desk {event['phone']}"
            detail = event["detail"]
            yield phone, f"{detail['display']} <{detail['shown']}>".strip()


def _settled(calls: list[dict[str, Any]]) -> bool:
    """All calls are over and the recordings of those that were answered are stored."""
    return len(calls) >= len(SHOWN) and all(
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


def invite(daemon: Daemon) -> list[tuple[str, str, str]]:
    """Name, role and temporary password of each visitor of the console."""
    known = {person["name"] for person in daemon.get("/api/v1/people")["items"]}
    invited = []
    for name, role in VISITORS:
        if name not in known:
            daemon.ask("POST", "/api/v1/people", {"name": name, "role": role})
        given = daemon.ask("PUT", f"/api/v1/people/{name}/password", {})
        invited.append((name, role, given["password"]))
    return invited


def wait_for_ctrl_c(performance: Performance, console: Console) -> None:
    """Stay until somebody ends it."""
    daemon = performance.daemon
    invited = Table(text("demo.name"), text("demo.password"), text("demo.role"))
    for name, role, password in invite(daemon):
        invited.add_row(name, password, role)
    console.print(text("demo.console", port=daemon.port), markup=False, soft_wrap=True)
    console.print(invited)
    console.print(
        text(
            "demo.stays",
            port=daemon.port,
            config=daemon.config,
            address=performance.lab.sip_address[0],
        ),
        markup=False,
        soft_wrap=True,
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        while True:
            time.sleep(3600)
    except KeyboardInterrupt:
        console.print()


if __name__ == "__main__":
    sys.exit(main())
