"""The masked company with Callward, and buttons to press."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple, Self

from lab.daemon import Daemon
from lab.masked import MaskedLab
from lab.masked.people import COMPANY
from lab.phones import Phone, Ring
from lab.scenarios.leg import Leg
from tests.lab.callbacks.cable import Cable

DEADLINE = 30.0


class Answer(NamedTuple):
    """Of the API."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


class Office:
    """Phones, clients and the API; Callward reaches the PBX over ``cable``."""

    def __init__(self, settings: dict[str, dict[str, Any]]) -> None:
        self.lab = MaskedLab(settings=settings)
        self.daemon: Daemon
        self.cable: Cable
        self._cards: dict[str, str] = {}

    def __enter__(self) -> Self:
        self.lab.start()
        try:
            self.cable = Cable((self.lab.ami_host, self.lab.ami_port))
            self.daemon = self.lab.daemon()
            config = self.lab.config
            text = config.read_text().replace(
                f'host = "{self.lab.ami_host}"\nport = {self.lab.ami_port}\n',
                f'host = "127.0.0.1"\nport = {self.cable.port}\n',
            )
            assert str(self.cable.port) in text
            config.write_text(text)
            self.daemon.start()
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
        self.cable.close()
        self.lab.close()

    # ── people ──

    def desk(self, name: str = "101") -> Phone:
        return self.lab.phones.desk(name)

    def customer(self, last: int = 151) -> Phone:
        return self.lab.phones.customer(f"+442079460{last}")

    def client(self, last: int = 151) -> str:
        """The id of this customer's card, which his first call makes."""
        phone = self.customer(last)
        if phone.number not in self._cards:
            call = Leg(phone, phone.dial(COMPANY))
            found: list[str] = []

            def known() -> bool:
                path = f"/api/v1/clients?number=%2B{phone.number[1:]}"
                found[:] = [one["id"] for one in self.ask("GET", path).body["items"]]
                return bool(found)

            self.wait_until(known)
            call.hangup()
            self._cards[phone.number] = found[0]
            self.idle()
        return self._cards[phone.number]

    def invited(self, phone: Phone) -> list[dict[str, Any]]:
        """What each call showed with which this phone was called since the test began."""
        began = self._began.get(phone.name, 0)
        return [dict(event.detail) for event in phone.log[began:] if event.event == "invited"]

    def invitations(self, phone: Phone) -> int:
        """How often that was."""
        return len(self.invited(phone))

    def reset(self) -> None:
        """Everything is idle, as if nothing had happened before, and the link stands."""
        self.mend()
        for phone in self.lab.phones.phones:
            for call in phone.running():
                # It may end by itself in this very moment.
                with suppress(RuntimeError):
                    phone.hangup(call)
                Leg(phone, call).wait_end()
            phone.behaves(Ring())
        self.idle()
        for phone in self.lab.phones.phones:
            phone.forget()
        self._began = {phone.name: len(phone.log) for phone in self.lab.phones.phones}
        assert self.ask("DELETE", "/api/v1/policies/callbacks").status == 200

    def mend(self) -> None:
        """The link is back."""
        self.cable.mend()
        self.wait_until(lambda: bool(self.daemon.get("/health").get("ok")))

    def idle(self) -> None:
        """Wait until nothing runs."""
        self.wait_until(lambda: not self.channels())
        self.wait_until(lambda: not self.ask("GET", "/api/v1/callbacks?live=true").body["items"])

    def channels(self) -> list[str]:
        return [fields[0] for fields in self._channels()]

    def bridged(self) -> list[str]:
        """Those that talk with another."""
        return [fields[0] for fields in self._channels() if fields[12]]

    def _channels(self) -> list[list[str]]:
        lines = self.lab.cli("core show channels concise").splitlines()
        return [line.split("!") for line in lines if "!" in line]

    def rings_for(self, **seconds: int) -> None:
        """Until ``reset``: ``agent_seconds`` or ``client_seconds``, for who does not answer."""
        assert self.ask("PATCH", "/api/v1/policies/callbacks", seconds).status == 200

    # ── the API ──

    def ask(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        headers: dict[str, str] | None = None,
    ) -> Answer:
        request = urllib.request.Request(
            f"http://127.0.0.1:{self.daemon.port}{path}",
            data=None if body is None else json.dumps(body).encode(),
            method=method,
            headers={"Content-Type": "application/json", **self.daemon.headers, **(headers or {})},
        )
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return Answer(answer.status, json.load(answer), dict(answer.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, json.load(error), dict(error.headers))

    def press(self, last: int = 151, agent: str = "Quist", **more: Any) -> Answer:
        """The button: call this client."""
        headers = {"Idempotency-Key": more.pop("key")} if "key" in more else {}
        body = {"client_id": self.client(last), "agent": agent, **more}
        return self.ask("POST", "/api/v1/callbacks", body, headers)

    def begin(self, last: int = 151, agent: str = "Quist", **more: Any) -> str:
        """Press it, and have a new callback."""
        answer = self.press(last, agent, **more)
        assert answer.status == 201, answer
        return str(answer.body["id"])

    def callback(self, id_: str) -> dict[str, Any]:
        return self.ask("GET", f"/api/v1/callbacks/{id_}").body

    def wait_for(self, id_: str, state: str, deadline: float = DEADLINE) -> dict[str, Any]:
        """The callback in this state."""
        self.wait_until(lambda: self.callback(id_)["state"] in {state, "ended"}, deadline)
        now = self.callback(id_)
        assert now["state"] == state, now
        return now

    def wait_end(self, id_: str, deadline: float = DEADLINE) -> str:
        """Why it ended; nothing of it is left on the PBX."""
        reason = str(self.wait_for(id_, "ended", deadline)["reason"])
        self.wait_until(lambda: not self.channels())
        return reason

    def cancel(self, id_: str) -> Answer:
        return self.ask("DELETE", f"/api/v1/callbacks/{id_}")

    @staticmethod
    def wait_until(condition: Callable[[], bool], deadline: float = DEADLINE) -> None:
        end = time.monotonic() + deadline
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("it did not get there in time")
            time.sleep(0.03)
