"""The daemon's own process: nothing in memory that only a command line needs.

``callward run`` replaces itself by it once settings, database and key are known to be right.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> int:
    """Run with the settings file that the only argument names; the exit code."""
    # Whoever starts it: what it writes is for nobody else.
    os.umask(0o077)
    # structlog imports rich where it finds it, for colourful tracebacks: 4 MB for the whole life
    # of a daemon that never shows one.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]

    from daemon.supervisor import run  # noqa: PLC0415 - after the line above

    # Commands that the daemon runs itself, such as the daily backup, have the same settings.
    os.environ["CALLWARD_CONFIG"] = str(Path(sys.argv[1]).resolve())
    return run(Path(sys.argv[1]))


if __name__ == "__main__":
    sys.exit(main())
