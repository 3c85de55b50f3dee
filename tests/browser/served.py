"""A house of the API's tests, served to browsers: the real API and console over a real database.

It runs in a thread with a loop of its own, since the browser's tests are synchronous.
"""

from __future__ import annotations

import asyncio
import json
import threading
import urllib.request
from collections.abc import Awaitable, Callable, Coroutine, Iterator
from contextlib import AsyncExitStack, contextmanager
from pathlib import Path
from typing import Any, Final, TypeVar

from aiohttp import web

from daemon.api.server import application
from tests.unit.daemon.api.conftest import House, build_house

Result = TypeVar("Result")
PASSWORD: Final = "umbrella kettle violin"
_PATIENCE_SECONDS: Final = 60.0


class Served:
    """Whatever serves the console: its address, and the operator's way to its API."""

    def __init__(self, url: str, operator: dict[str, str]) -> None:
        self.url = url
        self._operator = operator

    def ask(self, method: str, path: str, body: object = None) -> Any:
        """What the API answers to the operator; ``None`` for an empty answer."""
        asked = urllib.request.Request(
            f"{self.url}/api/v1/{path}",
            None if body is None else json.dumps(body).encode(),
            {"Content-Type": "application/json", **self._operator},
            method=method,
        )
        with urllib.request.urlopen(asked, timeout=30) as answer:
            text = answer.read()
        return json.loads(text) if text else None

    def person(self, name: str, role: str = "manager", **more: object) -> str:
        """Somebody who works here and can sign in with what is given back: temporary, to be
        changed at the first sign-in.
        """
        known = {one["name"] for one in self.ask("GET", "people")["items"]}
        if name not in known:
            self.ask("POST", "people", {"name": name, "role": role, **more})
        elif more or role:
            self.ask("PATCH", f"people/{name}", {"role": role, **more})
        password: str = self.ask("PUT", f"people/{name}/password", {})["password"]
        return password


class ServedHouse(Served):
    """A house; ``do`` runs work of the test's in its loop."""

    def __init__(
        self, house: House, url: str, loop: asyncio.AbstractEventLoop, site: web.Application
    ) -> None:
        super().__init__(url, house.operator)
        self.house = house
        self.site = site
        self._loop = loop

    def do(self, work: Callable[[House], Coroutine[Any, Any, Result]]) -> Result:
        """Run it where the house lives, and wait for it."""
        future = asyncio.run_coroutine_threadsafe(work(self.house), self._loop)
        return future.result(_PATIENCE_SECONDS)


@contextmanager
def serve_house(
    folder: Path, furnish: Callable[[House], Awaitable[None]] | None = None
) -> Iterator[ServedHouse]:
    """A house that listens on loopback; ``furnish`` fills it before the first visitor."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, name="house", daemon=True)
    thread.start()
    stack = AsyncExitStack()

    async def open_() -> ServedHouse:
        house = await stack.enter_async_context(build_house(folder))
        if furnish is not None:
            await furnish(house)
        app = application(house.context)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return ServedHouse(house, f"http://127.0.0.1:{runner.addresses[0][1]}", loop, app)

    try:
        yield asyncio.run_coroutine_threadsafe(open_(), loop).result(_PATIENCE_SECONDS)
    finally:
        asyncio.run_coroutine_threadsafe(stack.aclose(), loop).result(_PATIENCE_SECONDS)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(_PATIENCE_SECONDS)
        loop.close()
