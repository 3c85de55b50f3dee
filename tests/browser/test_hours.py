"""Hours and routing are decided in the console, over the settings file."""

from __future__ import annotations

from typing import Any

from .served import ServedHouse
from .visitors import Visitors, expect


def _routing(house: ServedHouse) -> Any:
    return house.ask("GET", "policies/routing")


def test_hours_by_keyboard_and_one_click_back(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "petra", role="administrator").go("/admin/routing")
    preview = page.get_by_role("region", name="What a call would do")
    expect(preview).to_contain_text("Now: open. A call from somebody new would ring: group anna")
    page.get_by_role("radio", name="always open").focus()
    page.keyboard.press("ArrowRight")
    monday = page.get_by_role("group", name="Monday")
    monday.get_by_label("Monday, part 1: from").fill("09:00")
    monday.get_by_label("Monday, part 1: till").fill("00:00")
    monday.get_by_role("button", name="Monday: remove part 1").press("Enter")
    expect(monday).to_contain_text("closed")
    tuesday = page.get_by_role("group", name="Tuesday")
    tuesday.get_by_role("button", name="Tuesday: as above").press("Enter")
    expect(tuesday).to_contain_text("closed")
    # Before it is saved, the preview says what would hold then.
    page.get_by_label("At another time").fill("2026-01-06T10:00")
    expect(preview).to_contain_text("If you save this: 2026-01-06 10:00: closed")
    assert _routing(house)["now"]["hours"] is None
    page.get_by_label("Day", exact=True).fill("2026-12-25")
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Save").press("Enter")
    expect(page.get_by_text("It holds from the next call on.")).to_be_visible()
    now = _routing(house)["now"]
    assert (now["hours"]["monday"], now["hours"]["tuesday"]) == ([], [])
    assert now["hours"]["friday"] == ["09:00-18:00"]
    assert now["holidays"] == ["2026-12-25"]

    expect(page.get_by_text("Set here by petra").first).to_be_visible()
    page.get_by_role("button", name="Working hours: take the file's value").click()
    expect(page.get_by_role("radio", name="always open")).to_be_checked()
    assert [one["key"] for one in _routing(house)["decided"]] == ["holidays"]


def test_the_group_and_what_is_refused(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "petra", role="administrator").go("/admin/routing")
    group = page.get_by_role("group", name="Then the group")
    for name in ("boris", "anna"):
        group.get_by_role("combobox", name="Add to the group").click()
        page.get_by_role("option", name=name, exact=True).click()
    group.get_by_role("button", name="anna: remove from the group").click()
    page.get_by_role("radio", name="by the week").check()
    page.get_by_label("Monday, part 1: till").fill("08:00")
    page.get_by_role("button", name="Save").click()
    refusal = page.get_by_role("alert").filter(has_text="hours.monday[0]")
    expect(refusal.first).to_contain_text("must be a part of one day")
    # What was typed stays.
    expect(page.get_by_label("Monday, part 1: till")).to_have_value("08:00")
    page.get_by_label("Monday, part 1: till").fill("18:00")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("It holds from the next call on.")).to_be_visible()
    assert _routing(house)["now"]["group"] == ["boris"]
    house.ask("DELETE", "policies/routing")
