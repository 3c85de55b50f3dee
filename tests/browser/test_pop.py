"""Who calls, before he is answered; the bar while I talk; what came of it, in one step."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest
from playwright.sync_api import Error, Locator, Page, Response, WebSocket

from daemon.ami.actions import Response as AmiResponse
from daemon.ami.message import Message
from daemon.calls.call import HeldBy, Leg, Party, PartyKind, RecordingRef
from daemon.holding.holds import Holds
from tests.unit.daemon.api.conftest import CUSTOMERS, DownLine

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


def test_a_card_that_is_open_hides_neither_the_bar_nor_what_is_asked(
    office: Office, visitors: Visitors
) -> None:
    visitor = _at_work(office, visitors)
    page = visitor.page
    visitor.go("/clients")
    page.get_by_role("row", name=CLIENT).click()
    drawer = page.get_by_role("dialog", name=CLIENT)
    expect(drawer).to_be_visible()
    call = office.answers(office.rings("anna"), "anna")
    page.evaluate(AT_REST)
    _bar(page).get_by_role("button", name="Hide the card").click()
    bottom = "one => Math.round(one.getBoundingClientRect().bottom)"
    top = "one => Math.round(one.getBoundingClientRect().top)"
    assert drawer.evaluate(bottom) <= _bar(page).evaluate(top)
    office.ends(call)
    _wrap_up(page).get_by_label("Note").fill("Asks for another photograph")
    expect(_wrap_up(page).get_by_label("Note")).to_have_value("Asks for another photograph")
    _wrap_up(page).get_by_role("button", name="Later").click()
    expect(drawer).to_be_visible()


def test_the_recording_is_paused_for_card_data(
    office: Office, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def does(*_: object, **_more: object) -> AmiResponse:
        return AmiResponse(Message({"Response": "Success"}))

    monkeypatch.setattr(DownLine, "send", does)
    visitor = _at_work(office, visitors)
    page = visitor.page
    board = visitors.come(office.served, "boss", role="director").go("/live")
    call = office.answers(office.rings("anna"), "anna")
    channel = call.legs[0].channel
    began = RecordingRef(channel=channel, name=channel, started_at=call.started_at)
    call = office.publish(replace(call, recordings=(began,)))
    bar = _bar(page)
    bar.get_by_role("button", name="Pause recording").click()
    expect(bar).to_contain_text("recording paused")
    expect(bar.get_by_role("timer", name="Until it is")).to_have_text(re.compile(r"[12]:[05]\d"))
    expect(board.get_by_role("row", name=CLIENT)).to_contain_text("not recorded")
    page.evaluate(AT_REST)
    assert visitor.accessible() == []
    # It stays on every page, and whoever may can let it go on.
    page.get_by_role("link", name="Calls").click()
    expect(bar).to_contain_text("recording paused")
    bar.get_by_role("button", name="Resume recording").click()
    expect(bar).not_to_contain_text("recording paused")
    expect(board.get_by_role("row", name=CLIENT)).not_to_contain_text("not recorded")
    bar.get_by_role("button", name="Note").click()
    expect(_pop(page).get_by_label("Note for the card")).to_be_focused()
    office.ends(call)
    _wrap_up(page).get_by_role("button", name="Later").click()
    visitor.go(f"/calls/{call.id}")
    page.get_by_text("As a table").click()
    expect(page.get_by_role("cell", name="recording paused")).to_be_visible()
    board.goto(f"{office.served.url}/control/paused")
    expect(board.get_by_text("anna: 1 pause")).to_be_visible()


def test_the_customer_is_put_on_hold_and_taken_back(
    office: Office, visitors: Visitors, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor = _at_work(office, visitors)
    page = visitor.page
    call = office.answers(office.rings("anna"), "anna")
    there = Leg(
        channel="customer",
        party=Party(kind=PartyKind.CUSTOMER),
        started_at=call.started_at,
        answered_at=call.answered_at,
    )
    talks = office.publish(replace(call, legs=(there, *call.legs)))
    held = replace(talks, held_from=talks.answered_at, held_by=HeldBy.BUTTON)
    bar = _bar(page)
    bar.get_by_role("button", name="Hold").click()
    expect(bar.get_by_role("alert")).to_contain_text("PBX")

    async def holds(self: Holds, *_: object) -> bool:
        self._board.publish(held)
        return True

    async def resumes(self: Holds, *_: object) -> bool:
        self._board.publish(talks)
        return True

    monkeypatch.setattr(Holds, "hold", holds)
    monkeypatch.setattr(Holds, "resume", resumes)
    bar.get_by_role("button", name="Hold").click()
    expect(bar).to_contain_text("on hold")
    expect(bar.get_by_role("alert")).to_have_count(0)
    # It stays on every page.
    page.get_by_role("link", name="Calls").click()
    expect(bar.get_by_role("button", name="Resume", exact=True)).to_be_visible()
    page.evaluate(AT_REST)
    assert visitor.accessible() == []
    bar.get_by_role("button", name="Resume", exact=True).click()
    expect(bar).to_contain_text("In a call")
    # What his phone holds, only his phone ends.
    office.publish(replace(held, held_by=HeldBy.PHONE))
    expect(bar.get_by_role("status").filter(has_text="Your phone holds")).to_be_visible()
    expect(bar.get_by_role("button", name="Resume", exact=True)).to_have_count(0)
    office.ends(talks)


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
    call = office.answers(call, "anna")
    expect(_bar(page)).to_contain_text("In a call")
    office.ends(call)
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
