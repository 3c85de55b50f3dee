"""Call ids that are the same whenever, and however often, the same call is read."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from uuid import UUID

# A uniqueid is `[systemname-]EPOCH.SEQUENCE` (main/channel.c, ast_channel_alloc).
_EPOCH = re.compile(r"(?:^|-)(\d{9,11})\.\d+$")


def began_at(uniqueid: str) -> datetime | None:
    """The second in which Asterisk made this uniqueid; ``None`` for one chosen by an Originate."""
    found = _EPOCH.search(uniqueid)
    return None if found is None else datetime.fromtimestamp(int(found[1]), UTC)


def call_id(pbx: str, uniqueid: str, at: datetime) -> UUID:
    """A UUIDv7 (RFC 9562) made of the first channel's uniqueid: read again, it is the same.

    Its time is the uniqueid's own second; ``at`` serves where the uniqueid holds none.
    """
    digest = hashlib.sha256(f"{pbx}\0{uniqueid}".encode()).digest()
    milliseconds = int((began_at(uniqueid) or at).timestamp() * 1000) & 0xFFFFFFFFFFFF
    value = milliseconds << 80
    value |= 0x7 << 76 | int.from_bytes(digest[:2], "big") >> 4 << 64
    value |= 0b10 << 62 | int.from_bytes(digest[2:10], "big") >> 2
    return UUID(int=value)
