"""The recorded journals: real calls of the lab, each with what its phones saw."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from config.loading import load as load_settings
from config.settings import Settings

FOLDER = Path(__file__).parent / "journals"


@dataclass(frozen=True)
class Journal:
    """One scenario's folder."""

    name: str
    files: tuple[Path, ...]
    cel: Path
    truth: list[dict[str, Any]]


def load(folder: Path) -> Journal:
    """One scenario."""
    return Journal(
        name=folder.name,
        files=tuple(sorted(folder.glob("*.ami"))),
        cel=folder / "cel.csv",
        truth=json.loads((folder / "truth.json").read_text())["calls"],
    )


JOURNALS = tuple(load(path.parent) for path in sorted(FOLDER.glob("*/truth.json")))


@cache
def settings() -> Settings:
    """Those of the PBX on which the journals were recorded."""
    return load_settings(FOLDER / "callward.toml", {})
