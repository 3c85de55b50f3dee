"""The operator's switch: one SIP address in front of all customers and mobiles.

A stateless SIP proxy over UDP (RFC 3261, 16.11): an INVITE from the PBX goes to the process that
holds the number in its request URI, what such a process sends goes to the PBX from the
operator's address. Media flows past it. An unknown number gets 404, an OPTIONS 200.
"""

from __future__ import annotations

import re
import socket
import threading
import zlib

SERVER_PORT = 5060
BRANCH = re.compile(rb"branch=([^;\s,]+)")
REQUEST = re.compile(rb"^([A-Z]+) sips?:(?:([^@;>\s]*)@)?\S+ SIP/2\.0\r\n")
CALL_ID = re.compile(rb"^(?:Call-ID|i)\s*:\s*(\S+)", re.IGNORECASE | re.MULTILINE)
VIA = re.compile(rb"^(?:Via|v)\s*:\s*([^\r\n]*)\r\n", re.IGNORECASE | re.MULTILINE)
SENT_BY = re.compile(rb"SIP/2\.0/UDP\s+([0-9.]+)(?::(\d+))?")
ROUTE = re.compile(rb"^Route\s*:[^\r\n]*\r\n", re.IGNORECASE | re.MULTILINE)
ECHOED = re.compile(rb"^(?:Via|v|From|f|To|t|Call-ID|i|CSeq)\s*:", re.IGNORECASE)

Address = tuple[str, int]


def e164(dialled: str) -> str:
    """The number in E.164; a company may dial it nationally (the lab is in Great Britain)."""
    return "+44" + dialled[1:] if dialled.startswith("0") else dialled


class Operator:
    """Routes between the PBX and the processes that hold its subscribers."""

    def __init__(self, address: str, server: Address) -> None:
        self._address = address
        self._server = server
        self._closed = False
        self._homes: dict[str, Address] = {}
        self._calls: dict[bytes, Address] = {}
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((address, SERVER_PORT))
        self._thread = threading.Thread(target=self._serve, name="operator", daemon=True)
        self._thread.start()

    def subscribe(self, number: str, home: str) -> None:
        """Calls to ``number`` go to the process at ``home``."""
        self._homes[number] = (home, SERVER_PORT)

    def close(self) -> None:
        """Stop routing and free the address."""
        self._closed = True
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as waker:
            waker.sendto(b"", (self._address, SERVER_PORT))
        self._thread.join(5)
        self._socket.close()

    def _serve(self) -> None:
        while True:
            datagram, source = self._socket.recvfrom(65535)
            if self._closed:
                return
            if datagram.startswith(b"SIP/2.0 "):
                self._return(datagram)
            elif request := REQUEST.match(datagram):
                self._pass_on(datagram, source, request)

    def _return(self, response: bytes) -> None:
        """Take our Via off, and follow the next one."""
        response = VIA.sub(b"", response, count=1)
        via = VIA.search(response)
        target = SENT_BY.search(via.group(1)) if via else None
        if target:
            port = int(target.group(2) or SERVER_PORT)
            self._socket.sendto(response, (target.group(1).decode(), port))

    def _pass_on(self, datagram: bytes, source: Address, request: re.Match[bytes]) -> None:
        method = request.group(1)
        user = e164((request.group(2) or b"").decode(errors="replace"))
        found = CALL_ID.search(datagram)
        call = found.group(1) if found else b""
        home: Address | None
        if self._is_subscriber(source):
            self._calls.setdefault(call, source)
            home = self._homes.get(user, self._server)
            datagram = ROUTE.sub(b"", datagram, count=1)
        else:
            home = self._calls.get(call) or self._homes.get(user)
            if home is None:
                self._answer(datagram, source, method)
                return
            self._calls[call] = home
        branch = BRANCH.search(datagram)
        ours = zlib.crc32(branch.group(1) if branch else call)
        via = f"Via: SIP/2.0/UDP {self._address}:{SERVER_PORT};branch=z9hG4bK.op{ours:08x}\r\n"
        at = datagram.index(b"\r\n") + 2
        self._socket.sendto(datagram[:at] + via.encode() + datagram[at:], home)

    def _is_subscriber(self, source: Address) -> bool:
        return any(source == home for home in self._homes.values())

    def _answer(self, request: bytes, source: Address, method: bytes) -> None:
        """Refuse an unknown number, and say that the trunk is alive."""
        if method == b"ACK":
            return
        status = b"200 OK" if method == b"OPTIONS" else b"404 Not Found"
        lines = [line for line in request.split(b"\r\n") if ECHOED.match(line)]
        lines = [
            line + b";tag=op"
            if line[:2].lower() in (b"to", b"t:") and b"tag=" not in line
            else line
            for line in lines
        ]
        reply = b"\r\n".join([b"SIP/2.0 " + status, *lines, b"Content-Length: 0", b"", b""])
        self._socket.sendto(reply, source)
