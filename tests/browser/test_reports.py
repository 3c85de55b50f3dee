"""Reports: pictures, tables, the days in the address, and the file."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import pytest

from daemon.calls.call import Direction
from tests.unit.daemon.api.conftest import House
from tests.unit.daemon.api.talking import a_talk

from .served import ServedHouse, serve_house
from .visitors import NARROW, Visitors, expect

TITLES: Final = {
    "hours": "Calls by hour",
    "people": "Calls by manager",
    "numbers": "Calls by company number",
    "service": "Answered in time",
}
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


async def furnish(house: House) -> None:
    """Five weeks of calls: two answered a day, one in vain, one out."""
    noon = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - DAY
    for n in range(35):
        at = noon - n * DAY
        slow = a_talk(("boris",), "+442079460302", at - HOUR, seconds=300)
        late = slow.started_at + timedelta(seconds=30 + n)
        await house.write(
            a_talk(("anna",), "+442079460301", at, seconds=161 + n),
            replace(slow, answered_at=late),
            a_talk(("anna", "boris"), "+442079460303", at + HOUR, answered=False),
            a_talk(("boris",), "+442079460301", at + 2 * HOUR, direction=Direction.OUTBOUND),
        )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    with serve_house(tmp_path_factory.mktemp("reports"), furnish) as served:
        yield served


@pytest.mark.parametrize("kind", TITLES)
def test_each_report_has_a_picture_and_a_table(
    visitors: Visitors, house: ServedHouse, kind: str
) -> None:
    visitor = visitors.come(house, "director", role="director")
    page = visitor.go(f"/reports/{kind}")
    expect(page.get_by_role("heading", name=TITLES[kind])).to_be_visible()
    expect(page.locator("svg.recharts-surface").first).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()
    expect(page.locator("dl").get_by_text("87", exact=True)).to_be_visible()
    assert visitor.accessible() == []


def test_the_days_are_kept_in_the_address_and_go_along(
    visitors: Visitors, house: ServedHouse
) -> None:
    visitor = visitors.come(house, "director", role="director")
    page = visitor.go("/reports/hours")
    page.get_by_text("7 days", exact=True).click()
    expect(page.locator("dl").get_by_text("18", exact=True)).to_be_visible()
    assert "days=7" in page.url
    page.get_by_role("navigation", name="Reports").get_by_role("link", name="Managers").click()
    expect(page.get_by_role("cell", name="boris")).to_be_visible()
    assert "days=7" in page.url


def test_the_file_holds_what_the_table_shows(
    visitors: Visitors, house: ServedHouse, tmp_path: Path
) -> None:
    visitor = visitors.come(house, "director", role="director")
    page = visitor.go("/reports/people?days=7")
    expect(page.get_by_role("cell", name="anna")).to_be_visible()
    with page.expect_download() as coming:
        page.get_by_role("button", name="CSV").click()
    kept = tmp_path / "people.csv"
    coming.value.save_as(kept)
    with kept.open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file)
    assert (head[0], [row[:2] for row in rows]) == ("Manager", [["anna", "6"], ["boris", "6"]])


@pytest.mark.parametrize("language", ["en", "ru"])
def test_on_a_phone_in_the_dark(visitors: Visitors, house: ServedHouse, language: str) -> None:
    visitor = visitors.come(
        house, "director", role="director", language=language, dark=True, size=NARROW
    )
    for kind in TITLES:
        page = visitor.go(f"/reports/{kind}")
        expect(page.locator("svg.recharts-surface").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
        assert visitor.accessible() == []
