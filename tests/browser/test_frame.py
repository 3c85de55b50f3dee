"""What stands around every page: rail, search, notices, language, theme, and what is said when
something is down.
"""

from __future__ import annotations

import pytest

from .served import ServedHouse
from .visitors import NARROW, WIDE, Visitor, Visitors, expect


@pytest.fixture
def boss(house: ServedHouse, visitors: Visitors) -> Visitor:
    visitor = visitors.come(house, "boss", role="administrator")
    expect(visitor.go("/first-hour").get_by_role("heading", name="First hour")).to_be_visible()
    return visitor


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible(
    house: ServedHouse, visitors: Visitors, size: tuple[int, int], dark: bool
) -> None:
    visitor = visitors.come(house, "boss", role="administrator", size=size, dark=dark)
    page = visitor.go("/first-hour")
    expect(page.get_by_text("done").first).to_be_visible()
    assert visitor.accessible() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


def test_it_changes_its_language_in_place(boss: Visitor) -> None:
    page = boss.page
    page.get_by_role("button", name="boss: account").click()
    page.get_by_role("menuitem", name="Русский").click()
    expect(page.get_by_role("heading", name="Первый час")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "ru")
    page.reload()
    expect(page.get_by_role("heading", name="Первый час")).to_be_visible()


def test_it_changes_its_theme_in_place(boss: Visitor) -> None:
    page = boss.page
    page.get_by_role("button", name="boss: account").click()
    page.get_by_role("menuitem", name="Dark").click()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", "dark")


def test_the_search_finds_pages_and_clients_by_keyboard(house: ServedHouse, boss: Visitor) -> None:
    client = house.ask("POST", "clients", {"name": "Quince Bakery"})
    page = boss.page
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Client, short code or page").fill("quince")
    expect(page.get_by_role("option", name="Quince Bakery")).to_be_visible()
    assert boss.accessible() == []
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/clients/{client['id']}")
    card = page.get_by_role("dialog", name="Quince Bakery")
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Client, short code or page").fill("first")
    page.keyboard.press("Enter")
    page.wait_for_url("**/first-hour")


def test_a_notice_comes_by_itself_and_is_read(house: ServedHouse, visitors: Visitors) -> None:
    visitor = visitors.come(house, "told", role="manager")
    page = visitor.go("/")
    page.get_by_role("button", name="Notices: 1 new").click()
    notices = page.get_by_role("dialog", name="Notices")
    expect(notices).to_contain_text("set your password")
    notices.press("Escape")
    expect(page.get_by_role("button", name="Notices", exact=True)).to_be_visible()
    # That another sets how he signs in is told to him.
    house.ask("PATCH", "people/told", {"windows_account": "told@EXAMPLE.COM"})
    expect(page.get_by_role("button", name="Notices: 1 new")).to_be_visible()
    page.get_by_role("button", name="Notices: 1 new").click()
    expect(notices.get_by_text("Windows")).to_be_visible()
    assert visitor.accessible() == []


def test_an_address_that_is_nothing_says_so(boss: Visitor) -> None:
    page = boss.go("/nothing/here")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_a_right_that_is_taken_away_takes_its_page(house: ServedHouse, visitors: Visitors) -> None:
    visitor = visitors.come(house, "former", role="administrator")
    page = visitor.go("/first-hour")
    expect(page.get_by_role("heading", name="First hour")).to_be_visible()
    house.ask("PATCH", "people/former", {"role": "manager"})
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


def test_a_daemon_that_is_down_is_said_in_words(boss: Visitor) -> None:
    page = boss.page
    boss.context.route("**/*", lambda route: route.abort())
    banner = page.get_by_role("status").filter(has_text="Callward does not answer")
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Client, short code or page").fill("anybody")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("Calls go on without this page")
    boss.context.unroute("**/*")
    expect(banner).to_be_hidden()


def test_a_page_that_finds_no_daemon_comes_back_by_itself(
    house: ServedHouse, visitors: Visitors
) -> None:
    visitor = visitors.come(house, "patient", role="administrator")
    visitor.context.route("**/api/**", lambda route: route.abort())
    page = visitor.go("/first-hour")
    expect(page.get_by_role("heading", name="Callward does not answer")).to_be_visible()
    assert visitor.accessible() == []
    visitor.context.unroute("**/api/**")
    page.get_by_role("button", name="Try now").click()
    expect(page.get_by_role("heading", name="First hour")).to_be_visible()


def test_a_browser_without_scripts_is_told(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, java_script_enabled=False).go("/")
    expect(page.get_by_text("Callward does not start in this browser")).to_be_visible()
    expect(page.get_by_text("Callward не запускается в этом браузере")).to_be_visible()


def test_each_language_is_loaded_alone(house: ServedHouse, visitors: Visitors) -> None:
    visitor = visitors.come(house)
    loaded: list[str] = []
    visitor.page.on("request", lambda request: loaded.append(request.url.rsplit("/", 1)[-1]))
    visitor.go("/")
    expect(visitor.page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert [name for name in loaded if name.startswith("common.en")]
    assert not [name for name in loaded if ".ru" in name]
