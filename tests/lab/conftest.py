"""The lab's fixture: one Asterisk for all of a session's tests."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

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
def shared() -> list[Daemon]:
    """The daemon of the whole session, once a test has wanted it."""
    return []


@pytest.fixture(scope="session")
def daemon(lab: Lab, shared: list[Daemon]) -> Iterator[Daemon]:
    """Callward beside that Asterisk, for all tests that only look."""
    with Daemon(lab) as running:
        shared.append(running)
        yield running


@pytest.fixture
def alone(shared: list[Daemon]) -> Iterator[None]:
    """For daemons of one's own: the shared one would take in the recordings of their calls."""
    stopped = [one for one in shared if one.is_running]
    for one in stopped:
        one.stop()
    yield
    for one in stopped:
        since = time.time()
        one.start()
        # Meanwhile there were calls: nobody may find them on their way.
        one.wait_until(lambda: _stored_until(one) >= since)  # noqa: B023 - asked at once


def _stored_until(daemon: Daemon) -> float:
    return min(daemon.metrics("callward_stored_until_timestamp_seconds").values(), default=0.0)


@pytest.fixture
def log_of_days(lab: Lab) -> Iterator[None]:
    """The PBX's log reaches back over the day: a ledger can be checked whole."""
    rotated = lab.cel_file.with_name(f"{lab.cel_file.name}.1")
    old = (datetime.now(UTC) - timedelta(days=2)).strftime("%Y-%m-%d %H:%M:%S.%f")
    rotated.write_text(f'"CHAN_END","{old}",' + '"",' * 12 + '"1000000000.0","1000000000.0"\n')
    yield
    rotated.unlink()


@pytest.fixture
def stage(lab: Lab) -> Iterator[Stage]:
    """The phones, idle before and after."""
    phones = Stage(lab)
    phones.reset()
    yield phones
    phones.reset()
