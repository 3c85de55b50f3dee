"""What a masked scene plays on: people who tell more than they should, and talk that is heard."""

from __future__ import annotations

from typing import Any

from lab.audio import ever_hears
from lab.masked.company import MaskedLab
from lab.masked.lamp import Lamp
from lab.masked.people import BEHIND, CANARIES, COMPANY, CURATED, EMPLOYEES, KNOWN
from lab.masked.session import ManagerSession
from lab.phones import Answer, Behaviour, Phone
from lab.scenarios import Stage
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk


class SilenceError(Exception):
    """Two who talk do not hear each other."""


class Scene(Stage):
    """The phones of a masked lab. Whatever they and their carriers may say of themselves, they say
    in every message: ``P-Asserted-Identity``, ``Remote-Party-ID``, ``Diversion`` and so on.
    """

    lab: MaskedLab

    def __init__(self, lab: MaskedLab, lamp: Lamp) -> None:
        super().__init__(lab)
        self.lamp = lamp
        """Of 104, for 101; it is told whatever is played."""
        self.session: ManagerSession | None = None
        """Of Quist, while Callward answers."""
        self.clients: dict[str, dict[str, Any]] = {}
        """Cards of the canary customers, by number."""
        self._pairs: list[tuple[Leg, Leg]] = []
        self._own: dict[str, dict[str, str]] = {}
        for number in (*CANARIES[:3], KNOWN):
            told = _identity(f"0{number[3:]}", number) | _diversion(BEHIND)
            self._introduce(self.caller(number), told)
        for one in EMPLOYEES:
            if one.desk:
                self._introduce(self.desk(one.extension), _identity(one.name, one.extension))
            self._introduce(self.phones.mobile(one.mobile), _identity(one.name, one.mobile))

    # People

    def caller(self, number: str, behaviour: Behaviour | None = None) -> Phone:
        """A customer."""
        phone = self.phones.customer(number)
        if behaviour is not None:
            phone.behaves(behaviour)
        return phone

    def mobile_of(self, agent: str, behaviour: Behaviour | None = None) -> Phone:
        """An employee's mobile, by his name."""
        (number,) = (one.mobile for one in EMPLOYEES if one.agent == agent)
        phone = self.phones.mobile(number)
        if behaviour is not None:
            phone.behaves(behaviour)
        return phone

    def code(self, number: str) -> str:
        """The short code of a canary customer."""
        code: str = self.clients[number]["short_code"]
        return code

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(card["short_code"] for card in self.clients.values())

    # What they do

    def inbound(self, number: str, desk: str = "101", to: str = COMPANY) -> tuple[Leg, Leg]:
        """A customer calls, this desk phone answers, and they talk."""
        phone = self.desk(desk, Answer(0.2))
        customer = self.dial(self.caller(number), to)
        agent = self.answers(phone)
        self.converse(customer, agent)
        return customer, agent

    def known_again(self) -> tuple[Leg, Leg]:
        """Quist and his client talk, and the carrier has just said the client's number anew."""
        customer, agent = self.inbound(CURATED)
        self.renew(customer)
        return customer, agent

    def takes(self, phone: Phone) -> Leg:
        """A mobile rings, answers, and its owner presses the key that takes the call."""
        leg = self.answers(phone)
        talk(0.6)
        leg.press("1")
        return leg

    def renew(self, leg: Leg) -> None:
        """In the middle of a call the carrier says that it is somebody else: UPDATE, re-INVITE."""
        phone = leg.phone
        phone.puts(_identity(f"0{BEHIND[3:]}", BEHIND))
        phone.update(leg.call)
        talk(0.2)
        leg.hold()
        talk(0.2)
        phone.puts(self._own[phone.name])
        leg.unhold()
        talk(0.2)

    def converse(self, one: Leg, other: Leg, seconds: float = 1.2) -> None:
        """They talk; the manager's program reads meanwhile. ``end`` finds who was not heard."""
        if self.session is not None:
            self.session.get("/api/v1/board")
        # A phone plays nothing for half a second where the PBX changed what it sends.
        talk(seconds)
        self._pairs.append((one, other))

    def end(self) -> None:
        """Everybody hangs up, and the manager's program reads all lists.

        ``SilenceError`` where two of those who talked did not hear each other.
        """
        self.reset()
        self.wait_until(lambda: not self.channels())
        if self.session is not None:
            self.session.read_all()
        pairs, self._pairs = self._pairs, []
        for one, other in pairs:
            for ear, mouth in ((one, other), (other, one)):
                if not ever_hears(ear.phone.heard(ear.call), mouth.phone.tone):
                    raise SilenceError(f"{ear.phone.name} does not hear {mouth.phone.name}")

    def _introduce(self, phone: Phone, headers: dict[str, str]) -> None:
        self._own[phone.name] = headers
        phone.puts(headers)


def shown(leg: Leg) -> tuple[str, str]:
    """Who called, as the phone shows it: number and name."""
    invited = leg.find("invited")
    assert invited is not None
    return invited.detail["shown"], invited.detail["display"]


def _identity(name: str, user: str) -> dict[str, str]:
    """Headers in which a phone or a carrier says who speaks."""
    return {
        "P-Asserted-Identity": f'"{name}" <sip:{user}@127.0.0.1>',
        "Remote-Party-ID": f'"{name}" <sip:{user}@127.0.0.1>;party=calling;screen=yes;privacy=off',
    }


def _diversion(user: str) -> dict[str, str]:
    """Headers in which a carrier says through whom a call came."""
    return {
        "Diversion": f'"{user}" <sip:{user}@127.0.0.1>;reason=unconditional;counter=1',
        "History-Info": f"<sip:{user}@127.0.0.1>;index=1,<sip:{user}@127.0.0.1>;index=1.1",
    }
