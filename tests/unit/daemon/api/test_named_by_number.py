"""A colleague whose name is a number did all that leaves a name: who sees no numbers reads none."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from sqlalchemy import Connection

from crm.absence import Away
from crm.access import Right, Scope
from crm.alerts import raise_alert
from crm.audit import Action, Entry
from crm.call_notes import add_call_note
from crm.fields import PHONES
from crm.monitorings import MONITORED, EndedBy, Mode, Monitoring, Step, Via, save
from crm.notices import tell
from crm.questions import ANSWERED, ask
from crm.saved_views import save_view
from crm.wrap_ups import WrapUp, save_wrap_up
from store.ids import uuid7

from .conftest import BEGAN
from .test_no_number import _addresses, _found

if TYPE_CHECKING:
    from .conftest import Client, House

NAMED = "+44 7700 900 163"
DIGITS = {"0900163"}


@pytest.fixture
async def ids(house: House) -> dict[str, list[str]]:
    """What that colleague left, by the names of routes."""
    call, context = house.calls[0], house.context
    await house.person(NAMED, role="supervisor")
    monitoring = Monitoring(
        id=uuid7(),
        call_id=call.id,
        person=NAMED,
        agent="anna",
        via=Via.BROWSER,
        address="127.0.0.1",
        steps=(Step(mode=Mode.WHISPER, at=BEGAN),),
        reason=f"asked by {NAMED}",
        started_at=BEGAN,
        ended_at=BEGAN,
        ended_by=EndedBy.PERSON,
    )
    about = {"call": str(call.id), "at": BEGAN.isoformat(), "by": NAMED, "person": NAMED}

    def write(connection: Connection) -> None:
        add_call_note(connection, context.vault, call.id, "hello", by=NAMED, at=BEGAN)
        save(connection, context.vault, monitoring)
        ask(connection, context.vault, call.id, person="anna", text="And?", by=NAMED, at=BEGAN)
        wrap_up = WrapUp(
            call_id=call.id,
            person=NAMED,
            outcome="agreed",
            at=BEGAN,
            by_talker=True,
            note_id=None,
            task_id=None,
        )
        save_wrap_up(connection, wrap_up)
        tell(connection, "anna", MONITORED, {**about, "mode": "whisper"}, BEGAN)
        tell(connection, "anna", ANSWERED, about, BEGAN)
        evidence = {"count": 48, "usual": 3, "from": BEGAN.isoformat(), "to": BEGAN.isoformat()}
        raise_alert(connection, "others", person=NAMED, evidence=evidence, key="others", at=BEGAN)
        save_view(connection, context.vault, NAMED, page="calls", name="Mine", query="", at=BEGAN)
        for action in (Action.RECORDING_LISTENED, Action.CALL_OPENED, Action.SIGNED_IN):
            context.audit.add(
                connection, Entry(action=action, actor=NAMED, object=str(house.recording))
            )

    await context.database.write(write)
    away = Away(person="boris", since=BEGAN, until=None, reason=None, set_by=NAMED)
    await context.away.set(away)
    return {
        "calls": [str(call.id)],
        "clients": [],
        "recordings": [str(house.recording)],
        "monitorings": [str(monitoring.id)],
        "people": ["anna", "boris"],
    }


async def test_who_sees_no_numbers_reads_no_such_name(
    house: House, client: Client, ids: dict[str, list[str]]
) -> None:
    every = dict.fromkeys(Right, Scope.ALL)
    await house.person("anna", every)
    await house.hide("anna", PHONES)
    anna = await house.token("anna")
    leaks = []
    for address in _addresses(client, ids):
        leaks += [f"{address}: {one}" for one in await _found(client, address, anna, DIGITS)]
    assert not leaks, "\n".join(leaks)


async def test_who_sees_numbers_reads_it(
    house: House, client: Client, ids: dict[str, list[str]]
) -> None:
    """What was written is there: the test above looks at something."""
    seen: list[str] = []
    for address in _addresses(client, ids):
        told: list[Any] = await _found(client, address, house.operator, DIGITS)
        seen += [address] if told else []
    assert f"/api/v1/calls/{ids['calls'][0]}/notes" in seen, json.dumps(seen)


async def test_nobody_guesses_it(house: House, client: Client, ids: dict[str, list[str]]) -> None:
    """What is null in an answer is not asked for either: an empty list would be an answer."""
    await house.person("anna", dict.fromkeys(Right, Scope.ALL))
    await house.hide("anna", PHONES)
    anna, name = await house.token("anna"), quote(NAMED)
    for path in (
        f"calls?agent={name}",
        f"calls?answered_by={name}",
        f"reconciliation?agent={name}",
        f"control/missed?curator={name}",
        f"control/quiet/{name}",
        f"control/monitorings?person={name}",
        f"control/monitorings?agent={name}",
    ):
        answer = await client.get(f"/api/v1/{path}", headers=anna)
        assert (answer.status, (await answer.json())["code"]) == (403, "field_hidden"), path
        assert (await client.get(f"/api/v1/{path}")).status in {200, 404}, path


async def test_a_clash_does_not_name_him(
    house: House, client: Client, ids: dict[str, list[str]]
) -> None:
    await house.person("anna", dict.fromkeys(Right, Scope.ALL))
    await house.hide("anna", PHONES)
    await house.person(NAMED, dict.fromkeys(Right, Scope.ALL))
    anna, colleague = await house.token("anna"), await house.token(NAMED)
    made = await client.post("/api/v1/clients", json={"name": "Ford", "curator": "anna"})
    path = f"/api/v1/clients/{(await made.json())['id']}"
    read = (await client.get(path, headers=anna)).headers["ETag"]
    assert (await client.patch(path, json={"company": "B"}, headers=colleague)).status == 200
    late = await client.patch(path, json={"company": "C"}, headers={**anna, "If-Match": read})
    assert (late.status, (await late.json())["by"]) == (409, ["…"])


async def test_who_is_no_agent_is_not_told_who_is(house: House, client: Client) -> None:
    await house.person("nora")
    body = {"client_id": str(house.calls[0].id)}
    nora = await house.token("nora")
    told = await client.post("/api/v1/callbacks", json=body, headers=nora)
    text = await told.text()
    assert told.status == 400
    assert "anna" not in text
    assert "boris" not in text
