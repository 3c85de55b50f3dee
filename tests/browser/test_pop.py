"""Who calls, before he is answered; the bar while I talk; what came of it, in one step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

import pytest
from playwright.sync_api import Error, Locator, Page, Response, WebSocket

from tests.unit.daemon.api.conftest import CUSTOMERS

from .running_calls import AT_REST, CLIENT, SECRET, STRANGER, Office
from .served import serve_house
from .visitors import NARROW, Visitor, Visitors, expect

_STORED: Final = "() => JSON.stringify([{...localStorage}, {...sessionStorage}, document.cookie])"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with serve_house(tmp_path_factory.mktemp("pop")) as served:
        made = Office(served)
        served.person("boris", "manager")
        card = made.card(CUSTOMERS[0], name=CLIENT, curator="anna", company="Opera")
        made.card(CUSTOMERS[1], name=SECRET, curator="boris", private=True)
        served.ask("POST", f"clients/{card}/notes", {"text": "Wants the photograph back"})
        yield made


@pytest.fixture(autouse=True)
def _quiet(office: Office) -> None:
    office.clear()


def _pop(page: Page) -> Locator:
    return page.get_by_role("region", name="Who calls")


def _bar(page: Page) -> Locator:
    return page.get_by_role("region", name="My call")


def _wrap_up(page: Page) -> Locator:
    return page.get_by_role("region", name="What came of it?")


def _at_work(office: Office, visitors: Visitors, person: str = "anna") -> Visitor:
    """At a page that has nothing to do with calls, the live connection open."""
    visitor = visitors.come(office.served, person)
    with visitor.page.expect_websocket(lambda one: "/live" in one.url) as live:
        visitor.go("/tasks")
    if not live.value.is_closed():
        live.value.wait_for_event("framereceived", lambda _frame: True)
    return visitor


def test_the_card_comes_before_the_answer(office: Office, visitors: Visitors) -> None:
    visitor = _at_work(office, visitors)
    page = visitor.page
    call = office.rings("anna", queue="Sales")
    expect(_bar(page)).to_contain_text("Your phone rings")
    expect(_pop(page)).to_contain_text(CLIENT)
    expect(_pop(page)).to_contain_text("Opera")
    expect(_pop(page)).to_contain_text("Wants the photograph back")
    page.evaluate(AT_REST)
    assert visitor.accessible() == []
    office.answers(call, "anna")
    expect(_bar(page)).to_contain_text("In a call")
    expect(_bar(page).get_by_role("timer")).to_have_text(re.compile(r"0:0\d"))
    _bar(page).get_by_role("button", name="Hide the card").click()
    expect(_pop(page)).to_have_count(0)
    page.get_by_role("link", name="Calls").click()
    expect(_bar(page)).to_contain_text(CLIENT)


def test_another_takes_it(office: Office, visitors: Visitors) -> None:
    page = _at_work(office, visitors).page
    call = office.rings("anna", "boris")
    expect(_pop(page)).to_be_visible()
    office.ends(office.answers(call, "boris"))
    expect(_bar(page)).to_have_count(0)
    expect(_pop(page)).to_have_count(0)
    expect(_wrap_up(page)).to_have_count(0)


def test_what_came_of_it_in_one_step(office: Office, visitors: Visitors) -> None:
    visitor = _at_work(office, visitors)
    page = visitor.page
    call = office.answers(office.rings("anna"), "anna")
    _pop(page).get_by_label("Note for the card").fill("Has it in a safe")
    page.get_by_role("link", name="Calls").click()
    office.ends(call)
    form = _wrap_up(page)
    expect(form.get_by_label("Note for the card")).to_have_value("Has it in a safe")
    expect(form.get_by_role("button", name="Save")).to_be_disabled()
    form.get_by_text("call back", exact=True).click()
    form.get_by_label("Next task").fill("Ask at Briony Lodge")
    form.get_by_label("Until").fill("2030-01-31T10:00")
    page.evaluate(AT_REST)
    assert visitor.accessible() == []
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    said = office.served.ask("GET", f"calls/{call.id}/wrap-up")
    assert (said["outcome"], said["person"]) == ("call_back", "anna")
    assert said["note"]["text"] == "Has it in a safe"
    assert said["task"]["text"] == "Ask at Briony Lodge"
    assert said["task"]["due_at"] == "2030-01-31T10:00:00Z"


def test_later_is_allowed_and_several_wait(office: Office, visitors: Visitors) -> None:
    page = _at_work(office, visitors).page
    for number in (CUSTOMERS[0], CUSTOMERS[2]):
        call = office.answers(office.rings("anna", customer=number), "anna")
        expect(_bar(page)).to_contain_text("In a call")
        office.ends(call)
        expect(_bar(page)).to_have_count(0)
    form = _wrap_up(page)
    expect(form).to_contain_text("1 more talk waits")
    form.get_by_role("button", name="Later").click()
    expect(form).to_contain_text(CLIENT)
    form.get_by_role("button", name="Later").click()
    expect(form).to_have_count(0)


def test_a_private_client_of_another(office: Office, visitors: Visitors) -> None:
    page = _at_work(office, visitors).page
    call = office.rings("anna", customer=CUSTOMERS[1])
    expect(_pop(page)).to_contain_text("private client")
    expect(_pop(page)).to_contain_text("You have no access")
    office.ends(office.answers(call, "anna"))
    form = _wrap_up(page)
    expect(form.get_by_label("Note for the card")).to_have_count(0)
    form.get_by_text("agreed", exact=True).click()
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)
    assert SECRET not in page.content()


def test_what_cannot_be_saved_stays_typed(office: Office, visitors: Visitors) -> None:
    page = _at_work(office, visitors).page
    call = office.answers(office.rings("anna"), "anna")
    expect(_bar(page)).to_contain_text("In a call")
    office.ends(call)
    form = _wrap_up(page)
    form.get_by_label("Note for the card").fill("Not lost")
    form.get_by_text("agreed", exact=True).click()
    page.route("**/wrap-up", lambda route: route.abort())
    form.get_by_role("button", name="Save").click()
    expect(form.get_by_role("alert")).to_contain_text("does not answer")
    expect(form.get_by_label("Note for the card")).to_have_value("Not lost")
    page.unroute("**/wrap-up")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


def test_no_number_reaches_the_page(office: Office, visitors: Visitors) -> None:
    visitor = visitors.come(office.served, "anna")
    page, heard = visitor.page, list[str]()
    page.on("response", lambda answer: heard.append(_body(answer)))

    def listen(socket: WebSocket) -> None:
        socket.on("framereceived", lambda frame: heard.append(str(frame)))

    page.on("websocket", listen)
    visitor.go("/live")
    for number in (CUSTOMERS[0], STRANGER, CUSTOMERS[1]):
        call = office.rings("anna", customer=number)
        office.store(call)
        expect(_pop(page)).to_be_visible()
        call = office.answers(call, "anna")
        expect(_bar(page)).to_contain_text("In a call")
        office.ends(call)
        expect(_wrap_up(page)).to_be_visible()
        seen = [page.content(), page.title(), page.evaluate(_STORED), *heard]
        assert not [text for text in seen if number[-7:] in text]
        _wrap_up(page).get_by_role("button", name="Later").click()


def _body(answer: Response) -> str:
    try:
        return answer.text()
    except Error:
        return ""


def test_at_360_pixels(office: Office, visitors: Visitors) -> None:
    visitor = visitors.come(office.served, "anna", language="ru", size=NARROW, dark=True)
    page = visitor.go("/live")
    call = office.answers(office.rings("anna"), "anna")
    expect(page.get_by_role("region", name="Кто звонит")).to_contain_text(CLIENT)
    page.evaluate(AT_REST)
    assert visitor.accessible() == []
    office.ends(call)
    expect(page.get_by_role("region", name="Чем закончилось?")).to_be_visible()
    page.evaluate(AT_REST)
    assert visitor.accessible() == []
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
