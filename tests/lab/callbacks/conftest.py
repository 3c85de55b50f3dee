"""One office for all tests of callbacks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.callbacks.office import Office


@pytest.fixture(scope="session")
def running_office(asterisk_here: None) -> Iterator[Office]:
    settings = {
        "callbacks": {
            # A daemon that is killed is back within that time, on a busy machine too.
            "agent_seconds": 60,
            "client_seconds": 60,
            "each_per_minute": 600,
            "at_once": 3,
        }
    }
    with Office(settings) as office:
        yield office


@pytest.fixture
def office(running_office: Office) -> Iterator[Office]:
    """With idle phones, before and after."""
    for last in (151, 152, 153, 154):
        running_office.client(last)
    running_office.reset()
    yield running_office
    running_office.reset()
