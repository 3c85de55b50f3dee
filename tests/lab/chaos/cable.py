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
    """Drops every packet from and to one local TCP port (nftables), until ``mend``.

    The rules belong to a process that ends with this one, however that ends: a machine on which a
    port stays mute is a riddle for whoever gets that port next.
    """

    def __init__(self, port: int) -> None:
        self._table = f"callward_chaos_{os.getpid()}_{port}"
        self._port = port
        self._owner: subprocess.Popen[str] | None = None

    def swallow(self) -> None:
        """Neither side hears of the other any more, and nobody is told."""
        self._owner = owner = subprocess.Popen(
            ["nft", "-i"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**os.environ, "PATH": f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"},
        )
        assert owner.stdin is not None
        assert owner.stdout is not None
        owner.stdin.write(
            f"add table ip {self._table} {{ flags owner; }}\n"
            f"add chain ip {self._table} out {{ type filter hook output priority 0; }}\n"
            f"add rule ip {self._table} out tcp dport {self._port} drop\n"
            f"add rule ip {self._table} out tcp sport {self._port} drop\n"
            "list tables\n"
        )
        owner.stdin.flush()
        for line in owner.stdout:
            if line.strip() == f"table ip {self._table}":
                return
            if "Error" in line or "not permitted" in line:
                break
        self.mend()
        raise OSError("nft took no rules that end with their owner: is it 0.9.9 or later?")

    def mend(self) -> None:
        owner, self._owner = self._owner, None
        if owner is not None:
            owner.communicate()
