"""A manager's day at the console, act by act: real calls, every page, and what goes wrong.

Numbers are hidden from her. What colleagues wrote about her client holds his number everywhere.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Final

from playwright.sync_api import BrowserContext, Locator, Page, expect

from lab.masked.people import COMPANY
from lab.phones import Answer
from tests.lab.callbacks.office import Office

from .served import PASSWORD
from .sites import Site
from .witness import Witness

MANAGER: Final = "Quist"
COLLEAGUE: Final = "Yarrow"
NAME: Final = "Irene Adler"
SECRET: Final = "Godfrey Norton"
"""The colleague's private client."""
MISSED, CLIENT, PRIVATE, SECOND = 636, 637, 638, 639
"""The last digits of customers' numbers; the client has two."""
NUMBER: Final = f"+442079460{CLIENT}"
WRITTEN: Final = f"Ring 020 7946-0{CLIENT} after six"
"""By a colleague, wherever words are written."""
SEARCHED: Final = (
    NUMBER,
    f"(020) 7946-0{CLIENT}",
    f"9460{CLIENT}",
    f"0{CLIENT}",
)
"""The number, and parts of it."""
FETCH: Final = """async ([method, path, body, more]) => {
  const reads = method === "GET";
  const session = reads ? {} : await (await fetch("/api/v1/session")).json();
  const shown = reads ? {} : {"X-Callward-CSRF": session.csrf};
  const answer = await fetch(path, {
    method,
    headers: {"Content-Type": "application/json", ...shown, ...more},
    ...(body === null ? {} : {body: JSON.stringify(body)}),
  });
  return [answer.status, await answer.text()];
}"""


@dataclass
class Day:
    """One browser, one office; ``witness`` sees what the browser meets."""

    office: Office
    context: BrowserContext
    page: Page
    url: str
    witness: Witness
    client: str
    """Her client's card."""
    code: str
    """Its short code."""
    secret: str
    """The card of the colleague's private client."""
    temporary: str
    """Her first password."""
    site: Site
    """A CRM."""

    def go(self, path: str) -> Page:
        """Open a page by its address."""
        self.page.goto(f"{self.url}{path}")
        return self.page

    def fetch(self, method: str, path: str, body: object = None, **headers: str) -> tuple[int, str]:
        """As a curious person does from the browser's own tools."""
        status, text = self.page.evaluate(FETCH, [method, path, body, headers])
        return status, text


def region(page: Page, name: str) -> Locator:
    """A part of the page."""
    return page.get_by_role("region", name=name)


def rows(page: Page) -> Locator:
    """Of the page's table."""
    return page.locator("tbody tr[data-opens]")


# ── The acts ──


def signs_in(day: Day) -> None:
    """Wrongly first, then with a password of her own."""
    page = day.go("/")
    for password in ("not this one at all", day.temporary):
        page.get_by_label("Name").fill(MANAGER)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in", exact=True).click()
        expect(page.get_by_role("alert").or_(page.get_by_label("New password"))).to_be_visible()
    page.get_by_label("Temporary password").fill(day.temporary)
    page.get_by_label("New password").fill(PASSWORD)
    page.get_by_role("button", name="Save and go on").click()
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    assert page.evaluate("Notification.requestPermission()") == "granted"


def is_called(day: Day) -> None:
    """The card before the answer; a note meanwhile; what came of it; the next task."""
    page, desk, customer = day.page, day.office.desk(), day.office.customer(CLIENT)
    expect(region(page, "To do today")).to_contain_text("after six")
    theirs = customer.dial(COMPANY)
    call = desk.wait_for("rang").call
    pop = region(page, "Who calls")
    expect(pop).to_contain_text(NAME)
    expect(pop).to_contain_text("after six")
    desk.answer(call)
    expect(region(page, "My call")).to_contain_text("In a call")
    pop.get_by_label("Note for the card").fill("Wants the photograph back")
    page.get_by_role("link", name="Live").click()
    expect(page.get_by_role("table", name="Running calls")).to_contain_text(NAME)
    customer.hangup(theirs)
    form = region(page, "What came of it?")
    form.get_by_text("agreed", exact=True).click()
    form.get_by_label("Next task").fill("Ask at Briony Lodge")
    form.get_by_role("button", name="Save").click()
    expect(form).to_have_count(0)


def misses_one(day: Day) -> None:
    """A new caller gives up; then somebody wants to be called back."""
    page, customer = day.go("/home"), day.office.customer(MISSED)
    theirs = customer.dial(COMPANY)
    day.office.desk().wait_for("rang")
    expect(region(page, "Who calls")).to_be_visible()
    customer.hangup(theirs)
    expect(region(page, "Who calls")).to_have_count(0)
    open_tasks = "/api/v1/tasks?state=open"
    day.office.wait_until(
        lambda: any(
            one["kind"] == "callback" for one in day.office.ask("GET", open_tasks).body["items"]
        )
    )
    page.reload()
    expect(region(page, "To call back").get_by_role("listitem").first).to_be_visible()
    page.get_by_role("button", name=re.compile("^Notices")).click()
    page.get_by_role("dialog", name="Notices").press("Escape")


def is_given_a_private_call(day: Day) -> None:
    """The colleague sends his private client on to her phone."""
    page, colleague = day.go("/live"), day.office.desk("102")
    customer, desk = day.office.customer(PRIVATE), day.office.desk()
    theirs = customer.dial(COMPANY)
    call = colleague.wait_for("rang").call
    colleague.answer(call)
    # His phone says so before the PBX has joined the two.
    day.office.wait_until(lambda: len(day.office.bridged()) == 2)
    colleague.blind_transfer("101", call)
    mine = desk.wait_for("rang").call
    expect(region(page, "My call")).to_contain_text("private client")
    desk.answer(mine)
    expect(region(page, "My call")).to_contain_text("In a call")
    customer.hangup(theirs)
    region(page, "What came of it?").get_by_role("button", name="Later").click()


def works_on_the_card(day: Day) -> None:
    """Every kind of line in it, a change, a note, a task; the number's place is locked."""
    page = day.go("/clients")
    rows(page).filter(has_text=NAME).click()
    card = page.get_by_role("dialog")
    expect(card.get_by_label("Hidden by policy. You can call all the same.")).to_be_visible()
    kinds = card.get_by_role("group", name="Show")
    for kind in ("Calls", "Notes", "Tasks", "Changes"):
        kinds.get_by_text(kind, exact=True).click()
        expect(card.get_by_role("region", name="What happened")).not_to_contain_text("Nothing of")
        kinds.get_by_text(kind, exact=True).click()
    card.get_by_role("button", name=re.compile("^Company: .*, change$")).click()
    box = card.get_by_role("textbox", name="Company", exact=True)
    box.fill("Briony Lodge")
    box.press("Enter")
    expect(card.get_by_text("Company: Opera → Briony Lodge")).to_be_visible()
    card.get_by_role("textbox", name="Note").fill("Decides by Monday")
    card.get_by_role("textbox", name="Note").press("Control+Enter")
    expect(card.get_by_role("listitem").filter(has_text="Decides by Monday")).to_be_visible()
    page.keyboard.press("Escape")


def searches(day: Day) -> None:
    """By that very number, and by parts of it: in every search there is, and past the pages."""
    page = day.go("/clients")
    box = page.get_by_role("searchbox")
    hidden = page.get_by_text("Numbers are hidden from you, so")
    nobody = page.get_by_text("Nobody is found")
    for text in SEARCHED:
        with day.witness.types(text):
            box.fill(text)
            expect(hidden.or_(nobody)).to_be_visible()
            page.keyboard.press("Control+k")
            quick = page.get_by_role("combobox", name="Client, short code or page")
            quick.fill(text)
            expect(page.get_by_text("Nobody and nothing begins like that.")).to_be_visible()
            quick.fill("")
            page.keyboard.press("Escape")
            box.fill("")
            for path in ("clients?number=", "clients?q=", "clients/suggest?q=", "calls?number="):
                status, found = day.fetch("GET", f"/api/v1/{path}{text.replace('+', '%2B')}")
                assert status in {400, 403} or json.loads(found)["items"] == [], path
    with day.witness.types(NUMBER):
        box = day.go("/calls").get_by_label("Client: a name, number or code")
        box.fill(NUMBER)
        expect(page.get_by_role("img", name="Hidden by policy")).to_be_visible()
        box.fill("")
        status, _ = day.fetch("POST", "/api/v1/clients", {"phones": [{"number": NUMBER}]})
        assert status == 403


def looks_at_the_call(day: Day) -> None:
    """The journal, the page of the talk with its sound, and that sound as a file."""
    known = f"/api/v1/calls?client={day.client}&disposition=answered&recorded=true"
    office = day.office
    office.wait_until(lambda: bool(office.ask("GET", known).body["items"]))
    call = office.ask("GET", known).body["items"][0]["id"]
    assert office.ask("POST", f"/api/v1/calls/{call}/notes", {"text": WRITTEN}).status == 201
    page = day.go("/calls")
    page.get_by_role("button", name="Filters").click()
    rows(page).filter(has_text=NAME).first.press("Enter")
    page.get_by_role("link", name="Open as a page").click()
    main = page.get_by_role("main")
    expect(main.get_by_role("slider")).to_be_visible()
    expect(main).to_contain_text("after six")
    main.get_by_text("As a table").click()
    with page.expect_response("**/audio") as sound:
        main.get_by_role("button", name="Play", exact=True).click()
    main.get_by_role("button", name="Marker here").click()
    page.get_by_label(re.compile("^What is at")).fill("promised coal")
    page.keyboard.press("Control+Enter")
    expect(main.get_by_role("button", name=re.compile("^Marker at"))).to_be_visible()
    with page.expect_download():
        page.evaluate(
            "url => Object.assign(document.createElement('a'), {href: url, download: ''}).click()",
            sound.value.url,
        )


def does_her_tasks(day: Day) -> None:
    """Those that are open, and one that is done."""
    page = day.go("/tasks")
    row = page.get_by_role("row").filter(has_text="Ask at Briony Lodge")
    row.get_by_role("button", name="Done").click()
    expect(row).to_have_count(0)
    day.go("/tasks?state=closed")
    expect(row).to_be_visible()


def calls_by_the_button(day: Day) -> None:
    """Both phones talk; then the phone is hung up in the page."""
    page, desk = day.go(f"/clients/{day.client}"), day.office.desk()
    day.office.customer(CLIENT).behaves(Answer(0.1))
    card = page.get_by_role("dialog")
    card.get_by_role("button", name="On which of your phones").click()
    page.get_by_role("menuitem", name="Your own phone: mobile").press("Escape")
    card.get_by_role("button", name=f"Call {NAME}").click()
    desk.answer(desk.wait_for("rang").call)
    expect(card.get_by_text("You talk")).to_be_visible()
    expect(region(page, "My call")).to_contain_text("In a call")
    listed = json.loads(day.fetch("GET", "/api/v1/clients")[1])["items"]
    other = next(one["id"] for one in listed if one["id"] != day.client)
    status, said = day.fetch("POST", "/api/v1/callbacks", {"client_id": other})
    assert status == 409, said
    card.get_by_role("button", name="Hang up").click()
    expect(card.get_by_role("button", name=f"Call {NAME}")).to_be_visible()
    page.keyboard.press("Escape")
    region(page, "What came of it?").get_by_role("button", name="Later").click()


def dials_by_code(day: Day) -> None:
    """From a link elsewhere."""
    page, desk = day.go(f"/dial?code={day.code}"), day.office.desk()
    expect(page.get_by_role("heading", name=NAME)).to_be_visible()
    page.get_by_role("button", name=f"Call the client with code {day.code}").click()
    call = desk.wait_for("rang").call
    page.get_by_role("button", name="Cancel").click()
    desk.wait_for("hung_up", call=call)
