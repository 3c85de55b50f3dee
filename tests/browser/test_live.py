"""The live board, the bar of my call, the card of who calls, and what came of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Locator, Page

from tests.unit.daemon.api.conftest import CUSTOMERS

from .running_calls import AT_REST, CLIENT, SECRET, STRANGER, Office
from .served import serve_house
from .visitors import NARROW, WIDE, Visitors, expect

_FADED_MS: Final = 7_000


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with serve_house(tmp_path_factory.mktemp("live")) as served:
        made = Office(served)
        served.person("boris", "manager")
        made.card(CUSTOMERS[0], name=CLIENT, curator="anna", company="Opera")
        made.card(CUSTOMERS[1], name=SECRET, curator="boris", private=True)
        yield made


@pytest.fixture(autouse=True)
def _quiet(office: Office) -> None:
    office.clear()


def _rows(page: Page) -> Locator:
    return page.get_by_role("table", name="Running calls").locator("[data-call]")


def _row(page: Page, text: str) -> Locator:
    return _rows(page).filter(has_text=text)


def _board(office: Office, visitors: Visitors, person: str, path: str = "/live") -> Page:
    page = visitors.come(office.served, person, role="director").go(path)
    expect(page.get_by_role("table", name="Running calls")).to_be_visible()
    return page


def test_a_call_from_its_first_ring_to_its_end(office: Office, visitors: Visitors) -> None:
    page = _board(office, visitors, "boss1")
    expect(page.get_by_text("Nobody is in a call")).to_be_visible()
    call = office.rings("anna", queue="Sales")
    row = _row(page, CLIENT)
    expect(row).to_contain_text("ringing")
    expect(row).to_contain_text("Sales")
    people = page.get_by_role("region", name="Managers and what they do")
    expect(people).to_contain_text("201 anna")
    expect(page.get_by_label("The day so far")).to_contain_text(re.compile(r"Waiting\s*1"))
    call = office.answers(call, "anna")
    expect(row).to_contain_text("talking")
    expect(row.get_by_role("timer")).to_have_text(re.compile(r"0:0\d"))
    expect(row.get_by_role("button", name="Listen")).to_be_visible()
    office.holds(call)
    expect(row).to_contain_text("on hold")
    office.ends(call)
    expect(row).to_contain_text("ended")
    # After a while it leaves its place, and is still at hand.
    expect(row).to_have_count(0)
    page.get_by_text("Just ended: 1").click()
    expect(page.get_by_role("link", name="Open the call")).to_have_attribute(
        "href", f"/calls/{call.id}"
    )


def test_rows_keep_their_place(office: Office, visitors: Visitors) -> None:
    calls = [office.rings("anna", customer=None, queue=f"q{n}", ago=30 - n) for n in range(6)]
    page = _board(office, visitors, "boss2")
    expect(_rows(page)).to_have_count(6)

    def tops() -> list[float]:
        return [box["y"] for row in _rows(page).all() if (box := row.bounding_box())]

    page.evaluate(AT_REST)
    before = tops()
    office.answers(calls[3], "anna")
    office.rings("boris", customer=None, queue="new")
    expect(_rows(page)).to_have_count(7)
    expect(_row(page, "q3")).to_contain_text("talking")
    page.evaluate(AT_REST)
    assert tops()[:6] == before
    assert "new" in (_rows(page).last.text_content() or "")


def test_paused_motion_leaves_what_ended_in_its_place(office: Office, visitors: Visitors) -> None:
    call = office.answers(office.rings("anna"), "anna")
    page = _board(office, visitors, "boss3")
    page.clock.install()
    page.reload()
    page.get_by_role("button", name="Pause motion").click()
    office.ends(call)
    row = _row(page, CLIENT)
    expect(row).to_contain_text("ended")
    page.clock.fast_forward(_FADED_MS)
    expect(row).to_be_visible()
    page.get_by_role("button", name="Resume motion").click()
    expect(row).to_have_count(0)


def test_after_a_break_nothing_is_stale(office: Office, visitors: Visitors) -> None:
    gone = office.rings("anna", customer=None, queue="gone")
    page = _board(office, visitors, "boss4")
    expect(_row(page, "gone")).to_be_visible()
    # The next connection finds the house deaf for a while.
    page.route_web_socket("**/api/v1/live*", lambda socket: socket.close())
    office.cut("boss4")
    expect(page.get_by_text("The connection is away")).to_be_visible()
    expect(_row(page, "gone")).to_be_visible()
    office.publish(replace(gone, gone=True, ended_at=gone.started_at))
    office.rings("boris", customer=None, queue="came")
    page.unroute_all()
    page.route_web_socket("**/api/v1/live*", lambda socket: socket.connect_to_server())
    expect(_row(page, "came")).to_be_visible()
    expect(_row(page, "gone")).to_have_count(0)
    expect(page.get_by_text("The connection is away")).to_have_count(0)


def test_filters_stay_in_the_address_and_keys_go_through_the_rows(
    office: Office, visitors: Visitors
) -> None:
    office.answers(office.rings("anna", ago=20), "anna")
    office.rings("boris", customer=None, queue="Sales", ago=5)
    page = _board(office, visitors, "boss5")
    expect(_rows(page)).to_have_count(2)
    page.get_by_text("Waiting", exact=True).first.click()
    expect(_rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"show=waiting"))
    page.reload()
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text("Sales")
    page.goto(f"{office.served.url}/live?q=adl")
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text(CLIENT)
    page.keyboard.press("/")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    expect(_rows(page)).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    expect(_rows(page).first).to_be_focused()
    page.keyboard.press("j")
    expect(_rows(page).nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(_rows(page).first).to_be_focused()


def test_another_private_client_is_nobody(office: Office, visitors: Visitors) -> None:
    office.answers(office.rings("boris", customer=CUSTOMERS[1]), "boris")
    page = _board(office, visitors, "boss6")
    row = _row(page, "private client")
    expect(row).to_contain_text("by policy")
    expect(row.get_by_role("button", name="Listen")).to_have_count(0)
    assert SECRET not in page.content()


def test_a_right_that_is_taken_away(office: Office, visitors: Visitors) -> None:
    office.rings("anna")
    visitor = visitors.come(office.served, "boss7", role="director")
    page = visitor.go("/live")
    expect(_row(page, CLIENT)).to_be_visible()
    office.served.ask("PATCH", "people/boss7", {"role": "engineer"})
    expect(page.get_by_text("There is no such page")).to_be_visible()
    expect(page.get_by_text(CLIENT)).to_have_count(0)
    # The page may have knocked once more before it knew.
    visitor.wrong[:] = [one for one in visitor.wrong if not one.startswith("WebSocket")]


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [WIDE, NARROW])
def test_the_board_is_accessible(
    office: Office, visitors: Visitors, language: str, dark: bool, size: tuple[int, int]
) -> None:
    talking = office.answers(office.rings("anna", ago=170), "anna", ago=161)
    office.rings("anna", "boris", customer=STRANGER, queue="Sales", ago=8)
    office.answers(office.rings("boris", customer=CUSTOMERS[1], ago=700), "boris", ago=662)
    office.holds(office.answers(office.rings("101", customer=None, ago=60), "101", ago=50))
    name = f"reader-{language}-{dark}-{size[0]}"
    visitor = visitors.come(
        office.served, name, role="director", language=language, dark=dark, size=size
    )
    page = visitor.go("/live")
    expect(page.get_by_text(CLIENT)).to_be_visible()
    page.evaluate(AT_REST)
    assert visitor.accessible() == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    office.ends(talking)
