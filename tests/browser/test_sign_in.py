"""Signing in, out, and in again over a page whose session has ended."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Page

from .served import PASSWORD, ServedHouse
from .visitors import NARROW, Visitors, expect


def enter(page: Page, name: str, password: str) -> None:
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()


def test_a_temporary_password_is_changed_first(house: ServedHouse, visitors: Visitors) -> None:
    temporary = house.person("newcomer", "supervisor")
    page = visitors.come(house).go("/")
    enter(page, "newcomer", "not this one at all")
    expect(page.get_by_role("alert")).to_have_text("Name or password are wrong")
    enter(page, "newcomer", temporary)
    expect(page.get_by_role("heading", name="A password of your own")).to_be_visible()
    page.get_by_label("Temporary password").fill(temporary)
    page.get_by_label("New password").fill("password12")
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ru"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_first_page_is_accessible(
    house: ServedHouse, visitors: Visitors, language: str, dark: bool
) -> None:
    visitor = visitors.come(house, language=language, dark=dark, size=NARROW)
    heading = {"en": "Sign in", "ru": "Вход"}[language]
    expect(visitor.go("/").get_by_role("heading", name=heading)).to_be_visible()
    assert visitor.accessible() == []
    # Nothing is wider than the telephone.
    assert visitor.page.evaluate("document.documentElement.scrollWidth") <= NARROW[0]


def test_a_one_time_code_is_asked_for(house: ServedHouse, visitors: Visitors) -> None:
    visitor = visitors.come(house, "coded", role="supervisor")
    secret, told = visitor.page.evaluate(
        """async () => {
          const session = await (await fetch("/api/v1/session")).json();
          const headers = {"Content-Type": "application/json", "X-Callward-CSRF": session.csrf};
          const begun = await fetch("/api/v1/session/totp", {method: "POST", headers});
          return [(await begun.json()).secret, session.csrf];
        }"""
    )
    visitor.page.evaluate(
        """([code, csrf]) => fetch("/api/v1/session/totp", {
          method: "PUT", body: JSON.stringify({code}),
          headers: {"Content-Type": "application/json", "X-Callward-CSRF": csrf},
        }).then((answer) => { if (!answer.ok) throw new Error(String(answer.status)); })""",
        [pyotp.TOTP(secret).now(), told],
    )
    visitor.context.clear_cookies()
    page = visitor.go("/")
    enter(page, "coded", PASSWORD)
    code = page.get_by_label("One-time code")
    expect(code).to_be_focused()
    code.fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("The code is wrong")
    assert visitor.accessible() == []


def test_what_was_typed_outlives_the_session(house: ServedHouse, visitors: Visitors) -> None:
    visitor = visitors.come(house, "tired", role="administrator")
    page = visitor.go("/first-hour")
    expect(page.get_by_role("heading", name="First hour")).to_be_visible()
    page.keyboard.press("Control+k")
    search = page.get_by_role("combobox", name="Client, short code or page")
    search.fill("cal")
    visitor.context.clear_cookies()
    # The next thing that is asked finds that the session is gone.
    search.fill("call")
    dialog = page.get_by_role("dialog", name="Sign in again")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(dialog).to_be_hidden()
    expect(search).to_have_value("call")
    expect(page.get_by_role("option").first).to_be_visible()


def test_another_person_finds_nothing_of_the_first(house: ServedHouse, visitors: Visitors) -> None:
    temporary = house.person("second", "manager")
    other = visitors.come(house)
    other.sign_in("second", temporary)
    visitor = visitors.come(house, "first", role="administrator")
    page = visitor.go("/first-hour")
    expect(page.get_by_role("heading", name="First hour")).to_be_visible()
    page.keyboard.press("Control+k")
    visitor.context.clear_cookies()
    page.get_by_role("combobox", name="Client, short code or page").fill("secret")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Name").fill("second")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="First hour")).to_be_hidden()
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()


def test_signing_out_leads_to_the_first_page(house: ServedHouse, visitors: Visitors) -> None:
    visitor = visitors.come(house, "leaver", role="administrator")
    page = visitor.go("/first-hour")
    page.get_by_role("button", name="leaver: account").click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert visitor.context.cookies() == []
    kept = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert "leaver" not in kept
