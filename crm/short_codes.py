"""Short codes: what stands for a client on a phone, on paper and in speech.

A code has a first digit from 2 to 8 (0, 1 and 9 lead to other things in many countries) and a
last one that is Damm's check digit: a digit mistyped, or two swapped, never reach another client.
A client's candidates follow from his number and the vault alone, so what the routing answer
promises to a new caller is what his card gets when it is made.
"""

from __future__ import annotations

import hmac
from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from itertools import count, islice
from typing import Self
from uuid import UUID

from sqlalchemy import Connection, bindparam, select
from stdnum import damm

from config.emergency import emergency_numbers
from config.settings import Settings
from crm.numbers import FEWEST_DIGITS, normalise
from crm.phones import open_number
from crm.tables import client, phone, short_code
from crm.vault import Vault
from store.database import Database
from store.upsert import insert_new_rows

_FIRST_DIGITS = "2345678"
_TRIES = 8
"""Candidates of one length; HMAC-SHA256's 32 bytes are as many numbers of 4 bytes."""
_SHORTEST, _LONGEST = 4, 10
_REMEMBERED = 4096
_BATCH = 1000

_TAKEN = select(short_code.c.code).where(short_code.c.code.in_(bindparam("codes", expanding=True)))
_WITH_CODE = select(short_code.c.client_id).where(
    short_code.c.client_id.in_(bindparam("clients", expanding=True))
)


class ShortCodes:
    """Gives out codes. One object for a process: routing promises what the writer issues."""

    def __init__(
        self, vault: Vault, digits: int, *, reserved: Iterable[str] = (), region: str | None = None
    ) -> None:
        """``digits``: of a code, its check digit included. ``reserved`` are never given out, nor
        are those that could be dialled as a number of ``region``."""
        self._key = vault.derive("short codes")
        self._digits = digits
        self._reserved = frozenset(reserved)
        self._region = region
        self._promises: OrderedDict[str, bytes] = OrderedDict()

    @classmethod
    def from_settings(cls, vault: Vault, settings: Settings) -> Self:
        """Codes that are no agent's extension or endpoint and no emergency number."""
        own = {*settings.routing.group, *settings.routing.fallback}
        for agent in settings.agents:
            own.update((agent.name, agent.extension or "", *agent.endpoints))
        return cls(
            vault,
            settings.masking.code_digits,
            reserved={name.rpartition("/")[2] for name in own} | {*emergency_numbers(settings)},
            region=settings.company.region,
        )

    def is_code(self, text: str) -> bool:
        """Whether this is written like a code, of these settings or of former ones."""
        return (
            _SHORTEST <= len(text) <= _LONGEST
            and text.isascii()
            and text.isdigit()
            and text[0] in _FIRST_DIGITS
            and damm.is_valid(text)
        )

    def candidates(self, number: str) -> Iterator[str]:
        """Codes for an E.164 number, the first that is free is to be taken. Without end."""
        for digits in count(self._digits):
            digest = hmac.digest(self._key, f"{digits} {number}".encode(), "sha256")
            for at in range(0, 4 * _TRIES, 4):
                rest, first = divmod(int.from_bytes(digest[at : at + 4]), len(_FIRST_DIGITS))
                body = f"{_FIRST_DIGITS[first]}{rest % 10 ** (digits - 2):0{digits - 2}}"
                code = body + damm.calc_check_digit(body)
                if code not in self._reserved and not self._could_be_number(code):
                    yield code

    def promised(self, connection: Connection, number: str) -> str:
        """The code that the card of this number, which has none, will get. Writes nothing."""
        code = self._free(connection, {number})[number]
        self._promises[code] = self._keyed(number)
        if len(self._promises) > _REMEMBERED:
            self._promises.popitem(last=False)
        return code

    def issue(self, connection: Connection, clients: Mapping[UUID, str]) -> None:
        """Give codes to clients who have none, by the E.164 number of each, and store them."""
        waiting = dict(clients)
        # While codes are plenty the first ones are free: it is quicker to try than to look.
        codes = self._untried(waiting.values())
        while waiting:
            now = datetime.now(UTC)
            rows = [
                {"code": codes[number], "client_id": client_id, "issued_at": now}
                for client_id, number in waiting.items()
                if number in codes
            ]
            if insert_new_rows(connection, short_code, ("code",), rows) and len(rows) == len(
                waiting
            ):
                return
            served = set(connection.execute(_WITH_CODE, {"clients": list(waiting)}).scalars())
            waiting = {id_: number for id_, number in waiting.items() if id_ not in served}
            codes = self._free(connection, waiting.values())

    def _could_be_number(self, code: str) -> bool:
        return len(code) >= FEWEST_DIGITS and normalise(code, self._region) is not None

    def _untried(self, numbers: Iterable[str]) -> dict[str, str]:
        """The first candidate of each number; not where it is another's of these too."""
        first = {
            next(code for code in self.candidates(number) if self._may_have(number, code)): number
            for number in numbers
        }
        return {number: code for code, number in first.items()}

    def _free(self, connection: Connection, numbers: Iterable[str]) -> dict[str, str]:
        """For each number its first candidate that is nobody's, and no other's of these."""
        free: dict[str, str] = {}
        chosen: set[str] = set()
        left = {number: self.candidates(number) for number in numbers}
        while left:
            tries = {number: list(islice(codes, _TRIES)) for number, codes in left.items()}
            asked = {code for codes in tries.values() for code in codes}
            taken = set(connection.execute(_TAKEN, {"codes": list(asked)}).scalars())
            for number, codes in tries.items():
                for code in codes:
                    if code not in taken and code not in chosen and self._may_have(number, code):
                        free[number] = code
                        chosen.add(code)
                        del left[number]
                        break
        return free

    def _may_have(self, number: str, code: str) -> bool:
        """Whether the code is promised to nobody else."""
        promised = self._promises.get(code)
        return promised is None or promised == self._keyed(number)

    def _keyed(self, number: str) -> bytes:
        """Of a promise's number: numbers do not stand in memory."""
        return hmac.digest(self._key, number.encode(), "sha256")


async def issue_missing(database: Database, vault: Vault, codes: ShortCodes) -> int:
    """Codes for the cards that were made before there were codes; how many these were."""
    issued = 0
    after: UUID | None = None
    while clients := await database.write(partial(_issue_batch, vault, codes, after)):
        issued += len(clients)
        after = max(clients)
    return issued


def _issue_batch(
    vault: Vault, codes: ShortCodes, after: UUID | None, connection: Connection
) -> Collection[UUID]:
    has_code = select(short_code.c.code).where(short_code.c.client_id == client.c.id).exists()
    batch = select(client.c.id).where(~has_code).order_by(client.c.id).limit(_BATCH)
    if after is not None:
        batch = batch.where(client.c.id > after)
    ids = connection.execute(batch).scalars().all()
    # A card without a phone has nothing but its id to draw its code from.
    seeds = {id_: f"client {id_}" for id_ in ids}
    phones = connection.execute(
        select(phone.c.client_id, phone.c.id, phone.c.number)
        .where(phone.c.client_id.in_(ids))
        .order_by(phone.c.id.desc())
    )
    for client_id, phone_id, number in phones:
        seeds[client_id] = open_number(vault, phone_id, number)
    codes.issue(connection, seeds)
    return ids
