"""Callbacks as a person orders them: pressed once, and again where no answer came."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Final
from uuid import uuid4

from tests.lab.chaos.api import Api, ApiError

PATIENCE_SECONDS: Final = 12.0
_PAUSE_SECONDS: Final = 0.4


@dataclass(frozen=True, slots=True)
class Desk:
    """Who wants to be connected with whom."""

    agent: str
    customer: str
    """E.164."""


@dataclass(slots=True)
class Order:
    """One press of the button, however often its request was sent."""

    key: str
    agent: str
    customer: str
    ids: set[str] = field(default_factory=set)
    """Of the callbacks that the answers named: one at most."""
    answers: list[int] = field(default_factory=list)
    """Status codes; 0 where there was no answer."""
    rang_agent: int = 0
    """How often the employee's phone was invited for it."""
    rang_client: int = 0


class Orders:
    """The button, for any desk."""

    def __init__(self, api: Api, clients: dict[str, str]) -> None:
        """``clients``: the card's id of each number."""
        self._api = api
        self._clients = clients

    def __call__(self, desk: Desk) -> Order:
        """Press it. Returns when it is answered, or when patience is over."""
        order = Order(uuid4().hex, desk.agent, desk.customer)
        body = {"client_id": self._clients[desk.customer], "agent": desk.agent}
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                made = self._api.ask(
                    "POST", "/api/v1/callbacks", body, {"Idempotency-Key": order.key}
                )
            except ApiError as error:
                order.answers.append(error.status)
                if 400 <= error.status < 500:
                    return order
            else:
                order.answers.append(201)
                order.ids.add(made["id"])
                return order
            if time.monotonic() > end:
                return order
            time.sleep(_PAUSE_SECONDS)
