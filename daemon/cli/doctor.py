"""``callward doctor``."""

from __future__ import annotations

from daemon.cli.context import Config, Json


def doctor(config: Config = None, as_json: Json = False) -> None:
    """Check everything that the daemon stands on; exit code 1 when anything fails."""
