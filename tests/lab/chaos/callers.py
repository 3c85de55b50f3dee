"""Those who call: SIPp in waves, and phones that play scenes. They log what they see, no more."""

from __future__ import annotations

import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Final

from lab.lab import Lab
from lab.phones import Answer, Behaviour, Decline, Phone, Refuse, Ring
from lab.scenarios.leg import Leg
from tests.lab.chaos.orders import Desk, Order
from tests.lab.chaos.plan import STAGES, Act, Scene, Wave, Way
from tests.lab.chaos.truth import Seen, Side, of_callback, of_dialled, of_sipp, owed, sides

TO: Final = {
    Way.TALKS: "+442079460015",
    Way.IS_LEFT: "+442079460016",
    Way.ROUTED: "+442079460001",
    Way.GIVES_UP: "+442079460017",
    Way.ENGAGED: "+442079460012",
    Way.CLOSED: "+442079460018",
}
_SCENARIO: Final = {
    Way.TALKS: "talks",
    Way.IS_LEFT: "is_left",
    Way.ROUTED: "talks",
    Way.GIVES_UP: "gives_up",
    Way.ENGAGED: "engaged",
    Way.CLOSED: "is_left",
}
BULK_HOSTS: Final = tuple(range(192, 252))
"""Last parts of the addresses from which waves come, each from one: their ports never clash."""
_DESKS: Final = {21: "desk_talks", 22: "desk_rings", 23: "desk_busy", 24: "desk_leaves"}
"""By the last part of their addresses."""
_HERE: Final = Path(__file__).with_name("sipp")
_PATIENCE: Final = ("-recv_timeout", "30000", "-max_retrans", "6", "-nostdin")
_LEAVES_AFTER_MS: Final = 2500


class Bulk:
    """SIPp's customers, each wave a process, and the four phones that they reach."""

    def __init__(self, lab: Lab) -> None:
        self._lab = lab
        self._folder = lab.folder / "sipp"
        self._folder.mkdir()
        # Silence might be cut somewhere; a level that changes costs what speech does.
        speech = bytes(range(0x55, 0xD5)) * (8000 // 128)
        (self._folder / "speech.alaw").write_bytes(speech)
        self._waves: list[tuple[Wave, subprocess.Popen[bytes], Path]] = []

    @contextmanager
    def desks(self) -> Iterator[None]:
        """The phones, on their addresses."""
        running = [
            self._sipp(
                f"{self._lab.block}.{host}",
                *("-sf", str(_HERE / f"{name}.xml"), "-d", str(_LEAVES_AFTER_MS), "-rtp_echo"),
                *("-p", "5060", "-mp", "6000"),
            )
            for host, name in _DESKS.items()
        ]
        try:
            yield
        finally:
            _end(running)

    def begin(self, wave: Wave) -> None:
        """Its first call goes out at once."""
        number = len(self._waves)
        injected = self._folder / f"{number}.csv"
        injected.write_text("SEQUENTIAL\n" + "".join(f"{one};\n" for one in wave.numbers))
        log = self._folder / f"{number}.messages"
        host, port = self._lab.sip_address
        count = str(len(wave.numbers))
        process = self._sipp(
            f"{self._lab.block}.{BULK_HOSTS[number % len(BULK_HOSTS)]}",
            *(f"{host}:{port}", "-s", TO[wave.way], "-inf", str(injected)),
            *("-sf", str(_HERE / f"{_SCENARIO[wave.way]}.xml"), "-d", f"{wave.seconds * 1000:.0f}"),
            *("-r", str(wave.rate), "-m", count, "-l", count, "-p", str(20000 + number)),
            *("-trace_msg", "-message_file", str(log)),
        )
        self._waves.append((wave, process, log))

    def _sipp(self, address: str, *arguments: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                "setpriv",
                "--pdeathsig",
                "KILL",
                "sipp",
                "-i",
                address,
                "-mi",
                address,
                *_PATIENCE,
                *arguments,
            ],
            cwd=self._folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def wait(self, seconds: float) -> None:
        """Until every call is over; those that still wait then are given up."""
        end = time.monotonic() + seconds
        for _, process, _ in self._waves:
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0.1, end - time.monotonic()))
        _end([process for _, process, _ in self._waves])

    def seen(self) -> list[Seen]:
        """What its calls saw."""
        return [seen for wave, _, log in self._waves for seen in of_sipp(log, wave.way)]

    def owed(self) -> list[tuple[datetime, datetime]]:
        """When the PBX owed them an answer."""
        return [span for _, _, log in self._waves for span in owed(log)]


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.wait()


NAMES: Final = {"101": "Quist", "102": "Yarrow", "103": "Zelnik", "104": "Fenwick"}
_LINES: Final = {
    "101": "+442079460009",
    "102": "+442079460010",
    "103": "+442079460013",
    "104": "+442079460014",
}
_QUEUE: Final = "+442079460002"
_DEADLINE: Final = 8.0
"""Of whatever a phone waits for: it may never come, since the PBX is gone."""
_CLEARING: Final = 35.0
"""A phone gives up on a PBX that does not answer after 32 s (RFC 3261, 64 * T1)."""


class Stage(threading.Thread):
    """Two desk phones and three customers, who play one scene after the other."""

    def __init__(
        self, lab: Lab, number: int, scenes: Sequence[Scene], order: Callable[[Desk], Order]
    ) -> None:
        super().__init__(name=f"stage {number}", daemon=True)
        self._scenes = scenes
        self._number = number
        self._order = order
        one, two = sorted(NAMES)[2 * number : 2 * number + 2]
        self.desks = lab.phones.desk(one), lab.phones.desk(two)
        self.customers = tuple(
            lab.phones.customer(f"+442079460{101 + 10 * number + which}") for which in range(3)
        )
        self.seen: list[Seen] = []
        self.orders: list[Order] = []
        self.played = 0
        self._began_at = 0.0
        self._stopped = threading.Event()

    def begin(self) -> None:
        """The plan's time begins now."""
        self._began_at = time.monotonic()
        self.start()

    def stop(self) -> None:
        """No further scene."""
        self._stopped.set()
        self.join(_CLEARING * 3)

    def run(self) -> None:
        for scene in self._scenes:
            if self._stopped.wait(max(0.0, self._began_at + scene.at - time.monotonic())):
                return
            self._play(scene)

    def _play(self, scene: Scene) -> None:
        marks = {phone.name: len(phone.log) for phone in (*self.desks, *self.customers)}
        for phone in (*self.desks, *self.customers):
            phone.forget()
        act = _Scene(self, scene, self._order)
        # A fault ends a scene anywhere; what the phones saw until then is the truth of it.
        with suppress(TimeoutError, RuntimeError, OSError):
            act.play()
        self._clear()
        self.played += 1
        self._note(scene, act, marks)

    def _clear(self) -> None:
        for phone in (*self.desks, *self.customers):
            for call in phone.running():
                with suppress(RuntimeError):
                    phone.hangup(call)
        for phone in (*self.desks, *self.customers):
            for call in phone.running():
                with suppress(TimeoutError):
                    Leg(phone, call).wait_end(_CLEARING)
            with suppress(RuntimeError):
                phone.behaves(Ring())

    def _note(self, scene: Scene, act: _Scene, marks: dict[str, int]) -> None:
        id_ = f"stage{self._number}.{self.played}"
        legs = {
            phone.name: sides(phone.log[marks[phone.name] :])
            for phone in (*self.desks, *self.customers)
        }
        at_desks = [side for phone in self.desks for side in legs[phone.name]]
        customer = self.customers[scene.customer]
        own = legs[customer.name]
        if act.order is not None:
            self.orders.append(act.order)
            self._note_callback(id_, scene, act.order, legs)
            return
        incoming = [side for side in at_desks if side.incoming]
        number = None if scene.act is Act.INTERNAL else customer.number
        makers = [side for side in (own if number else at_desks) if not side.incoming]
        for side in makers[:1]:
            seen = of_dialled(id_, scene.act, side, incoming, names=NAMES, number=number)
            self.seen.append(seen)
        if scene.act is Act.ATTENDED:
            self._note_questions(id_, at_desks)

    def _note_questions(self, id_: str, at_desks: list[Side]) -> None:
        for side in at_desks:
            if not side.incoming:
                callee = [
                    one
                    for one in at_desks
                    if one.incoming and one.phone != side.phone and one.began_at >= side.began_at
                ]
                seen = of_dialled(f"{id_}?", "question", side, callee, names=NAMES, number=None)
                self.seen.append(replace(seen, optional=True))

    def _note_callback(
        self, id_: str, scene: Scene, order: Order, legs: dict[str, list[Side]]
    ) -> None:
        customer = self.customers[scene.customer]
        agents = [side for side in legs[self.desks[0].name] if side.incoming]
        clients = [side for side in legs[customer.name] if side.incoming]
        order.rang_agent, order.rang_client = len(agents), len(clients)
        for number, agent in enumerate(agents):
            client = clients[number] if number < len(clients) else None
            self.seen.append(
                of_callback(
                    f"{id_}#{number}" if number else id_,
                    scene.act,
                    agent,
                    client,
                    names=NAMES,
                    number=customer.number,
                )
            )


class _Scene:
    """One scene; whatever it waits for may fail."""

    def __init__(self, stage: Stage, scene: Scene, order: Callable[[Desk], Order]) -> None:
        self._desk, self._other = stage.desks
        self._customer = stage.customers[scene.customer]
        self._scene = scene
        self._begin_order = order
        self.order: Order | None = None

    def play(self) -> None:
        getattr(self, f"_{self._scene.act.value}")()

    def _talk(self) -> None:
        time.sleep(self._scene.seconds)

    def _call(self, how: Behaviour) -> tuple[Leg, Leg]:
        """The customer calls the first phone, which rings."""
        self._desk.behaves(how)
        customer = Leg(self._customer, self._customer.dial(_LINES[self._desk.name]))
        rang = self._desk.wait_for("rang", deadline=_DEADLINE)
        return customer, Leg(self._desk, rang.call)

    def _talking(self) -> tuple[Leg, Leg]:
        customer, agent = self._call(Answer(0.4))
        agent.wait("answered", _DEADLINE)
        customer.wait("answered", _DEADLINE)
        self._talk()
        return customer, agent

    def _hang_up(self, leg: Leg) -> None:
        leg.phone.hangup(leg.call)
        leg.wait_end(_DEADLINE)

    def _answered(self) -> None:
        _, agent = self._talking()
        self._hang_up(agent)

    def _missed(self) -> None:
        customer, _ = self._call(Ring())
        self._talk()
        self._hang_up(customer)

    def _busy(self) -> None:
        self._desk.behaves(Refuse(486))
        customer = Leg(self._customer, self._customer.dial(_LINES[self._desk.name]))
        customer.wait_end(_DEADLINE)

    def _declined(self) -> None:
        customer, _ = self._call(Decline(1.0))
        customer.wait_end(_DEADLINE)

    def _hold(self) -> None:
        customer, agent = self._talking()
        agent.phone.hold(agent.call)
        agent.wait("held", _DEADLINE)
        self._talk()
        agent.phone.unhold(agent.call)
        agent.wait("unheld", _DEADLINE)
        self._talk()
        self._hang_up(customer)

    def _blind(self) -> None:
        self._other.behaves(Answer(0.4))
        customer, agent = self._talking()
        agent.phone.blind_transfer(self._other.name, agent.call)
        self._other.wait_for("answered", deadline=_DEADLINE)
        self._talk()
        self._hang_up(customer)

    def _attended(self) -> None:
        self._other.behaves(Answer(0.4))
        customer, agent = self._talking()
        agent.phone.hold(agent.call)
        agent.wait("held", _DEADLINE)
        question = Leg(self._desk, self._desk.dial(self._other.name))
        question.wait("answered", _DEADLINE)
        self._talk()
        agent.phone.attended_transfer(agent.call, question.call)
        agent.wait_end(_DEADLINE)
        self._talk()
        self._hang_up(customer)

    def _queue(self) -> None:
        self._desk.behaves(Answer(0.8))
        customer = Leg(self._customer, self._customer.dial(_QUEUE))
        self._desk.wait_for("answered", deadline=_DEADLINE)
        self._talk()
        self._hang_up(customer)

    def _internal(self) -> None:
        self._other.behaves(Answer(0.4))
        caller = Leg(self._desk, self._desk.dial(self._other.name))
        caller.wait("answered", _DEADLINE)
        self._talk()
        self._hang_up(caller)

    def _callback(self) -> None:
        self._customer.behaves(Answer(0.6))
        self._ordered()
        Leg(self._customer, self._customer.wait_for("answered", deadline=_DEADLINE).call)
        self._talk()
        self._customer.hangup()
        self._over()

    def _callback_missed(self) -> None:
        self._customer.behaves(Refuse(486))
        self._ordered()
        self._over()

    def _ordered(self) -> None:
        self._desk.behaves(Answer(0.4))
        self.order = self._begin_order(Desk(NAMES[self._desk.name], self._customer.number))

    def _over(self) -> None:
        """Wait until the employee's phone is free again."""
        rang = self._desk.wait_for("rang", deadline=_DEADLINE)
        Leg(self._desk, rang.call).wait_end(_DEADLINE)


def stages(lab: Lab, scenes: Sequence[Scene], order: Callable[[Desk], Order]) -> tuple[Stage, ...]:
    """All stages, not begun."""
    return tuple(
        Stage(lab, number, [scene for scene in scenes if scene.stage == number], order)
        for number in range(STAGES)
    )


def idle_phones(phones: Sequence[Phone]) -> bool:
    """Whether none of them has a call."""
    return not any(phone.running() for phone in phones)
