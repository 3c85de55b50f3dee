"""The button in another site's page, and the window that it opens."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Page

from tests.unit.daemon.api.conftest import House

from .served import ServedHouse, serve_house
from .sites import Site
from .visitors import Visitor, Visitors, expect


@pytest.fixture(scope="module")
def sites() -> Iterator[tuple[Site, Site]]:
    """A CRM that the settings list, and a site that they do not."""
    both = Site(), Site()
    yield both
    for site in both:
        site.server.shutdown()
        site.server.server_close()


@pytest.fixture(scope="module")
def house(
    tmp_path_factory: pytest.TempPathFactory, sites: tuple[Site, Site]
) -> Iterator[ServedHouse]:
    async def furnish(house: House) -> None:
        settings = house.context.settings
        http = settings.http.model_copy(update={"embed_origins": (sites[0].origin,)})
        house.context = replace(house.context, settings=settings.model_copy(update={"http": http}))

    with serve_house(tmp_path_factory.mktemp("dial"), furnish) as served:
        yield served


@pytest.fixture(scope="module")
def code(house: ServedHouse) -> str:
    """Of a client of anna's."""
    house.person("anna")
    made = house.ask("POST", "clients", {"name": "Jane Ford", "curator": "anna"})
    house.ask("POST", f"clients/{made['id']}/phones", {"number": "+442079460301"})
    found: str = made["short_code"]
    return found


def button_on(site: Site, visitor: Visitor, code: str) -> Page:
    """That site's page, with a button."""
    site.html = f"""<!doctype html><html lang="en"><title>CRM</title><link rel="icon" href="data:,">
      <main><h1>Order 12</h1><script src="{visitor.url}/embed/button.js"></script>
      <callward-call code="{code}">Call Jane</callward-call></main>"""
    visitor.page.goto(f"{site.origin}/orders/12")
    return visitor.page


def opened(page: Page) -> Page:
    with page.expect_popup() as coming:
        page.get_by_role("button", name="Call Jane").click()
    return coming.value


def test_a_button_elsewhere_opens_the_client_and_calls_after_a_click(
    visitors: Visitors, house: ServedHouse, sites: tuple[Site, Site], code: str
) -> None:
    visitor = visitors.come(house, "anna")
    dial = opened(button_on(sites[0], visitor, code))
    expect(dial.get_by_role("heading", name="Jane Ford")).to_be_visible()
    box = dial.get_by_role("checkbox", name="Call at once when a button on localhost:")
    expect(box).not_to_be_checked()
    with dial.expect_request("**/api/v1/callbacks") as ordered:
        dial.get_by_role("button", name=f"Call the client with code {code}").click()
    assert ordered.value.method == "POST"
    # This house has no PBX: it is said beside the button.
    expect(dial.get_by_role("alert")).to_be_visible()


def test_once_allowed_a_listed_site_calls_at_once_and_no_other(
    visitors: Visitors, house: ServedHouse, sites: tuple[Site, Site], code: str
) -> None:
    visitor = visitors.come(house, "anna")
    page = button_on(sites[0], visitor, code)
    dial = opened(page)
    dial.get_by_role("checkbox").check()
    dial.close()
    with visitor.context.expect_event(
        "request", lambda one: one.url.endswith("/api/v1/callbacks") and one.method == "POST"
    ):
        dial = opened(page)
    # A window of this name that is open still would be used again.
    dial.close()
    sent: list[str] = []
    visitor.context.on("request", lambda one: sent.append(f"{one.method} {one.url}"))
    # Another site's button, and a link: one click is asked for, and nothing is offered.
    other = opened(button_on(sites[1], visitor, code))
    expect(other.get_by_role("button", name=f"Call the client with code {code}")).to_be_visible()
    expect(other.get_by_role("checkbox")).to_have_count(0)
    page.goto(f"{visitor.url}/dial?code={code}")
    expect(page.get_by_role("button", name=f"Call the client with code {code}")).to_be_visible()
    assert not [one for one in sent if one.startswith("POST")]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("web%2Bcallward%3A{code}", "Jane Ford"),
        ("%2B442079460301", "The link holds no short code"),
        ("99999", "No client of yours has this code"),
    ],
)
def test_what_a_link_may_hold(
    visitors: Visitors, house: ServedHouse, code: str, written: str, said: str
) -> None:
    visitor = visitors.come(house, "anna")
    page = visitor.go(f"/dial?code={written.format(code=code)}")
    expect(page.get_by_text(said)).to_be_visible()
    assert visitor.accessible() == []
