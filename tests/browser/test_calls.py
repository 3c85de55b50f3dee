"""The journal of calls and the page of one: filters, keyboard, picture, player, notes, views."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, Route

from tests.unit.daemon.api.conftest import CUSTOMERS, House, a_call

from .recorded_calls import CLIENT, NUMBER, QUEUE, SILENT, furnish
from .served import ServedHouse, serve_house
from .visitors import NARROW, Visitor, Visitors, expect

AUDIO = "**/api/v1/recordings/*/audio"
VIEWS = "**/api/v1/views?*"


@pytest.fixture(scope="module")
def journal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    """A house in which a talk was recorded."""
    with serve_house(tmp_path_factory.mktemp("journal"), furnish) as served:
        yield served


@pytest.fixture
def dora(journal: ServedHouse, visitors: Visitors) -> Visitor:
    return visitors.come(journal, "dora", role="director")


def _rows(page: Page) -> Locator:
    return page.get_by_role("table", name="Calls, newest first").locator("tbody tr[data-opens]")


def _opened(visitor: Visitor) -> Page:
    page = visitor.go("/calls")
    _rows(page).filter(has_text=CLIENT).press("Enter")
    expect(page.get_by_role("slider")).to_be_visible()
    return page


def _second(page: Page) -> int:
    return int(page.get_by_role("slider").get_attribute("aria-valuenow") or -1)


def _go_to(page: Page, second: int) -> None:
    """By the arrows, five seconds each, from the beginning."""
    page.get_by_role("slider").press("Home")
    for _ in range(second // 5):
        page.keyboard.press("ArrowRight")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", str(second))


def test_the_list_is_used_by_keyboard(dora: Visitor) -> None:
    page = dora.go("/calls?direction=inbound")
    rows = _rows(page)
    expect(rows.first).to_be_visible()
    page.keyboard.press("j")
    expect(rows.first).to_be_focused()
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows.first).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_contain_text(CLIENT)
    expect(page).to_have_url(re.compile(r"/calls/[0-9a-f-]{36}\?direction=inbound$"))
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/calls\?direction=inbound$"))
    page.keyboard.press("/")
    expect(page.get_by_label("Client: a name, number or code")).to_be_focused()


def test_filters_are_kept_in_the_address(dora: Visitor) -> None:
    page = dora.go("/calls")
    everything = _rows(page)
    expect(everything.first).to_be_visible()
    page.get_by_role("button", name="Filters").click()
    page.get_by_role("combobox", name="Outcome").click()
    page.get_by_role("option", name="not answered").click()
    expect(everything).to_have_count(1)
    expect(page).to_have_url(re.compile(r"\?outcome=unanswered$"))
    page.reload()
    expect(_rows(page)).to_have_count(1)
    page.get_by_role("button", name="Clear").click()
    page.get_by_role("combobox", name="Queue").fill(QUEUE)
    page.get_by_role("combobox", name="Queue").press("Tab")
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text(CLIENT)
    page.get_by_role("button", name="Clear").click()
    # A client is searched by his number; the address holds his id alone.
    page.get_by_label("Client: a name, number or code").fill(NUMBER)
    page.get_by_role("option", name=CLIENT).click()
    expect(page).to_have_url(re.compile(r"\?client=[0-9a-f-]{36}$"))
    expect(_rows(page)).to_have_count(1)
    expect(_rows(page)).to_contain_text(CLIENT)


def test_views_keep_filters_under_a_name(dora: Visitor) -> None:
    page = dora.go("/calls?outcome=unanswered")
    expect(_rows(page)).to_have_count(1)
    views = page.get_by_role("button", name="Views")
    views.click()
    page.get_by_role("textbox", name="Keep these filters as …").fill("To call back")
    page.get_by_role("textbox", name="Keep these filters as …").press("Enter")
    expect(page.get_by_role("menuitem", name="To call back")).to_be_visible()
    page = dora.go("/calls")
    views.click()
    page.get_by_role("menuitem", name="To call back").click()
    expect(page).to_have_url(re.compile(r"\?outcome=unanswered$"))
    expect(_rows(page)).to_have_count(1)
    views.click()
    page.get_by_role("button", name="Forget “To call back”").click()
    expect(page.get_by_role("menuitem", name="To call back")).to_have_count(0)


def test_a_view_is_kept_before_the_first_answer_is_there(dora: Visitor) -> None:
    page = dora.go("/calls?outcome=missed")
    held: list[Route] = []
    page.route(VIEWS, lambda route: route.continue_() if held else held.append(route))
    with page.expect_request(VIEWS):
        page.get_by_role("button", name="Views").click()
    page.get_by_role("textbox", name="Keep these filters as …").fill("Missed")
    page.get_by_role("textbox", name="Keep these filters as …").press("Enter")
    expect(page.get_by_role("menuitem", name="Missed")).to_be_visible()
    held[0].fulfill(json={"items": []})
    page.get_by_role("button", name="Forget “Missed”").click()
    expect(page.get_by_role("menuitem", name="Missed")).to_have_count(0)


def test_the_picture_says_who_was_there_when(dora: Visitor) -> None:
    page = _opened(dora)
    expect(page.get_by_role("img", name="Picture of the call")).to_be_visible()
    page.get_by_text("As a table").click()
    table = page.get_by_role("dialog").get_by_role("table").first
    for said in (
        f"{QUEUE} · Queue waited 0:00 0:12",
        "anna · Manager rang 0:04 0:12",
        "anna · Manager talked 0:12 0:34",
        "boris · Manager rang 0:28 0:33",
        "Transfers transfer: anna → boris 0:34",
        "Recording recorded 0:12 0:52",
        "eva · Listened in listened 0:16 0:20",
        "eva · Listened in whispered 0:20 0:30",
    ):
        cells = re.compile(r"\s*".join(map(re.escape, said.split())))
        expect(table.get_by_role("row").filter(has_text=cells)).to_have_count(1)
    expect(page.get_by_role("row").filter(has_text="anna is new")).to_contain_text("whispered")


def test_nothing_is_fetched_before_it_is_played(dora: Visitor, journal: ServedHouse) -> None:
    page = _opened(dora)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url) if one.url.endswith("/audio") else None)
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "5")
    assert asked == []
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", re.compile("^[78]$"))
    page.keyboard.press("Space")
    expect(page.get_by_role("button", name="Play", exact=True)).to_be_visible()
    assert asked
    # The line over the picture stands where the sound does.
    here = float(
        page.locator("[style*='--here']").evaluate("one => one.style.getPropertyValue('--here')")
    )
    assert (12 + 7) / 52 - 0.02 < here < (12 + 9) / 52 + 0.02
    page.reload()
    log = page.get_by_role("dialog").get_by_role("table").filter(has_text="in the browser")
    expect(log.get_by_role("row").filter(has_text="dora")).to_have_count(1)


def test_silence_is_skipped_and_speed_chosen(dora: Visitor) -> None:
    page = _opened(dora)
    page.get_by_role("switch", name=re.compile("^Skip silence")).click()
    page.keyboard.press(".")
    page.keyboard.press(".")
    expect(page.get_by_role("radio", name="1.5×")).to_be_checked()
    _go_to(page, SILENT[0])
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", re.compile("^2[5-9]$"))
    page.keyboard.press("Space")
    rate = page.evaluate("localStorage.getItem('callward.speed')")
    assert rate == "1.5"


def test_a_marker_is_set_by_a_key_and_gone_to(dora: Visitor) -> None:
    page = _opened(dora)
    _go_to(page, 10)
    page.keyboard.press("m")
    page.get_by_label("What is at 0:10?").fill("promised coal by Monday")
    page.keyboard.press("Control+Enter")
    flag = page.get_by_role("button", name="Marker at 0:10")
    expect(flag).to_be_visible()
    page.reload()
    expect(page.get_by_role("dialog")).to_contain_text("promised coal by Monday")
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "0")
    flag.click()
    expect(page.get_by_role("slider")).to_have_attribute("aria-valuenow", "10")
    page.get_by_label("Note on this call").fill("an ordinary note")
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("an ordinary note")
    page.get_by_role("button", name="Remove the note of dora").first.click()
    expect(flag).to_have_count(0)


def test_what_came_of_it_is_said_on_the_page(dora: Visitor) -> None:
    page = _opened(dora)
    page.get_by_role("link", name="Open as a page").click()
    expect(page).to_have_url(re.compile(r"/calls/[0-9a-f-]{36}/page$"))
    page.get_by_role("button", name="Say what came of it").click()
    page.get_by_role("combobox", name="Outcome").click()
    page.get_by_role("option").first.click()
    page.get_by_label("Note for the card").fill("wants twelve sacks")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("wants twelve sacks")
    expect(page.get_by_role("button", name="Say otherwise")).to_be_visible()


def test_a_row_is_played_from_the_list(dora: Visitor) -> None:
    page = dora.go("/calls")
    row = _rows(page).filter(has_text=CLIENT)
    row.focus()
    page.keyboard.press("Space")
    strip = page.get_by_role("region", name=f"Playing: {CLIENT}")
    expect(strip).to_be_visible()
    # The page's policy allows no evaluated code in it, which waiting for a function would be.
    expect(strip.locator("audio")).to_have_js_property("paused", False)
    strip.get_by_role("button", name="Stop").click()
    expect(strip).to_have_count(0)


def test_a_sound_that_is_gone_is_said_in_words(dora: Visitor) -> None:
    # Before the page opens: it may fetch the sound sooner than somebody wants to hear it.
    dora.page.route(AUDIO, lambda route: route.fulfill(status=404, body="{}"))
    page = _opened(dora)
    page.keyboard.press("Space")
    expect(page.get_by_role("alert")).to_contain_text("The sound cannot be played")
    # What does not need it goes on.
    page.get_by_label("Note on this call").fill("no sound")
    expect(page.get_by_role("button", name="Add", exact=True)).to_be_enabled()


def test_a_session_that_ended_is_begun_again_over_the_call(dora: Visitor) -> None:
    page = _opened(dora)
    page.get_by_label("Note on this call").fill("not lost")
    page.get_by_role("heading", name="Facts").click()
    dora.context.clear_cookies()
    page.get_by_role("slider").press("Space")
    expect(page.get_by_text("Sign in again").first).to_be_visible()
    expect(page.get_by_label("Note on this call")).to_have_value("not lost")


def test_the_number_is_nowhere_for_whom_it_is_hidden(
    journal: ServedHouse, visitors: Visitors
) -> None:
    visitor = visitors.come(journal, "anna")
    said: list[str] = []
    visitor.page.on("response", lambda one: said.append(_text(one)))
    page = _opened(visitor)
    expect(page.get_by_role("dialog")).to_contain_text(CLIENT)
    page.get_by_text("As a table").click()
    said.append(page.content())
    assert not any(NUMBER[-7:] in text for text in said)
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Filters").click()
    expect(page.get_by_role("combobox", name="Queue")).to_be_visible()
    expect(page.get_by_label("Company number")).to_have_count(0)
    page.get_by_label("Client: a name, number or code").fill(NUMBER)
    expect(page.get_by_role("img", name="Hidden by policy")).to_be_visible()


def _text(response: object) -> str:
    try:
        return str(response.text())  # type: ignore[attr-defined]
    except Exception:
        return ""


def test_a_running_call_is_followed_to_its_end(dora: Visitor, journal: ServedHouse) -> None:
    page = dora.go("/calls?running=1")
    expect(_rows(page)).to_contain_text("ringing")
    page = dora.go("/calls")
    row = _rows(page).filter(has_text="ringing")
    expect(row).to_have_count(1)

    async def end(house: House) -> None:
        ended = a_call(5, customer=CUSTOMERS[2])
        await house.write(ended)
        house.context.board.publish(ended)

    journal.do(end)
    expect(row).to_have_count(0)


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("size", [(1280, 800), NARROW])
def test_it_is_accessible_and_fits(
    journal: ServedHouse, visitors: Visitors, dark: bool, size: tuple[int, int]
) -> None:
    visitor = visitors.come(journal, "dora", role="director", language="ru", dark=dark, size=size)
    page = visitor.go("/calls?direction=inbound")
    row = page.locator("tbody tr[data-opens]").filter(has_text=CLIENT)
    expect(row).to_be_visible()
    assert visitor.accessible() == []
    assert _overflow(page) <= 0
    row.press("Enter")
    expect(page.get_by_role("slider")).to_be_visible()
    page.get_by_text("Таблицей").click()
    expect(page.get_by_role("heading", name="Кто слушал")).to_be_visible()
    assert visitor.accessible() == []
    assert _overflow(page) <= 0


def _overflow(page: Page) -> int:
    wide: int = page.evaluate(
        "Math.max(document.documentElement.scrollWidth, ...[...document.querySelectorAll("
        "'main, [role=dialog]')].map(one => one.scrollWidth - one.clientWidth + innerWidth))"
        " - innerWidth"
    )
    return wide
