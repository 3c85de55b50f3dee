"""The newest entry of the audit, noted in a file: entries cut off at the end are missed by it.

A chain shows what was changed within it, and nothing of what followed. So the daemon notes every
few seconds how far it goes, outside of the database.
"""

from __future__ import annotations

import json
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select

from config.settings import VaultSettings
from crm.people_tables import audit


@dataclass(frozen=True, slots=True)
class Head:
    """Which entry is the newest, and its ``mac``."""

    seq: int
    mac: bytes


class HeadError(Exception):
    """The file cannot be read or is none of ours; ``str`` says the reason."""


def head_file(settings: VaultSettings) -> Path:
    """Where it is noted."""
    return settings.audit_head_file or settings.key_file.with_name("audit.head")


def stored_head(connection: Connection) -> Head | None:
    """The newest entry in the database; ``None``: there is none."""
    row = connection.execute(
        select(audit.c.seq, audit.c.mac).order_by(audit.c.seq.desc()).limit(1)
    ).first()
    return None if row is None else Head(row.seq, row.mac)


def stands(connection: Connection, head: Head) -> bool:
    """Whether that entry is in the database as it was noted."""
    mac = connection.execute(select(audit.c.mac).where(audit.c.seq == head.seq)).scalar()
    return mac == head.mac


def read_head(path: Path) -> Head | None:
    """What was noted; ``None``: nothing yet. Raises ``HeadError``."""
    try:
        noted = json.loads(path.read_text(encoding="utf-8"))
        return Head(int(noted["seq"]), bytes.fromhex(noted["mac"]))
    except FileNotFoundError:
        return None
    except OSError as error:
        raise HeadError(error.strerror) from error
    except (ValueError, LookupError, TypeError) as error:
        raise HeadError(type(error).__name__) from error


def write_head(path: Path, head: Head) -> None:
    """Note it, whole or not at all. Raises ``OSError``."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            json.dump({"seq": head.seq, "mac": head.mac.hex()}, file)
            file.flush()
            os.fsync(descriptor)
        Path(draft).replace(path)
    except OSError:
        Path(draft).unlink(missing_ok=True)
        raise
