"""The whole of it: a masked lab, Callward, those who watch, and scenes played one by one."""

from __future__ import annotations

import signal
import sqlite3
import tomllib
from contextlib import ExitStack, closing
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import quote
from uuid import UUID

from rich.console import Console

from lab.daemon import Daemon
from lab.masked.company import MaskedLab
from lab.masked.lamp import Lamp
from lab.masked.people import CANARIES, COMPANY, CURATED, OPEN, REACHED_OUTSIDE
from lab.masked.scene import Scene
from lab.masked.scenes import MaskedScene
from lab.masked.scenes.registry import Silence
from lab.masked.session import ManagerSession
from lab.masked.watch import Leak, Watch

SETTINGS: Final = {"callbacks": {"client_seconds": 3}}
CARDS: Final[dict[str, dict[str, str]]] = {
    CURATED: {"name": "Harriet Vane", "curator": "Quist"},
    REACHED_OUTSIDE: {"name": "Miles Death", "curator": "Marlowe"},
    OPEN: {},
}
"""The canary customers' cards, as the operator has made them."""
NUMBER_AS_NAME: Final = "020 7946 0113"
"""What somebody made the name of the third, when names were not looked at yet."""


class Performance:
    """Use it as a context manager; ``play`` as many scenes as you like."""

    def __init__(self, console: Console | None = None) -> None:
        self._console = console
        self._closing = ExitStack()

    def __enter__(self) -> Self:
        with self._closing as closing:
            self.lab = closing.enter_context(MaskedLab(self._console, settings=SETTINGS))
            self.watch = closing.enter_context(Watch(self.lab, CANARIES))
            self.daemon: Daemon = closing.enter_context(self.lab.daemon())
            self.scene = Scene(self.lab, closing.enter_context(Lamp(self.lab, "104", "101")))
            self._make_cards()
            self._silence: Silence = ""
            self._session = ExitStack()
            closing.callback(self.wake)
            self._sign_in()
            self._closing = closing.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._closing.close()

    def play(self, scene: MaskedScene) -> tuple[tuple[Leak, ...], Exception | None]:
        """Play it; what leaked meanwhile, and what went wrong besides. The phones are idle then."""
        self._be(scene.silence)
        self.scene.reset()
        self.scene.lamp.forget()
        self.watch.leaks()
        problem: Exception | None = None
        try:
            scene.play(self.scene)
        except Exception as error:
            problem = error
        try:
            self.scene.end()
        except Exception as error:
            problem = problem or error
        return self.watch.leaks(codes=self.scene.codes), problem

    def _make_cards(self) -> None:
        """Each canary customer calls once and gives up; then the operator writes their cards."""
        for number in CARDS:
            leg = self.scene.dial(self.scene.caller(number), COMPANY)
            self.scene.rings(self.scene.desk("101"))
            leg.hangup()
        self.scene.end()
        for number, changes in CARDS.items():
            card = self._card(number)
            self.scene.clients[number] = self._patch(f"/api/v1/clients/{card['id']}", changes)
        self._name_past_callward(self.scene.clients[OPEN]["id"], NUMBER_AS_NAME)

    def _card(self, number: str) -> dict[str, Any]:
        found: list[dict[str, Any]] = []

        def known() -> bool:
            path = f"/api/v1/clients?number={quote(number)}"
            found[:] = self.daemon.get(path).get("items", [])
            return bool(found)

        self.daemon.wait_until(known)
        return found[0]

    def _name_past_callward(self, client: str, name: str) -> None:
        """In the database itself: Callward would refuse it."""
        url = tomllib.loads(self.lab.config.read_text())["database"]["url"]
        with closing(sqlite3.connect(url.partition("///")[2], timeout=10)) as database:
            database.execute("UPDATE client SET name = ? WHERE id = ?", (name, UUID(client).bytes))
            database.commit()

    def _patch(self, path: str, changes: dict[str, str]) -> dict[str, Any]:
        card: dict[str, Any] = self.daemon.ask("PATCH", path, changes)
        return card

    # Callward

    def _be(self, silence: Silence) -> None:
        """Callward answers, is stopped or hangs."""
        if silence == self._silence:
            return
        self.wake()
        if silence:
            self._sign_out()
            if silence == "stopped":
                self.daemon.stop()
            else:
                self.daemon.send(signal.SIGSTOP)
        self._silence = silence

    def wake(self) -> None:
        """End Callward's silence; it is ready when this returns."""
        silence, self._silence = self._silence, ""
        if silence == "stopped":
            self.daemon.start()
        elif silence == "hung":
            self.daemon.send(signal.SIGCONT)
            self.daemon.wait_until(lambda: self.daemon.get("/health").get("ok") is True)
        if silence:
            self._sign_in()

    def _sign_in(self) -> None:
        session = ManagerSession(self.lab, "Quist")
        self.scene.session = self._session.enter_context(session)

    def _sign_out(self) -> None:
        self.scene.session = None
        self._session.close()
