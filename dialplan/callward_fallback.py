#!/usr/bin/env python3
"""AGI script: finds a caller's curator in Callward's snapshot while Callward itself is silent.

Sets ``CALLWARD_STEPS``, or nothing where it does not know: the dialplan then rings its fallback
group. Whatever is wrong, it ends within a second without an error, and tells nobody a number.

Runs on the PBX, with Python and pyst2 alone. The snapshot, which ``daemon/routing/snapshot.py``
writes, is two lines: a signature, HMAC-SHA256 in hexadecimal, and the JSON that it is of. That
names a caller by the first three bytes of an HMAC-SHA256 of his number: many numbers share each, so
that no list of customers can be made of it, not even with the keys that stand beside Asterisk.
"""

from __future__ import annotations

import hmac
import json
import os
import signal
import sys
import time
from base64 import b64decode

VERSION = 1
LIMIT_SECONDS = 1.0
OLDEST_SECONDS = 7 * 24 * 3600
AHEAD_SECONDS = 3600
"""How far the clock of the machine that wrote the snapshot may be before this one's."""
MOST_BYTES = 32 * 1024 * 1024
INDEX_BYTES = 3
KEYS_FILE = "callward_fallback.json"
SNAPSHOT = "fallback.json"


class SnapshotError(Exception):
    """It cannot be used; the message says why and holds nothing of it."""


def main() -> None:
    """Serve one caller; always exit code 0."""
    # What SIGALRM does by default ends the process; the dialplan goes on without it.
    signal.setitimer(signal.ITIMER_REAL, LIMIT_SECONDS)
    # pyst2 says on standard error all that Asterisk told it, numbers included.
    nowhere = open(os.devnull, "w")  # noqa: SIM115, PTH123 - until the process ends
    sys.stderr = nowhere
    try:
        from asterisk.agi import AGI  # noqa: PLC0415 - whatever is wrong with it is wrong here

        agi = AGI(stderr=nowhere)
        folder = os.environ.get("AST_CONFIG_DIR", "/etc/asterisk")
        keys = read_keys(f"{folder}/{KEYS_FILE}")
        path = keys["snapshot"] or f"{_recordings(agi)}/{SNAPSHOT}"
        snapshot = read_snapshot(path, bytes.fromhex(keys["signature_key"]), time.time())
        caller = agi.env.get("agi_callerid", "")
        steps = steps_now(snapshot, bytes.fromhex(keys["index_key"]), caller, time.time())
        if steps:
            agi.set_variable("CALLWARD_STEPS", steps)
    except BaseException:  # noqa: S110 - the call goes on, and an error may hold a number
        pass
    os._exit(0)


def _recordings(agi) -> str:  # type: ignore[no-untyped-def]
    spool = os.environ.get("AST_SPOOL_DIR", "/var/spool/asterisk")
    return agi.get_variable("CALLWARD_RECORDINGS") or f"{spool}/callward"


def read_keys(path: str) -> dict[str, str]:
    """``index_key`` and ``signature_key`` in hexadecimal, and ``snapshot``, a path or None."""
    with open(path, encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs milliseconds
        keys: dict[str, str] = json.load(file)
        return keys


def read_snapshot(path: str, key: bytes, now: float) -> dict:  # type: ignore[type-arg]
    """The snapshot; ``SnapshotError`` where it is not Callward's, or too old to be true."""
    with open(path, "rb") as file:  # noqa: PTH123
        content = file.read(MOST_BYTES + 1)
    signature, _, body = content.partition(b"\n")
    if len(content) > MOST_BYTES:
        raise SnapshotError("too large")
    if not hmac.compare_digest(signature, sign(key, body)):
        raise SnapshotError("not signed with this key")
    snapshot: dict = json.loads(body)  # type: ignore[type-arg]
    if snapshot["version"] != VERSION:
        raise SnapshotError("of another version")
    if not -AHEAD_SECONDS <= now - snapshot["made_at"] <= OLDEST_SECONDS:
        raise SnapshotError("too old")
    return snapshot


def steps_now(snapshot: dict, key: bytes, caller: str, now: float) -> str:  # type: ignore[type-arg]
    """Those of the caller, or of the group, without phones of who is away.

    An empty text where nobody would be left: the dialplan's own fallback group rings then, for that
    a company is reached goes before.
    """
    away = snapshot.get("away") or {}
    absent = {dial for dial, until in away.items() if until is None or now < until}
    found = _present(find_steps(snapshot, key, caller), absent)
    return found or _present(snapshot.get("group") or "", absent)


def find_steps(snapshot: dict, key: bytes, caller: str) -> str:  # type: ignore[type-arg]
    """``SECONDS~DIAL;…`` for this caller, or an empty text; whoever is away included."""
    entries = [(b64decode(entry["indexes"]), entry["steps"]) for entry in snapshot["callers"]]
    for number in readings(caller, snapshot["plan"]):
        index = index_of(key, number)
        for indexes, steps in entries:
            if _holds(indexes, index):
                return str(steps)
    return ""


def _present(steps: str, absent: set[str]) -> str:
    kept = []
    for step in filter(None, steps.split(";")):
        seconds, _, dials = step.partition("~")
        present = [dial for dial in dials.split("&") if dial not in absent]
        if present:
            kept.append(seconds + "~" + "&".join(present))
    return ";".join(kept)


def readings(caller: str, plan: dict[str, str]) -> list[str]:
    """How a caller id can be meant, as E.164, the likeliest first.

    ``plan``: the country's calling ``code``, its ``international`` and ``national`` prefix.
    """
    digits = "".join(one for one in caller if one in "0123456789")
    code, abroad, national = plan["code"], plan["international"], plan["national"]
    if not 7 <= len(digits) <= 18:
        return []
    if caller.strip().startswith("+"):
        return ["+" + digits]
    found = []
    if abroad and digits.startswith(abroad):
        found.append(digits[len(abroad) :])
    if national and digits.startswith(national):
        found.append(code + digits[len(national) :])
    if digits.startswith(code):
        found.append(digits)
    found.append(code + digits)
    return ["+" + one for one in found if 7 <= len(one) <= 15]


def index_of(key: bytes, number: str) -> bytes:
    """By which a number, E.164, is found; many numbers share it."""
    return hmac.digest(key, number.encode(), "sha256")[:INDEX_BYTES]


def sign(key: bytes, body: bytes) -> bytes:
    """The snapshot's first line."""
    return hmac.digest(key, body, "sha256").hex().encode()


def _holds(indexes: bytes, index: bytes) -> bool:
    at = indexes.find(index)
    while at >= 0 and at % INDEX_BYTES:
        at = indexes.find(index, at + 1)
    return at >= 0


if __name__ == "__main__":
    main()
