"""Watches what reaches employees and customers, and says what neither should have met."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from lab.masked.canary import Canary, Extension, Number, Word, search
from lab.masked.company import MaskedLab
from lab.masked.people import EMPLOYEES
from lab.masked.wire import Packet, Wire, streams

SESSION_HOST: Final = 201
"""From which address of the lab's network a manager's session must be made (``127.X.Y.201``)."""
_SIP: Final = re.compile(rb"^(?:SIP/2\.0 (\d{3})|([A-Z]+) \S+ SIP/2\.0\r\n)")
_CSEQ: Final = re.compile(rb"^CSeq:\s*\d+ +([A-Z]+)", re.MULTILINE | re.IGNORECASE)
_RTCP: Final = range(200, 208)


@dataclass(frozen=True, slots=True)
class Leak:
    """Something that somebody should not have met."""

    what: str
    """``customer's number``, ``employee's mobile`` … never the thing itself."""
    where: str
    """``to desk 127.X.Y.101``, ``from customer …``, ``Callward's log`` …"""
    message: str
    """``INVITE``, ``180 to INVITE``, ``RTP``, ``HTTP``, ``file`` …"""
    coding: str
    line: str
    """Its line; digits of a number are ``x``."""

    def __str__(self) -> str:
        return f"{self.what}: {self.where}: {self.message} ({self.coding}): {self.line}"


class Watch:
    """All that is said on a masked lab's wires and written into files that somebody may read.

    ``customers`` are the numbers that no employee may meet. Towards customers it looks for every
    employee of ``lab.masked.people``. Use it as a context manager around the phones' first use.
    """

    def __init__(self, lab: MaskedLab, customers: Sequence[str]) -> None:
        self._lab = lab
        self._wire = Wire(lab.block)
        self._customers: list[Canary] = [
            Number("customer's number", number) for number in customers
        ]
        self._employees: list[Canary] = []
        for one in EMPLOYEES:
            self._employees.append(Number("employee's mobile", one.mobile))
            self._employees += [Word("employee's name", part) for part in one.name.split()]
            self._employees.append(Extension("employee's extension", one.extension))
        self._seen: set[Path] = set()

    def __enter__(self) -> Self:
        self._wire.__enter__()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._wire.__exit__(kind, error, trace)

    def leaks(self, *, codes: Sequence[str] = ()) -> tuple[Leak, ...]:
        """What leaked since the last time; everything that was said meanwhile is forgotten then.

        ``codes``: short codes; nobody outside of the company may meet them, be it an employee on
        his mobile: there is nothing that he could do with them there.
        """
        inner = [Extension("short code", code) for code in codes]
        found = dict.fromkeys([*self._on_the_wire(inner), *self._in_files()])
        return tuple(found)

    def leaks_in_logs(self) -> tuple[Leak, ...]:
        """What leaked into logs since the beginning: Callward's, and those of the phones.

        A phone writes its log when it has a page of it: the last of it when it ends.
        """
        return tuple(dict.fromkeys(self._in_logs()))

    # The wire

    def _on_the_wire(self, inner: Sequence[Canary]) -> Iterator[Leak]:
        """To and from each phone, and a manager's session."""
        packets = self._wire.take()
        phones = self._lab.phones
        canaries = {f"{self._lab.block}.{SESSION_HOST}": ("manager's session", self._customers)}
        for kind, theirs in {
            "desk": self._customers,
            "mobile": [*self._customers, *inner],
            "customer": [*self._employees, *inner],
        }.items():
            canaries |= {one: (f"{kind} {one}", theirs) for one in phones.addresses(kind)}
        for packet in streams(packets):
            for address, direction in ((packet.target, "to"), (packet.source, "from")):
                if address in canaries:
                    who, wanted = canaries[address]
                    for one in search(packet.payload, wanted):
                        yield Leak(
                            one.what, f"{direction} {who}", kind_of(packet), one.coding, one.line
                        )

    # Files

    def _in_logs(self) -> Iterator[Leak]:
        phones = self._lab.phones
        own = self._lab.folder / "callward.log"
        logs: list[tuple[str, bytes, Sequence[Canary]]] = [
            ("Callward's log", own.read_bytes() if own.exists() else b"", self._customers)
        ]
        for kind in ("desk", "mobile", "customer"):
            theirs = self._employees if kind == "customer" else self._customers
            files = phones.addresses(kind).values()
            logs += [(f"log of a {kind}", file.read_bytes(), theirs) for file in files]
        told = (self._lab.folder / "phones" / "phones.jsonl").read_bytes().splitlines()
        shown = b"\n".join(line for line in told if b'"phone": "customer' not in line)
        logs.append(("what employees' phones show", shown, self._customers))
        for where, text, wanted in logs:
            for one in search(text, wanted):
                yield Leak(one.what, where, "log", one.coding, one.line)

    def _in_files(self) -> Iterator[Leak]:
        """Names and tags of recordings, and voicemails: sound, and what stands beside it."""
        for what, folder in {
            "recording": self._lab.recordings_folder,
            "stored recording": self._lab.folder / "callward" / "recordings",
            "voicemail": self._lab.folder / "spool" / "voicemail",
        }.items():
            for file in sorted(folder.rglob("*")):
                if not file.is_file() or file in self._seen:
                    continue
                self._seen.add(file)
                name = str(file.relative_to(folder)).encode()
                for one in search(name + b"\n" + _words(file), self._customers):
                    yield Leak(one.what, what, "file", one.coding, one.line)


def _words(file: Path) -> bytes:
    """What a file says besides its sound: tags stand in its first and last part."""
    data = file.read_bytes()
    if file.suffix in {".txt", ""}:
        return data
    return data[:8192] + b"\n" + data[-8192:]


def kind_of(packet: Packet) -> str:
    """``INVITE``, ``180 to INVITE``, ``RTP``, ``RTCP``, ``HTTP``; ``UDP`` for anything else."""
    if packet.tcp_sequence is not None:
        return "HTTP"
    if found := _SIP.match(packet.payload):
        method = _CSEQ.search(packet.payload)
        asked = method[1].decode() if method else "?"
        return f"{found[1].decode()} to {asked}" if found[1] else asked
    if len(packet.payload) > 1 and packet.payload[0] >> 6 == 2:
        return "RTCP" if packet.payload[1] in _RTCP else "RTP"
    return "UDP"
