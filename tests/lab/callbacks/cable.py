"""The wire between Callward and the PBX's manager interface, which can be cut."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress


class Cable:
    """Passes bytes on, both ways, until it is cut; ``mend`` lets Callward come back."""

    def __init__(self, target: tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._whole = threading.Event()
        self._whole.set()
        self.cut_after = b""
        """Cut it with these bytes: they go to the PBX, and nothing comes back any more."""
        threading.Thread(target=self._accept, name="cable", daemon=True).start()

    def cut(self) -> None:
        """Nothing passes, and nobody can connect."""
        self._whole.clear()
        for end in self._ends:
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        self.cut_after = b""
        self._whole.set()

    def close(self) -> None:
        self.cut()
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):
            while True:
                near, _ = self._listener.accept()
                if not self._whole.is_set():
                    near.close()
                    continue
                try:
                    far = socket.create_connection(self._target, 5)
                except OSError:
                    near.close()
                    continue
                far.settimeout(None)
                self._ends = [near, far]
                for one, other in ((near, far), (far, near)):
                    threading.Thread(target=self._pass, args=(one, other), daemon=True).start()

    def _pass(self, one: socket.socket, other: socket.socket) -> None:
        outward = other.getpeername() == self._target
        with suppress(OSError):
            while data := one.recv(65536):
                if not self._whole.is_set():
                    continue
                last = outward and self.cut_after and self.cut_after in data
                if last:
                    # Before the bytes go: the PBX answers faster than this thread is woken again.
                    self._whole.clear()
                other.sendall(data)
                if last:
                    self.cut()
        for end in (one, other):
            # Closing alone would not wake the thread that reads from it.
            with suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
            end.close()
