"""The lab's fixture: one Asterisk for all of a session's tests."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from lab.build import find_installed
from lab.daemon import Daemon
from lab.lab import Lab
from lab.scenarios import Stage


@pytest.fixture(scope="session")
def asterisk_here() -> None:
    """Skips where this machine can neither build an Asterisk nor has one."""
    if os.geteuid() != 0 and find_installed() is None:
        pytest.skip("the lab's Asterisk needs root: run the tests with sudo")


@pytest.fixture(scope="session")
def lab(asterisk_here: None) -> Iterator[Lab]:
    """A running Asterisk; whoever changes it puts it back."""
    with Lab() as running:
        yield running


@pytest.fixture(scope="session")
def daemon(lab: Lab) -> Iterator[Daemon]:
    """Callward beside that Asterisk, for all tests that only look."""
    with Daemon(lab) as running:
        yield running


@pytest.fixture
def stage(lab: Lab) -> Iterator[Stage]:
    """The phones, idle before and after."""
    phones = Stage(lab)
    phones.reset()
    yield phones
    phones.reset()
