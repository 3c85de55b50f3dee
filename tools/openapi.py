"""Writes what the daemon says of its API: ``python tools/openapi.py FILE``. No daemon need run."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from daemon.api.openapi import describe
from daemon.api.server import described


def description() -> str:
    """The document, laid out so that a difference can be read."""
    return json.dumps(describe(described()), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(description(), encoding="utf-8")
