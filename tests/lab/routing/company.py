"""The masked company with Callward, as its operator and its customers use it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self

from lab.masked import MaskedLab
from lab.masked.people import COMPANY
from lab.scenarios import Stage
from lab.scenarios.leg import Leg

PIN = "4826"


class Company:
    """Asterisk, its phones and Callward; the group is 103 and 104."""

    def __init__(self) -> None:
        self.lab = MaskedLab(
            settings={
                "routing": {
                    "group": ["Zelnik", "Fenwick"],
                    "curator_seconds": 3,
                    "deputy_seconds": 3,
                    "group_seconds": 10,
                },
                "mobile": {"pin": "always", "attempts": 2},
                "outbound": {"policy": "clients_only"},
            }
        )
        self.stage: Stage

    def __enter__(self) -> Self:
        self.lab.start()
        self.daemon = self.lab.daemon()
        try:
            self.daemon.start()
            self.stage = Stage(self.lab)
        except BaseException:
            self.__exit__(None, None, None)
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

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """The API's JSON answer."""
        return self.daemon.ask(method, path, body)

    def card(self, number: str) -> dict[str, Any] | None:
        """The client's card, ``None`` where there is none."""
        found = self.ask("GET", f"/api/v1/clients?number=%2B{number[1:]}")["items"]
        return found[0] if found else None

    def client(
        self, last: int, *, curator: str | None = None, deputy: str | None = None
    ) -> dict[str, Any]:
        """The card of this customer, made by a call of his where there is none."""
        phone = self.stage.customer(last)
        if self.card(phone.number) is None:
            call = self.stage.dial(phone, COMPANY)
            self.wait_until(lambda: self.card(phone.number) is not None)
            call.hangup()
            self.stage.reset()
        card = self.card(phone.number)
        assert card is not None
        changes = {"curator": curator, "deputy": deputy}
        changed: dict[str, Any] = self.ask("PATCH", f"/api/v1/clients/{card['id']}", changes)
        return changed

    def kinds(self, question: str) -> dict[str, int]:
        """How often each kind of answer was given to this question."""
        found = self.daemon.metrics("callward_routing_answers_total")
        return {
            labels.partition('kind="')[2].partition('"')[0]: int(count)
            for labels, count in found.items()
            if f'question="{question}"' in labels
        }

    @contextmanager
    def counting(self, question: str) -> Iterator[dict[str, int]]:
        """What was answered to this question meanwhile, by kind; complete at the end."""
        before = self.kinds(question)
        new: dict[str, int] = {}
        yield new
        after = self.kinds(question)
        new |= {kind: n - before.get(kind, 0) for kind, n in after.items()}
        for kind in [kind for kind, n in new.items() if n == 0]:
            del new[kind]

    @contextmanager
    def decided(self, routing: dict[str, Any]) -> Iterator[None]:
        """With this decided in the console; then the settings file holds again."""
        self.ask("PATCH", "/api/v1/policies/routing", routing)
        try:
            yield
        finally:
            self.ask("DELETE", "/api/v1/policies/routing")

    def would_ring(self) -> list[str]:
        """Who is rung by a call of somebody new, as the preview says."""
        turns = self.ask("POST", "/api/v1/routing/preview", {})["turns"]
        return [name for turn in turns for name in turn["people"]]

    def wait_until(self, condition: Callable[[], bool], deadline: float = 30.0) -> None:
        end = time.monotonic() + deadline
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError
            time.sleep(0.02)

    def calls(self, last: int) -> Leg:
        """This customer calls the company."""
        return self.stage.dial(self.stage.customer(last), COMPANY)
