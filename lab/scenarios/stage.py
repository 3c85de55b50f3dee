"""What a scenario plays on: the phones, the PBX's manager, and the journal being recorded."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lab.journal import AmiTap
from lab.lab import MOBILES, Lab
from lab.phones import Answer, Behaviour, Phone, Ring
from lab.scenarios import numbers
from lab.scenarios.leg import Leg


class Stage:
    """One lab, as scenarios use it."""

    def __init__(self, lab: Lab) -> None:
        self.lab = lab
        self.phones = lab.phones
        self.usual_customer = 101
        self._folder: Path | None = None
        self._tap: AmiTap | None = None
        self._taps = 0
        self._verbose = False

    # People

    def desk(self, name: str, behaviour: Behaviour | None = None) -> Phone:
        return _behaving(self.phones.desk(name), behaviour)

    def customer(self, number: int | None = None, behaviour: Behaviour | None = None) -> Phone:
        """The customer whose number ends in these three digits; ``usual_customer`` by default."""
        ending = self.usual_customer if number is None else number
        return _behaving(self.phones.customer(f"+442079460{ending}"), behaviour)

    def mobile(self, name: str, behaviour: Behaviour | None = None) -> Phone:
        """The mobile of the employee at this extension."""
        return _behaving(self.phones.mobile(MOBILES[name]), behaviour)

    def dial(
        self, phone: Phone, target: str, *, anonymous: bool = False, caller: str | None = None
    ) -> Leg:
        """A phone calls; ``caller`` is what the operator shows instead of its number."""
        return Leg(phone, phone.dial(target, anonymous=anonymous, caller=caller))

    def rings(self, phone: Phone, deadline: float = 30.0) -> Leg:
        """Wait until a phone rings (again)."""
        return Leg(phone, phone.wait_for("rang", deadline=deadline).call)

    def answers(self, phone: Phone, deadline: float = 30.0) -> Leg:
        """Wait until a phone answers a call that came in (another than before)."""
        event = phone.wait_for(
            "answered", deadline=deadline, where=lambda one: bool(one.detail["incoming"])
        )
        return Leg(phone, event.call)

    def refuses(self, phone: Phone, deadline: float = 30.0) -> Leg:
        """Wait until a phone has turned a call away (or its ringing has ended)."""
        return Leg(phone, phone.wait_for("hung_up", deadline=deadline).call)

    def talking(self) -> tuple[Leg, Leg]:
        """A customer and 101, in conversation for a while."""
        desk = self.desk("101", Answer(0.5))
        customer = self.dial(self.customer(), numbers.DESK_101)
        agent = self.answers(desk)
        talk(0.8)
        return customer, agent

    def reset(self) -> None:
        """Every phone is idle, rings when it is called, and has nothing left to wait for."""
        for phone in self.phones.phones:
            for call in phone.running():
                leg = Leg(phone, call)
                # It may end by itself in this very moment.
                with suppress(RuntimeError):
                    phone.hangup(call)
                leg.wait_end()
            phone.behaves(Ring())
            phone.forget()

    # The PBX

    def action(self, name: str, **headers: str) -> None:
        """An action of the manager interface."""
        with self.lab.server.connect() as ami:
            ami.action(name, **headers)

    def channels(self) -> list[str]:
        """The names of the channels that live on the PBX."""
        lines = self.lab.cli("core show channels concise").splitlines()
        return [line.split("!")[0] for line in lines if "!" in line]

    def channel_of(self, endpoint: str) -> str:
        """The youngest channel of an endpoint."""
        names = [name for name in self.channels() if name.startswith(f"PJSIP/{endpoint}-")]
        return max(names)

    def parking_space(self) -> str:
        """Where the one parked call waits; waits until it is parked."""
        spaces: list[str] = []

        def parked() -> bool:
            spaces[:] = re.findall(r"Space\s*:\s*(\d+)", self.lab.cli("parking show default"))
            return bool(spaces)

        self.wait_until(parked)
        return spaces[0]

    @contextmanager
    def patience(self, *, desk: int = 30, outside: int = 60) -> Iterator[None]:
        """How many seconds the PBX lets a phone ring that an employee calls."""
        self._set_patience(desk, outside)
        try:
            yield
        finally:
            self._set_patience(30, 60)

    def _set_patience(self, desk: int, outside: int) -> None:
        self.lab.cli(f"dialplan set global DESK_SECONDS {desk}")
        self.lab.cli(f"dialplan set global OUTSIDE_SECONDS {outside}")

    @staticmethod
    def wait_until(condition: Callable[[], bool], deadline: float = 30.0) -> None:
        """Wait for a condition that no phone's log tells."""
        end = time.monotonic() + deadline
        while not condition():
            if time.monotonic() > end:
                raise TimeoutError("the lab did not get there in time")
            time.sleep(0.05)

    # The journal

    def record(self, folder: Path, *, verbose: bool) -> None:
        """Begin a journal; its first file is ``1.ami``."""
        self._folder, self._taps, self._verbose = folder, 0, verbose
        self.connect(snapshot=False)

    def connect(self, *, snapshot: bool = True) -> None:
        """A new connection, in a file of its own."""
        if self._folder is None:
            return
        self._taps += 1
        self._tap = AmiTap(
            self._folder / f"{self._taps}.ami",
            (self.lab.ami_host, self.lab.ami_port),
            "tap",
            self.lab.ami_secret,
            snapshot=snapshot,
            verbose=self._verbose,
        )

    def cut(self) -> None:
        """The link to the PBX breaks: nothing is seen until ``connect``."""
        if self._tap is not None:
            self._tap.cut()

    def finish(self) -> int:
        """End the journal when the PBX is quiet; returns how many files it has."""
        if self._tap is not None:
            self._tap.stop()
        return self._taps


def _behaving(phone: Phone, behaviour: Behaviour | None) -> Phone:
    if behaviour is not None:
        phone.behaves(behaviour)
    return phone


def talk(seconds: float = 1.0) -> None:
    """Let people talk (or wait, or listen) for a while."""
    time.sleep(seconds)
