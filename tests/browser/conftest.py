"""The console in Debian's Chromium, against the real API."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, sync_playwright

from daemon.console.site import FOLDER, INDEX
from lab.build import find_installed
from lab.daemon import Daemon
from lab.lab import Lab

from .served import Served, ServedHouse, serve_house
from .visitors import Visitors

FLAGS: Final = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


# No longer than a module: while Playwright is there, its event loop runs, and no other can.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One Chromium for all of a module's tests; each visitor has a context of his own."""
    # Without windows that nobody sees it takes a third less of the processor.
    chromium = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    if chromium is None:
        pytest.skip("no chromium here: do make setup as root")
    if not (FOLDER / INDEX).exists():
        pytest.skip("the console is not built: do make web")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=list(FLAGS))
        yield launched
        launched.close()


@pytest.fixture
def visitors(browser: Browser) -> Iterator[Visitors]:
    """Who comes; in the end, nothing may have gone wrong in any browser."""
    coming = Visitors(browser)
    yield coming
    assert coming.close() == []


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    """The house of the API's tests, for all tests of a module that do not harm each other."""
    with serve_house(_folder(tmp_path_factory)) as served:
        yield served


@pytest.fixture(scope="session")
def lab() -> Iterator[Lab]:
    """A running Asterisk with phones."""
    if os.geteuid() != 0 and find_installed() is None:
        pytest.skip("the lab's Asterisk needs root: run the tests with sudo")
    with Lab() as running:
        yield running


@pytest.fixture(scope="session")
def daemon(lab: Lab) -> Iterator[Daemon]:
    """Callward beside that Asterisk, a process of its own."""
    with Daemon(lab) as running:
        yield running


@pytest.fixture(scope="session")
def callward(daemon: Daemon) -> Served:
    """The same, as browsers reach it."""
    return Served(f"http://127.0.0.1:{daemon.port}", daemon.headers)


def _folder(factory: pytest.TempPathFactory) -> Path:
    return factory.mktemp("house")
