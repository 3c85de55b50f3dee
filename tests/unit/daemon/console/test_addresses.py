"""Which addresses are pages."""

from __future__ import annotations

import pytest

from daemon.console.addresses import is_page


@pytest.mark.parametrize("path", ["/", "/live", "/calls/1", "/apiary", "/healthy", "/pbx-help"])
def test_pages(path: str) -> None:
    assert is_page(path)


@pytest.mark.parametrize(
    "path",
    ["/api/v1/calls", "/api", "/pbx/route", "/metrics", "/health", "/assets/a.js", "/embed/b"],
)
def test_others(path: str) -> None:
    assert not is_page(path)
