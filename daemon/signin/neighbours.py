"""The kernel's neighbour table: which MAC address answers for an IP address on the same link.

Asked over netlink (``rtnetlink(7)``, ``linux/neighbour.h``): it is there for every device that has
just spoken to this machine without a router between, and for no other. Whoever is on the same link
can take another device's MAC address: this tells places apart, it proves nothing.
"""

from __future__ import annotations

import os
import socket
import struct
from collections.abc import Iterator
from ipaddress import ip_address
from typing import Final

import structlog

_RTM_NEWNEIGH, _RTM_GETNEIGH = 28, 30
_NLMSG_ERROR, _NLMSG_DONE = 2, 3
_NLM_F_REQUEST_DUMP: Final = 0x301
_NDA_DST, _NDA_LLADDR = 1, 2
_NUD_GOOD: Final = 0x02 | 0x04 | 0x08 | 0x10 | 0x80
"""Reachable, stale, delay, probe, permanent; not incomplete, failed or without ARP."""
_HEADER: Final = struct.Struct("=IHHII")
"""``nlmsghdr``: length, type, flags, sequence, port."""
_NEIGHBOUR: Final = struct.Struct("=BxxxiHBB")
"""``ndmsg``: family, interface, state, flags, type."""
_ATTRIBUTE: Final = struct.Struct("=HH")
_FAMILIES: Final = {4: socket.AF_INET, 6: socket.AF_INET6}
_SECONDS: Final = 1.0

_log = structlog.get_logger(__name__)


def mac_of(address: str) -> str | None:
    """The MAC address of the neighbour that has this IP address; ``None``: it is no neighbour."""
    try:
        wanted = ip_address(address)
    except ValueError:
        return None
    try:
        neighbours = dict(_neighbours(_FAMILIES[wanted.version]))
    except OSError as error:
        _log.warning("the neighbour table cannot be read", reason=error.strerror)
        return None
    found = neighbours.get(wanted.packed)
    return None if found is None else found.hex(":")


def _neighbours(family: int) -> Iterator[tuple[bytes, bytes]]:
    """Every neighbour's IP and MAC address, packed."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as kernel:
        kernel.settimeout(_SECONDS)
        kernel.bind((0, 0))
        asked = _NEIGHBOUR.pack(family, 0, 0, 0, 0)
        length = _HEADER.size + len(asked)
        kernel.send(_HEADER.pack(length, _RTM_GETNEIGH, _NLM_F_REQUEST_DUMP, 1, 0) + asked)
        while True:
            for kind, body in _messages(kernel.recv(1 << 17)):
                if kind == _NLMSG_DONE:
                    return
                if kind == _NLMSG_ERROR:
                    code = -struct.unpack_from("=i", body)[0]
                    raise OSError(code, os.strerror(code))
                if kind == _RTM_NEWNEIGH:
                    yield from _neighbour(body)


def _messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + _HEADER.size <= len(data):
        length, kind, *_ = _HEADER.unpack_from(data, at)
        yield kind, data[at + _HEADER.size : at + length]
        at += _aligned(length)


def _neighbour(body: bytes) -> Iterator[tuple[bytes, bytes]]:
    _family, _interface, state, _flags, _type = _NEIGHBOUR.unpack_from(body)
    found: dict[int, bytes] = {}
    at = _NEIGHBOUR.size
    while at + _ATTRIBUTE.size <= len(body):
        length, kind = _ATTRIBUTE.unpack_from(body, at)
        found[kind] = body[at + _ATTRIBUTE.size : at + length]
        at += _aligned(length)
    if state & _NUD_GOOD and _NDA_DST in found and len(found.get(_NDA_LLADDR, b"")) == 6:
        yield found[_NDA_DST], found[_NDA_LLADDR]


def _aligned(length: int) -> int:
    return max((length + 3) & ~3, 4)
