"""A link over TCP that can be cut half-open: both ends stay connected, and nothing goes through."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from types import TracebackType
from typing import Self


class TcpProxy:
    """Listens on loopback between ``with`` and its end, in threads of its own.

    ``target``: a Unix socket's path, or host and port.
    """

    def __init__(self, target: str | tuple[str, int]) -> None:
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._open, self._answers = threading.Event(), threading.Event()
        self._open.set()
        self._answers.set()
        self._ended = threading.Event()
        self._sockets: list[socket.socket] = []

    def silence(self) -> None:
        """From now on nothing goes through, either way; nobody is told."""
        self._open.clear()

    def silence_answers(self) -> None:
        """From now on only what is asked goes through."""
        self._answers.clear()

    def go_on(self) -> None:
        """What was held back goes through, and all that follows."""
        self._open.set()
        self._answers.set()

    def cut(self) -> None:
        """End every connection; new ones are welcome."""
        sockets, self._sockets = self._sockets, []
        for one in sockets:
            _close(one)

    def __enter__(self) -> Self:
        threading.Thread(target=self._accept, name="proxy", daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self.go_on()
        _close(self._listener)
        self.cut()

    def _accept(self) -> None:
        while not self._ended.is_set():
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            # A link that is silent takes no new connection either.
            threading.Thread(target=self._join, args=(near,), daemon=True).start()

    def _join(self, near: socket.socket) -> None:
        self._open.wait()
        try:
            far = self._connect()
        except OSError:
            _close(near)
            return
        self._sockets += (near, far)
        asked = threading.Thread(target=self._pump, args=(near, far, self._open), daemon=True)
        asked.start()
        self._pump(far, near, self._answers)

    def _connect(self) -> socket.socket:
        if isinstance(self._target, tuple):
            return socket.create_connection(self._target)
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._target)
        return far

    def _pump(self, source: socket.socket, sink: socket.socket, may_pass: threading.Event) -> None:
        try:
            while data := source.recv(65536):
                self._open.wait()
                may_pass.wait()
                sink.sendall(data)
        except OSError:
            pass
        finally:
            # The end of a connection is news as well.
            self._open.wait()
            may_pass.wait()
            _close(source)
            _close(sink)


def _close(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)
    one.close()
