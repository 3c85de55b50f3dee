"""From where a request really comes, where proxies stand between. Pure.

Only proxies that the settings list are believed, and of what they say only what the last of them
saw: everything left of that, the client could have written himself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final, Protocol

FORWARDED: Final = "Forwarded"
"""RFC 7239."""
FORWARDED_FOR: Final = "X-Forwarded-For"
FORWARDED_PROTO: Final = "X-Forwarded-Proto"
SIGNS_OF_A_PROXY: Final = (FORWARDED, FORWARDED_FOR, FORWARDED_PROTO, "X-Real-IP", "Via")
"""Headers that no browser sends by itself."""
_MOST_HOPS: Final = 20
_FOR: Final = re.compile(r'for=(?:"([^"]*)"|([^;,"\s]*))', re.IGNORECASE)
_PROTO: Final = re.compile(r'proto="?([a-z]+)"?', re.IGNORECASE)
_PORT: Final = re.compile(r"\[([0-9a-fA-F:.]+)\](?::\d+)?|([0-9.]+):\d+")


class ForwardingError(ValueError):
    """A listed proxy says something about the client that cannot be used."""


class Headers(Protocol):
    """What is asked of a request's headers."""

    def getall(self, key: str, default: Sequence[str]) -> Sequence[str]:
        """Every line of that name."""
        ...


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a request comes from."""

    address: str
    through_proxy: bool
    """The connection is a listed proxy's, so nothing that belongs to a connection is the client's:
    no MAC address, no NTLM handshake."""
    secure: bool
    """The client came over TLS."""


def origin_of(
    remote: str, *, secure: bool, headers: Headers, proxies: Iterable[IPv4Network | IPv6Network]
) -> Origin:
    """Where a request comes from that arrived from ``remote``. ``ForwardingError``."""
    believed = tuple(proxies)
    peer = plain_address(remote)
    if not _among(peer, believed):
        return Origin(peer, through_proxy=False, secure=secure)
    forwarded = [one for line in headers.getall(FORWARDED, ()) for one in line.split(",")]
    listed = [one for line in headers.getall(FORWARDED_FOR, ()) for one in line.split(",")]
    if forwarded and listed:
        # A proxy writes one of them; the other is what the client wrote.
        raise ForwardingError
    protocols = [line.strip().lower() for line in headers.getall(FORWARDED_PROTO, ())]
    if forwarded:
        listed = [_first(_FOR, one) for one in forwarded]
        protocols = [_first(_PROTO, forwarded[-1]).lower()]
    if not listed:
        # It asks for itself, as for /health.
        return Origin(peer, through_proxy=True, secure=secure or protocols == ["https"])
    if len(listed) > _MOST_HOPS:
        raise ForwardingError
    return Origin(
        _client(listed, believed), through_proxy=True, secure=secure or protocols == ["https"]
    )


def read_proxies(written: Iterable[str]) -> tuple[IPv4Network | IPv6Network, ...]:
    """The networks of the setting, which are valid there."""
    return tuple(ip_network(one) for one in written)


def plain_address(address: str) -> str:
    """An address in one spelling: no zone, and IPv4 as such where it comes wrapped in IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


def _client(listed: Sequence[str], believed: tuple[IPv4Network | IPv6Network, ...]) -> str:
    """The last one that is no proxy of ours; the first, where all are."""
    address = ""
    for written in reversed(listed):
        address = _read(written)
        if not _among(address, believed):
            break
    return address


def _read(written: str) -> str:
    text = written.strip()
    if found := _PORT.fullmatch(text):
        text = found[1] or found[2]
    try:
        return plain_address(str(ip_address(text)))
    except ValueError:
        raise ForwardingError from None


def _among(address: str, networks: Iterable[IPv4Network | IPv6Network]) -> bool:
    try:
        return any(ip_address(address) in network for network in networks)
    except ValueError:
        return False


def _first(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return "" if found is None else next((group for group in found.groups() if group), "")
