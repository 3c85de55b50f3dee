"""Requests: whatever the routes and their description allow to ask, and much that they do not.

Made from the application itself: a new address is asked by itself, with the good bodies of
``endpoints``; ``BODIES`` says what a clever person would try there beside.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

from crm.fields import HIDEABLE
from daemon.api.openapi import describe

from .asked_values import CLIENT, GUESS, VALUES, Thing
from .endpoints import ENDPOINTS, ITSELF, NOWHERE, SINCE
from .personas import CUSTOM, LABELS, ME

PLACE: Final = re.compile(r"/([\w-]+)/\{(\w+)\}")
_GUESSED: Final = re.compile(r"\{(guess|name|company|phones|emails)\}")
"""Any value at all, or one of that field."""
LANGUAGES: Final = ("en", "ru", "de, ru;q=0.5", "*", "xx")


@dataclass(frozen=True)
class Table:
    """A body that is no JSON."""

    text: str
    kind: str = "text/csv"


@dataclass(frozen=True, kw_only=True)
class Asking:
    """One request, the same in both worlds but for ids."""

    method: str
    path: str
    """As in the routes."""
    things: tuple[Thing | str, ...] = ()
    """What stands in its places."""
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    language: str = "en"


_TABLE: Final = (
    "Name;Phone;E-mail;Address;Telegram;Company;Note;The memo;Curator\n"
    "Guessed One;{guess};{guess}@example.com;5 {guess} Street;@{guess};{guess} Works;x;{guess};\n"
    "Guessed Two;020 7946 0998;;;;{guess} Hall;;;\n"
    "Guessed Three;{guess};;;;;;;other\n"
)
BODIES: Final[Mapping[tuple[str, str], Sequence[Any]]] = {
    ("POST", "/api/v1/clients"): (
        {"name": "Jane", "phones": [{"number": GUESS}]},
        {"name": "Jane", "contacts": [{"kind": "email", "value": "{guess}@example.com"}]},
        {"name": "Jane", "contacts": [{"kind": "messenger", "value": "@{guess}"}]},
        {"name": "{guess}", "company": "{guess} Works"},
        {"name": "Jane", "custom": {"memo": GUESS}},
        {"name": "Jane", "custom": {"tier": "none of them"}},
        {"name": "Jane", "curator": "other"},
        {"name": "Jane", "private": True},
    ),
    ("PATCH", "/api/v1/clients/{id}"): (
        {"name": "Jane Ford"},
        {"company": "{guess} Works"},
        {"company": None},
        {"custom": {"memo": GUESS}},
        {"custom": {"debt": 1}},
        {"custom": {"vip": None, "tier": "iron", "since": "2011-03-04"}},
        {"curator": ME},
        {"curator": "other"},
        {"private": True},
        {"category": "trusted", "changed_at": SINCE},
    ),
    ("POST", "/api/v1/clients/{id}/phones"): ({"number": GUESS}, {"number": "020 7946 0999"}),
    ("PATCH", "/api/v1/clients/{id}/phones/{phone_id}"): ({"number": GUESS}, {"label": "x"}),
    ("POST", "/api/v1/clients/{id}/contacts"): (
        {"kind": "email", "value": "{guess}@example.com"},
        {"kind": "address", "value": "5 {guess} Street"},
        {"kind": "messenger", "value": "@{guess}"},
    ),
    ("PATCH", "/api/v1/clients/{id}/contacts/{contact_id}"): (
        {"value": "{guess}@example.com"},
        {"value": "@{guess}"},
        {"label": "x"},
    ),
    ("POST", "/api/v1/clients/{id}/notes"): ({"text": "I guess {guess}"},),
    ("POST", "/api/v1/clients/{id}/undo"): (
        {"since": SINCE, "preview": True},
        {"since": SINCE},
    ),
    ("POST", "/api/v1/people/{name}/undo"): (
        {"since": SINCE, "preview": True},
        {"since": SINCE},
    ),
    ("POST", "/api/v1/clients/{id}/merge"): (
        {"source_id": CLIENT},
        {"source_id": CLIENT, "choices": {"company": "source"}},
        {"source_id": CLIENT, "choices": {"custom:memo": "source", "name": "source"}},
        {"source_id": ITSELF},
    ),
    ("POST", "/api/v1/clients/assign"): (
        {"clients": [CLIENT], "to": ME},
        {"clients": [CLIENT, CLIENT], "to": "mate"},
        {"clients": [NOWHERE], "to": "other"},
    ),
    ("POST", "/api/v1/divisions"): (
        {"of": "other", "to": ["mate"]},
        {"of": ME, "to": ["mate", ME]},
        {"unassigned": True, "to": [ME]},
        {"clients": [CLIENT], "to": [ME]},
        {"category": "trusted", "to": ["mate"]},
    ),
    ("POST", "/api/v1/callbacks"): (
        {"client_id": CLIENT},
        {"client_id": CLIENT, "agent": "anna", "via": "201"},
        {"short_code": "23450"},
    ),
    ("POST", "/api/v1/tasks"): (
        {"client_id": CLIENT, "text": "I guess {guess}"},
        {"client_id": CLIENT, "text": "for him", "agent": "other"},
    ),
    ("PATCH", "/api/v1/tasks/{id}"): (
        {"text": "I guess {guess}"},
        {"closed": True},
        {"closed": False},
        {"agent": "other"},
        {"remind_at": "2030-01-01T00:00:00Z"},
    ),
    ("POST", "/api/v1/exports"): (
        {"fields": ["name", "curator", "category"]},
        *({"fields": ["name", name]} for name in HIDEABLE if name != "notes"),
        *({"fields": ["name", f"custom:{key}"]} for key in CUSTOM),
        {"fields": ["notes"]},
        *({"fields": ["name"], "company": "{company} Hall"} for _ in range(12)),
        {"fields": ["name"], "q": GUESS},
    ),
    ("POST", "/api/v1/exports/recognise"): (
        Table("Name\nJane\n"),
        Table("a;b\n{guess};E-OTHER222"),
    ),
    ("POST", "/api/v1/imports"): (
        Table("Name\nGuessed Four\n"),
        Table(_TABLE),
        Table("no table \x00", "application/octet-stream"),
        Table("Name;Phone\nX;1\nY {guess};{guess}\n"),
    ),
    ("PUT", "/api/v1/imports/{id}"): (
        {"columns": {"Name": "name"}},
        {"columns": {"Name": "name", "Company": "company"}},
        {"columns": {"Name": "name", "Phone": "phones"}},
        {"columns": {"Name": "name", "Phone": "custom:memo"}},
        {"columns": {"{guess}": "{guess}"}},
    ),
    ("POST", "/api/v1/imports/{id}/run"): (
        {"existing": "overwrite"},
        {"mode": "all", "existing": "fill"},
        {"existing": "skip", "curator": "other"},
    ),
    ("POST", "/api/v1/calls/{id}/notes"): (
        {"text": "I guess {guess}"},
        {"text": "here", "recording_id": NOWHERE, "at_seconds": 1.5},
    ),
    ("PUT", "/api/v1/calls/{id}/wrap-up"): (
        {"outcome": "agreed"},
        {"outcome": "other", "note": "I guess {guess}"},
        {"outcome": "complaint", "task": {"text": "I guess {guess}", "agent": "mate"}},
        {"outcome": "{guess}", "note": "{guess}"},
    ),
    ("POST", "/api/v1/reconciliation/{call_id}/question"): ({"text": "I guess {guess}"},),
    ("POST", "/api/v1/reconciliation/{call_id}/answer"): ({"text": "I guess {guess}"},),
    ("POST", "/api/v1/reconciliation/{call_id}/settle"): ({"reason": "I guess {guess}"},),
    ("PUT", "/api/v1/policies/outcomes"): (
        {"outcomes": [{"key": "visit", "labels": {"en": "a {guess}"}}]},
        {"outcomes": []},
    ),
    ("POST", "/api/v1/views"): (
        {"page": "calls", "name": "Guessed", "query": "number={guess}"},
        {"page": "calls", "name": "Guessed", "query": "queue=Sales&missed=true"},
    ),
    ("POST", "/api/v1/takeovers"): (
        {"curator": "mate", "successor": "other", "reason": "he is ill {guess}"},
    ),
    ("PATCH", "/api/v1/alerts/{id}"): ({"note": "spoke of {guess}"},),
    ("POST", "/api/v1/people/{name}/leave"): ({"to": ["mate"]}, {"group": True}),
    ("POST", "/api/v1/tokens"): ({}, {"label": "x", "scopes": ["clients.read"]}),
}

_WRONG: Final[Sequence[Any]] = (
    [],
    {},
    {"zqx": GUESS},
    {GUESS: 1},
    Table("{guess}", "application/json"),
    Table('{"name": "{guess}', "application/json"),
)


_LEFT_ALONE: Final = {
    # It stays in the archive, so that it can go for good.
    ("/api/v1/clients/{id}/restore", (Thing("clients", LABELS.index("archived")),)),
    # So that it can be refused.
    ("/api/v1/takeovers/{id}/allow", (Thing("takeovers", 1),)),
}


_SPECIAL: Final[Mapping[tuple[str, ...], list[str]]] = {
    ("calls", "notes"): ["calls", "call-notes"],
    ("clients", "as"): ["clients", "people"],
}
"""What stands in an address where the word before it does not say so."""
_EARLY: Final = ("/api/v1/reconciliation", "/api/v1/control")
"""They rest on much that is undone, moved and settled later."""


def _rank(method: str, path: str) -> int:
    """Cards go last, and before them what becomes part of another, and what stands on them."""
    if path.endswith("/merge") and method == "POST":
        return 2
    if path.startswith(_EARLY):
        return -1
    if method == "DELETE":
        # As long as a legal hold stands, no number goes from its card.
        return 1 if path.count("{") > 1 or path.endswith("/legal-hold") else 3
    return 0


def _often(body: Any) -> int:
    named = CLIENT in body.values() if isinstance(body, dict) else False
    listed = isinstance(body, dict) and "clients" in body
    return 4 if named or listed else 1


class Asker:
    """Makes requests for what there is: ``kinds`` says how many things of each kind are known."""

    def __init__(
        self,
        app: web.Application,
        kinds: Mapping[str, Sequence[Any]],
        guesses: Mapping[str, Sequence[str]],
        lot: random.Random,
    ) -> None:
        self._kinds = kinds
        self._made = {kind: len(ids) for kind, ids in kinds.items()}
        self._guesses = guesses
        self._lot = lot
        paths: dict[str, Any] = describe(app)["paths"]
        self.operations: Final = {
            (method.upper(), path): operation
            for path, methods in sorted(paths.items())
            for method, operation in sorted(methods.items())
        }

    def sweep(self) -> Iterator[Asking]:
        """Every address once with everything that stands at its place, what only reads first."""
        order = ("GET", "PUT", "POST", "PATCH", "DELETE")
        by = {one: (_rank(*one), one[1], order.index(one[0])) for one in self.operations}
        for method, path in sorted(by, key=lambda one: by[one]):
            bodies = self._bodies(method, path)
            places = list(self._places(path))
            for n, things in enumerate(places):
                if (path, things) in _LEFT_ALONE:
                    continue
                whole = n < 2 or n == len(places) - 2
                some = bodies if whole else [self._lot.choice(bodies)]
                for body in some:
                    yield self._asking(method, path, things, self._usual(method, path), body)
            things = next(self._places(path))
            for name in self._parameters(method, path):
                for value in VALUES.get(name, (GUESS,)):
                    yield self._asking(method, path, things, {name: value}, bodies[0])
            if method != "GET":
                yield self._asking(method, path, things, {}, self._lot.choice(_WRONG))

    def any(self) -> Asking:
        """Something or other."""
        lot = self._lot
        method, path = lot.choice(list(self.operations))
        names = self._parameters(method, path)
        chosen = lot.sample(names, min(len(names), lot.choice((0, 1, 1, 2))))
        query = {name: lot.choice(VALUES.get(name, (GUESS,))) for name in chosen}
        if lot.random() < 0.03:
            query["{guess}"] = GUESS
        bodies = _WRONG if lot.random() < 0.1 else self._bodies(method, path)
        return self._asking(
            method, path, lot.choice(list(self._places(path))), query, lot.choice(bodies)
        )

    def _usual(self, method: str, path: str) -> Mapping[str, str]:
        query = ENDPOINTS[path].query if path in ENDPOINTS else {}
        known = self._parameters(method, path)
        return {name: value for name, value in query.items() if name in known}

    def _parameters(self, method: str, path: str) -> list[str]:
        parameters = self.operations[method, path].get("parameters", ())
        return [one["name"] for one in parameters if one["in"] == "query"]

    def _bodies(self, method: str, path: str) -> Sequence[Any]:
        if "requestBody" not in self.operations[method, path] and (method, path) not in BODIES:
            return [None]
        good = ENDPOINTS[path].bodies.get(method, {}) if path in ENDPOINTS else {}
        bodies = [*BODIES.get((method, path), ()), good]
        # Where nothing stands in the address, what is named in the body changes.
        return bodies if "{" in path else [one for one in bodies for _ in range(_often(one))]

    def _places(self, path: str) -> Iterator[tuple[Thing | str, ...]]:
        """What can stand in an address; of several places, the later go with the first."""
        kinds = [found[1] for found in PLACE.finditer(path)]
        kinds = _SPECIAL.get(tuple(kinds), kinds)
        if not kinds:
            yield ()
            return
        known = self._kinds.get(kinds[0], ())
        for at in range(min(len(known), 40)):
            yield (Thing(kinds[0], at), *(self._inner(kind, at) for kind in kinds[1:]))
        yield tuple(NOWHERE for _ in kinds)

    def _inner(self, kind: str, at: int) -> Thing | str:
        """Of the same card, as they were made card by card; or any."""
        known = self._made.get(kind, 0)
        if not known:
            return NOWHERE
        each = max(1, known // self._made["clients"])
        return Thing(kind, min(known - 1, at * each + self._lot.randrange(each)))

    def _guess(self, found: re.Match[str]) -> str:
        return self._lot.choice(self._guesses.get(found[1]) or self._guesses["guess"])

    def _asking(
        self, method: str, path: str, things: tuple[Thing | str, ...], query: Any, body: Any
    ) -> Asking:
        own = things[0] if things else NOWHERE
        return Asking(
            method=method,
            path=path,
            things=things,
            query=self._filled(query, own),
            body=self._filled(body, own),
            language=self._lot.choice(LANGUAGES),
        )

    def _filled(self, value: Any, own: Thing | str) -> Any:
        match value:
            case dict():
                return {
                    self._filled(name, own): self._filled(one, own) for name, one in value.items()
                }
            case list():
                return [self._filled(one, own) for one in value]
            case Table():
                return Table(self._filled(value.text, own), value.kind)
            case Thing(at=-1):
                known = len(self._kinds.get(value.kind, ()))
                return Thing(value.kind, self._lot.randrange(known)) if known else NOWHERE
            case str() if value == ITSELF:
                return own
            case str():
                return _GUESSED.sub(self._guess, value)
        return value
