"""All that ever reaches a browser: wire, document, title, storage, console, notifications, files.

Numbers are looked for by their last seven digits in any grouping and coding. What a person types
himself is his own: where it stands in a field, and where it is sent from there, it is counted apart
(``types``); anywhere else it is a leak like any other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Download, Page

from lab.masked.canary import Canary, search

from .wiretap import Wiretap

_SCRIPT: Final = Path(__file__).with_name("witness.js")
_OWN_PLACES: Final = frozenset({"field", "request"})
"""Where one's own typing may stand."""
# What no event tells of is read where it lies.
_LIES: Final = """async () => {
  const kept = {
    storage: [{...localStorage}, {...sessionStorage}, document.cookie, name],
    history: [history.state, location.href],
    title: document.title,
    field: [...document.querySelectorAll("input, textarea")].map((one) => one.value).join("\\n"),
    document: document.documentElement.textContent,
    media: navigator.mediaSession?.metadata?.title ?? "",
    database: [],
    cache: [],
  };
  for (const {name} of await indexedDB.databases()) {
    const database = await new Promise((done, fail) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => fail(asked.error);
    });
    for (const store of database.objectStoreNames) {
      const all = database.transaction(store).objectStore(store).getAll();
      kept.database.push(name, store, await new Promise((done, fail) => {
        all.onsuccess = () => done(all.result);
        all.onerror = () => fail(all.error);
      }));
    }
    database.close();
  }
  for (const name of globalThis.caches ? await caches.keys() : []) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const answer = await cache.match(request);
      kept.cache.push(name, request.url, await answer.text());
    }
  }
  return Object.entries(kept).map(([where, what]) =>
    [where, typeof what === "string" ? what : JSON.stringify(what)]);
}"""


class Witness:
    """Sees everything that one context of a browser meets, from its first page on."""

    def __init__(self, context: BrowserContext, tap: Wiretap, canaries: Sequence[Canary]) -> None:
        self.places: Counter[str] = Counter()
        """How often something was seen where."""
        self._context = context
        self._tap = tap
        self._canaries = canaries
        self._taken = len(tap.passed)
        self._leaks: dict[str, None] = {}
        self._own: dict[str, None] = {}
        self._step = "before"
        self._typed: frozenset[str] = frozenset()
        self._files: list[Download] = []
        context.expose_binding("__witnessed", self._testified)
        context.add_init_script(path=_SCRIPT)
        context.on("console", self._said)
        context.on("weberror", lambda error: self._see("console", str(error.error)))
        context.on("request", lambda one: self._see("request", f"{one.method} {one.url}"))
        context.on("page", self._opened)
        for page in context.pages:
            self._opened(page)

    @property
    def pages(self) -> list[Page]:
        """Those that are open."""
        return self._context.pages

    def does(self, step: str) -> None:
        """What follows is this; what lies in the open pages until now is looked at."""
        self.look()
        self._step = step

    @contextmanager
    def types(self, text: str) -> Iterator[None]:
        """What he types himself in between may stand in fields, and in what is sent from them."""
        self.look()
        self._typed = frozenset(one.what for one in search(text.encode(), self._canaries))
        yield
        self.look()
        self._typed = frozenset()

    def look(self) -> None:
        """Take what is in storage, titles, fields and cookies now."""
        for page in self._context.pages:
            if page.is_closed() or not page.url.startswith("http"):
                continue
            for where, what in page.evaluate(_LIES):
                self._see(where, what)
        self._see("cookie", str(self._context.cookies()))
        for file in self._files:
            self._see("download", Path(file.path()).read_bytes())
        self._files.clear()
        passed = self._tap.passed[self._taken :]
        self._taken += len(passed)
        for one in passed:
            self._see(one.where, one.path.encode() + b"\r\n" + one.said)

    @property
    def leaks(self) -> list[str]:
        """Where any number stood, but for what was typed just then; never its digits."""
        self.look()
        return list(self._leaks)

    @property
    def own(self) -> list[str]:
        """Where what he typed himself stood, as it may."""
        self.look()
        return list(self._own)

    def _testified(self, _source: Any, where: str, what: str) -> None:
        self._see(where, what)

    def _said(self, message: ConsoleMessage) -> None:
        self._see("console", f"{message.type} {message.text}")
        # Of an answer that is an error, the browser itself names the request, by its address.
        of_request = message.text.startswith("Failed to load resource")
        self._see("request" if of_request else "console", message.location["url"])

    def _opened(self, page: Page) -> None:
        page.on("download", self._downloaded)
        page.on("dialog", self._asked)
        page.on("framenavigated", lambda frame: self._see("address", frame.url))

    def _asked(self, dialog: Dialog) -> None:
        self._see("dialog", dialog.message)
        dialog.dismiss()

    def _downloaded(self, file: Download) -> None:
        self._see("download", f"{file.url} {file.suggested_filename}")
        self._files.append(file)

    def _see(self, where: str, what: str | bytes) -> None:
        self.places[where] += 1
        data = what if isinstance(what, bytes) else what.encode("utf-8", "replace")
        for one in search(data, self._canaries):
            is_own = where in _OWN_PLACES and one.what in self._typed
            found = f"{one.what}: {where}: {self._step} ({one.coding}): {one.line}"
            (self._own if is_own else self._leaks)[found] = None
