"""One phone as a test sees it: what it does, and the log of what it saw."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class PhoneEvent:
    """What one phone saw of one of its calls.

    ``event`` is one of: ``dialled`` (it sent an INVITE), ``ringing`` (the far end rings),
    ``invited`` (an INVITE came), ``rang`` (it sent 180), ``answered``, ``held``, ``unheld``,
    ``updated``, ``pressed``, ``heard_digit``, ``transferred`` (it sent REFER), ``transfer_status``,
    ``redirected`` (it sent 302), ``joined``, ``hung_up`` (detail ``by``: ``self`` or ``far``,
    ``code``: the last SIP status), and of the phone itself (call 0) ``registered`` and
    ``unregistered``.
    """

    at: datetime
    """Aware UTC."""
    phone: str
    call: int
    """Unique among all phones of a host; 0 is the phone itself."""
    event: str
    detail: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """Ring, then answer after so many seconds."""

    after: float = 0.5
    kind: str = "answer"


@dataclass(frozen=True, slots=True)
class Ring:
    """Ring until the caller gives up (or until told to answer)."""

    kind: str = "ring"


@dataclass(frozen=True, slots=True)
class Decline:
    """Ring, then refuse after so many seconds."""

    after: float = 0.5
    code: int = 603
    kind: str = "decline"


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not ring: 486 is busy, 480 and 503 are unreachable."""

    code: int = 486
    kind: str = "refuse"


@dataclass(frozen=True, slots=True)
class Redirect:
    """Answer 302 with another extension or number."""

    target: str
    kind: str = "redirect"


Behaviour = Answer | Ring | Decline | Refuse | Redirect

Command = Callable[..., Any]
"""``command(do, **arguments)``: performed by the child, returns its result."""


class Phone:
    """A desk phone, a customer's phone or an employee's mobile.

    A ``call`` argument of ``None`` means the phone's latest running call. Actions return as soon
    as the SIP stack has taken them: wait for what they bring about with ``wait_for``.
    """

    def __init__(self, name: str, number: str, tone: int, folder: Path, command: Command) -> None:
        self.name = name
        """Without digits of a number: ``101``, ``customer1``, ``mobile1``."""
        self.number = number
        """The extension of a desk phone, else E.164."""
        self.tone = tone
        """What it speaks, Hz."""
        self._folder = folder
        self._command = command
        self._log: list[PhoneEvent] = []
        self._seen: set[int] = set()
        self._changed = threading.Condition()

    def __repr__(self) -> str:
        return f"<Phone {self.name}>"

    @property
    def log(self) -> tuple[PhoneEvent, ...]:
        """Everything it saw so far, in order."""
        with self._changed:
            return tuple(self._log)

    def record(self, event: PhoneEvent) -> None:
        """Called by the host for each event of this phone."""
        with self._changed:
            self._log.append(event)
            self._changed.notify_all()

    def wait_for(
        self,
        event: str,
        *,
        call: int | None = None,
        deadline: float = 30.0,
        where: Callable[[PhoneEvent], bool] = lambda _event: True,
    ) -> PhoneEvent:
        """The next such event that no earlier ``wait_for`` returned; waits until it happens.

        Raises ``TimeoutError`` after ``deadline`` seconds, with the phone's log.
        """
        until = time.monotonic() + deadline
        with self._changed:
            while True:
                for index, one in enumerate(self._log):
                    if (
                        index not in self._seen
                        and one.event == event
                        and call in (None, one.call)
                        and where(one)
                    ):
                        self._seen.add(index)
                        return one
                left = until - time.monotonic()
                if left <= 0:
                    told = [(e.call, e.event, dict(e.detail)) for e in self._log[-12:]]
                    raise TimeoutError(f"{self.name}: no {event} in {deadline} s; saw {told}")
                self._changed.wait(left)

    def running(self) -> tuple[int, ...]:
        """Its calls that have not ended."""
        over = {event.call for event in self.log if event.event == "hung_up"}
        return tuple(dict.fromkeys(e.call for e in self.log if e.call and e.call not in over))

    def forget(self) -> None:
        """Later ``wait_for`` look only at what happens from now on."""
        with self._changed:
            self._seen.update(range(len(self._log)))

    def heard(self, call: int) -> Path:
        """The wav of what it heard in a call; complete after ``hung_up``."""
        return self._folder / f"{self.name}.{call}.heard.wav"

    def behaves(self, behaviour: Behaviour) -> None:
        """How it treats the calls that come from now on."""
        self._command("behave", phone=self.name, behaviour=asdict(behaviour))

    def puts(self, headers: Mapping[str, str]) -> None:
        """These headers stand in all that it says in calls from now on, answers too."""
        self._command("headers", phone=self.name, headers=dict(headers))

    def register(self) -> None:
        """Register again, for instance with a PBX that started anew; waits for it."""
        self.forget()
        self._command("register", phone=self.name, on=True)
        self.wait_for("registered", deadline=30.0)

    def unregister(self) -> None:
        """Say good-bye to the PBX, until ``register``; waits for it."""
        self._command("register", phone=self.name, on=False)
        self.wait_for("unregistered")

    def dial(
        self,
        target: str,
        *,
        caller: str | None = None,
        anonymous: bool = False,
        headers: Mapping[str, str] | None = None,
    ) -> int:
        """Call a number or extension; returns the call.

        ``caller`` replaces the number that a customer or mobile shows.
        """
        call: int = self._command(
            "dial",
            phone=self.name,
            target=target,
            caller=caller,
            anonymous=anonymous,
            headers=dict(headers or {}),
        )
        return call

    def answer(self, call: int | None = None) -> None:
        self._command("answer", phone=self.name, call=call)

    def hangup(self, call: int | None = None, code: int = 0) -> None:
        """End the call, cancel it, or refuse it with ``code``, whichever is due."""
        self._command("hangup", phone=self.name, call=call, code=code)

    def hold(self, call: int | None = None) -> None:
        self._command("hold", phone=self.name, call=call)

    def unhold(self, call: int | None = None) -> None:
        self._command("unhold", phone=self.name, call=call)

    def update(self, call: int | None = None) -> None:
        """UPDATE: nothing new but what ``puts`` adds."""
        self._command("update", phone=self.name, call=call)

    def press(self, digits: str, call: int | None = None) -> None:
        """DTMF digits (RFC 4733)."""
        self._command("press", phone=self.name, digits=digits, call=call)

    def blind_transfer(self, target: str, call: int | None = None) -> None:
        """REFER the far end to ``target``."""
        self._command("blind_transfer", phone=self.name, target=target, call=call)

    def attended_transfer(self, call: int, consultation: int) -> None:
        """Join the far ends of two own calls: REFER with Replaces."""
        self._command("attended_transfer", phone=self.name, call=call, consultation=consultation)

    def join(self, call: int, other: int) -> None:
        """Three-way inside the phone: the far ends of two own calls hear each other."""
        self._command("join", phone=self.name, call=call, other=other)
