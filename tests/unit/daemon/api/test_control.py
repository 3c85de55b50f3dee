"""Not called back, gone quiet after a manager, and who listened to whom."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import pytest
from aiohttp import web
from sqlalchemy import Connection, update

from crm.call_tables import monitoring
from crm.people_tables import person
from crm.sealed import seal
from daemon.api.server import application
from daemon.calls.call import Direction
from daemon.control.quiet import compared
from store.ids import uuid7

from .talking import Floor

if TYPE_CHECKING:
    from .conftest import Client, House

JANE, JOHN, JILL = "+442079460201", "+442079460202", "+442079460203"
SECOND = "+447700900151"
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
async def floor(
    house: House, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Floor:
    await house.person("anna", department="sales")
    await house.person("boris", department="sales")
    await house.person("boss", role="supervisor", department="sales")
    await house.person("zoe", role="supervisor", department="service")
    return Floor(house, await aiohttp_client(application(house.context)))


async def missed(floor: Floor, who: str | None, query: str = "") -> list[dict[str, Any]]:
    status, found = await floor.ask(who, "GET", f"/control/missed{query}")
    assert status == 200, found
    items: list[dict[str, Any]] = found["items"]
    return items


# ── not called back ──────────────────────────────────────────────────────────────────────────────


async def test_who_waits_longest_comes_first(floor: Floor) -> None:
    await floor.missed(JANE, 5 * HOUR)
    last = await floor.missed(JANE, HOUR)
    await floor.missed(JOHN, 9 * HOUR)
    for number in (JANE, JOHN):
        await floor.card(number, curator="anna")
    john, jane = await missed(floor, "boss")
    assert john["client_id"] == str(await floor.card(JOHN))
    assert (jane["tries"], jane["attempts"], jane["last_call_id"]) == (2, 0, str(last.id))
    assert (jane["agent"], jane["curator"], jane["closed_by"]) == ("anna", "anna", None)
    assert jane["task_id"] is not None


async def test_a_talk_since_ends_it_whoever_called(floor: Floor) -> None:
    await floor.missed(JANE, 5 * HOUR)
    await floor.missed(JOHN, 5 * HOUR)
    await floor.missed(JILL, 5 * HOUR)
    for number in (JANE, JOHN, JILL):
        await floor.card(number, curator="anna")
    assert len(await missed(floor, "boss")) == 3
    await floor.talk("anna", JANE, 4 * HOUR, direction=Direction.OUTBOUND)
    await floor.talk("zoe", JOHN, 3 * HOUR)
    # In vain: he still waits.
    await floor.talk("anna", JILL, 2 * HOUR, direction=Direction.OUTBOUND, answered=False)
    [jill] = await missed(floor, "boss")
    assert (jill["attempts"], jill["tries"]) == (1, 1)
    assert jill["last_attempt_at"] is not None
    # He called again in vain after a talk: what was before it is done.
    again = await floor.missed(JANE, HOUR)
    _, jane = await missed(floor, "boss")
    assert (jane["tries"], jane["last_call_id"]) == (1, str(again.id))


async def test_a_talk_over_another_number_of_his_counts(floor: Floor) -> None:
    await floor.missed(JANE, 5 * HOUR)
    card = await floor.card(JANE, curator="anna")
    status, _ = await floor.ask(None, "POST", f"/clients/{card}/phones", {"number": SECOND})
    assert status == 201
    assert len(await missed(floor, "boss")) == 1
    await floor.talk("anna", SECOND, 2 * HOUR)
    assert await missed(floor, "boss") == []


async def test_who_closed_the_task_without_a_talk_is_named(floor: Floor) -> None:
    await floor.missed(JANE, 5 * HOUR)
    await floor.card(JANE, curator="anna")
    [before] = await missed(floor, "boss")
    await floor.ask("anna", "PATCH", f"/tasks/{before['task_id']}", {"closed": True})
    [after] = await missed(floor, "boss")
    assert after["closed_by"] == "anna"
    assert after["closed_at"] is not None


async def test_missed_by_scope_and_filter(floor: Floor) -> None:
    for number, values in (
        (JANE, {"curator": "anna"}),
        (JOHN, {"curator": "zoe"}),
        (JILL, {"curator": "anna", "private": True}),
        (SECOND, {"curator": "boris", "archived_at": datetime.now(UTC)}),
    ):
        await floor.missed(number, 5 * HOUR)
        await floor.card(number, **values)
    assert [one["curator"] for one in await missed(floor, "boss")] == ["anna"]
    assert [one["curator"] for one in await missed(floor, "zoe")] == ["zoe"]
    assert len(await missed(floor, None)) == 2
    assert [one["curator"] for one in await missed(floor, None, "?curator=zoe")] == ["zoe"]
    assert (await floor.ask("anna", "GET", "/control/missed"))[0] == 403


async def test_missed_in_pages_and_only_so_far_back(floor: Floor) -> None:
    for n, number in enumerate((JANE, JOHN, JILL)):
        await floor.missed(number, (20 - 8 * n) * DAY)
        await floor.card(number, curator="anna")
    _, first = await floor.ask("boss", "GET", "/control/missed?limit=2")
    assert len(first["items"]) == 2
    rest = await missed(floor, "boss", f"?limit=2&after={first['next']}")
    assert [one["client_id"] for one in rest] == [str(await floor.card(JILL))]
    since = (datetime.now(UTC) - 13 * DAY).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert len(await missed(floor, "boss", f"?since={since}")) == 2


# ── gone quiet ───────────────────────────────────────────────────────────────────────────────────


async def regulars(floor: Floor, agent: str, number: str, *days: int) -> UUID:
    for ago in days:
        await floor.talk(agent, number, ago * DAY)
    return await floor.card(number, curator=agent)


async def shares(floor: Floor, who: str | None) -> list[tuple[Any, ...]]:
    status, found = await floor.ask(who, "GET", "/control/quiet")
    assert status == 200, found
    return [
        (one["person"], one["regular"], one["quiet"], one["share"], one["colleagues_share"])
        for one in found["items"]
    ]


async def test_clients_who_went_quiet_after_a_manager(floor: Floor) -> None:
    quiet = await regulars(floor, "anna", JANE, 80, 70, 60)
    await regulars(floor, "anna", JOHN, 60, 50, 5)
    await regulars(floor, "boris", JILL, 60, 50, 5)
    assert await shares(floor, "boss") == [("anna", 2, 1, 0.5, 0.0), ("boris", 1, 0, 0.0, 0.5)]
    _, found = await floor.ask("boss", "GET", "/control/quiet/anna")
    [client] = found["items"]
    assert (client["client_id"], client["talks"]) == (str(quiet), 3)
    # He called again, though nobody answered: he is not quiet.
    await floor.missed(JANE, 2 * DAY)
    assert await shares(floor, "boss") == [("anna", 2, 0, 0.0, 0.0), ("boris", 1, 0, 0.0, 0.0)]


async def test_who_talked_seldom_or_long_ago_is_no_regular(floor: Floor) -> None:
    await regulars(floor, "anna", JANE, 80, 70)
    await regulars(floor, "anna", JOHN, 220, 120, 60)
    await regulars(floor, "anna", JILL, 230, 220, 210)
    assert await shares(floor, "boss") == []


async def test_two_phones_of_his_in_one_talk_are_one_talk(floor: Floor) -> None:
    for ago in (80, 70):
        await floor.talk(("anna", "anna"), JANE, ago * DAY)
    await floor.card(JANE, curator="anna")
    assert await shares(floor, "boss") == []
    await floor.talk(("anna", "anna"), JANE, 60 * DAY)
    assert await shares(floor, "boss") == [("anna", 1, 1, 1.0, None)]


async def test_quiet_by_scope(floor: Floor) -> None:
    await regulars(floor, "anna", JANE, 80, 70, 60)
    await regulars(floor, "zoe", JOHN, 80, 70, 60)
    assert [one[0] for one in await shares(floor, "boss")] == ["anna"]
    assert [one[0] for one in await shares(floor, None)] == ["anna", "zoe"]
    status, problem = await floor.ask("boss", "GET", "/control/quiet/zoe")
    assert (status, problem["code"]) == (404, "person_not_found")
    # Whose he is now tells who may be told who it was.
    await floor.card(JANE, curator="zoe")
    _, found = await floor.ask("boss", "GET", "/control/quiet/anna")
    assert [one["client_id"] for one in found["items"]] == [None]
    await floor.card(JANE, curator="anna", private=True)
    assert await shares(floor, "boss") == []
    assert (await floor.ask("anna", "GET", "/control/quiet"))[0] == 403


async def test_who_left_is_marked(floor: Floor) -> None:
    await regulars(floor, "anna", JANE, 80, 70, 60)
    left = update(person).where(person.c.name == "anna").values(left_at=datetime.now(UTC))
    await floor.house.context.staff.change(lambda c: c.execute(left))
    _, found = await floor.ask("boss", "GET", "/control/quiet")
    assert [(one["person"], one["left"]) for one in found["items"]] == [("anna", True)]


def test_shares_compare_with_all_others() -> None:
    first, second, third = compared([("a", 10, 1), ("b", 4, 3), ("c", 6, 0)])
    assert (first.person, first.share, first.colleagues_share) == ("b", 0.75, 1 / 16)
    assert (second.person, second.colleagues_share) == ("a", 0.3)
    assert (third.person, third.share) == ("c", 0.0)


# ── who listened ─────────────────────────────────────────────────────────────────────────────────


async def listened(floor: Floor, who: str, call_id: UUID, reason: str) -> UUID:
    id_, at = uuid7(), datetime.now(UTC)

    def put(connection: Connection) -> None:
        row = {
            "id": id_,
            "call_id": call_id,
            "person": who,
            "agent": "anna",
            "via": "browser",
            "address": "192.0.2.1",
            "modes": [{"mode": "listen", "from": at.isoformat()}],
            "reason": seal(floor.house.context.vault, monitoring.c.reason, id_, reason),
            "started_at": at,
            "ended_at": None,
            "ended_by": None,
        }
        connection.execute(monitoring.insert().values(row))

    await floor.house.context.database.write(put)
    return id_


async def test_who_listened_to_whom_and_why(floor: Floor) -> None:
    call = await floor.talk("anna", JANE)
    card = await floor.card(JANE, curator="anna")
    by_boss = await listened(floor, "boss", call.id, "a complaint")
    by_zoe = await listened(floor, "zoe", call.id, "just so")
    status, found = await floor.ask(None, "GET", "/control/monitorings")
    assert status == 200, found
    assert [one["id"] for one in found["items"]] == [str(by_zoe), str(by_boss)]
    one = found["items"][1]
    assert (one["person"], one["agent"], one["reason"]) == ("boss", "anna", "a complaint")
    assert (one["client_id"], one["address"]) == (str(card), "192.0.2.1")
    assert [mode["mode"] for mode in one["modes"]] == ["listen"]
    _, hers = await floor.ask("zoe", "GET", "/control/monitorings")
    assert [(one["id"], one["client_id"]) for one in hers["items"]] == [(str(by_zoe), None)]
    _, of_zoe = await floor.ask(None, "GET", "/control/monitorings?person=zoe&agent=anna")
    assert [one["id"] for one in of_zoe["items"]] == [str(by_zoe)]
    assert (await floor.ask("anna", "GET", "/control/monitorings"))[0] == 403
    _, page = await floor.ask(None, "GET", "/control/monitorings?limit=1")
    assert page["next"] == str(by_zoe)
