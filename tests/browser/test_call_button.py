"""A manager clicks *Call*, and real phones ring: what the page says, and what it never holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page

from lab.audio import ever_hears
from lab.masked.people import COMPANY, EMPLOYEES
from lab.phones import Answer, Refuse
from tests.lab.callbacks.office import Office

from .served import Served
from .visitors import Visitor, Visitors, expect

pytestmark = pytest.mark.lab
MANAGER = "Quist"
CLIENT = 151
TAIL = f"9460{CLIENT}"
"""The last digits of the client's number."""
NAME = "Ivan Petrov"


@pytest.fixture(scope="module")
def running_office() -> Iterator[Office]:
    settings = {"callbacks": {"agent_seconds": 8, "client_seconds": 8, "each_per_minute": 600}}
    with Office(settings) as office:
        office.ask("PATCH", f"/api/v1/clients/{office.client(CLIENT)}", {"name": NAME})
        yield office


@pytest.fixture
def office(running_office: Office) -> Iterator[Office]:
    """With idle phones, before and after."""
    running_office.reset()
    yield running_office
    running_office.reset()


@pytest.fixture
def manager(office: Office, visitors: Visitors) -> Visitor:
    """Quist, before the client's card."""
    served = Served(f"http://127.0.0.1:{office.daemon.port}", office.daemon.headers)
    visitor = visitors.come(served, MANAGER)
    visitor.go(f"/clients/{office.client(CLIENT)}")
    expect(_button(visitor.page)).to_be_visible()
    return visitor


def _card(page: Page) -> Locator:
    return page.get_by_role("dialog")


def _button(page: Page) -> Locator:
    return _card(page).get_by_role("button", name=f"Call {NAME}")


def test_both_phones_talk_and_no_number_reaches_the_page(office: Office, manager: Visitor) -> None:
    bodies: list[str] = []
    manager.page.on(
        "response",
        lambda answer: bodies.append(answer.url + answer.text()) if "/api/" in answer.url else None,
    )
    page, desk, customer = manager.page, office.desk(), office.customer(CLIENT)
    customer.behaves(Answer(0.5))
    _button(page).click()
    expect(_card(page).get_by_text("Your phone rings: pick up")).to_be_visible()
    call = desk.wait_for("rang").call
    desk.answer(call)
    expect(_card(page).get_by_text("You talk")).to_be_visible()
    theirs = customer.wait_for("answered").call
    # A second's talk, as the page itself counts it.
    expect(_card(page).get_by_text(re.compile(r"You talk 0:0[2-9]"))).to_be_visible()
    _card(page).get_by_role("button", name="Hang up").click()
    expect(_button(page)).to_be_visible()
    desk.wait_for("hung_up", call=call)
    customer.wait_for("hung_up", call=theirs)
    assert ever_hears(desk.heard(call), customer.tone)
    assert ever_hears(customer.heard(theirs), desk.tone)
    (shown,) = office.invited(customer)
    assert shown["shown"] == COMPANY
    # The talk stands in the timeline by itself; nothing anywhere holds the client's number.
    expect(_card(page).get_by_role("link", name="Outgoing")).to_be_visible()
    assert TAIL not in page.content()
    assert not [body for body in bodies if TAIL in body]


def test_a_double_click_rings_once_and_is_cancelled(office: Office, manager: Visitor) -> None:
    page, desk = manager.page, office.desk()
    _button(page).dblclick()
    call = desk.wait_for("rang").call
    _card(page).get_by_role("button", name="Cancel").click()
    desk.wait_for("hung_up", call=call)
    expect(_button(page)).to_be_visible()
    assert office.invitations(desk) == 1
    assert office.invitations(office.customer(CLIENT)) == 0


def test_why_it_came_to_nothing_stands_beside_the_button(office: Office, manager: Visitor) -> None:
    office.desk().behaves(Answer(0.1))
    office.customer(CLIENT).behaves(Refuse(486))
    _button(manager.page).click()
    expect(_card(manager.page).get_by_text("The client was busy")).to_be_visible()
    expect(_button(manager.page)).to_be_visible()


def test_the_phone_that_is_to_ring_is_chosen(office: Office, manager: Visitor) -> None:
    (number,) = (one.mobile for one in EMPLOYEES if one.agent == MANAGER)
    mobile = office.lab.phones.mobile(number)
    page = manager.page
    _card(page).get_by_role("button", name="On which of your phones").click()
    page.get_by_role("menuitem", name="Your own phone: mobile").click()
    call = mobile.wait_for("rang").call
    _card(page).get_by_role("button", name="Cancel").click()
    mobile.wait_for("hung_up", call=call)
    assert office.invitations(office.desk()) == 0
