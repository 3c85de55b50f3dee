"""The daemon's own process: nothing in memory that only a command line needs.

``callward run`` replaces itself by it once settings, database and key are known to be right.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

SWITCH_SECONDS = 0.0005


def main() -> int:
    """Run with the settings file that the only argument names; the exit code."""
    # Whoever starts it: what it writes is for nobody else.
    os.umask(0o077)
    # structlog imports rich where it finds it, for colourful tracebacks: 4 MB for the whole life
    # of a daemon that never shows one.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]

    # While the writing thread computes, the event loop gets its turn after this long, several times
    # for each answer to the dialplan: with Python's own 5 ms the slowest hundredth took four times
    # as long (benchmarks.routing, on a busy machine).
    sys.setswitchinterval(SWITCH_SECONDS)

    from daemon.supervisor import run  # noqa: PLC0415 - after the line above

    return run(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
