"""People at their browsers."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from .served import PASSWORD, Served

WIDE: Final = (1280, 800)
NARROW: Final = (360, 740)
AXE: Final = Path(__file__).parents[2] / "web" / "node_modules" / "axe-core" / "axe.min.js"
_STILL: Final = """() => document.getAnimations().every((one) => {
  const { endTime, progress } = one.effect.getComputedTiming();
  return one.playState !== "running" || endTime === Infinity || progress === null;
})"""
_RULES: Final = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
_EXPECTED: Final = ("Failed to load resource", "WebSocket connection to")
"""What a browser says by itself of every answer that is an error, and of a server that is away."""

# The page's own fetch, so that the session begins in this very browser.
_SIGN_IN: Final = """async ([name, temporary, password]) => {
  const send = (method, path, body, csrf) => fetch(`/api/v1/session${path}`, {
    method, headers: {"Content-Type": "application/json", ...(csrf && {"X-Callward-CSRF": csrf})},
    body: JSON.stringify(body),
  });
  const entered = await send("POST", "", {name, password: temporary});
  const session = await entered.json();
  if (!entered.ok) return session;
  if (!session.must_change_password) return null;
  const changed = await send("PUT", "/password", {old: temporary, new: password}, session.csrf);
  return changed.ok ? null : await changed.json();
}"""


@dataclass
class Visitor:
    """One browser with cookies of its own, and what went wrong in it."""

    context: BrowserContext
    page: Page
    url: str
    wrong: list[str] = field(default_factory=list)
    """Errors of scripts, what the Content-Security-Policy refused, errors on the console."""

    def go(self, path: str) -> Page:
        """Open a page of the console."""
        self.page.goto(f"{self.url}{path}")
        return self.page

    def sign_in(self, person: str, temporary: str) -> None:
        """Without the page for it: with a temporary password, which becomes ``PASSWORD``."""
        self.page.goto(f"{self.url}/")
        refused = self.page.evaluate(_SIGN_IN, [person, temporary, PASSWORD])
        assert refused is None, refused

    def accessible(self) -> list[str]:
        """What axe finds against WCAG 2.2 AA in the page as it is now, once nothing fades in."""
        self.page.wait_for_function(_STILL)
        # The page's policy lets no such script in by a tag; evaluated code is not under it.
        self.page.evaluate(AXE.read_text(encoding="utf-8"))
        found: dict[str, Any] = self.page.evaluate(
            "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})", _RULES
        )
        return [
            f"{one['id']}: {json.dumps(node['target'])} {node['failureSummary']}"
            for one in found["violations"]
            for node in one["nodes"]
        ]


class Visitors:
    """Opens browsers, and closes them again."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.all: list[Visitor] = []

    def come(
        self,
        served: Served,
        person: str | None = None,
        *,
        role: str = "manager",
        language: str = "en",
        dark: bool = False,
        size: tuple[int, int] = WIDE,
        **more: object,
    ) -> Visitor:
        """Somebody comes; with a name he is signed in, and made if nobody knows him yet."""
        width, height = size
        context = self._browser.new_context(
            locale={"en": "en-GB", "ru": "ru-RU"}[language],
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            timezone_id="Europe/London",
            **more,  # type: ignore[arg-type]
        )
        context.set_default_timeout(30_000)
        page = context.new_page()
        visitor = Visitor(context, page, served.url)
        self._listen(visitor, page)
        context.on("page", lambda other: self._listen(visitor, other))
        self.all.append(visitor)
        if person is not None:
            visitor.sign_in(person, served.person(person, role))
        return visitor

    def close(self) -> list[str]:
        """End all of it; what went wrong in any of them."""
        wrong = [line for visitor in self.all for line in visitor.wrong]
        for visitor in self.all:
            visitor.context.close()
        self.all.clear()
        return wrong

    @staticmethod
    def _listen(visitor: Visitor, page: Page) -> None:
        def said(message: ConsoleMessage) -> None:
            if message.type == "error" and not message.text.startswith(_EXPECTED):
                visitor.wrong.append(message.text)

        page.on("console", said)
        page.on("pageerror", lambda error: visitor.wrong.append(str(error)))


# A busy machine shows the same a little later.
expect.set_options(timeout=30_000)

__all__ = ["AXE", "NARROW", "WIDE", "Visitor", "Visitors", "expect"]
