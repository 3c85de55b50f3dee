"""Nobody is told what he may not know, whatever he asks, and however often.

Somebody asks the same of two worlds that differ in nothing but what he may not know. No answer
holds any of that, and all answers are alike: so nothing of it can be found out either, neither by
search, order, count, length, refusal nor by what is missing.
"""

from __future__ import annotations

import asyncio
import io
import json
import logging
import random
from collections.abc import Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from itertools import chain, takewhile
from pathlib import Path
from typing import Any, Final

import aiohttp
import pytest
import structlog
from aiohttp import hdrs
from sqlalchemy import select

from config.settings import LogSettings
from crm.card_tables import client_change
from daemon.logs import configure

from .asked_values import Thing
from .askings import PLACE, Asker, Asking, Table
from .canaries import WORLDS, Alike, Slots, around, told
from .personas import EVERYBODY, ME, PERSONAS, Persona
from .worlds import World, a_world

STEPS: Final = 100
"""Requests at random, after every address was asked in turn."""
_UNSAID: Final = {"date", "server", "set-cookie", "content-length", "etag", "last-modified"}


@dataclass
class Answer:
    """What came back."""

    status: int
    raw: str
    """Status line, headers and body."""
    alike: str
    """The same, without what is another one in every world."""
    ids: list[str]
    body: Any = None


@dataclass
class Side:
    """One of the two worlds, and what was heard in it."""

    world: World
    like: Alike = field(default_factory=Alike)
    heard: list[str] = field(default_factory=list)
    """Frames of the WebSocket."""

    async def ask(self, asking: Asking) -> Answer:
        client, data, kind = self.world.client, None, None
        body = self._said(asking.body)
        if isinstance(body, Table):
            data, kind = body.text.encode(), body.kind
        elif body is not None:
            data, kind = json.dumps(body).encode(), "application/json"
        headers = {**self.world.headers, "Accept-Language": asking.language}
        if kind is not None:
            headers[hdrs.CONTENT_TYPE] = kind
        path = asking.path
        for found, thing in zip(PLACE.finditer(path), asking.things, strict=True):
            path = path.replace(f"{{{found[2]}}}", self._said(thing))
        query = [(str(name), str(one)) for name, one in self._said(asking.query).items()]
        async with client.request(
            asking.method, path, params=query, data=data, headers=headers
        ) as got:
            content = await got.read()
        text = content.decode("utf-8", "backslashreplace")
        length = got.headers.get(hdrs.CONTENT_LENGTH)
        assert length is None or int(length) == len(content) or hdrs.CONTENT_ENCODING in got.headers
        said = [
            f"{name}: {value}" for name, value in got.headers.items() if name.lower() not in _UNSAID
        ]
        raw = "\n".join([f"{got.status} {got.reason}", *map(str, got.headers.items()), text])
        if got.status == 202:
            await asyncio.gather(*self.world.house.context.imports._running)
        self.like.codes |= await self.world.codes()
        return Answer(
            status=got.status,
            raw=raw,
            alike=self.like.text("\n".join([f"{got.status} {got.reason}", *said, text])),
            ids=self.like.ids(text),
            body=json.loads(text) if got.content_type == "application/json" else None,
        )

    def _said(self, value: Any) -> Any:
        match value:
            case Thing():
                return self.world.things[value.kind][value.at]
            case dict():
                return {name: self._said(one) for name, one in value.items()}
            case list():
                return [self._said(one) for one in value]
        return value


class Play:
    """One person asks both worlds."""

    def __init__(self, persona: Persona, sides: list[Side], log: io.StringIO) -> None:
        self._persona = persona
        self._sides = sides
        self._log = log
        self._typed: set[str] = set()
        self._before: list[str] = []
        self.opened: set[tuple[str, str]] = set()
        """Methods and addresses that were answered with what was asked for."""
        self.operations: set[tuple[str, str]] = set()
        """All there are."""

    async def ask(self, asking: Asking) -> Answer:
        about = f"{self._persona.name}: {asking.method} {asking.path} {asking}"
        self._typed |= set(told(f"{asking.query} {asking.body}"))
        first, *others = [await side.ask(asking) for side in self._sides]
        if first.status >= 500 and first.status != 503:
            pytest.fail(
                f"{self._story(about)}\n{first.raw}\n{self._log.getvalue()[-6000:]}", pytrace=False
            )
        for side, answer in zip(self._sides, (first, *others), strict=True):
            self._check(about, side, answer.raw)
        if asking.path not in _OF_THE_MACHINE:
            for other in others:
                self._compare(about, first.alike, other.alike)
        if 200 <= first.status < 300:
            self.opened.add((asking.method, asking.path))
        elif first.status == 401 and "session" not in asking.path:
            for side in self._sides:
                side.world.headers = await side.world.house.token(ME)
        await self._learn(asking, [first, *others])
        self._before.append(f"{first.status} {asking}")
        return first

    def _check(self, about: str, side: Side, text: str) -> None:
        """What he typed himself he may be told, unless such things are hidden from him."""
        found = set(told(text)) & side.world.secrets.canaries
        found -= self._typed
        if found:
            pytest.fail(
                f"{self._story(about)}\n{found} in {around(min(found), text)}", pytrace=False
            )

    def _compare(self, about: str, first: str, second: str) -> None:
        if first != second:
            same = takewhile(lambda two: two[0] == two[1], zip(first, second, strict=False))
            at = max(0, sum(1 for _ in same) - 200)
            two = f"{first[at : at + 400]}\n--- and in the other world ---\n{second[at : at + 400]}"
            pytest.fail(f"{self._story(about)}\n{two}", pytrace=False)

    def _story(self, about: str) -> str:
        return "\n".join([*self._before[-12:], about])

    async def _learn(self, asking: Asking, answers: list[Answer]) -> None:
        """Ids that he was told, to ask about them."""
        if any(answer.body is None for answer in answers):
            return
        kind = asking.path.rstrip("/").rpartition("/")[2]
        if kind.startswith("{"):
            return
        kind = {"run": "divisions", "suggest": "clients", "undo": "undoings"}.get(kind, kind)
        found = [list(_items(answer.body)) for answer in answers]
        for ids in zip(*found, strict=True):
            for side, (inner, id_) in zip(self._sides, ids, strict=True):
                known = side.world.things.setdefault(inner or kind, [])
                if id_ not in known and len(known) < 60:
                    known.append(id_)

    async def hear(self, asker: Asker) -> None:
        """What the WebSocket says of all that, and what comes anew."""
        for side in self._sides:
            world, context = side.world, side.world.house.context
            before = set(side.heard)
            async with world.client.ws_connect("/api/v1/events", headers=world.headers) as socket:
                for callback in context.callbacks.running():
                    for listener in context.callbacks.listeners:
                        listener(callback)
                await context.watching.tell()
                try:
                    while True:
                        message = await socket.receive(timeout=0.3)
                        if message.type is not aiohttp.WSMsgType.TEXT:
                            break
                        if message.data not in before:
                            side.heard.append(message.data)
                except TimeoutError:
                    pass
            for frame in side.heard:
                self._check("GET /api/v1/events", side, frame)
        first, *others = [[side.like.text(one) for one in side.heard] for side in self._sides]
        for other in others:
            self._compare("GET /api/v1/events", "\n".join(first), "\n".join(other))

    async def look_at_the_cards(self) -> None:
        """What he may not read he has not changed either, by no way but that of whole cards."""
        blind = select(client_change.c.field, client_change.c.way).where(
            client_change.c.actor == ME,
            client_change.c.field.in_(self._persona.hidden),
            client_change.c.way.not_in(("merge", "unmerge")),
        )
        for side in self._sides:
            found = await side.world.house.context.database.look(
                lambda connection: connection.execute(blind).all()
            )
            assert not found

    def read_the_log(self) -> None:
        """Nothing in it either, for whoever keeps the machine."""
        canaries = set().union(*(side.world.secrets.canaries for side in self._sides))
        text = self._log.getvalue()
        assert text
        assert not set(told(text)) & canaries, text


def _items(body: Any, kind: str | None = None) -> Iterator[tuple[str | None, str]]:
    """Ids of things in an answer, with the name of the list in which they stand."""
    match body:
        case dict():
            if isinstance(body.get("id"), str):
                yield kind, body["id"]
            for name, value in body.items():
                inner = {"items": kind, "emails": "contacts", "addresses": "contacts"}.get(
                    name, {"messengers": "contacts"}.get(name, name)
                )
                if isinstance(value, list | dict):
                    yield from _items(value, inner)
        case list():
            for one in body:
                yield from _items(one, kind)


async def _play(persona: Persona, worlds: tuple[str, ...], folder: Path, log: io.StringIO) -> Play:
    slots = Slots()
    async with AsyncExitStack() as stack:
        sides = [
            Side(await stack.enter_async_context(a_world(folder / world, world, slots, persona)))
            for world in worlds
        ]
        play = Play(persona, sides, log)
        lot = random.Random(persona.name)
        guesses = {
            "guess": _guesses([side.world.secrets.values for side in sides], lot),
            **{
                name: _guesses(
                    [side.world.secrets.of_field.get(name, set()) for side in sides], lot
                )
                for name in ("name", "company", "phones", "emails")
            },
        }
        app = sides[0].world.client.app
        assert app is not None
        asker = Asker(app, sides[0].world.things, guesses, lot)
        play.operations = set(asker.operations)
        closed: set[tuple[str, str]] = set()
        sweeps = 1 if len(worlds) > 1 else 2
        for asking in chain.from_iterable(asker.sweep() for _ in range(sweeps)):
            if (asking.method, asking.path) in closed:
                continue
            answer = await play.ask(asking)
            if answer.status == 403 and '"not_allowed"' in answer.raw:
                closed.add((asking.method, asking.path))
        await play.hear(asker)
        for _ in range(STEPS if len(worlds) > 1 else 0):
            await play.ask(asker.any())
        await play.hear(asker)
        await play.look_at_the_cards()
        play.read_the_log()
        return play


def _guesses(values: list[set[str]], lot: random.Random) -> list[str]:
    """Of all worlds."""
    return [_spelled(one, lot) for one in sorted(set().union(*values))] or ["x"]


def _spelled(canary: str, lot: random.Random) -> str:
    if not canary.isdigit():
        return lot.choice((canary, canary, canary, canary.upper(), canary.title()))
    return lot.choice((f"+44207{canary}", f"0207{canary}", f"020 7{canary[:3]} {canary[3:]}"))


@pytest.fixture
def daemon_log() -> Iterator[io.StringIO]:
    """All that the daemon would write, in full."""
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    kept = {name: logging.getLogger(name) for name in logging.root.manager.loggerDict}
    how = {name: (one.level, one.propagate) for name, one in kept.items()}
    configure(LogSettings(level="debug", format="json"))
    written = io.StringIO()
    (handler,) = root.handlers
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(written)
    logging.getLogger("daemon").debug("begun")
    yield written
    structlog.reset_defaults()
    root.handlers[:] = before
    root.setLevel(level)
    for name, (was, propagate) in how.items():
        kept[name].setLevel(was)
        kept[name].propagate = propagate


@pytest.mark.parametrize("persona", PERSONAS, ids=lambda one: one.name)
async def test_nobody_is_told_what_he_may_not_know(
    persona: Persona, tmp_path: Path, daemon_log: io.StringIO
) -> None:
    play = await _play(persona, WORLDS, tmp_path, daemon_log)
    assert len(play.opened) >= persona.opens, (len(play.opened), sorted(play.opened))


_OF_THE_MACHINE: Final = {"/api/v1/system"}
"""Each world has folders and ports of its own; no secret stands in what is told of them."""
NEVER: Final = {
    **dict.fromkeys(
        (
            ("POST", "/api/v1/monitorings"),
            ("GET", "/api/v1/monitorings/{id}"),
            ("PATCH", "/api/v1/monitorings/{id}"),
            ("DELETE", "/api/v1/monitorings/{id}"),
            ("POST", "/api/v1/calls/{id}/hangup"),
            ("PUT", "/api/v1/calls/{id}/recording-pause"),
            ("DELETE", "/api/v1/calls/{id}/recording-pause"),
            ("PUT", "/api/v1/calls/{id}/hold"),
            ("DELETE", "/api/v1/calls/{id}/hold"),
        ),
        "no call runs here: the lab's tests have real ones",
    ),
    **dict.fromkeys(
        (
            ("PUT", "/api/v1/presence"),
            ("DELETE", "/api/v1/presence"),
            ("PUT", "/api/v1/people/{name}/presence"),
            ("DELETE", "/api/v1/people/{name}/presence"),
        ),
        "no call rings at anybody here: presence has tests of its own",
    ),
    **dict.fromkeys(
        (("POST", "/api/v1/clients/{id}/purge"), ("DELETE", "/api/v1/clients/{id}/purge")),
        "somebody has set legal holds by then: the archive's and the holds' tests order it",
    ),
    ("GET", "/api/v1/session/windows"): "there is no Windows here: its tests have a real client",
    ("POST", "/api/v1/callbacks"): "there is no PBX here: the lab's tests have a real one",
    ("GET", "/health/ready"): "without a PBX nothing is ready: its answer's tests have a link",
    **dict.fromkeys(
        (
            ("POST", "/api/v1/session"),
            ("DELETE", "/api/v1/session"),
            ("PUT", "/api/v1/session/password"),
            ("POST", "/api/v1/session/totp"),
            ("PUT", "/api/v1/session/totp"),
            ("DELETE", "/api/v1/session/totp"),
            ("DELETE", "/api/v1/sessions"),
            ("DELETE", "/api/v1/sessions/{id}"),
        ),
        "he comes with a key; who signs in has tests of his own",
    ),
}
"""What is answered to nobody in this run."""


async def test_every_door_is_opened_to_somebody(tmp_path: Path, daemon_log: io.StringIO) -> None:
    """So that what is shown here is shown of all of them."""
    play = await _play(EVERYBODY, WORLDS[:1], tmp_path, daemon_log)
    missing = play.operations - play.opened - NEVER.keys()
    assert not missing, f"give them good bodies in askings.py: {sorted(missing)}"
