"""A lamp on a phone (BLF): a SIP client that subscribes to somebody's dialogs (RFC 4235)."""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import threading
from types import TracebackType
from typing import Final, Self

from lab.lab import DESKS
from lab.masked.company import MaskedLab

PORT: Final = 5070
DEADLINE_SECONDS: Final = 30.0
_PARAMETER: Final = re.compile(r'(\w+)="([^"]*)"')
_STATE: Final = re.compile(r"<state>\s*(\w+)")
_COPIED: Final = ("via", "from", "to", "call-id", "cseq")


class Lamp:
    """Lamp for ``target`` on the desk phone ``owner``, from ``__enter__`` to ``__exit__``.

    It listens beside the phone, on the phone's own address, and signs in as the phone does.
    """

    def __init__(self, lab: MaskedLab, owner: str, target: str) -> None:
        self._server = lab.sip_address
        self._owner = owner
        self._target = target
        self._address = f"{lab.block}.{owner}"
        self._call = secrets.token_hex(8)
        self._tag = secrets.token_hex(4)
        self._sequence = 0
        self._states: list[str] = []
        self._problem = ""
        self._changed = threading.Condition()

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((self._address, PORT))
        self._thread = threading.Thread(target=self._listen, name="lamp", daemon=True)
        self._thread.start()
        self._subscribe("")
        # The state of now comes with the subscription.
        self.wait_for("terminated")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.sendto(b"", self._socket.getsockname())
        self._thread.join(DEADLINE_SECONDS)
        self._socket.close()

    def wait_for(self, state: str) -> None:
        """Wait until the lamp was told ``early`` (rings), ``confirmed`` (talks), ``terminated``."""
        with self._changed:
            if not self._changed.wait_for(
                lambda: state in self._states or bool(self._problem), DEADLINE_SECONDS
            ):
                raise TimeoutError(f"the lamp saw {self._states}, not {state}")
            if self._problem:
                raise ConnectionError(self._problem)
            del self._states[: self._states.index(state) + 1]

    def forget(self) -> None:
        """Later ``wait_for`` look only at what is told from now on."""
        with self._changed:
            self._states.clear()

    def _subscribe(self, credentials: str) -> None:
        self._sequence += 1
        host = self._server[0]
        lines = [
            f"SUBSCRIBE sip:{self._target}@{host} SIP/2.0",
            f"Via: SIP/2.0/UDP {self._address}:{PORT};branch=z9hG4bK{secrets.token_hex(6)};rport",
            "Max-Forwards: 70",
            f"From: <sip:{self._owner}@{host}>;tag={self._tag}",
            f"To: <sip:{self._target}@{host}>",
            f"Call-ID: {self._call}",
            f"CSeq: {self._sequence} SUBSCRIBE",
            f"Contact: <sip:{self._owner}@{self._address}:{PORT}>",
            "Event: dialog",
            "Accept: application/dialog-info+xml",
            "Expires: 600",
            *([credentials] if credentials else []),
            "Content-Length: 0",
        ]
        self._send(lines)

    def _listen(self) -> None:
        while True:
            data, _ = self._socket.recvfrom(65535)
            if not data:
                return
            head, _, body = data.decode(errors="replace").partition("\r\n\r\n")
            first, *fields = head.split("\r\n")
            if first.startswith("NOTIFY"):
                copied = [line for line in fields if line.partition(":")[0].lower() in _COPIED]
                self._send(["SIP/2.0 200 OK", *copied, "Content-Length: 0"])
                with self._changed:
                    self._states += _STATE.findall(body) or ["terminated"]
                    self._changed.notify_all()
            elif first.startswith("SIP/2.0 401") and self._sequence == 1:
                self._subscribe(self._credentials(head))
            elif not first.startswith("SIP/2.0 2"):
                with self._changed:
                    self._problem = f"the lamp's subscription: {first}"
                    self._changed.notify_all()

    def _credentials(self, challenge: str) -> str:
        """Digest (RFC 2617), with or without a ``qop``."""
        said = dict(_PARAMETER.findall(challenge))
        uri = f"sip:{self._target}@{self._server[0]}"
        user = _md5(f"{self._owner}:{said['realm']}:{DESKS[self._owner]}")
        what = _md5(f"SUBSCRIBE:{uri}")
        middle = said["nonce"]
        more = ""
        if "qop" in said:
            middle += ":00000001:lamp:auth"
            more = ", qop=auth, nc=00000001, cnonce=lamp"
        if "opaque" in said:
            more += f', opaque="{said["opaque"]}"'
        return (
            f'Authorization: Digest username="{self._owner}", realm="{said["realm"]}",'
            f' nonce="{said["nonce"]}", uri="{uri}", algorithm=MD5,'
            f' response="{_md5(f"{user}:{middle}:{what}")}"{more}'
        )

    def _send(self, lines: list[str]) -> None:
        self._socket.sendto("\r\n".join([*lines, "", ""]).encode(), self._server)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
