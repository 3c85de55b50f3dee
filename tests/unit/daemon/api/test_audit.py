from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from sqlalchemy import Connection, select, update

from crm.access import Right, Scope
from crm.audit import Action, AuditLog, Entry
from crm.people_tables import audit
from crm.tables import client as client_table

from .conftest import Client, House

NUMBER, OTHER = "+442079460101", "+442079460102"
RUSSIAN = {"Accept-Language": "ru"}


async def _clients(house: House) -> list[Any]:
    async with house.context.database.read() as connection:
        return list((await connection.execute(select(client_table.c.id))).scalars())


async def _told(house: House) -> list[Any]:
    """Entries about two clients; the second is anna's private one."""
    ids = await _clients(house)

    def put(connection: Connection) -> None:
        connection.execute(update(client_table).values(curator="anna"))
        connection.execute(
            update(client_table).where(client_table.c.id == ids[1]).values(private=True)
        )

    await house.context.database.write(put)
    log: AuditLog = house.context.audit
    details: Mapping[str, Any] = {
        "before": {"phones": NUMBER, "company": "Old"},
        "after": {"phones": OTHER, "company": "New"},
        "text": f"typed {NUMBER}",
    }
    for id_ in ids[:2]:
        changed = Entry(action=Action.CLIENT_CHANGED, actor="anna", client_id=id_, details=details)
        await log.tell(changed)
    await log.tell(Entry(action=Action.EXPORTED, actor="anna", count=40))
    return ids


async def _items(client: Client, query: str = "", **headers: Any) -> list[dict[str, Any]]:
    answer = await client.get(f"/api/v1/audit{query}", **headers)
    assert answer.status == HTTPStatus.OK, await answer.text()
    items: list[dict[str, Any]] = (await answer.json())["items"]
    return items


async def test_entries_are_sentences_in_both_languages(client: Client, house: House) -> None:
    ids = await _told(house)
    (told,) = await _items(client, f"?client={ids[0]}")
    assert told["text"].startswith("changed the card of ")
    assert told["person"] == "anna"
    assert told["client"]["id"] == str(ids[0])
    assert told["details"]["before"] == {"phones": NUMBER, "company": "Old"}
    # That it was asked about him is told of him, too.
    asked, told = await _items(client, f"?client={told['client']['short_code']}", headers=RUSSIAN)
    assert (asked["action"], asked["client"]["id"]) == ("audit_read", str(ids[0]))
    assert told["text"].startswith("карточка изменена: ")


async def test_a_private_client_is_in_no_answer(client: Client, house: House) -> None:
    ids = await _told(house)
    assert await _items(client, f"?client={ids[1]}") == []
    answer = await client.get("/api/v1/audit?person=anna")
    assert str(ids[1]) not in await answer.text()
    (told,) = [one for one in (await answer.json())["items"] if one["client"] is None][1:]
    assert (told["text"], told["details"]) == ("changed the card of a client", None)


async def test_values_of_hidden_fields_stay_hidden(
    stranger: Client, client: Client, house: House
) -> None:
    ids = await _told(house)
    await house.person("hugo", {Right.AUDIT_READ: Scope.ALL, Right.CLIENTS_READ: Scope.ALL})
    await house.hide("hugo", "phones")
    his = await house.token("hugo")
    (told,) = await _items(stranger, f"?client={ids[0]}", headers=his)
    assert told["details"]["before"] == {"phones": None, "company": "Old"}
    assert told["hidden"] == ["phones"]
    assert NUMBER[-7:] not in str(told)
    # What he asked is an entry, too.
    (asked, *_) = await _items(client, "?action=audit_read&person=hugo")
    assert (asked["client"]["id"], asked["details"]) == (str(ids[0]), None)
    assert asked["via"].startswith("token:")


async def test_pages_go_on_where_they_ended(client: Client, house: House) -> None:
    await _told(house)
    answer = await (await client.get("/api/v1/audit?person=anna&limit=2")).json()
    rest = await (
        await client.get(f"/api/v1/audit?person=anna&limit=2&after={answer['next']}")
    ).json()
    seqs = [one["seq"] for one in (*answer["items"], *rest["items"])]
    assert seqs == sorted(seqs, reverse=True)
    assert (len(seqs), rest["next"]) == (3, None)


async def test_what_a_person_touched(client: Client, house: House) -> None:
    ids = await _told(house)
    answer = await (await client.get("/api/v1/audit/people/anna")).json()
    assert {one["action"]: one["entries"] for one in answer["actions"]} == {
        "client_changed": 2,
        "exported": 1,
    }
    assert [one["client"]["id"] for one in answer["clients"]] == [str(ids[0])]
    answer = await (await client.get("/api/v1/audit/people/anna", headers=RUSSIAN)).json()
    assert [one["text"] for one in answer["actions"]] == ["изменение карточек", "выгрузка клиентов"]


async def test_what_a_later_callward_noted_is_told_all_the_same(
    client: Client, house: House
) -> None:
    """It was there before the schema was taken back, and did what this one does not know."""
    await _told(house)

    def as_later(connection: Connection) -> None:
        of_anna = audit.c.actor == "anna"
        connection.execute(update(audit).where(of_anna).values(action="flew_away"))

    await house.context.database.write(as_later)
    texts = {one["text"] for one in await _items(client, "?person=anna")}
    assert texts == {"flew_away (by a later Callward, which this one has replaced)"}
    answer = await (await client.get("/api/v1/audit/people/anna", headers=RUSSIAN)).json()
    assert [one["text"] for one in answer["actions"]] == [
        "flew_away (сделано более новым Callward, до возврата к этому)"
    ]


async def test_the_chain_is_checked(client: Client, stranger: Client, house: House) -> None:
    await _told(house)
    answer = await (await client.get("/api/v1/audit/verify")).json()
    assert (answer["good"], answer["findings"]) == (True, [])
    await house.context.database.write(
        lambda c: c.exec_driver_sql("UPDATE audit SET actor = 'x' WHERE seq = 2")
    )
    answer = await (await client.get("/api/v1/audit/verify", headers=RUSSIAN)).json()
    assert not answer["good"]
    (fault,) = answer["findings"]
    assert (fault["fault"], fault["seq"]) == ("changed", 2)
    assert fault["text"].startswith("запись 2 изменена")
    await house.person("anna", {Right.AUDIT_READ: Scope.DEPARTMENT})
    refused = await stranger.get("/api/v1/audit/verify", headers=await house.token("anna"))
    assert refused.status == HTTPStatus.FORBIDDEN


async def test_who_may_not_read_the_audit_is_refused(stranger: Client, house: House) -> None:
    await house.person("anna", {Right.AUDIT_READ: Scope.NONE})
    token = await house.token("anna")
    for path in ("", "/verify", "/people/anna"):
        refused = await stranger.get(f"/api/v1/audit{path}", headers=token)
        assert refused.status == HTTPStatus.FORBIDDEN
        assert (await stranger.get(f"/api/v1/audit{path}")).status == HTTPStatus.UNAUTHORIZED


async def test_bad_questions_are_named(client: Client) -> None:
    for query, code in (("action=nothing", "unknown_action"), ("after=x", "invalid_cursor")):
        answer = await client.get(f"/api/v1/audit?{query}")
        assert answer.status == HTTPStatus.BAD_REQUEST
        assert (await answer.json())["code"] == code
