"""All phones of a lab, in processes of their own."""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from lab.phones.operator import Operator
from lab.phones.phone import Phone, PhoneEvent
from lab.phones.process import PhoneProcess

CALLS_PER_PROCESS = 1000
"""Call keys are unique among all phones: each process counts in a thousand of its own."""
PERSONAS_PER_PROCESS = 3
"""A process has four calls at most: one for each persona and one in reserve. Customers and mobiles
never share one: what reached a customer and what reached an employee stays apart on the wire."""
TONES = {
    "desk": range(410, 950, 90),
    "mobile": range(1010, 1500, 60),
    "customer": range(1530, 2950, 70),
}
"""Hz, by kind: between 300 and 3000, so that a telephone line carries them."""


class PhoneHost:
    """All phones of one lab.

    ``block`` is the lab's network without its last part (``127.7.3``): the operator listens at
    ``.10``, the processes behind it from ``.30`` on, desk phone ``101`` at ``.101``. ``desks``
    maps each desk phone to its SIP password. Writes ``phones.jsonl`` (every event),
    ``sip.*.log`` and the wavs into ``folder``.
    """

    def __init__(
        self,
        folder: Path,
        sip_server: tuple[str, int],
        block: str,
        desks: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self._server = sip_server
        self._block = block
        self._passwords = dict(desks or {})
        self._phones: dict[str, Phone] = {}
        self._by_number: dict[str, Phone] = {}
        self._names = {kind: itertools.count(1) for kind in ("customer", "mobile")}
        self._tones = {kind: itertools.cycle(tones) for kind, tones in TONES.items()}
        self._processes: list[PhoneProcess] = []
        self._lines: list[tuple[str, str, PhoneProcess]] = []
        self._personas = dict.fromkeys(self._names, 0)
        self._writing = threading.Lock()
        self._making = threading.RLock()

    def __enter__(self) -> PhoneHost:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._log = (self.folder / "phones.jsonl").open("a", encoding="utf-8")
        self._operator = Operator(f"{self._block}.10", self._server)
        try:
            for name, password in self._passwords.items():
                address = f"{self._block}.{int(name)}"
                process = self._start(name, address, password=password)
                self._add("desk", name, name, process)
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """End every phone's process."""
        for process in self._processes:
            process.begin_close()
        for process in self._processes:
            process.close()
        self._operator.close()
        self._log.close()

    def register(self) -> None:
        """Register every desk phone, and wait until all are."""
        for name in self._passwords:
            self._phones[name].register()

    def desk(self, name: str) -> Phone:
        """A desk phone by its extension; ``KeyError`` for one that the lab has not."""
        return self._phones[name]

    def customer(self, number: str) -> Phone:
        """The customer with this number (E.164), made on first use."""
        return self._persona("customer", number)

    def mobile(self, number: str) -> Phone:
        """The employee's mobile with this number (E.164), made on first use."""
        return self._persona("mobile", number)

    def addresses(self, kind: str) -> dict[str, Path]:
        """Where the ``desk``, ``mobile`` or ``customer`` phones are: IP addresses, and their logs.

        No address holds phones of two kinds.
        """
        users = {f"{self._block}.{int(name)}": name for name in self._passwords}
        if kind != "desk":
            users = {
                address: f"line{index}"
                for index, (one, address, _) in enumerate(self._lines)
                if one == kind
            }
        return {address: self.folder / f"sip.{user}.log" for address, user in users.items()}

    @property
    def phones(self) -> tuple[Phone, ...]:
        """All that were made so far."""
        return tuple(self._phones.values())

    def _persona(self, kind: str, number: str) -> Phone:
        with self._making:
            known = self._by_number.get(number)
            if known is not None:
                return known
            if self._personas[kind] % PERSONAS_PER_PROCESS == 0:
                address = f"{self._block}.{30 + len(self._lines)}"
                user = f"line{len(self._lines)}"
                process = self._start(user, address, proxy=f"{self._block}.10")
                self._lines.append((kind, address, process))
            self._personas[kind] += 1
            *_, (_, address, process) = (one for one in self._lines if one[0] == kind)
            name = f"{kind}{next(self._names[kind])}"
            phone = self._add(kind, name, number, process)
            self._operator.subscribe(number, address)
            return phone

    def _start(
        self, user: str, address: str, *, password: str | None = None, proxy: str | None = None
    ) -> PhoneProcess:
        process = PhoneProcess(self.folder / f"{user}.err", self._take)
        self._processes.append(process)
        process.command(
            "start",
            folder=str(self.folder.resolve()),
            server=list(self._server),
            address=address,
            user=user,
            password=password,
            proxy=proxy,
            first_call=(len(self._processes) - 1) * CALLS_PER_PROCESS + 1,
        )
        return process

    def _add(self, kind: str, name: str, number: str, process: PhoneProcess) -> Phone:
        phone = Phone(name, number, next(self._tones[kind]), self.folder, process.command)
        self._phones[name] = self._by_number[number] = phone
        process.command("phone", name=name, number=number, tone=phone.tone)
        return phone

    def _take(self, message: dict[str, Any]) -> None:
        with self._writing:
            self._log.write(json.dumps(message) + "\n")
            self._log.flush()
        phone = self._phones.get(message.get("phone", ""))
        if phone is not None:
            at = datetime.fromtimestamp(message["at"], UTC)
            phone.record(
                PhoneEvent(at, phone.name, message["call"], message["event"], message["detail"])
            )
