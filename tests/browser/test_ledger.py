"""Control → Ledger: a day is looked at, says what differs and why, and is mended by a button."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest
from playwright.sync_api import Page
from sqlalchemy import Connection, update

from crm.tables import phone
from tests.unit.daemon.api.conftest import House
from tests.unit.daemon.api.talking import a_talk

from .served import ServedHouse, serve_house
from .visitors import NARROW, Visitors, expect

NUMBER: Final = "+442079460301"
AT: Final = datetime.now(UTC).replace(microsecond=0) - timedelta(days=1)


async def furnish(house: House) -> None:
    """Yesterday's talk, whose card somebody took away."""
    await house.write(a_talk(("anna",), NUMBER, AT))
    index = house.context.vault.blind_index(NUMBER)

    def put(connection: Connection) -> None:
        taken = update(phone).where(phone.c.blind_index == index)
        connection.execute(taken.values(client_id=None))

    await house.context.database.write(put)


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    with serve_house(tmp_path_factory.mktemp("ledger"), furnish) as served:
        yield served


def open_day(page: Page) -> None:
    page.get_by_label("Look at a day").fill(f"{AT:%Y-%m-%d}")


def test_a_day_is_looked_at_and_mended(office: ServedHouse, visitors: Visitors) -> None:
    boss = visitors.come(office, "boss", role="director")
    page = boss.go("/control/ledger")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ledger: every day matched")
    expect(page.get_by_text("No day has been matched yet")).to_be_visible()
    open_day(page)
    day = page.get_by_role("dialog")
    expect(day.get_by_text("Nobody has looked at this day yet.")).to_be_visible()
    day.get_by_role("button", name="Check now").click()
    wrong = day.get_by_role("list", name="What differs").get_by_role("listitem")
    expect(wrong).to_have_count(1)
    expect(wrong).to_contain_text("customer without a card")
    expect(wrong).to_contain_text("Mend makes the card")
    expect(day.get_by_text("differs: 1")).to_be_visible()
    # Without the PBX's log a day is never called matched.
    expect(day.get_by_role("note")).to_contain_text("has no event log in the settings")
    assert boss.accessible() == []
    day.get_by_role("button", name="Mend").click()
    expect(wrong).to_have_count(0)
    expect(day.get_by_text("customer without a card 1")).to_be_visible()
    expect(day.get_by_text("not all checked")).to_be_visible()
    page.keyboard.press("Escape")
    row = page.get_by_role("row").filter(has_text="not all checked")
    expect(row).to_contain_text(f"{AT:%Y}")
    expect(row).to_contain_text("none is used")
    assert boss.accessible() == []
    assert boss.wrong == []


def test_an_alert_leads_to_its_day(office: ServedHouse, visitors: Visitors) -> None:
    day = f"{AT:%Y-%m-%d}"
    office.ask("POST", f"ledger/{day}/check")
    boss = visitors.come(office, "boss", role="director")
    page = boss.go("/control/reading")
    expect(page.get_by_text(f"The ledger of {day} differs in 1 places")).to_be_visible()
    page.get_by_role("link", name="Open the ledger of that day").click()
    expect(page.get_by_role("dialog")).to_contain_text("customer without a card")
    office.ask("POST", f"ledger/{day}/fix")
    page = boss.go("/control/reading?state=settled")
    expect(page.get_by_text("callward")).to_be_visible()


def test_who_reads_only_his_departments_reports_has_no_ledger(
    office: ServedHouse, visitors: Visitors
) -> None:
    chief = visitors.come(office, "chief", role="supervisor", size=NARROW)
    page = chief.go("/control/ledger")
    expect(page.get_by_role("link", name="Not called back")).to_be_visible()
    expect(page.get_by_role("link", name="Ledger")).to_have_count(0)
