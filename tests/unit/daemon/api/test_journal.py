"""Notes on calls, who listened, saved views, and the filters of the journal, through the API."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Connection, select, update

from crm.access import Right, Scope
from crm.call_tables import call_note
from crm.phones import find_phones
from daemon.api import call_notes
from daemon.api.calls import heard_of
from daemon.calls.call import Disposition
from daemon.history.tables import call as call_table

from .asking import Person, rows, someone
from .conftest import BEGAN, COMPANY, CUSTOMERS, Client, House, a_call, put_on_card


@pytest.fixture
def operator(house: House, client: Client) -> Person:
    return Person(house, client, house.operator)


@pytest.fixture
async def anna(house: House, client: Client) -> Person:
    anna = await someone(house, client, "anna")
    await house.person("anna", {Right.CALLS_READ: Scope.ALL, Right.RECORDINGS_LISTEN: Scope.ALL})
    return anna


@pytest.fixture
async def boris(house: House, client: Client) -> Person:
    boris = await someone(house, client, "boris")
    await house.person("boris", {Right.CALLS_READ: Scope.ALL, Right.RECORDINGS_LISTEN: Scope.ALL})
    return boris


async def _make_private(house: House, number: str, curator: str) -> None:
    index = house.context.vault.blind_index(number)

    def put(connection: Connection) -> None:
        client_id = find_phones(connection, [index])[index].client_id
        assert client_id is not None
        put_on_card(connection, client_id, {"curator": curator, "private": True})

    await house.context.database.write(put)


async def test_a_note_is_its_authors_for_a_day_and_supervisors(
    house: House, anna: Person, boris: Person, operator: Person
) -> None:
    path = f"/calls/{house.calls[0].id}/notes"
    note = await anna.post(path, {"text": "wants coal"})
    assert (note["person"], note["may_remove"], note["at_seconds"]) == ("anna", True, None)
    (theirs,) = (await boris.get(path))["items"]
    assert (theirs["text"], theirs["may_remove"]) == ("wants coal", False)
    assert (await boris.delete(f"{path}/{note['id']}", 403))["code"] == "note_stands"
    old = update(call_note).values(created_at=BEGAN - timedelta(days=2))
    await house.context.database.write(lambda connection: connection.execute(old))
    assert (await anna.delete(f"{path}/{note['id']}", 403))["code"] == "note_stands"
    await operator.delete(f"{path}/{note['id']}")
    assert (await anna.get(path))["items"] == []
    # What it said, the audit keeps: sealed, and with the client.
    (told,) = (await operator.get("/audit?action=call_note_removed"))["items"]
    assert told["details"] == {"by": "anna", "before": {"notes": "wants coal"}}
    assert told["object"] == str(house.calls[0].id)
    assert (await operator.delete(f"{path}/{note['id']}", 404))["code"] == "item_not_found"


async def test_a_marker_stands_within_a_recording_of_that_call(
    house: House, anna: Person, boris: Person
) -> None:
    path = f"/calls/{house.calls[0].id}/notes"
    marker = {"text": "here", "recording_id": str(house.recording), "at_seconds": 12.5}
    made = await anna.post(path, marker)
    assert (made["recording_id"], made["at_seconds"]) == (str(house.recording), 12.5)
    for wrong, status, code in (
        ({"at_seconds": 99}, 400, "invalid_field"),
        ({"at_seconds": -1}, 400, "invalid_field"),
        ({"at_seconds": "1"}, 400, "invalid_field"),
        ({"at_seconds": None}, 400, "invalid_field"),
        ({"recording_id": None}, 400, "invalid_field"),
        ({"recording_id": str(uuid4())}, 404, "recording_not_found"),
        ({"recording_id": str(house.without_sound)}, 404, "recording_not_found"),
        ({"text": ""}, 400, "invalid_field"),
    ):
        assert (await anna.post(path, marker | wrong, status))["code"] == code
    # Who may not listen reads the note alone.
    await house.person("boris", {Right.CALLS_READ: Scope.ALL, Right.RECORDINGS_LISTEN: Scope.NONE})
    (seen,) = (await boris.get(path))["items"]
    assert (seen["text"], seen["recording_id"], seen["at_seconds"]) == ("here", None, None)
    assert (await boris.post(path, marker, 404))["code"] == "recording_not_found"


async def test_what_is_hidden_is_hidden_in_notes_too(
    house: House, anna: Person, boris: Person
) -> None:
    path = f"/calls/{house.calls[0].id}/notes"
    await anna.post(path, {"text": "also on 020 7946 0199 or ivan@example.com"})
    await house.hide("boris", "phones", "emails")
    (seen,) = (await boris.get(path))["items"]
    assert "0199" not in seen["text"]
    assert "ivan@" not in seen["text"]
    await house.hide("boris", "notes")
    assert (await boris.get(path, 403))["code"] == "field_hidden"
    assert (await boris.post(path, {"text": "x"}, 403))["code"] == "field_hidden"


async def test_notes_on_a_private_clients_call_are_his_curators(
    house: House, anna: Person, boris: Person, operator: Person
) -> None:
    path = f"/calls/{house.calls[0].id}/notes"
    note = await anna.post(path, {"text": "wants coal"})
    await _make_private(house, CUSTOMERS[0], "boris")
    assert [one["text"] for one in (await boris.get(path))["items"]] == ["wants coal"]
    for other in (anna, operator):
        assert (await other.get(path))["items"] == []
        assert (await other.post(path, {"text": "x"}, 403))["code"] == "private_call"
        assert (await other.delete(f"{path}/{note['id']}", 404))["code"] == "item_not_found"


async def test_a_note_comes_too_late_for_a_call_whose_client_went(
    house: House, anna: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    call = house.calls[0]
    gone = update(call_table).where(call_table.c.id == call.id).values(customer_phone_id=None)

    async def purged_then(*args: Any) -> Any:
        heard = await heard_of(*args)
        await house.context.database.write(lambda connection: connection.execute(gone))
        return heard

    monkeypatch.setattr(call_notes, "heard_of", purged_then)
    await anna.post(f"/calls/{call.id}/notes", {"text": "late"}, 404)
    assert await rows(house, select(call_note)) == []


async def test_who_listened_is_told_as_the_audit_may_be_read(
    house: House, anna: Person, boris: Person, operator: Person
) -> None:
    path = f"/recordings/{house.recording}"
    for one in (anna, boris, boris):
        assert (await one.ask("GET", f"{path}/audio")).status == 200
    mine = await anna.get(f"{path}/listens")
    assert [(one["person"], one["way"]) for one in mine["items"]] == [("anna", "program")]
    assert mine["whole"] is False
    whole = await operator.get(f"{path}/listens")
    # Parts of one file are one listening.
    assert [one["person"] for one in whole["items"]] == ["boris", "anna"]
    assert whole["whole"] is True
    await house.person("anna", {Right.AUDIT_READ: Scope.ALL, Right.RECORDINGS_LISTEN: Scope.ALL})
    assert len((await anna.get(f"{path}/listens"))["items"]) == 2
    none = dict.fromkeys((Right.CLIENTS_UNASSIGNED, Right.RECORDINGS_LISTEN), Scope.NONE)
    await house.person("anna", none | {Right.AUDIT_READ: Scope.ALL})
    assert (await anna.get(f"{path}/listens", 403))["code"] == "not_allowed"


async def test_views_are_each_ones_own(anna: Person, boris: Person) -> None:
    wanted = {"page": "calls", "name": "Missed", "query": "?missed=true&queue=Sales&agent="}
    made = await anna.post("/views", wanted)
    assert made["query"] == "missed=true&queue=Sales"
    again = await anna.post("/views", wanted | {"query": "since=2026-01-31T10:00:00Z"})
    assert again["id"] == made["id"]
    line = await anna.post("/views", wanted | {"name": "Line", "query": f"line=%2B{COMPANY[1:]}"})
    assert line["query"] == f"line=%2B{COMPANY[1:]}"
    await anna.delete(f"/views/{line['id']}")
    await anna.post("/views", {"page": "clients", "name": "All", "query": ""})
    assert [one["name"] for one in (await anna.get("/views"))["items"]] == ["Missed", "All"]
    assert [one["id"] for one in (await anna.get("/views?page=calls"))["items"]] == [made["id"]]
    assert (await boris.get("/views"))["items"] == []
    assert (await boris.delete(f"/views/{made['id']}", 404))["code"] == "view_not_found"
    await anna.delete(f"/views/{made['id']}")
    for wrong in (
        {"page": "../x"},
        {"name": "call 020 7946 0101"},
        {"name": ""},
        {"query": "number=%2B442079460101"},
        {"query": "q=ivan%40example.com"},
        {"query": "no query"},
        {"query": "q=" + "x" * 1000},
    ):
        assert (await anna.post("/views", wanted | wrong, 400))["code"] == "invalid_field"
    for n in range(50):
        await anna.post("/views", wanted | {"name": f"View {n}"})
    assert "50" in (await anna.post("/views", wanted, 400))["detail"]


async def test_the_journals_filters(
    house: House, anna: Person, boris: Person, operator: Person
) -> None:
    first, second, third, fourth, _ = house.calls
    lost = replace(
        a_call(6, customer=CUSTOMERS[1]),
        queue="Sales",
        disposition=Disposition.MISSED,
        answered_at=None,
        answered_by=None,
        talk_seconds=0.0,
    )
    await house.write(lost)

    async def found(query: str, who: Person = anna) -> list[str]:
        return [one["id"] for one in (await who.get(f"/calls?{query}"))["items"]]

    assert await found("missed=true") == [str(lost.id)]
    assert await found("queue=Sales") == [str(lost.id)]
    assert await found("queue=Service") == []
    answered = [str(one.id) for one in (fourth, third, second, first)]
    assert await found("answered_by=101") == answered
    assert await found("min_talk_seconds=25") == answered
    assert await found("min_talk_seconds=26") == []
    assert await found("recorded=true") == [str(first.id)]
    assert str(first.id) not in await found("recorded=false")
    assert len(await found(f"company_number=%2B{COMPANY[1:]}")) == 6
    bad = await anna.get(f"/calls?company_number=%2B{CUSTOMERS[0][1:]}", 400)
    assert bad["code"] == "not_company_number"
    assert (await anna.get("/calls?min_talk_seconds=1.5", 400))["code"] == "invalid_parameter"
    await house.hide("boris", "phones")
    hidden = await boris.get(f"/calls?company_number=%2B{COMPANY[1:]}", 403)
    assert hidden["code"] == "field_hidden"
    # That a call was recorded is told to who may hear it.
    await house.person("boris", {Right.CALLS_READ: Scope.ALL, Right.RECORDINGS_LISTEN: Scope.NONE})
    assert await found("recorded=true", boris) == []
    assert str(first.id) in await found("recorded=false", boris)
    await _make_private(house, CUSTOMERS[0], "boris")
    assert await found("recorded=true") == []
    assert await found("recorded=true", operator) == []
