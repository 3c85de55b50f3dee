"""The API's description and the documentation name the same doors."""

from __future__ import annotations

from pathlib import Path

import pytest

from daemon.api.openapi import describe
from daemon.api.server import described

# The description needs nothing of what the resources stand on.
DESCRIPTION = describe(described())


@pytest.mark.parametrize("page", ["api.md", "api.ru.md"])
def test_every_door_stands_in_the_documentation(page: str) -> None:
    text = (Path(__file__).parents[4] / "docs" / page).read_text()
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    for path, methods in DESCRIPTION["paths"].items():
        told = " ".join(line for line in lines if f"{path}`" in line or f"{path}?" in line)
        assert [method for method in methods if method.upper() not in told] == [], path
