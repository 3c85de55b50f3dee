"""Connections whose other end is gone without a word: found out in seconds, by either side.

A machine that lost its power or its network closes nothing. What then waits for an answer would
wait for a quarter of an hour (tcp(7), tcp_retries2), and what the server holds for it as well.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from typing import Any, Final

_IDLE_SECONDS: Final = 5
_INTERVAL_SECONDS: Final = 2
_PROBES: Final = 3
_UNACKNOWLEDGED_MS: Final = 10_000

SERVER_KEEPALIVE: Final[Mapping[str, str]] = {
    "tcp_keepalives_idle": str(_IDLE_SECONDS),
    "tcp_keepalives_interval": str(_INTERVAL_SECONDS),
    "tcp_keepalives_count": str(_PROBES),
    "tcp_user_timeout": str(_UNACKNOWLEDGED_MS),
}
"""Settings of a PostgreSQL session; on a Unix socket the server passes them over."""


def keep_alive(connection: Any) -> None:
    """The same on our side of asyncpg's connection, which has no setting for it."""
    link = connection._transport.get_extra_info("socket")
    if link.family not in {socket.AF_INET, socket.AF_INET6}:
        return
    link.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _IDLE_SECONDS)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _INTERVAL_SECONDS)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _PROBES)
    link.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, _UNACKNOWLEDGED_MS)
