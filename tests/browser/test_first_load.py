"""What it takes to open a page for the first time, and that nothing jumps meanwhile."""

from __future__ import annotations

from typing import Final

import pytest
from playwright.sync_api import Request

from .served import ServedHouse
from .visitors import Visitors, expect

MOST_BYTES: Final = 300_000
MOST_SHIFT: Final = 0.1
"""Cumulative layout shift that a reader does not notice (web.dev's "good")."""
PAGES: Final = ("/live", "/clients", "/calls", "/tasks", "/admin", "/first-hour")
_SHIFTS: Final = """() => {
  globalThis.shifted = 0;
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) globalThis.shifted += one.value;
  }).observe({type: "layout-shift", buffered: true});
}"""


@pytest.mark.parametrize("path", PAGES)
def test_a_page_opens_lightly(house: ServedHouse, visitors: Visitors, path: str) -> None:
    first = visitors.come(house, "boss", role="administrator")
    # A browser that never was here, with the same session.
    visitor = visitors.come(house)
    kept = first.context.cookies()
    visitor.context.add_cookies(
        [{"name": one["name"], "value": one["value"], "url": house.url} for one in kept]
    )
    done: list[Request] = []
    visitor.page.on("requestfinished", lambda one: done.append(one))  # noqa: PLW0108 - no builtin
    visitor.context.add_init_script(f"({_SHIFTS})()")
    page = visitor.go(path)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_load_state("networkidle")
    files = {one.url.rsplit("/", 1)[-1]: one for one in done if "/assets/" in one.url}
    bytes_ = {name: one.sizes()["responseBodySize"] for name, one in files.items()}
    assert bytes_
    assert sum(bytes_.values()) < MOST_BYTES, bytes_
    assert page.evaluate("shifted") < MOST_SHIFT
