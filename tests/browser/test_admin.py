"""The administration: people, rules, archive and the machine, at a real browser."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Locator, Page

from .served import ServedHouse
from .visitors import NARROW, Visitors, expect

SECTIONS: Final = (
    "people",
    "roles",
    "departments",
    "fields",
    "places",
    "sign-in",
    "listening",
    "quotas",
    "decoys",
    "reconciliation",
    "audit",
    "archive",
    "takeovers",
    "own-fields",
    "outcomes",
    "import",
    "export",
    "division",
    "routing",
    "call-rules",
    "machine",
    "health",
)


def _choose(where: Page | Locator, label: str, option: str) -> None:
    """In a list that unfolds over the page."""
    where.get_by_role("combobox", name=label, exact=True).click()
    page = where if isinstance(where, Page) else where.page
    page.get_by_role("option", name=option, exact=True).click()


def _client(house: ServedHouse, name: str, **more: object) -> str:
    made: str = house.ask("POST", "clients", {"name": name, "curator": "anna", **more})["id"]
    return made


def test_a_person_from_the_first_day_to_the_last(house: ServedHouse, visitors: Visitors) -> None:
    house.ask("PUT", "departments/sales", {"parent": None})
    house.ask("PATCH", "people/anna", {"department": "sales"})
    page = visitors.come(house, "petra", role="administrator").go("/admin/people")
    page.get_by_role("button", name="Add a person").click()
    adding = page.get_by_role("dialog", name="Add a person")
    adding.get_by_label("Sign-in name").fill("karl 0000000")
    adding.get_by_role("button", name="Add", exact=True).click()
    # What was typed stays where it is refused.
    expect(adding.get_by_role("alert")).to_be_visible()
    expect(adding.get_by_label("Sign-in name")).to_have_value("karl 0000000")
    adding.get_by_label("Sign-in name").fill("karl")
    _choose(adding, "Department", "sales")
    adding.get_by_role("button", name="Add", exact=True).click()

    card = page.get_by_role("dialog", name="karl")
    card.get_by_label("Full name").fill("Karl Brandt")
    _choose(card, "Role", "Trainee")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_text("Saved", exact=True)).to_be_visible()
    card.get_by_role("tab", name="Rights").click()
    card.get_by_label("Hear recordings").select_option("none")
    card.get_by_role("button", name="Save").click()
    expect(card.get_by_role("button", name="Save")).to_have_count(0)
    karl = house.ask("GET", "people/karl")
    assert (karl["full_name"], karl["role"], karl["department"], karl["exceptions"]) == (
        "Karl Brandt",
        "trainee",
        "sales",
        {"recordings.listen": "none"},
    )

    card.get_by_role("tab", name="Sign-in").click()
    card.get_by_role("button", name="Give a temporary password").click()
    temporary = card.get_by_role("status").locator("code").inner_text()
    other = visitors.come(house)
    other.sign_in("karl", temporary)
    page.reload()
    card.get_by_role("tab", name="Sign-in").click()
    card.get_by_role("button", name="Close", exact=True).nth(1).click()
    expect(card.get_by_text("Not signed in anywhere.")).to_be_visible()

    _client(house, "Jane Ford")
    house.ask("POST", "clients", {"name": "Ivan Steam", "curator": "karl"})
    card.get_by_role("tab", name="Leaves").click()
    card.get_by_role("button", name="Show what will happen").click()
    sure = page.get_by_role("dialog", name="karl leaves the company")
    expect(sure.get_by_text("1 client gets another curator")).to_be_visible()
    expect(sure.get_by_text("→ anna")).to_be_visible()
    sure.get_by_role("button", name="karl leaves", exact=True).click()
    expect(card.get_by_text("Left the company")).to_be_visible()
    assert house.ask("GET", "people/karl")["left_at"] is not None


def test_a_role_of_ones_own(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "petra", role="administrator").go("/admin/roles")
    page.get_by_role("button", name="Add a role").click()
    page.get_by_label("Name of the role").fill("closer")
    page.get_by_role("button", name="Add", exact=True).click()
    card = page.get_by_role("dialog", name="closer")
    card.get_by_label("See clients").select_option("department")
    card.get_by_role("button", name="Save for 0 people").click()
    expect(card.get_by_role("button", name="Save for 0 people")).to_be_disabled()
    rights = house.ask("GET", "roles/closer")["rights"]
    assert (rights["clients.read"], rights["calls.make"]) == ("department", "own")
    card.get_by_role("button", name="Delete the role").click()
    page.get_by_role("dialog", name="Delete the role").get_by_role(
        "button", name="Delete the role"
    ).click()
    expect(page.get_by_role("button", name="closer")).to_have_count(0)


def test_fields_are_hidden_after_a_preview(house: ServedHouse, visitors: Visitors) -> None:
    _client(house, "Clara Seen", company="Seen Works")
    page = visitors.come(house, "petra", role="administrator").go("/admin/fields")
    _choose(page, "For whom", "Person")
    _choose(page, "Person", "anna")
    page.get_by_label("Company").select_option("hide")
    expect(page.get_by_text("For 1 person something would change:")).to_be_visible()
    expect(page.get_by_text("no longer sees: Company")).to_be_visible()
    assert "company" not in house.ask("GET", "people/anna")["hidden"]
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved. It holds from now on.")).to_be_visible()
    assert "company" in house.ask("GET", "people/anna")["hidden"]

    _choose(page, "As whom", "anna")
    page.get_by_label("Client", exact=True).fill("clara")
    page.get_by_role("button", name="Clara Seen").click()
    expect(page.get_by_role("img", name="Hidden by policy").first).to_be_visible()
    expect(page.get_by_text("Seen Works")).to_have_count(0)


def test_nobody_shuts_himself_out(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "petra", role="administrator").go("/admin/places")
    place = page.get_by_label("Network, address or device")
    place.fill("192.0.2.0/24")
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(place).to_have_value("192.0.2.0/24")
    _choose(page, "For whom", "Person")
    _choose(page, "Person", "boris")
    page.get_by_role("button", name="Allow", exact=True).click()
    row = page.get_by_role("row").filter(has_text="boris")
    expect(row).to_contain_text("192.0.2.0/24")
    page.get_by_label("Address", exact=True).fill("198.51.100.7")
    page.get_by_role("button", name="Check", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="boris")).to_contain_text(
        "may not: other places are allowed"
    )
    row.get_by_role("button", name="Remove 192.0.2.0/24").click()
    expect(row).to_have_count(0)


def test_the_archive_lets_go_after_seven_days(house: ServedHouse, visitors: Visitors) -> None:
    gone = _client(house, "Old Card")
    house.ask("DELETE", f"clients/{gone}")
    page = visitors.come(house, "petra", role="administrator").go("/admin/archive")
    row = page.get_by_role("row").filter(has_text="Old Card")
    row.get_by_role("button", name="Delete for good").click()
    sure = page.get_by_role("dialog", name="Delete for good")
    expect(sure).to_contain_text("in 7 days")
    sure.get_by_role("button", name="Delete 1 client for good").click()
    expect(row).to_contain_text("by petra")
    row.get_by_role("button", name="Do not delete").click()
    expect(row.get_by_role("button", name="Delete for good")).to_be_visible()
    row.get_by_role("button", name="Bring back").click()
    expect(row).to_have_count(0)
    assert house.ask("GET", f"clients/{gone}")["name"] == "Old Card"


def test_the_audit_answers_in_sentences(house: ServedHouse, visitors: Visitors) -> None:
    opened = _client(house, "Opened Once")
    house.ask("GET", f"clients/{opened}")
    page = visitors.come(house, "petra", role="administrator").go("/admin/audit")
    page.get_by_role("button", name="Who touched this client?").click()
    page.get_by_label("Client", exact=True).fill("opened")
    page.get_by_role("button", name="Opened Once").click()
    page.get_by_text("Opened", exact=True).click()
    expect(page.get_by_role("row")).to_have_count(2)
    row = page.get_by_role("row").nth(1)
    expect(row).to_contain_text("operator")
    expect(row).to_contain_text("Opened Once")
    page.get_by_role("button", name="Check that it is whole").click()
    expect(page.get_by_role("dialog")).to_contain_text("none is missing or changed")


def test_a_table_comes_in_and_goes_out(
    house: ServedHouse, visitors: Visitors, tmp_path: Path
) -> None:
    table = tmp_path / "clients.csv"
    table.write_text("Name;Phone\nTable One;020 7946 0311\nTable Two;nonsense\n", encoding="utf-8")
    page = visitors.come(house, "petra", role="administrator").go("/admin/import")
    page.locator("input[type=file]").set_input_files(table)
    expect(page.get_by_role("table", name="Columns")).to_contain_text("Table One")
    expect(page.get_by_text("Line 3")).to_be_visible()
    page.get_by_role("button", name="Import 1 line").click()
    sure = page.get_by_role("dialog", name="Import")
    expect(sure).to_contain_text("1 new cards")
    sure.get_by_role("button", name="Import 1 line").click()
    expect(page.get_by_text("done ·")).to_be_visible()

    page.goto(f"{house.url}/admin/export")
    page.get_by_role("button", name="Export clients").click()
    with page.expect_download() as taken:
        page.get_by_role("button", name="Export and download").click()
    file = tmp_path / taken.value.suggested_filename
    taken.value.save_as(file)
    assert "Table One" in file.read_text(encoding="utf-8")
    mark = page.get_by_role("row").nth(1).get_by_role("cell").last.inner_text()
    assert mark in file.name
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text("It comes from:")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text=mark)).to_contain_text("petra")


def test_a_division_is_shown_before_it_is_run(house: ServedHouse, visitors: Visitors) -> None:
    _client(house, "Divided Once", curator=None)
    page = visitors.come(house, "petra", role="administrator").go("/admin/division")
    _choose(page, "To whom", "boris")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Show the plan").click()
    expect(page.get_by_role("table", name="The plan")).to_contain_text("boris")
    page.get_by_role("button", name="Move").click()
    expect(page.get_by_role("dialog", name="Division")).to_contain_text("another curator")


def test_the_machine_is_told_of_without_secrets(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "eve", role="engineer").go("/admin/machine")
    expect(page.get_by_text("+442079460000")).to_be_visible()
    assert "7700900101" not in page.content()
    page.get_by_role("link", name="Health").click()
    # No Asterisk listens in this house.
    expect(page.get_by_text("PBX pbx")).to_be_visible()
    expect(page.get_by_text("AMI: 127.0.0.1:5038")).to_be_visible()


def test_who_may_less_sees_less(house: ServedHouse, visitors: Visitors) -> None:
    page = visitors.come(house, "steve", role="supervisor").go("/admin")
    sections = page.get_by_role("navigation", name="What to administer")
    expect(sections.get_by_role("link")).to_have_text(
        ["People", "Roles", "Departments", "Audit", "Archive", "Exports", "Division"]
    )
    expect(page.get_by_role("button", name="Add a person")).to_have_count(0)
    page.goto(f"{house.url}/admin/health")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "dark", "size"), [("ru", True, NARROW), ("en", False, NARROW)]
)
def test_every_section_is_accessible_and_fits(
    house: ServedHouse,
    visitors: Visitors,
    language: str,
    dark: bool,
    size: tuple[int, int],
) -> None:
    visitor = visitors.come(
        house, "petra", role="administrator", language=language, dark=dark, size=size
    )
    for section in SECTIONS:
        page = visitor.go(f"/admin/{section}")
        expect(page.get_by_role("heading", level=1)).to_be_visible()
        page.wait_for_load_state("networkidle")
        assert visitor.accessible() == [], section
        over = page.evaluate(
            "[document.documentElement, document.querySelector('main')]"
            ".map(one => one.scrollWidth - one.clientWidth)"
        )
        assert over == [0, 0], section
