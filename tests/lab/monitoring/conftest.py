"""One floor for all tests of listening."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.monitoring.floor import Floor


@pytest.fixture(scope="session")
def running_floor(asterisk_here: None) -> Iterator[Floor]:
    with Floor() as floor:
        yield floor


@pytest.fixture
def floor(running_floor: Floor) -> Iterator[Floor]:
    """Idle, before and after."""
    running_floor.reset()
    yield running_floor
    running_floor.reset()
