"""Here a database begins as it does outside of tests."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _empty(empty_files: None) -> None:
    """Without a schema."""
