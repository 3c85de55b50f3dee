"""Reports over HTTP: whose calls they hold, what they refuse, and as a file."""

from __future__ import annotations

import csv
import io
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import web

from crm.access import Right, Scope
from daemon.api.server import application

from .conftest import COMPANY
from .talking import Floor

if TYPE_CHECKING:
    from .conftest import Client, House

JANE, JOHN, JILL = "+442079460201", "+442079460202", "+442079460203"
HOUR = timedelta(hours=1)
KINDS = ("hours", "people", "numbers", "service")


@pytest.fixture
async def floor(
    house: House, aiohttp_client: Callable[[web.Application], Awaitable[Client]]
) -> Floor:
    await house.person("anna", department="sales")
    await house.person("boris", department="sales")
    await house.person("boss", role="supervisor", department="sales")
    await house.person("zoe", role="supervisor", department="service")
    floor = Floor(house, await aiohttp_client(application(house.context)))
    await floor.talk("anna", JANE, 3 * HOUR)
    await floor.talk("boris", JOHN, 2 * HOUR)
    await floor.talk("zoe", JILL, HOUR)
    for number, curator in ((JANE, "anna"), (JOHN, "boris"), (JILL, "zoe")):
        await floor.card(number, curator=curator)
    return floor


async def report(floor: Floor, who: str | None, kind: str, query: str = "") -> dict[str, Any]:
    status, found = await floor.ask(who, "GET", f"/reports/{kind}{query}")
    assert status == 200, found
    answer: dict[str, Any] = found
    return answer


@pytest.mark.parametrize("kind", KINDS)
async def test_a_report_holds_the_calls_of_who_reads_it(floor: Floor, kind: str) -> None:
    assert (await report(floor, None, kind))["total"]["inbound"] == 3
    assert (await report(floor, "boss", kind))["total"]["inbound"] == 2
    assert (await report(floor, "zoe", kind))["total"]["inbound"] == 1
    assert (await floor.ask("anna", "GET", f"/reports/{kind}"))[0] == 403


async def test_a_private_clients_calls_count_and_nobody_learns_whose(floor: Floor) -> None:
    await floor.card(JANE, private=True)
    found = await report(floor, "boss", "people")
    assert found["total"]["inbound"] == 2
    assert [(one["person"], one["answered"]) for one in found["items"]] == [
        ("anna", 1),
        ("boris", 1),
    ]


async def test_people_of_others_are_not_named(floor: Floor) -> None:
    # zoe's client is boris's card: the boss sees the call, and not how zoe works.
    await floor.card(JILL, curator="boris")
    found = await report(floor, "boss", "people")
    assert found["total"]["inbound"] == 3
    assert [one["person"] for one in found["items"]] == ["anna", "boris"]


async def test_a_number_is_told_by_its_place_where_phones_are_hidden(
    floor: Floor, house: House
) -> None:
    [seen] = (await report(floor, "boss", "numbers"))["items"]
    assert (seen["line"], seen["number"], seen["inbound"]) == (1, COMPANY, 2)
    await house.hide("boss", "phones")
    [hidden] = (await report(floor, "boss", "numbers"))["items"]
    assert (hidden["line"], hidden["number"], hidden["inbound"]) == (1, None, 2)


async def test_every_day_stands_in_the_service_report(floor: Floor) -> None:
    today = datetime.now(UTC).date()
    found = await report(floor, None, "service", f"?since={today - timedelta(days=6)}&within=4")
    assert [one["day"] for one in found["items"]] == [
        str(today - timedelta(days=n)) for n in range(6, -1, -1)
    ]
    assert (found["within_seconds"], found["total"]["service_level"]) == (4, 0.0)
    found = await report(floor, None, "service", "?within=5")
    assert (len(found["items"]), found["total"]["service_level"]) == (30, 1.0)
    assert found["items"][0]["service_level"] is None


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("?since=2026-02-02&until=2026-02-01", "report_span"),
        ("?since=2024-01-01&until=2026-01-01", "report_span"),
        ("?until=0001-01-01", "report_span"),
        ("?since=2026-02-30", "invalid_parameter"),
        ("?since=yesterday", "invalid_parameter"),
        ("?since=2026-02-02T00:00:00Z", "invalid_parameter"),
        ("?format=pdf", "invalid_parameter"),
        ("?who=anna", "unknown_parameter"),
    ],
)
async def test_what_is_refused(floor: Floor, query: str, code: str) -> None:
    for kind in KINDS:
        status, problem = await floor.ask(None, "GET", f"/reports/{kind}{query}")
        assert (status, problem["code"]) == (400, code)


async def file(floor: Floor, who: str, path: str, **headers: str) -> list[list[str]]:
    asked = {**await floor.house.token(who), **headers}
    async with floor.client.get(f"/api/v1/reports/{path}", headers=asked) as answer:
        assert answer.status == 200, await answer.text()
        assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in answer.headers["Content-Disposition"]
        text = (await answer.read()).decode("utf-8")
    assert text.startswith("\ufeff")
    return list(csv.reader(io.StringIO(text.removeprefix("\ufeff"))))


@pytest.mark.parametrize("kind", KINDS)
async def test_as_a_file_by_either_way(floor: Floor, kind: str) -> None:
    one = await file(floor, "boss", f"{kind}?format=csv")
    other = await file(floor, "boss", kind, Accept="text/csv;q=0.9, */*;q=0.1")
    assert one == other
    assert len({len(row) for row in one}) == 1
    [russian, *_] = await file(floor, "boss", f"{kind}?format=csv", **{"Accept-Language": "ru"})
    assert "Отвечено" in russian


async def test_what_stands_in_the_file(floor: Floor) -> None:
    head, anna, boris = await file(floor, "boss", "people?format=csv")
    row = dict(zip(head, anna, strict=True))
    assert (row["Manager"], row["Answered"], row["Talk: all, s"]) == ("anna", "1", "60")
    assert boris[0] == "boris"


async def test_a_name_that_a_spreadsheet_would_run_is_text(floor: Floor, house: House) -> None:
    name = "=cmd|'/c calc'!A0"
    await house.person(name, department="sales")
    await floor.talk(name, JANE, HOUR)
    rows = await file(floor, "boss", "people?format=csv")
    assert f"'{name}" in [row[0] for row in rows]


async def test_the_audit_tells_who_opened_which_and_as_what(floor: Floor, house: House) -> None:
    await report(floor, "boss", "hours", "?since=2026-01-01&until=2026-01-31")
    await file(floor, "boss", "service?format=csv")
    _, found = await floor.ask(None, "GET", "/audit?person=boss&action=report_opened")
    service, hours = found["items"]
    assert (hours["object"], hours["details"]["format"]) == ("hours", "json")
    assert (hours["details"]["since"], hours["details"]["until"]) == ("2026-01-01", "2026-01-31")
    assert (service["object"], service["details"]["format"]) == ("service", "csv")


async def test_his_own_are_a_report_too(floor: Floor, house: House) -> None:
    await house.person("anna", {Right.REPORTS_READ: Scope.OWN}, department="sales")
    found = await report(floor, "anna", "people")
    assert [one["person"] for one in found["items"]] == ["anna"]
    assert found["total"]["inbound"] == 1
