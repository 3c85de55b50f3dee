"""The API keeps the word of its own description, whoever asks whatever, and tells nobody too much.

schemathesis makes the requests from the description; asked are every role template, somebody
without credentials and the operator, of a world with a canary in every protected field.
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    allow_header_conformance,
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from crm.roles import HIDDEN, TEMPLATES
from daemon.api.openapi import describe
from daemon.api.server import described

from .canaries import Slots, around, told
from .personas import DEPARTMENT, OTHERS, OWN, Persona
from .worlds import a_world

# The description needs nothing of what the resources stand on.
DESCRIPTION: Final = describe(described())
api = schemathesis.openapi.from_dict(DESCRIPTION)
OPERATIONS: Final[list[Any]] = [found.ok() for found in api.get_all_operations()]  # type: ignore[union-attr]
NOBODY: Final = "nobody"
OPERATOR: Final = "operator"
_EVERYBODYS: Final = (*OWN, *DEPARTMENT, *OTHERS)
_REACH: Final = {
    "manager": OWN,
    "trainee": tuple(label for label in OWN if label != "nobodys"),
    "supervisor": (*OWN, *DEPARTMENT),
    "engineer": (),
    NOBODY: (),
}
_CHECKS: Final = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    negative_data_rejection,
    unsupported_method,
    allow_header_conformance,
]


@dataclass(frozen=True)
class Somebody:
    """Who asks, where, and what he must not be told."""

    address: str
    headers: dict[str, str]
    canaries: frozenset[str]


@pytest.fixture(scope="module", params=[*TEMPLATES, NOBODY, OPERATOR])
def somebody(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Somebody]:
    """In a world of his own, in a thread of its own."""
    role: str = request.param
    persona = Persona(
        name=role,
        role=role if role in TEMPLATES else "manager",
        hidden=HIDDEN.get(role, ()),
        reach=_REACH.get(role, _EVERYBODYS),
    )
    folder = tmp_path_factory.mktemp("world") / "a"
    begun: queue.Queue[Somebody] = queue.Queue()
    loop, ended = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        async with a_world(folder, "a", Slots(), persona) as world:
            headers = {NOBODY: {}, OPERATOR: world.house.operator}.get(role, world.headers)
            address = str(world.client.make_url("")).rstrip("/")
            begun.put(Somebody(address, headers, frozenset(world.secrets.canaries)))
            await ended.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    yield begun.get(timeout=60)
    loop.call_soon_threadsafe(ended.set)
    thread.join(30)
    loop.close()


def _excluded(operation: Any) -> list[Any]:
    """This world has no PBX, so nothing in it is ready; 503 is what the description says then."""
    return [not_a_server_error] if operation.path == "/health/ready" else []


@given(data=st.data())
@settings(
    max_examples=200,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)
def test_whoever_asks_whatever(somebody: Somebody, data: st.DataObject) -> None:
    operation = OPERATIONS[data.draw(st.integers(0, len(OPERATIONS) - 1))]
    case: schemathesis.Case[Any] = data.draw(operation.as_strategy())
    response = case.call(base_url=somebody.address, headers=somebody.headers)
    case.validate_response(response, checks=_CHECKS, excluded_checks=_excluded(operation))
    text = f"{response.headers} {response.text}"
    found = set(told(text)) & somebody.canaries
    assert not found, around(min(found), text)
