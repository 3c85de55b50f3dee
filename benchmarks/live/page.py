"""The board in Debian's Chromium: how many frames a second, and when a row was painted."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from playwright.sync_api import Page, sync_playwright

from benchmarks.live.house import PASSWORD, PERSON

_FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
_SIGN_IN: Final = """async ([name, temporary, password]) => {
  const send = (method, path, body, csrf) => fetch(`/api/v1/session${path}`, {
    method, headers: {"Content-Type": "application/json", ...(csrf && {"X-Callward-CSRF": csrf})},
    body: JSON.stringify(body),
  });
  const session = await (await send("POST", "", {name, password: temporary})).json();
  await send("PUT", "/password", {old: temporary, new: password}, session.csrf);
}"""
_FRAMES: Final = """seconds => new Promise(done => {
  const gaps = [];
  const began = performance.now();
  let last = began;
  requestAnimationFrame(function frame(now) {
    const here = performance.now();
    gaps.push(here - last);
    last = here;
    if (here - began < seconds * 1000) requestAnimationFrame(frame);
    else done({frames: gaps.length, seconds: (here - began) / 1000, longest: Math.max(...gaps)});
  });
})"""
# After a change of the page the next frame paints it; a task after that frame's callbacks runs
# once it has been drawn.
_WATCH: Final = """() => {
  window.painted = {};
  const note = id => {
    if (id in window.painted) return;
    window.painted[id] = null;
    requestAnimationFrame(() => {
      const channel = new MessageChannel();
      channel.port1.onmessage = () => { window.painted[id] = Date.now(); };
      channel.port2.postMessage(0);
    });
  };
  const table = document.querySelector('[role=table]');
  for (const line of table.querySelectorAll('[data-call]')) window.painted[line.dataset.call] = 0;
  new MutationObserver(() => {
    for (const line of table.querySelectorAll('[data-call]')) note(line.dataset.call);
  }).observe(table, {childList: true, subtree: true});
}"""
_SHIFTS: Final = """() => {
  window.shifts = 0;
  new PerformanceObserver(list => {
    for (const one of list.getEntries()) if (!one.hadRecentInput) window.shifts += one.value;
  }).observe({type: 'layout-shift'});
}"""


@dataclass(frozen=True, slots=True)
class Held:
    """What a page holds once all that nobody needs any more has been collected."""

    heap: float
    """Of JavaScript, MB."""
    nodes: int
    """Of documents, those that nobody sees too."""
    listeners: int


@contextmanager
def open_page(url: str, temporary: str) -> Iterator[Page]:
    """Signed in, at no page in particular."""
    chromium = shutil.which("chromium")
    if chromium is None:
        raise RuntimeError("no chromium here: do make setup as root")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=list(_FLAGS))
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(f"{url}/")
        page.evaluate(_SIGN_IN, [PERSON, temporary, PASSWORD])
        yield page
        browser.close()


def go_to_board(page: Page, url: str, rows: int) -> None:
    """And wait until that many calls are there."""
    page.goto(f"{url}/live")
    page.wait_for_function(
        "rows => document.querySelector('[role=table]')?.ariaRowCount > rows",
        arg=rows,
        timeout=60_000,
    )
    page.evaluate(_WATCH)
    page.evaluate(_SHIFTS)


def frames(page: Page, seconds: float) -> tuple[float, float]:
    """Frames a second, and the longest time between two of them, ms."""
    counted: dict[str, Any] = page.evaluate(_FRAMES, seconds)
    return counted["frames"] / counted["seconds"], counted["longest"]


def painted(page: Page) -> dict[str, float]:
    """By call, when its row was first painted, ms since 1970; those that came later than the
    watch."""
    found: dict[str, float | None] = page.evaluate("() => window.painted")
    return {call: at for call, at in found.items() if at}


def layout_shift(page: Page) -> float:
    """Cumulative, since the board was opened."""
    return float(page.evaluate("() => window.shifts"))


def held(page: Page) -> Held:
    """What it holds now."""
    tools = page.context.new_cdp_session(page)
    tools.send("Performance.enable")
    tools.send("HeapProfiler.collectGarbage")
    told = {one["name"]: one["value"] for one in tools.send("Performance.getMetrics")["metrics"]}
    tools.detach()
    heap = told["JSHeapUsedSize"] / 1024 / 1024
    return Held(heap, int(told["Nodes"]), int(told["JSEventListeners"]))
