"""Every endpoint, method, role and scope: what the API answers is what the rights say.

Generated from the application's own routes; ``endpoints`` says what stands in each address. Asked
are the role templates, somebody who holds just the right in question with each scope, somebody
without credentials, and the operator; about a client (call, recording …) of his own, a colleague's,
another department's, nobody's, another's private one, and one that is not there.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID, uuid4

import pytest
from sqlalchemy import Connection

from crm.access import Access, Right, Scope, Target, allows, allows_person
from crm.phones import find_phones
from crm.roles import TEMPLATES, scopes_of
from daemon.api.parameters import Open, Resource, Rule
from daemon.api.server import MODULES, application
from daemon.callbacks import rows
from daemon.callbacks.callback import Callback, EndReason, State
from recordings.models import RecordingState
from recordings.queries import Recording, save

from .conftest import BEGAN, a_call, put_on_card
from .endpoints import ENDPOINTS, ITSELF, NOWHERE, Endpoint, Thing

if TYPE_CHECKING:
    from .conftest import Client, House

HEADERS = dict[str, str]
RESOURCES: Final[Mapping[str, type[Resource]]] = {
    path: resource for module in MODULES for path, resource in module.ROUTES
}
METHODS: Final = [
    (path, method) for path in RESOURCES for method in sorted(RESOURCES[path].allowed_methods)
]
BESIDE: Final = {
    "/api/v1/events",
    "/api/v1/monitorings/{id}/audio",
    "/api/v1/openapi.json",
    "/metrics",
    "/assets/{name}",
    "/embed/button.js",
    "/{page}",
}
"""Addresses that are no ``Resource``: each has its tests."""
KINDS: Final = ("own", "colleague", "other", "unassigned", "private")
MISSING: Final = "missing"
NAMES: Final = {
    "{name}": "other",
    "{person}": "other",
    "{key}": "tyres",
    "{day}": "2026-01-02",
}
"""What stands in addresses that hold no id."""
_PLACE: Final = re.compile(r"\{\w+\}")


def rule_of(path: str, method: str) -> Rule | None:
    return RESOURCES[path].rights.get(method)


def test_every_address_is_a_resource_with_rules(house: House) -> None:
    app = application(house.context)
    served = {route.resource.canonical for route in app.router.routes() if route.resource}
    assert served - BESIDE == set(RESOURCES)
    without = [(path, method) for path, method in METHODS if rule_of(path, method) is None]
    assert not without, f"methods that name no rule: {without}"


def test_every_endpoint_is_in_the_table() -> None:
    assert set(RESOURCES) - set(ENDPOINTS) == set(), "name them in endpoints.py"
    assert set(ENDPOINTS) - set(RESOURCES) == set(), "there are no such addresses any more"


@dataclass(frozen=True, slots=True)
class Persona:
    """Somebody who asks."""

    name: str
    headers: HEADERS
    access: Access
    objects: Mapping[str, str]
    """Ids by kind: own, colleague …"""


def _targets(name: str) -> Mapping[str, Target]:
    return {
        "own": Target(curator=name),
        "colleague": Target(curator="colleague"),
        "other": Target(curator="other"),
        "unassigned": Target(),
        "private": Target(curator="colleague", private=True),
    }


class Stage:
    """A house with people and, for each of them, one object of each kind."""

    def __init__(self, house: House, endpoint: Endpoint) -> None:
        self._house = house
        self._endpoint = endpoint
        self._calls = iter(range(100, 1000))

    async def people(self, rule: Rule | None) -> AsyncIterator[Persona]:
        house = self._house
        await house.person("colleague", department="sales")
        await house.person("other", department="service")
        for role in TEMPLATES:
            name = f"a {role}"
            await house.person(name, role=role, department="sales")
            yield await self._persona(name)
        decided = self._endpoint.right or rule
        if isinstance(decided, Right):
            for scope in scopes_of(decided):
                name = f"only {scope.name.lower()}"
                rights = dict.fromkeys(Right, Scope.NONE)
                held = Scope.ALL if self._endpoint.right and isinstance(rule, Right) else scope
                if isinstance(rule, Right):
                    rights[rule] = held
                if self._endpoint.knows is not None:
                    rights[self._endpoint.knows] = scope
                rights[decided] = scope
                await house.person(name, rights, role="engineer", department="sales")
                yield await self._persona(name)

    async def _persona(self, name: str) -> Persona:
        access = self._house.context.staff.access_of(name)
        assert access is not None
        return Persona(name, await self._house.token(name), access, await self.objects(name))

    async def objects(self, name: str) -> Mapping[str, str]:
        """One of each kind, as that person is concerned."""
        match self._endpoint.thing:
            case Thing.NOBODYS | Thing.PERSON:
                return {}
            case Thing.CALLBACK:
                return {
                    "own": await self._callback(name),
                    "colleague": await self._callback("colleague"),
                    "other": await self._callback("other"),
                }
        return {kind: await self._of_client(whose) for kind, whose in _targets(name).items()}

    async def _of_client(self, target: Target) -> str:
        """A card with that curator, and a call and recording of his."""
        house, thing = self._house, self._endpoint.thing
        n = next(self._calls)
        number = f"+442079460{n}"
        call = a_call(n, customer=number)
        await house.write(call)
        index = house.context.vault.blind_index(number)
        recording = uuid4()

        def put(connection: Connection) -> UUID:
            client_id = find_phones(connection, [index])[index].client_id
            assert client_id is not None
            card: dict[str, object] = {"curator": target.curator, "private": target.private}
            if thing is Thing.ARCHIVED_CLIENT:
                card["archived_at"] = datetime.now(UTC)
            put_on_card(connection, client_id, card)
            if thing is Thing.RECORDING:
                row = Recording(
                    id=recording,
                    call_id=call.id,
                    pbx="pbx",
                    channel="1",
                    name=str(n),
                    state=RecordingState.STORED,
                    path="2026/none.flac",
                )
                save(connection, row)
            return client_id

        client_id = await house.context.database.write(put)
        return str({Thing.CALL: call.id, Thing.RECORDING: recording}.get(thing, client_id))

    async def _callback(self, agent: str) -> str:
        index = self._house.context.vault.blind_index("+442079460101")
        id_ = uuid4()

        def put(connection: Connection) -> None:
            client_id = find_phones(connection, [index])[index].client_id
            assert client_id is not None
            rows.add(
                connection,
                Callback(
                    id=id_,
                    pbx="pbx",
                    agent=agent,
                    client_id=client_id,
                    via="201",
                    state=State.ENDED,
                    reason=EndReason.TALKED,
                    created_at=BEGAN,
                    changed_at=BEGAN,
                    ended_at=BEGAN + timedelta(seconds=9),
                ),
            )

        await self._house.context.database.write(put)
        return str(id_)


def reaches(endpoint: Endpoint, right: Right, persona: Persona, kind: str) -> bool:
    """Whether the rights say that he may do it to that object."""
    target = _targets(persona.name)[kind]
    match endpoint.thing:
        case Thing.CALLBACK:
            own = kind == "own" and endpoint.own
            return own or allows_person(persona.access, right, str(target.curator))
        case Thing.CALL:
            # Others' private clients' calls are there for who sees all, without identity.
            everything = persona.access.scope(right) is Scope.ALL
            hers = allows_person(persona.access, right, "101")
            return everything or hers or allows(persona.access, right, target)
    return allows(persona.access, right, target)


def expected(
    endpoint: Endpoint, rule: Rule, persona: Persona, kind: str
) -> Iterator[tuple[int, str] | None]:
    """Status and code of the refusal; ``None``: it is reached, whatever becomes of it then."""
    if isinstance(rule, Right) and not persona.access.has(rule):
        yield (HTTPStatus.FORBIDDEN, "not_allowed")
        return
    if kind == MISSING:
        yield (HTTPStatus.NOT_FOUND, endpoint.missing)
        return
    right = endpoint.right or rule
    assert isinstance(right, Right)
    if reaches(endpoint, right, persona, kind):
        yield None
    elif endpoint.knows is not None and allows(
        persona.access, endpoint.knows, _targets(persona.name)[kind]
    ):
        yield (HTTPStatus.FORBIDDEN, "not_allowed")
    else:
        yield (HTTPStatus.NOT_FOUND, endpoint.missing)


class Asking:
    """Sends the request of one line of the table."""

    def __init__(self, client: Client, path: str, method: str) -> None:
        self._client = client
        self._path = path
        self._method = method
        self._endpoint = ENDPOINTS[path]

    async def __call__(self, headers: HEADERS, id_: str = NOWHERE) -> tuple[int, str, str]:
        """Status, code of the problem, and the body."""
        first, *more = _PLACE.findall(self._path) or ["{}"]
        path = self._path.replace(first, NAMES.get(first, id_))
        for place in more:
            path = path.replace(place, NOWHERE)
        query = self._endpoint.query if self._method in {"GET", "DELETE"} else {}
        known = RESOURCES[self._path]._parameters[self._method]
        response = await self._client.request(
            self._method,
            path,
            headers=headers,
            params={name: value for name, value in query.items() if name in known},
            json=_about(self._endpoint.bodies.get(self._method), id_),
            allow_redirects=False,
        )
        text = await response.text()
        is_problem = response.content_type == "application/problem+json"
        code = (await response.json(content_type=None))["code"] if is_problem else ""
        return response.status, code, text


def _about(body: Any, id_: str) -> Any:
    return body and {name: id_ if value == ITSELF else value for name, value in body.items()}


def is_reached(status: int, code: str, endpoint: Endpoint | None = None) -> bool:
    """The door let it in: what happened then is the resource's own matter.

    ``endpoint``: that of an object, which has to be found then by a request that is in order.
    """
    if code in {"not_signed_in", "not_allowed"} or status == HTTPStatus.INTERNAL_SERVER_ERROR:
        return False
    badly_asked = {"invalid_field", "invalid_json", "unknown_parameter"}
    return endpoint is None or code not in {endpoint.missing, *badly_asked}


@pytest.fixture
async def door(
    house: House, aiohttp_client: Callable[..., Awaitable[Client]], path: str, method: str
) -> Asking:
    return Asking(await aiohttp_client(application(house.context)), path, method)


@pytest.mark.parametrize(("path", "method"), METHODS)
async def test_rights_decide(house: House, door: Asking, path: str, method: str) -> None:
    endpoint, rule = ENDPOINTS[path], rule_of(path, method)
    assert rule is not None
    async for persona in Stage(house, endpoint).people(rule):
        if endpoint.thing is Thing.NOBODYS:
            status, code, text = await door(persona.headers)
            held = not isinstance(rule, Right) or persona.access.scope(rule) >= (
                Scope.ALL if endpoint.whole else Scope.OWN
            )
            about = (persona.name, status, text)
            if held:
                ranked = endpoint.ranked and code == "not_allowed"
                assert is_reached(status, code) or ranked, about
            else:
                assert (status, code) == (HTTPStatus.FORBIDDEN, "not_allowed"), about
            continue
        missing = await door(persona.headers)
        for kind in (*persona.objects, MISSING):
            answer = (
                missing if kind == MISSING else await door(persona.headers, persona.objects[kind])
            )
            status, code, text = answer
            who = (persona.name, kind, status, text)
            if missing[1] == "field_hidden":
                # Hidden from him whatever the object: none tells more than any other.
                assert answer == missing, who
                continue
            for wanted in expected(endpoint, rule, persona, kind):
                if wanted is None:
                    assert is_reached(status, code, endpoint), who
                else:
                    assert (status, code) == wanted, who
                    # What he may not know of is answered to the letter as what is not there.
                    assert wanted[0] != HTTPStatus.NOT_FOUND or answer == missing, who


async def test_without_credentials(house: House, stranger: Client) -> None:
    for path, method in METHODS:
        status, code, text = await Asking(stranger, path, method)({})
        about = (path, method, status, text)
        if rule_of(path, method) is Open.PUBLIC:
            assert is_reached(status, code), about
        else:
            assert (status, code) == (HTTPStatus.UNAUTHORIZED, "not_signed_in"), about


OBJECTS: Final = [
    (path, method)
    for path, method in METHODS
    if ENDPOINTS[path].thing in {Thing.CLIENT, Thing.ARCHIVED_CLIENT, Thing.RECORDING}
]


async def test_the_operator_may_everything(house: House, stranger: Client) -> None:
    for path, method in METHODS:
        status, code, text = await Asking(stranger, path, method)(house.operator)
        assert is_reached(status, code), (path, method, status, text)
    # Whatever was done, the audit has words for it.
    for language in ("en", "ru"):
        asking = {**house.operator, "Accept-Language": language}
        assert (await stranger.get("/api/v1/audit?limit=500", headers=asking)).status == 200


@pytest.mark.parametrize(("path", "method"), OBJECTS)
async def test_the_operator_meets_no_private_client(
    house: House, door: Asking, path: str, method: str
) -> None:
    endpoint = ENDPOINTS[path]
    objects = await Stage(house, endpoint).objects("other")
    missing = await door(house.operator)
    assert await door(house.operator, objects["private"]) == missing
    status, code, text = await door(house.operator, objects["other"])
    assert is_reached(status, code, endpoint), text
