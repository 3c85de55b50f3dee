"""``lab up``: one lab kept in the foreground, and how other commands reach it.

They talk over a Unix socket beside the labs' folders: one JSON line with the request, then JSON
lines back, each ``{"say": text}``, the last ``{"exit": status}``.
"""

from __future__ import annotations

import json
import os
import socket
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final, TextIO

from lab.errands import CallErrand, Errand, Say, ScenarioErrand, perform
from lab.lab import Lab
from lab.messages import LabError

STOP_DEADLINE: Final = 60.0
_KINDS: Final = {"call": CallErrand, "scenario": ScenarioErrand}


@dataclass(frozen=True, slots=True)
class Stop:
    """Ask the lab to end."""


def socket_file() -> Path:
    """Where the lab that is up listens; one for each user."""
    return Path(tempfile.gettempdir()) / f"callward-lab-{os.geteuid()}" / "up.sock"


@contextmanager
def listening() -> Iterator[socket.socket]:
    """The socket of the lab that is up; ``LabError`` where there is one already."""
    file = socket_file()
    file.parent.mkdir(mode=0o700, exist_ok=True)
    if (pid := running_pid()) is not None:
        raise LabError("cli.running", pid=pid)
    file.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(file))
        listener.listen()
        try:
            yield listener
        finally:
            file.unlink(missing_ok=True)


def serve(lab: Lab, listener: socket.socket) -> None:
    """Perform what others ask for, one after the other, until one asks to stop."""
    while True:
        connection, _ = listener.accept()
        with connection, connection.makefile("rw", encoding="utf-8") as lines:
            try:
                if not _answer(lab, lines.readline(), _teller(lines)):
                    return
            except (BrokenPipeError, ConnectionResetError):
                continue  # whoever asked has gone away


def ask(request: Errand | Stop, say: Say) -> int | None:
    """Have the lab that is up do it; its exit status, or ``None`` where no lab is up."""
    with socket.socket(socket.AF_UNIX) as connection:
        try:
            connection.connect(str(socket_file()))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        with connection.makefile("rw", encoding="utf-8") as lines:
            lines.write(json.dumps(_packed(request)) + "\n")
            lines.flush()
            for line in lines:
                answer = json.loads(line)
                if "exit" in answer:
                    return int(answer["exit"])
                say(answer["say"])
    return 1


def stop() -> bool:
    """End the lab that is up and wait until it has gone; ``False`` where none is up."""
    pid = running_pid()
    if pid is None or ask(Stop(), lambda _text: None) is None:
        return False
    deadline = time.monotonic() + STOP_DEADLINE
    while socket_file().exists():
        if time.monotonic() > deadline:
            raise LabError("cli.will_not_end", pid=pid, seconds=STOP_DEADLINE)
        time.sleep(0.05)
    return True


def running_pid() -> int | None:
    """The process of the lab that is up."""
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_file()))
        except (FileNotFoundError, ConnectionRefusedError):
            return None
        credentials = probe.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int.from_bytes(credentials[:4], "little")


def _answer(lab: Lab, line: str, tell: Callable[[dict[str, object]], None]) -> bool:
    """Perform one request; ``False`` where it was to stop."""
    if not line:
        return True
    packed = json.loads(line)
    kind = packed.pop("do")
    if kind == "stop":
        tell({"exit": 0})
        return False
    try:
        status = perform(lab, _KINDS[kind](**packed), lambda said: tell({"say": said}))
    except (LabError, TimeoutError, RuntimeError, OSError) as error:
        tell({"say": str(error)})
        status = 1
    tell({"exit": status})
    return True


def _teller(lines: TextIO) -> Callable[[dict[str, object]], None]:
    def tell(answer: dict[str, object]) -> None:
        lines.write(json.dumps(answer) + "\n")
        lines.flush()

    return tell


def _packed(request: Errand | Stop) -> dict[str, object]:
    if isinstance(request, Stop):
        return {"do": "stop"}
    kind = next(name for name, one in _KINDS.items() if isinstance(request, one))
    return {"do": kind, **asdict(request)}
