"""Being away: said in the menu, seen on every page, on the live board and by who decides."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from .served import ServedHouse
from .visitors import NARROW, WIDE, Visitor, Visitors, expect

STANDS_LATE = """
const Real = WebSocket;
window.WebSocket = function (address, protocol) {
  if (!String(address).includes("/api/v1/events")) return new Real(address, protocol);
  const late = { close: () => late.real?.close() };
  window.stand = () => {
    late.real = new Real(address, protocol);
    for (const name of ["onopen", "onmessage", "onclose"]) late.real[name] = late[name];
  };
  return late;
};
"""
"""The connection to what happens stands when the test says so, by ``stand()``."""


def _leave(visitor: Visitor) -> Page:
    page = visitor.page
    page.get_by_role("button", name=re.compile("account")).click()
    page.get_by_role("menuitem", name="I am away …").click()
    expect(page.get_by_role("dialog", name="Away")).to_be_visible()
    return page


def test_a_manager_is_away_and_back(house: ServedHouse, visitors: Visitors) -> None:
    board = visitors.come(house, "boss", role="director").go("/live")
    people = board.get_by_role("region", name="Managers and what they do")
    anna = people.get_by_role("listitem").filter(has_text="anna")
    free = board.get_by_label("The day so far")
    expect(anna).to_contain_text("free")
    expect(free).to_contain_text(re.compile(r"Free\s*2"))
    manager = visitors.come(house, "anna")
    manager.go("/tasks")
    page = _leave(manager)
    page.get_by_role("radio", name="meeting").check()
    page.get_by_label("For how long").select_option("an hour")
    page.get_by_role("button", name="I am away").click()
    banner = page.get_by_role("region", name="You are away")
    expect(banner).to_contain_text(re.compile(r"meeting until \d\d:\d\d"))
    expect(anna).to_contain_text(re.compile(r"meeting until \d\d:\d\d"))
    expect(free).to_contain_text(re.compile(r"Free\s*1"))
    # On every page, and after a while as before.
    expect(manager.go("/clients").get_by_role("region", name="You are away")).to_be_visible()
    banner.get_by_role("button", name="I am back").click()
    expect(banner).to_have_count(0)
    expect(anna).to_contain_text("free")
    expect(free).to_contain_text(re.compile(r"Free\s*2"))


def test_a_supervisor_says_it_of_another(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "boss", role="administrator").go("/admin/people/boris")
    manager = visitors.come(house, "boris").go("/tasks")
    drawer = page.get_by_role("dialog", name="boris")
    drawer.get_by_role("button", name="Away").click()
    drawer.get_by_role("radio", name="day off").check()
    drawer.get_by_role("button", name="Away").click()
    expect(drawer).to_contain_text("Clients’ calls leave boris out.")
    banner = manager.get_by_role("region", name="You are away")
    expect(banner).to_contain_text("Set by boss.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name=re.compile("boris"))).to_contain_text("day off")
    banner.get_by_role("button", name="I am back").click()
    expect(page.get_by_role("row", name=re.compile("boris"))).not_to_contain_text("day off")


def test_what_was_said_before_the_page_heard_anything_is_seen(
    house: ServedHouse, visitors: Visitors
) -> None:
    visitor = visitors.come(house, "boris")
    visitor.page.add_init_script(STANDS_LATE)
    page = visitor.go("/tasks")
    expect(page.get_by_role("button", name="boris: account")).to_be_visible()
    page.wait_for_load_state("networkidle")
    boss = visitors.come(house, "boss", role="administrator").go("/admin/people/boris")
    drawer = boss.get_by_role("dialog", name="boris")
    drawer.get_by_role("button", name="Away").click()
    drawer.get_by_role("button", name="Away").click()
    expect(drawer).to_contain_text("Clients’ calls leave boris out.")
    page.evaluate("stand()")
    banner = page.get_by_role("region", name="You are away")
    expect(banner).to_contain_text("Set by boss.")
    banner.get_by_role("button", name="I am back").click()
    expect(banner).to_have_count(0)


def test_at_whom_no_call_rings_is_not_asked(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "clerk", role="accountant").go("/calls")
    page.get_by_role("button", name="clerk: account").click()
    expect(page.get_by_role("menuitem", name="Sign out")).to_be_visible()
    expect(page.get_by_role("menuitem", name="I am away …")).to_have_count(0)


@pytest.mark.parametrize("size", [WIDE, NARROW], ids=["wide", "narrow"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_it_is_accessible(
    house: ServedHouse, visitors: Visitors, size: tuple[int, int], dark: bool
) -> None:
    manager = visitors.come(house, "anna", size=size, dark=dark)
    manager.go("/tasks")
    page = _leave(manager)
    assert manager.accessible() == []
    page.get_by_role("button", name="I am away").press("Enter")
    expect(page.get_by_role("region", name="You are away")).to_be_visible()
    assert manager.accessible() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.get_by_role("button", name="I am back").click()
    expect(page.get_by_role("region", name="You are away")).to_have_count(0)
