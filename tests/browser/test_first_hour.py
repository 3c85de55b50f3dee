"""An empty installation leads, and shows the first call arriving."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Route

from .running_calls import STRANGER, Office
from .served import serve_house
from .visitors import Visitors, expect


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with serve_house(tmp_path_factory.mktemp("first")) as served:
        yield Office(served)


def test_it_waits_for_the_first_call_and_shows_it(office: Office, visitors: Visitors) -> None:
    visitor = visitors.come(office.served, "olga", role="administrator")

    def nothing_yet(route: Route) -> None:
        route.fulfill(json={"items": [], "next": None})

    # The house has calls; this page is to find none until one comes.
    visitor.context.route("**/api/v1/calls?*", nothing_yet)
    page = visitor.go("/")
    page.wait_for_url("**/first-hour")
    first = page.get_by_role("listitem").filter(has_text="The first call is captured")
    expect(first).to_contain_text("Call +442079460000 from any telephone")
    assert visitor.accessible() == []
    call = office.rings("anna", customer=STRANGER)
    expect(first.get_by_role("status")).to_contain_text("ringing")
    call = office.answers(call, "anna")
    expect(first.get_by_role("status")).to_contain_text("talking")
    call = office.ends(call)
    office.store(call)
    visitor.context.unroute("**/api/v1/calls?*")
    expect(first).to_contain_text("It is in the journal.")
    expect(first.get_by_text("done", exact=True)).to_be_visible()


def test_a_manager_is_ready_once_he_can_sign_in(office: Office, visitors: Visitors) -> None:
    office.served.person("boris")
    page = visitors.come(office.served, "olga", role="administrator").go("/first-hour")
    manager = page.get_by_role("listitem").filter(has_text="The first manager")
    expect(manager).to_contain_text("Has a telephone and can sign in: boris.")


def test_it_is_for_who_keeps_the_installation(office: Office, visitors: Visitors) -> None:
    page = visitors.come(office.served, "mate", role="manager").go("/first-hour")
    expect(page.get_by_role("heading", name="There is no such page")).to_be_visible()
    expect(page.get_by_role("navigation").get_by_text("First hour")).to_be_hidden()
