"""The masked company with Callward, a call that runs, and supervisors who listen to it."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple, Self

from lab.daemon import Daemon
from lab.masked import MaskedLab
from lab.phones import Answer as Answers
from lab.phones import Phone, Ring
from lab.scenarios.leg import Leg
from tests.lab.monitoring.page import Page, wait_until

FIRST = "+442079460009"
"""Rings at 101 alone."""
CHIEF = "Fenwick"
"""Has phone 104, hears everybody."""
OTHER = "Zelnik"


class Answer(NamedTuple):
    """Of the API."""

    status: int
    body: Any


class Talk(NamedTuple):
    """A call that runs: a customer and Quist, on phone 101."""

    id: str
    customer: Leg
    manager: Leg


class Floor:
    """Phones, the API, and people who listen."""

    def __init__(self) -> None:
        self.lab = MaskedLab()
        self.daemon: Daemon
        self.pages: list[Page] = []
        self.answers = Answers(after=0.1)
        self._keys: dict[str, dict[str, str]] = {}

    def __enter__(self) -> Self:
        self.lab.start()
        try:
            self.daemon = self.lab.daemon()
            self.daemon.start()
            for name in (CHIEF, OTHER):
                assert (
                    self.ask("PATCH", f"/api/v1/people/{name}", {"role": "director"}).status == 200
                )
                self.key(name)
            _ = self.lab.phones
        except BaseException:
            self.lab.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.daemon.stop()
        self.lab.close()

    # ── people ──

    def desk(self, name: str) -> Phone:
        return self.lab.phones.desk(name)

    def key(self, person: str) -> dict[str, str]:
        """By which a person's program asks."""
        if person not in self._keys:
            token = self.ask("POST", "/api/v1/tokens", {"agent": person}).body["token"]
            self._keys[person] = {"Authorization": f"Bearer {token}"}
        return self._keys[person]

    def talk(self, last: int = 113, number: str = FIRST) -> Talk:
        """A customer calls, and Quist answers."""
        customer, desk = self.lab.phones.customer(f"+442079460{last}"), self.desk("101")
        desk.behaves(Answers(after=0.1))
        leg = Leg(customer, customer.dial(number))
        leg.wait("answered")
        answered = desk.wait_for("answered")
        return Talk(self.running(), leg, Leg(desk, answered.call))

    def talking(self, customer: Phone, desk: Phone) -> Talk:
        """Of a call that Callward began, once both have answered."""
        manager = Leg(desk, desk.wait_for("answered").call)
        return Talk(self.running(), Leg(customer, customer.wait_for("answered").call), manager)

    def client(self, last: int) -> str:
        """The id of this customer's card, which his call makes."""
        number = f"+442079460{last}"
        talk = self.talk(last)
        talk.customer.hangup()
        talk.manager.wait_end()
        found: list[str] = []

        def known() -> bool:
            path = f"/api/v1/clients?number=%2B{number[1:]}"
            found[:] = [one["id"] for one in self.ask("GET", path).body["items"]]
            return bool(found)

        wait_until(known)
        self.reset()
        return found[0]

    def running(self) -> str:
        """The id of the call that runs, once it is answered."""
        found: list[str] = []

        def known() -> bool:
            calls = self.ask("GET", "/api/v1/board").body["running"]
            found[:] = [call["id"] for call in calls if call["last_agent"]]
            return len(found) == 1

        wait_until(known)
        return found[0]

    def reset(self) -> None:
        """Everything is idle, as if nothing had happened before."""
        if not self.daemon.is_running:  # a test that failed had killed it
            self.daemon.start()
        for page in self.pages:
            if not page.closed.is_set():
                page.close()
        self.pages.clear()
        for phone in self.lab.phones.phones:
            for call in phone.running():
                with suppress(RuntimeError):
                    phone.hangup(call)
                Leg(phone, call).wait_end()
            phone.behaves(Ring())
        wait_until(lambda: not self.channels())
        wait_until(lambda: not self.ask("GET", "/api/v1/board").body["running"])
        for phone in self.lab.phones.phones:
            phone.forget()

    def channels(self) -> list[str]:
        lines = self.lab.cli("core show channels concise").splitlines()
        return [line.split("!")[0] for line in lines if "!" in line]

    def music(self) -> list[str]:
        """Channels that play to somebody on hold."""
        lines = self.lab.cli("core show channels concise").splitlines()
        return [line.split("!")[0] for line in lines if "!callward-hold!music!" in line]

    def spies(self) -> list[str]:
        """Channels of those who listen."""
        lines = self.lab.cli("core show channels concise").splitlines()
        return [line for line in lines if "!callward-monitor!" in line]

    # ── the API ──

    def ask(
        self, method: str, path: str, body: dict[str, Any] | None = None, by: str | None = None
    ) -> Answer:
        """As a person, or the operator."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.daemon.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={
                "Content-Type": "application/json",
                **(self.daemon.headers if by is None else self.key(by)),
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                text = answer.read()
                return Answer(answer.status, json.loads(text) if text else None)
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.load(error))

    def begin(
        self, call: str, mode: str = "listen", by: str = CHIEF, **more: Any
    ) -> dict[str, Any]:
        """Be on a call."""
        body = {"call_id": call, "mode": mode, **more}
        answer = self.ask("POST", "/api/v1/monitorings", body, by)
        assert answer.status == 201, answer
        known: dict[str, Any] = answer.body
        return known

    def page(self, monitoring: dict[str, Any], by: str = CHIEF) -> Page:
        """The page that hears it."""
        url = f"http://127.0.0.1:{self.daemon.port}{monitoring['audio']}"
        page = Page(url, self.key(by))
        self.pages.append(page)
        return page

    def switch(self, monitoring: dict[str, Any], mode: str, by: str = CHIEF) -> Answer:
        return self.ask("PATCH", f"/api/v1/monitorings/{monitoring['id']}", {"mode": mode}, by)

    def monitoring(self, monitoring: dict[str, Any]) -> dict[str, Any]:
        """As it is now."""
        known: dict[str, Any] = self.ask("GET", f"/api/v1/monitorings/{monitoring['id']}").body
        return known

    def wait_end(self, monitoring: dict[str, Any], deadline: float = 30.0) -> str:
        """Why it ended; no channel of it is left."""
        wait_until(lambda: self.monitoring(monitoring)["state"] == "ended", deadline)
        wait_until(lambda: not self.spies())
        return str(self.monitoring(monitoring)["ended_by"])

    def listened(self, seconds: float) -> None:
        """Let people talk: what is measured is sound, which takes its time."""
        end = time.monotonic() + seconds
        wait_until(lambda: time.monotonic() > end, seconds + 5)
