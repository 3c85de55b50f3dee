"""One company for all tests of routing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.lab.routing.company import Company


@pytest.fixture(scope="session")
def running_company(asterisk_here: None) -> Iterator[Company]:
    with Company() as company:
        yield company


@pytest.fixture
def company(running_company: Company) -> Iterator[Company]:
    """With idle phones, before and after."""
    running_company.stage.reset()
    yield running_company
    running_company.stage.reset()
