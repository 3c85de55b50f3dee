"""What stands between two programs and can be broken: a wire that is cut, packets that vanish."""

from __future__ import annotations

import os
import socket
import subprocess
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Final

Address = tuple[str, int]

_CONNECT_SECONDS: Final = 5.0


class Cable:
    """Passes bytes on, both ways. ``target`` is asked for at each new connection; ``None``: nobody
    is there."""

    def __init__(self, target: Callable[[], Address | None], port: int = 0) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", port), backlog=128)
        self.port: int = self._listener.getsockname()[1]
        self._ends: set[socket.socket] = set()
        self._changing = threading.Lock()
        self._whole = True
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    def cut(self) -> None:
        """Every connection ends, and no new one is taken until ``mend``."""
        with self._changing:
            self._whole = False
            for end in self._ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self._whole = True

    def close(self) -> None:
        self.cut()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        target = self._target() if self._whole else None
        try:
            if target is None:
                raise ConnectionError
            far = socket.create_connection(target, _CONNECT_SECONDS)
        except OSError:
            near.close()
            return
        far.settimeout(None)
        with self._changing:
            if not self._whole:
                near.close()
                far.close()
                return
            self._ends |= {near, far}
        threads = [
            threading.Thread(target=_pass, args=pair, daemon=True)
            for pair in ((near, far), (far, near))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        with self._changing:
            self._ends -= {near, far}
        near.close()
        far.close()


def _pass(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


class Sink:
    """Drops every packet from and to one local TCP port (nftables), until ``mend``."""

    def __init__(self, port: int) -> None:
        self._table = f"callward_chaos_{os.getpid()}_{port}"
        self._port = port
        self._open = False

    def swallow(self) -> None:
        """Neither side hears of the other any more, and nobody is told."""
        _nft(
            f"add table ip {self._table}\n"
            f"add chain ip {self._table} out {{ type filter hook output priority 0; }}\n"
            f"add rule ip {self._table} out tcp dport {self._port} drop\n"
            f"add rule ip {self._table} out tcp sport {self._port} drop\n"
        )
        self._open = True

    def mend(self) -> None:
        if self._open:
            self._open = False
            _nft(f"delete table ip {self._table}\n")


def _nft(rules: str) -> None:
    places = {**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"}
    subprocess.run(["nft", "-f", "-"], input=rules, text=True, check=True, env=places)
