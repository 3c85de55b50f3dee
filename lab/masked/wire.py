"""What went over the wire: every packet of one lab's network, as the kernel saw it."""

from __future__ import annotations

import ctypes
import socket
import struct
import threading
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Final, Self

ETH_P_IP: Final = 0x0800
PACKET_OUTGOING: Final = 4
SOL_PACKET: Final = 263
PACKET_STATISTICS: Final = 6
SO_ATTACH_FILTER: Final = 26
SO_RCVBUFFORCE: Final = 33
BUFFER_BYTES: Final = 128 << 20
"""Seconds of a busy lab, should the reader be held up."""
LARGEST: Final = 1 << 17
SETTLE_SECONDS: Final = 30.0


class WireError(Exception):
    """The capture has a hole, so nothing can be said of what it did not see."""


@dataclass(frozen=True, slots=True)
class Packet:
    """A UDP datagram, or what is left of a TCP segment without its header."""

    source: str
    source_port: int
    target: str
    target_port: int
    tcp_sequence: int | None
    """Of its first byte; ``None`` for UDP."""
    payload: bytes


class Wire:
    """Keeps every packet on loopback to or from ``127.X.Y.*``, from ``__enter__`` on. Needs root.

    ``WireError`` where the kernel had to drop one.
    """

    def __init__(self, block: str) -> None:
        self._network = struct.unpack("!I", socket.inet_aton(f"{block}.0"))[0]
        self._probe = (f"{block}.253", 9)
        self._packets: list[Packet] = []
        self._changed = threading.Condition()
        self._marks = 0
        self._seen_mark = 0
        self._closed = False

    def __enter__(self) -> Self:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, 0)
        self._socket.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
        self._attach_filter()
        self._socket.bind(("lo", ETH_P_IP))
        self._thread = threading.Thread(target=self._read, name="wire", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closed = True
        self._mark()
        self._thread.join(SETTLE_SECONDS)
        self._socket.close()

    def take(self) -> tuple[Packet, ...]:
        """Everything since the last ``take`` (or the beginning), and forget it.

        What was sent before this call is in it: a packet of its own is waited for first.
        """
        mark = self._mark()
        with self._changed:
            complete = self._changed.wait_for(lambda: self._seen_mark >= mark, SETTLE_SECONDS)
            packets, self._packets = tuple(self._packets), []
        statistics = self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8)
        _, dropped = struct.unpack("II", statistics)
        # The mark itself may be among them.
        if dropped:
            raise WireError(f"the kernel dropped {dropped} packets of the capture")
        if not complete:
            raise WireError("the capture does not keep up: its own mark did not come")
        return packets

    def _mark(self) -> int:
        """Send a packet that only the capture takes note of; its number."""
        self._marks += 1
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as marker:
            marker.sendto(struct.pack("!I", self._marks), self._probe)
        return self._marks

    def _read(self) -> None:
        while True:
            data, origin = self._socket.recvfrom(LARGEST)
            # Loopback shows each packet twice: as it leaves and as it arrives.
            if origin[2] == PACKET_OUTGOING:
                continue
            packet = _parse(data)
            if packet is None:
                continue
            with self._changed:
                if (packet.target, packet.target_port) == self._probe:
                    self._seen_mark = struct.unpack("!I", packet.payload)[0]
                    self._changed.notify_all()
                    if self._closed:
                        return
                elif packet.payload:
                    self._packets.append(packet)

    def _attach_filter(self) -> None:
        """Only this lab's network: other labs' load must not fill the buffer."""
        load, mask, equal, give = 0x20, 0x54, 0x15, 0x06
        program = (
            (load, 0, 0, 12),
            (mask, 0, 0, 0xFFFFFF00),
            (equal, 3, 0, self._network),
            (load, 0, 0, 16),
            (mask, 0, 0, 0xFFFFFF00),
            (equal, 0, 1, self._network),
            (give, 0, 0, LARGEST),
            (give, 0, 0, 0),
        )
        code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *step) for step in program))
        self._socket.setsockopt(
            socket.SOL_SOCKET,
            SO_ATTACH_FILTER,
            struct.pack("HL", len(program), ctypes.addressof(code)),
        )


def _parse(data: bytes) -> Packet | None:
    """An IPv4 packet with UDP or TCP in it; anything else is no telephony."""
    start = (data[0] & 0x0F) * 4
    source, target = socket.inet_ntoa(data[12:16]), socket.inet_ntoa(data[16:20])
    body = data[start : struct.unpack("!H", data[2:4])[0]]
    source_port, target_port = struct.unpack("!HH", body[:4])
    match data[9]:
        case socket.IPPROTO_UDP:
            return Packet(source, source_port, target, target_port, None, body[8:])
        case socket.IPPROTO_TCP:
            sequence = struct.unpack("!I", body[4:8])[0]
            payload = body[(body[12] >> 4) * 4 :]
            return Packet(source, source_port, target, target_port, sequence, payload)
    return None


def streams(packets: Iterable[Packet]) -> list[Packet]:
    """UDP as it is; each direction of a TCP connection as one packet, in the order of its bytes."""
    whole: list[Packet] = []
    flows: dict[tuple[str, int, str, int], dict[int, bytes]] = {}
    for packet in packets:
        if packet.tcp_sequence is None:
            whole.append(packet)
        else:
            ends = (packet.source, packet.source_port, packet.target, packet.target_port)
            flows.setdefault(ends, {})[packet.tcp_sequence] = packet.payload
    for ends, parts in flows.items():
        first = next(iter(parts))
        # Sequence numbers begin anywhere and go round at 2**32.
        ordered = sorted(parts, key=lambda at: (at - first + (1 << 31)) % (1 << 32))
        whole.append(Packet(*ends, first, b"".join(parts[at] for at in ordered)))
    return whole
