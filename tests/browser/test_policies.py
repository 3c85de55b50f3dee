"""What the company decides of talks and fields, with its effect said before it is saved."""

from __future__ import annotations

from .served import ServedHouse
from .visitors import Visitors, expect


def test_outcomes_are_named_ordered_and_retired(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "petra", role="administrator").go("/admin/outcomes")
    expect(page.get_by_text("Managers choose from 6, in this order: agreed,")).to_be_visible()
    page.get_by_label("agreed: in Russian").fill("продано")
    page.get_by_label("Another, in English").fill("Comes to the shop")
    page.get_by_role("button", name="Add", exact=True).click()
    page.get_by_role("button", name="Comes to the shop: up").click()
    page.get_by_role("button", name="complaint: take off the list").click()
    expect(page.get_by_text("No longer offered: complaint.")).to_be_visible()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    now = house.ask("GET", "policies/outcomes")
    assert [one["key"] for one in now["items"]] == [
        *("agreed", "call_back", "not_interested", "wrong_number", "comes_to_the_shop", "other"),
    ]
    assert now["items"][0]["labels"] == {"en": None, "ru": "продано"}
    page.get_by_role("button", name="Back to the usual ones").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Managers choose from 6, in this order: agreed,")).to_be_visible()


def test_reconciliation_says_what_it_would_mean(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "petra", role="administrator").go("/admin/reconciliation")
    expect(page.get_by_text("In the last 7 days, 0 talks count by that.")).to_be_visible()
    within = page.get_by_label("Something is entered within")
    within.press("ControlOrMeta+a")
    within.press_sequentially("30")
    expect(within).to_have_value("30 minutes")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved", exact=True)).to_be_visible()
    assert house.ask("GET", "policies/reconciliation")["within_minutes"] == 30


def test_a_card_is_seen_by_rules_not_saved_yet(house: ServedHouse, visitors: Visitors) -> None:
    made = {"name": "Jane Ford", "company": "Steam Works", "curator": "anna"}
    house.ask("POST", "clients", made)
    page = visitors.come(house, "petra", role="administrator").go("/admin/fields")
    expect(page.get_by_text("Nothing is found, filtered or sorted by it.")).to_be_visible()
    page.get_by_role("combobox", name="As whom").click()
    page.get_by_role("option", name="anna").click()
    page.get_by_label("Client", exact=True).fill("jane")
    page.get_by_role("button", name="Jane Ford").click()
    expect(page.get_by_text("Steam Works")).to_be_visible()
    page.get_by_label("Company", exact=True).select_option("hide")
    expect(page.get_by_text("Search finds by names alone.")).to_be_visible()
    expect(page.get_by_text("With what you have chosen here and not saved yet.")).to_be_visible()
    expect(page.get_by_text("Steam Works")).to_have_count(0)
    assert house.ask("GET", "field-rules")["items"] == []
    page.get_by_role("button", name="Discard").click()
    expect(page.get_by_text("Steam Works")).to_be_visible()
