"""The masked company as scenarios use it: its phones, its clients' cards, Callward's buttons."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Final, Self
from urllib.parse import quote

from lab.daemon import Daemon
from lab.masked import MaskedLab
from lab.phones import Answer, Behaviour, Phone
from lab.scenarios.leg import Leg
from lab.scenarios.stage import Stage, talk

COMPANY: Final = "+442079460000"
SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "routing": {
        "group": ["Quist", "Yarrow", "Zelnik"],
        "fallback": ["101", "102"],
        "curator_seconds": 4,
        "deputy_seconds": 4,
        "group_seconds": 5,
    },
    "callbacks": {"agent_seconds": 5, "client_seconds": 5, "each_per_minute": 600},
    "outbound": {"policy": "clients_only"},
}
QUISTS, MARLOWES, NOBODYS = 101, 102, 103
"""Customers by the end of their numbers. Quist (101) is the curator of the first, Yarrow (102)
his deputy; Marlowe (105), who has only a mobile, of the second."""
CARDS: Final[dict[int, dict[str, str]]] = {
    QUISTS: {"name": "Ada", "curator": "Quist", "deputy": "Yarrow"},
    MARLOWES: {"name": "Bob", "curator": "Marlowe"},
    NOBODYS: {},
}
MARLOWES_MOBILE: Final = "+447700900105"


class Office(Stage):
    """A masked lab with Callward. Use ``opened``: clients have called once before."""

    lab: MaskedLab

    def __init__(self, lab: MaskedLab, daemon: Daemon) -> None:
        super().__init__(lab)
        self.daemon = daemon
        self.cards: dict[int, dict[str, Any]] = {}

    @classmethod
    @contextmanager
    def opened(cls) -> Iterator[Self]:
        """One of its own, for as long as this."""
        with MaskedLab(settings=SETTINGS) as lab, lab.daemon() as daemon:
            office = cls(lab, daemon)
            office._write_cards()
            yield office

    # People

    def marlowe(self, behaviour: Behaviour | None = None) -> Phone:
        """The mobile of the employee who has nothing else."""
        phone = self.phones.mobile(MARLOWES_MOBILE)
        if behaviour is not None:
            phone.behaves(behaviour)
        return phone

    def takes(self, phone: Phone, key: str = "1") -> Leg:
        """A mobile answers, and its owner presses a key when he has heard who it is."""
        leg = self.answers(phone)
        talk(0.7)
        leg.press(key)
        return leg

    def in_conversation(self, customer: int = QUISTS) -> tuple[Leg, Leg]:
        """A customer and 101, his curator, in conversation for a while."""
        desk = self.desk("101", Answer(0.5))
        caller = self.dial(self.customer(customer), COMPANY)
        agent = self.answers(desk)
        talk(0.8)
        return caller, agent

    # Callward

    def code(self, customer: int) -> str:
        """The short code of a customer."""
        code: str = self.cards[customer]["short_code"]
        return code

    def call_back(self, customer: int, agent: str = "Quist", **more: str) -> str:
        """Press the button; the callback's id."""
        body = {"client_id": self.cards[customer]["id"], "agent": agent, **more}
        identity: str = self.ask("POST", "/api/v1/callbacks", body)["id"]
        return identity

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """What its API answers."""
        return self.daemon.ask(method, path, body)

    @contextmanager
    def without_callward(self) -> Iterator[None]:
        """Callward is stopped for as long as this."""
        self.daemon.stop()
        try:
            yield
        finally:
            self.daemon.start()

    @contextmanager
    def announcing(self, **announcements: Any) -> Iterator[None]:
        """Customers are told of the recording for as long as this."""
        config = self.lab.config
        usual = config.read_text()
        values = "".join(f"{key} = {json.dumps(value)}\n" for key, value in announcements.items())
        config.write_text(f"{usual}\n[announcements]\n{values}")
        self.daemon.stop()
        try:
            self.daemon.start()
            yield
        finally:
            config.write_text(usual)
            self.daemon.stop()
            self.daemon.start()

    def _write_cards(self) -> None:
        """Each customer calls once and gives up; then the operator writes his card."""
        for number, changes in CARDS.items():
            phone = self.customer(number)
            leg = self.dial(phone, COMPANY)
            self.rings(self.desk("101"))
            leg.hangup()
            path = f"/api/v1/clients?number={quote(phone.number)}"
            found: list[dict[str, Any]] = []

            def known(path: str = path, found: list[dict[str, Any]] = found) -> bool:
                found[:] = self.daemon.get(path).get("items", [])
                return bool(found)

            self.daemon.wait_until(known)
            self.cards[number] = self.ask("PATCH", f"/api/v1/clients/{found[0]['id']}", changes)
            self.reset()
