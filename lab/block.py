"""A network of one's own on loopback, so that several labs run side by side."""

from __future__ import annotations

import fcntl
import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import IO, Final

from lab.messages import LabError

SIP_PORT: Final = 5060
AMI_PORT: Final = 5038
_PREFIXES: Final = tuple(f"127.{x}.{y}" for x in range(71, 75) for y in range(1, 65))


class Block:
    """One ``127.X.Y.0/24`` and the folder that goes with it, held until ``release``.

    The lock on a file is what holds it: a killed lab's network is free at once, and its folder is
    cleared by whoever takes it next.
    """

    def __init__(self, prefix: str, folder: Path, lock: IO[str]) -> None:
        self.prefix = prefix
        """``127.X.Y``."""
        self.folder = folder
        self._lock = lock

    @classmethod
    def claim(cls) -> Block:
        """Take the first free network; ``LabError`` where all are taken."""
        base = Path(tempfile.gettempdir()) / f"callward-lab-{os.geteuid()}"
        base.mkdir(mode=0o700, exist_ok=True)
        for prefix in _PREFIXES:
            lock = (base / f"{prefix}.lock").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            if not _is_free(prefix):
                lock.close()
                continue
            folder = base / prefix
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            return cls(prefix, folder, lock)
        raise LabError("start.no_block", first=_PREFIXES[0], last=_PREFIXES[-1])

    def address(self, host: int) -> str:
        """``address(101)`` is ``127.X.Y.101``."""
        return f"{self.prefix}.{host}"

    def release(self) -> None:
        """Remove the folder and let the network go."""
        if not self._lock.closed:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._lock.close()


def _is_free(prefix: str) -> bool:
    """Whether Asterisk's two ports can be bound: another user's lab may be there."""
    probes = ((socket.SOCK_DGRAM, SIP_PORT), (socket.SOCK_STREAM, AMI_PORT))
    for kind, port in probes:
        with socket.socket(socket.AF_INET, kind) as probe:
            if kind == socket.SOCK_STREAM:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((f"{prefix}.1", port))
            except OSError:
                return False
    return True
