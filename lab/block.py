"""A network of one's own on loopback, so that several labs run side by side."""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from pathlib import Path
from typing import Final

from lab.messages import LabError

SIP_PORT: Final = 5060
AMI_PORT: Final = 5038
_PREFIXES: Final = tuple(f"127.{x}.{y}" for x in range(71, 75) for y in range(1, 65))


class Block:
    """One ``127.X.Y.0/24`` and the folder that goes with it, held until ``release``.

    A socket bound to its last address is what holds it, against other users and other temporary
    folders too: a killed lab's network is free at once, and its folder is cleared by whoever takes
    it next.
    """

    def __init__(self, prefix: str, folder: Path, hold: socket.socket) -> None:
        self.prefix = prefix
        """``127.X.Y``."""
        self.folder = folder
        self._hold = hold

    @classmethod
    def claim(cls) -> Block:
        """Take the first free network; ``LabError`` where all are taken."""
        base = Path(tempfile.gettempdir()) / f"callward-lab-{os.geteuid()}"
        base.mkdir(mode=0o700, exist_ok=True)
        for prefix in _PREFIXES:
            hold = _bound(socket.SOCK_DGRAM, f"{prefix}.254", SIP_PORT)
            if hold is None:
                continue
            if not _is_free(prefix):
                hold.close()
                continue
            folder = base / prefix
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            return cls(prefix, folder, hold)
        raise LabError("start.no_block", first=_PREFIXES[0], last=_PREFIXES[-1])

    def address(self, host: int) -> str:
        """``address(101)`` is ``127.X.Y.101``."""
        return f"{self.prefix}.{host}"

    def release(self) -> None:
        """Remove the folder and let the network go."""
        if self._hold.fileno() != -1:
            shutil.rmtree(self.folder, ignore_errors=True)
            self._hold.close()


def _is_free(prefix: str) -> bool:
    """Whether Asterisk's two ports can be bound: a killed lab's may not have ended yet."""
    for kind, port in ((socket.SOCK_DGRAM, SIP_PORT), (socket.SOCK_STREAM, AMI_PORT)):
        probe = _bound(kind, f"{prefix}.1", port)
        if probe is None:
            return False
        probe.close()
    return True


def _bound(kind: socket.SocketKind, address: str, port: int) -> socket.socket | None:
    """A socket bound there, or ``None`` where another one is."""
    bound = socket.socket(socket.AF_INET, kind)
    try:
        if kind is socket.SOCK_STREAM:
            bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((address, port))
    except OSError:
        bound.close()
        return None
    return bound
