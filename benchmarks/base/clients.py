"""Clients who do not exist, as rows. Pure but for the vault's random nonces.

Only the first of them have numbers that a search can be asked for (reserved for fiction); the
others' are in a country that there is not (+210), and reach nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final
from uuid import UUID

from crm.client_words import word_rows
from crm.numbers import Owner
from crm.vault import Vault
from crm.words import sort_name

Rows = dict[str, list[dict[str, Any]]]

FIRST_DAY: Final = datetime(2024, 1, 1, tzinfo=UTC)
MANAGERS: Final = tuple(f"Manager {n:03}" for n in range(200))
"""The base is divided among them; ten make a department."""
SEARCHED: Final = 900
"""So many of the first clients have numbers that can be asked for."""

_FIRST_WORDS: Final = (
    "Anna Boris Clara David Elena Fedor Galina Henry Irina Jacob Katya Leonid Maria Nikita Olga"
    " Pavel Quentin Rita Sergey Tamara Ulyana Viktor Wanda Xenia Yakov Zoya"
)
_FIRST: Final = tuple(_FIRST_WORDS.split())
_ALL_SYLLABLES: Final = "ba vo ri ten ka lo mi dos fe gar hin ju ne pol qua ru sha tov ul wes"
_SYLLABLES: Final = tuple(_ALL_SYLLABLES.split())
_FIRMS: Final = ("Ltd", "Trading", "Works", "Logistics", "Studio", "Garden", "Motors", "Foods")
_CATEGORIES: Final = ("new", "regular", "key")


@dataclass(frozen=True, slots=True)
class People:
    """The first ``count`` of the made-up clients, the same for the same ``seed``."""

    count: int
    seed: int = 1

    def rows(self, vault: Vault, first: int, size: int) -> Rows:
        """Rows by table of the clients from ``first`` on, ``size`` of them at most."""
        rows: Rows = {"client": [], "phone": [], "short_code": [], "client_word": []}
        for n in range(first, min(first + size, self.count)):
            self._add(rows, vault, n)
        return rows

    def id(self, n: int, kind: int = 0) -> UUID:
        """A UUIDv7 of the client (0) or his phone (1): they sort by age."""
        milliseconds = int(self.created_at(n).timestamp() * 1000)
        random = Random((self.seed, n, kind).__hash__())
        value = milliseconds << 80 | 7 << 76 | kind << 64 | 2 << 62 | random.getrandbits(62)
        return UUID(int=value)

    def created_at(self, n: int) -> datetime:
        """When that client came."""
        return FIRST_DAY + timedelta(seconds=n * 50)

    def number(self, n: int) -> str:
        """His number, E.164."""
        return f"+442079460{100 + n}" if n < SEARCHED else f"+210{n:09}"

    def curator(self, n: int) -> str | None:
        """Whose client he is; one of twenty is nobody's."""
        return None if n % 20 == 7 else MANAGERS[n * 7919 % len(MANAGERS)]

    def name(self, n: int) -> str:
        """As on his card."""
        random = Random((self.seed, n, 2).__hash__())
        family = "".join(random.choice(_SYLLABLES) for _ in range(random.randint(2, 4))).title()
        return f"{random.choice(_FIRST)} {family}"

    def _add(self, rows: Rows, vault: Vault, n: int) -> None:
        id_, phone_id, at = self.id(n), self.id(n, 1), self.created_at(n)
        name, number = self.name(n), self.number(n)
        company = f"{name.split()[1]} {_FIRMS[n % len(_FIRMS)]}" if n % 3 == 0 else None
        rows["client"].append(
            {
                "id": id_,
                "name": name,
                "source": "call",
                "curator": self.curator(n),
                "created_at": at,
                "company": company,
                "category": _CATEGORIES[n % 3],
                "sort_name": sort_name(name),
                "private": n % 500 == 3,
                "decoy": False,
            }
        )
        rows["phone"].append(
            {
                "id": phone_id,
                "number": vault.seal(number, b"phone.number " + phone_id.bytes),
                "blind_index": vault.blind_index(number),
                "owner": Owner.CLIENT.value,
                "client_id": id_,
                "created_at": at,
            }
        )
        rows["short_code"].append({"code": f"9{n:09}", "client_id": id_, "issued_at": at})
        rows["client_word"].extend(word_rows(id_, name, company))


def batches(people: People, vault: Vault, size: int = 20_000) -> Iterator[Rows]:
    """All of them, some at a time."""
    for first in range(0, people.count, size):
        yield people.rows(vault, first, size)
