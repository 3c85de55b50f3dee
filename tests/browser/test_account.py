"""One's own account: password, codes, sessions, keys, phones, look."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Page

from .served import PASSWORD, ServedHouse
from .visitors import NARROW, Visitors, expect

NEW = "gravel lantern pigeon"


def test_a_password_is_changed(house: ServedHouse, visitors: Visitors) -> None:
    visitor = visitors.come(house, "changer", role="supervisor")
    page = visitor.go("/live")
    page.get_by_role("button", name="changer: account").click()
    page.get_by_role("menuitem", name="My account").click()
    expect(page.get_by_text("10 to 80 characters")).to_be_visible()
    page.get_by_label("Current password").fill("not this one")
    page.get_by_label("New password").fill(NEW)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("Changed. Your other sessions have ended.")).to_be_visible()
    expect(page.get_by_label("New password")).to_have_value("")


def test_codes_are_set_up_and_taken_away(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "coder", role="supervisor").go("/account")
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    secret = page.locator("code").first.inner_text()
    page.get_by_label("One-time code").fill("000000")
    page.get_by_role("button", name="Confirm").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("One-time code").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Confirm").click()
    codes = page.get_by_role("status").locator("code")
    expect(codes).to_be_visible()
    assert len(codes.inner_text().split()) == 10
    page.get_by_role("button", name="I have kept them").click()
    expect(page.get_by_text("10 recovery codes are left.")).to_be_visible()
    page.get_by_role("button", name="Take the codes away").click()
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Take the codes away").click()
    expect(page.get_by_role("button", name="Begin")).to_be_visible()


def test_other_sessions_are_closed(house: ServedHouse, visitors: Visitors) -> None:
    temporary = house.person("roamer", "supervisor")
    here, there = visitors.come(house), visitors.come(house)
    here.sign_in("roamer", temporary)
    there.page.goto(f"{house.url}/")
    there.page.get_by_label("Name").fill("roamer")
    there.page.get_by_label("Password", exact=True).fill(PASSWORD)
    there.page.get_by_role("button", name="Sign in", exact=True).click()
    expect(there.page.get_by_role("navigation", name="Pages")).to_be_visible()
    page = here.go("/account")
    expect(page.get_by_text("this session")).to_have_count(1)
    page.get_by_role("button", name="Close all others").click()
    expect(page.get_by_text("1 session has ended.")).to_be_visible()
    expect(page.get_by_role("button", name="Close", exact=True)).to_have_count(0)
    there.go("/account")
    expect(there.page.get_by_role("button", name="Sign in", exact=True)).to_be_visible()


def test_a_key_is_made_shown_once_and_revoked(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "maker", role="supervisor").go("/account")
    page.get_by_role("button", name="Make a key").click()
    make = page.get_by_role("button", name="Make a key")
    page.get_by_label("What it is for").fill("weekly report")
    expect(make).to_be_disabled()
    page.get_by_role("combobox", name="Rights of the key").click()
    page.get_by_role("option", name="See calls").click()
    page.get_by_role("combobox", name="Rights of the key").press("Escape")
    make.click()
    key = page.get_by_role("status").locator("code")
    expect(key).to_contain_text("callward_")
    (made,) = house.ask("GET", "tokens?agent=maker")["items"]
    assert (made["label"], made["scopes"]) == ("weekly report", ["calls.read"])
    assert made["expires_at"] is not None
    page.reload()
    expect(page.get_by_text("weekly report")).to_be_visible()
    expect(page.get_by_text("callward_")).to_have_count(0)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("No program has a key.")).to_be_visible()


def test_phones_are_chosen_and_their_order(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "anna").go("/account")
    page.get_by_label("Your own phone: mobile").check()
    page.get_by_label("one after the other, in this order").check()
    page.get_by_role("button", name="Your own phone: mobile: up").click()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds from the next call on.")).to_be_visible()
    chosen = house.ask("GET", "agents/anna")
    assert (chosen["ring"], chosen["order"]) == (["mobile", "201"], "in_turn")
    page.get_by_label("PIN", exact=True).fill("1111")
    page.get_by_role("button", name="Set the PIN").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("button", name="Back to what the settings say").click()
    expect(page.get_by_role("button", name="Back to what the settings say")).to_have_count(0)
    assert house.ask("GET", "agents/anna")["ring"] == ["201"]


def _is_dark(page: Page) -> bool:
    scheme: str = page.evaluate("document.documentElement.dataset.mantineColorScheme")
    return scheme == "dark"


@pytest.mark.parametrize(("language", "dark"), [("ru", True), ("en", False)])
def test_the_page_is_accessible_and_fits(
    house: ServedHouse, visitors: Visitors, language: str, dark: bool
) -> None:
    visitor = visitors.come(house, "anna", language=language, dark=dark, size=NARROW)
    page = visitor.go("/account")
    page.get_by_role("button", name={"en": "Begin", "ru": "Начать"}[language]).click()
    page.get_by_role("button", name={"en": "Make a key", "ru": "Создать ключ"}[language]).click()
    expect(page.locator("svg[role=img]")).to_be_visible()
    assert visitor.accessible() == []
    assert page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]
    page.locator("label").filter(has_text={"en": "Dark", "ru": "Светлая"}[language]).click()
    assert _is_dark(page) is not dark
    page.locator("label").filter(has_text={"en": "Русский", "ru": "English"}[language]).click()
    other = {"en": "Учётная запись", "ru": "Account"}[language]
    expect(page.get_by_role("heading", level=1)).to_contain_text(other, ignore_case=True)
