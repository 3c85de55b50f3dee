"""A process that holds phones on one SIP address: ``python -m lab.phones.host``.

Reads one JSON command a line from stdin (``{"id": 1, "do": "dial", ...}``), answers each with
``{"id": 1, "result": ...}`` or ``{"id": 1, "error": "..."}``, and tells what the phones see as
``{"event": "rang", "at": <epoch seconds>, "phone": ..., "call": ..., "detail": {...}}``.
One thread: pjsua2's callbacks, the timers and the commands never run at the same time.
"""

from __future__ import annotations

import heapq
import itertools
import json
import os
import select
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pjsua2 as pj

from lab.phones.invitation import Invitation, treat
from lab.phones.operator import e164
from lab.phones.softphone import (
    ANONYMOUS,
    Account,
    PhoneCall,
    SoftPhone,
    account_config,
    call_parameter,
    header,
    is_complete,
    start_endpoint,
)

HANGUP_DEADLINE = 2.0
"""Seconds that the far ends have to take note of the end of their calls."""
IDLE_AFTER = 1.0
"""Seconds without a command after which stdin is looked at less often."""
NOT_NOW = {70013, 171141}
"""PJ_EINVALIDOP, PJSIP_ESESSIONSTATE: the call's ACK or the answer to a re-INVITE is under way."""
NOT_NOW_DEADLINE = 20.0
CLOSING_DEADLINE = 0.5
"""Seconds until the end of a call is told even if its sound is not in the file (there is none)."""


class Host:
    """The phones of this process, and the loop that serves them."""

    def __init__(self) -> None:
        self._endpoint = pj.Endpoint()
        self._account: Account | None = None
        self._phones: dict[str, SoftPhone] = {}
        self._keys = itertools.count(1)
        self._timers: list[tuple[float, int, Callable[[], object]]] = []
        self._order = itertools.count()
        self._closing: list[tuple[Path, float, dict[str, Any]]] = []
        self._over: list[tuple[PhoneCall, dict[str, Any]]] = []
        self._server: tuple[str, int] = ("", 0)
        self._folder = Path()
        self._running = True
        self._asked_at = time.monotonic()

    def serve(self) -> None:
        """Answer commands until stdin ends or ``stop`` comes."""
        pending = b""
        os.set_blocking(0, False)
        while self._running:
            self._endpoint.libHandleEvents(self._poll_ms()) if self._account else time.sleep(0.005)
            self._run_timers()
            if not select.select([0], [], [], 0)[0]:
                continue
            self._asked_at = time.monotonic()
            chunk = os.read(0, 65536)
            if not chunk:
                break
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                self._perform(json.loads(line))
        self._destroy()

    def _poll_ms(self) -> int:
        """How long to wait for the network before looking at stdin.

        A lab has dozens of phones that do nothing: together they took a third of a processor.
        """
        is_busy = self._timers or self._closing or any(one.calls for one in self._phones.values())
        return 10 if is_busy or time.monotonic() - self._asked_at < IDLE_AFTER else 50

    def _perform(self, command: dict[str, Any], until: float | None = None) -> None:
        until = until or time.monotonic() + NOT_NOW_DEADLINE
        key, do = command["id"], command["do"]
        given = {name: value for name, value in command.items() if name not in {"id", "do"}}
        try:
            result = getattr(self, f"do_{do}")(**given)
        except pj.Error as error:
            if error.status in NOT_NOW and time.monotonic() < until:
                # As a person's phone does, which takes a key when it is through with the last one.
                self._later(0.02, lambda: self._perform(command, until))
            else:
                tell({"id": key, "error": error.info()})
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            tell({"id": key, "error": f"{type(error).__name__}: {error}"})
        else:
            tell({"id": key, "result": result})

    def _run_timers(self) -> None:
        while self._timers and self._timers[0][0] <= time.monotonic():
            _, _, action = heapq.heappop(self._timers)
            try:
                action()
            except pj.Error as error:
                tell({"event": "failed", "at": time.time(), "detail": {"error": error.info()}})
        while self._over:
            call, message = self._over.pop(0)
            call.release()
            self._closing.append((call.heard, time.monotonic() + CLOSING_DEADLINE, message))
        for entry in list(self._closing):
            file, deadline, message = entry
            if is_complete(file) or time.monotonic() > deadline:
                self._closing.remove(entry)
                tell(message)

    def _later(self, seconds: float, action: Callable[[], object]) -> None:
        heapq.heappush(self._timers, (time.monotonic() + seconds, next(self._order), action))

    def _report(self, phone: str, call: int, event: str, **detail: object) -> None:
        message = {
            "event": event,
            "at": time.time(),
            "phone": phone,
            "call": call,
            "detail": detail,
        }
        if event == "hung_up":
            # Told when the call's sound is in its file, with the time at which it ended.
            self._over.append((self._phones[phone].calls[call], message))
        else:
            tell(message)

    def _destroy(self) -> None:
        """End the SIP stack, when no call object is left: else it aborts."""
        if self._account is None:
            return
        self._hangup_all()
        end = time.monotonic() + HANGUP_DEADLINE
        while time.monotonic() < end and (
            self._closing or any(phone.calls for phone in self._phones.values())
        ):
            self._endpoint.libHandleEvents(10)
            self._run_timers()
        self._drop_all()
        self._endpoint.libDestroy()

    def _hangup_all(self) -> None:
        for phone in self._phones.values():
            for call in phone.calls.values():
                call.ended_by_self = True
        self._endpoint.hangupAllCalls()

    def _drop_all(self) -> None:
        self._timers.clear()
        for phone in self._phones.values():
            for call in list(phone.calls.values()):
                call.release()

    # Commands

    def do_start(
        self,
        *,
        folder: str,
        server: list[Any],
        address: str,
        user: str,
        password: str | None,
        proxy: str | None,
        first_call: int,
    ) -> None:
        self._folder = Path(folder)
        self._server = (server[0], server[1])
        self._keys = itertools.count(first_call)
        start_endpoint(self._endpoint, self._folder / f"sip.{user}.log")
        transport = pj.TransportConfig()
        transport.boundAddress = address
        transport.port = 5060
        number = self._endpoint.transportCreate(pj.PJSIP_TRANSPORT_UDP, transport)
        self._account = Account(self._invited, self._report, user)
        self._account.create(
            account_config(
                user=user,
                address=address,
                transport=number,
                server=self._server,
                password=password,
                proxy=proxy,
            )
        )

    def do_phone(self, name: str, number: str, tone: int) -> None:
        self._phones[name] = SoftPhone(name, number, self._line, tone, self._folder)

    @property
    def _line(self) -> Account:
        if self._account is None:
            raise LookupError("not started")
        return self._account

    def do_register(self, phone: str, on: bool) -> None:
        self._phones[phone].account.setRegistration(on)

    def do_behave(self, phone: str, behaviour: dict[str, Any]) -> None:
        self._phones[phone].behaviour = behaviour

    def do_headers(self, phone: str, headers: dict[str, str]) -> None:
        self._phones[phone].headers = headers

    def do_update(self, phone: str, call: int | None) -> None:
        one = self._call(phone, call)
        one.update(one.parameter())
        one.say("updated")

    def do_dial(
        self, phone: str, target: str, caller: str | None, anonymous: bool, headers: dict[str, str]
    ) -> int:
        person = self._phones[phone]
        parameter = call_parameter()
        host, port = self._server
        if anonymous:
            parameter.txOption.localUri = ANONYMOUS
        elif caller or person.number != person.name:
            parameter.txOption.localUri = f"<sip:{caller or person.number}@{host}>"
        if anonymous:
            headers = {"Privacy": "id", **headers}
        for name, value in {**person.headers, **headers}.items():
            parameter.txOption.headers.append(header(name, value))
        call = PhoneCall(person, next(self._keys), self._report)
        call.say("dialled", target=target)
        try:
            call.makeCall(f"sip:{target}@{host}:{port}", parameter)
        except pj.Error:
            call.release()
            raise
        return call.key

    def _call(self, phone: str, call: int | None) -> PhoneCall:
        calls = self._phones[phone].calls
        alive = [key for key, one in calls.items() if not one.over]
        if call is None:
            if not alive:
                raise LookupError(f"{phone} has no call")
            call = alive[-1]
        if call not in alive:
            raise LookupError(f"{phone} has no call {call}")
        return calls[call]

    def do_answer(self, phone: str, call: int | None) -> None:
        one = self._call(phone, call)
        one.answer(one.parameter(200))

    def do_hangup(self, phone: str, call: int | None, code: int) -> None:
        one = self._call(phone, call)
        one.ended_by_self = True
        one.hangup(one.parameter(code))

    def do_hold(self, phone: str, call: int | None) -> None:
        one = self._call(phone, call)
        one.setHold(one.parameter())
        one.held = True
        one.say("held")

    def do_unhold(self, phone: str, call: int | None) -> None:
        one = self._call(phone, call)
        parameter = one.parameter()
        parameter.opt.flag = pj.PJSUA_CALL_UNHOLD
        one.reinvite(parameter)
        one.held = False
        one.say("unheld")

    def do_press(self, phone: str, digits: str, call: int | None) -> None:
        one = self._call(phone, call)
        one.say("pressed", digits=digits)
        one.dialDtmf(digits)

    def do_blind_transfer(self, phone: str, target: str, call: int | None) -> None:
        one = self._call(phone, call)
        host, port = self._server
        one.say("transferred", kind="blind", target=target)
        one.xfer(f"<sip:{target}@{host}:{port}>", one.parameter())

    def do_attended_transfer(self, phone: str, call: int, consultation: int) -> None:
        one, other = self._call(phone, call), self._call(phone, consultation)
        one.say("transferred", kind="attended", consultation=consultation)
        one.xferReplaces(other, one.parameter())

    def do_join(self, phone: str, call: int, other: int) -> None:
        one, two = self._call(phone, call), self._call(phone, other)
        one.audio.startTransmit(two.audio)
        two.audio.startTransmit(one.audio)
        one.say("joined", other=other)

    def do_stop(self) -> None:
        self._running = False

    # What comes in

    def _invited(self, call_id: int, message: str) -> None:
        invitation = Invitation.read(message)
        by_number = {phone.number: phone for phone in self._phones.values()}
        phone = by_number.get(e164(invitation.dialled))
        if phone is None:
            stranger = pj.Call(self._line, call_id)
            stranger.hangup(call_parameter(404))
            # The object has to outlive what hangup() began.
            self._later(1.0, stranger.isActive)
            return
        call = PhoneCall(phone, next(self._keys), self._report, call_id)
        call.say("invited", **asdict(invitation))
        treat(call, self._server, self._later)


def tell(message: dict[str, Any]) -> None:
    """Send one line to the parent."""
    os.write(PARENT, json.dumps(message).encode() + b"\n")


if __name__ == "__main__":
    # pjlib writes to stdout before its log is configured: that is for stderr.
    PARENT = os.dup(1)
    os.dup2(2, 1)
    Host().serve()
