"""Logs for systemd's journal, with their fields: ``journalctl CALLWARD_CALL_ID=…`` finds a call.

The journal's native protocol (systemd's documentation, "Native Journal Protocol"): a datagram of
fields. systemd's own Python binding is compiled against its library, whose headers a PBX does not
have; the protocol is these few lines.
"""

from __future__ import annotations

import logging
import os
import re
import socket
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any, Final

SOCKET: Final = Path("/run/systemd/journal/socket")
_MOST_BYTES: Final = 32_768
"""Of one value; a datagram holds some of them. What is longer is cut."""
_PRIORITIES: Final = {"critical": 2, "error": 3, "warning": 4, "info": 6, "debug": 7}
"""syslog's, by structlog's levels."""
_UNFIT: Final = re.compile(r"[^A-Z0-9_]")
_MOST_LETTERS: Final = 55


def is_read_by_journal(environ: Mapping[str, str] = os.environ, stream: int = 2) -> bool:
    """Whether standard error leads into the journal (systemd.exec(5), ``JOURNAL_STREAM``)."""
    device, _, inode = environ.get("JOURNAL_STREAM", "").partition(":")
    try:
        found = os.fstat(stream)
        return (int(device), int(inode)) == (found.st_dev, found.st_ino)
    except (OSError, ValueError):
        return False


def journal_entry(_logger: object, _method: str, event: MutableMapping[str, Any]) -> str:
    """structlog's last processor: an event as the journal's fields, a character for each byte.

    (What logging's formatters give has to be a text.)
    """
    said = str(event.pop("event", ""))
    level = str(event.pop("level", "info"))
    trace = event.pop("exception", None)
    event.pop("timestamp", None)  # the journal has its own
    about = " ".join(f"{key}={value}" for key, value in event.items() if key != "logger")
    message = f"{said} {about}".rstrip()
    fields = {
        "MESSAGE": message if trace is None else f"{message}\n{trace}",
        "PRIORITY": str(_PRIORITIES.get(level, 6)),
        "SYSLOG_IDENTIFIER": "callward",
        "CALLWARD_EVENT": said,
        **{_name(key): str(value) for key, value in event.items()},
    }
    return b"".join(_field(name, value) for name, value in fields.items()).decode("latin-1")


def _name(key: str) -> str:
    return f"CALLWARD_{_UNFIT.sub('_', key.upper())[:_MOST_LETTERS]}"


def _field(name: str, value: str) -> bytes:
    text = value.encode(errors="replace")[:_MOST_BYTES]
    if b"\n" not in text:
        return b"%s=%s\n" % (name.encode(), text)
    return b"%s\n%s%s\n" % (name.encode(), len(text).to_bytes(8, "little"), text)


def _dropped(lines: int) -> bytes:
    event: dict[str, Any] = {"event": "log lines were dropped", "level": "warning", "lines": lines}
    return journal_entry(None, "", event).encode("latin-1")


class JournalHandler(logging.Handler):
    """Never waits for the journal: what it is too busy to take is counted, and told of later; where
    it is away, standard error is asked."""

    def __init__(self, address: Path = SOCKET) -> None:
        super().__init__()
        self._address = str(address)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        self._socket.setblocking(False)
        self._dropped = 0

    def emit(self, record: logging.LogRecord) -> None:
        """``logging.Handler.emit``."""
        try:
            entry = self.format(record).encode("latin-1")
            try:
                if self._dropped:
                    self._socket.sendto(_dropped(self._dropped), self._address)
                    self._dropped = 0
                self._socket.sendto(entry, self._address)
            except BlockingIOError:
                # Standard error leads to the same journal, and would wait for it.
                self._dropped += 1
            except OSError:
                sys.stderr.write(entry.decode(errors="replace"))
                sys.stderr.flush()
        except Exception:
            self.handleError(record)

    def close(self) -> None:
        """``logging.Handler.close``."""
        self._socket.close()
        super().close()
