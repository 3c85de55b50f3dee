"""Clients and their cards as a manager and a supervisor work with them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Page

from daemon.callbacks.callback import Callback, EndReason, State
from tests.unit.daemon.api.conftest import House

from .recorded_calls import CLIENT, furnish
from .served import PASSWORD, ServedHouse, serve_house
from .visitors import NARROW, Visitors, expect

NUMBER = "+442079460201"
TAIL = NUMBER[-7:]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    """A house with a few clients of anna's, and one who talked."""
    folder: Path = tmp_path_factory.mktemp("clients")
    with serve_house(folder, furnish) as served:
        served.ask("PUT", "categories/Trusted", {"position": 1})
        served.ask("PUT", "custom-fields/size", {"label": "Size", "kind": "number"})
        yield served


def client(house: ServedHouse, name: str, **more: object) -> dict[str, Any]:
    wanted = {"name": name, "curator": "anna", **more}
    made: dict[str, Any] = house.ask("POST", "clients", wanted)
    return made


def field(page: Page, name: str) -> Any:
    """The field of the card, as long as it is not being edited."""
    return page.get_by_role("button", name=re.compile(f"^{name}: .*, change$"))


def change(page: Page, name: str, value: str) -> None:
    field(page, name).click()
    box = page.get_by_role("textbox", name=name, exact=True)
    box.fill(value)
    box.press("Enter")


def test_a_manager_works_on_a_card_and_meets_no_number(
    house: ServedHouse, visitors: Visitors
) -> None:
    made = client(house, "Ivan Petrov", company="Steam", phones=[{"number": NUMBER}])
    visitor = visitors.come(house, "anna")
    seen: list[str] = []
    visitor.page.on("response", lambda answer: seen.append(answer.url))
    page = visitor.go("/clients")
    page.get_by_role("row", name=re.compile("Ivan Petrov")).click()
    card = page.get_by_role("dialog")
    expect(card.get_by_label("Hidden by policy. You can call all the same.")).to_be_visible()
    assert page.url.endswith(f"/clients/{made['id']}")

    change(page, "Company", "Steam Ltd")
    expect(field(page, "Company")).to_have_text("Steam Ltd")
    change(page, "Size", "12.5")
    expect(field(page, "Size")).to_have_text("12.5")
    card.get_by_role("textbox", name="Note").fill("wants coal")
    card.get_by_role("textbox", name="Note").press("Control+Enter")
    expect(card.get_by_role("listitem").filter(has_text="wants coal")).to_be_visible()
    expect(card.get_by_text("Company: Steam → Steam Ltd")).to_be_visible()

    card.get_by_role("button", name="Add", exact=True).click()
    card.get_by_label("What is to be done").fill("send the offer")
    card.get_by_text("Today", exact=True).click()
    card.get_by_role("button", name="Set the task").click()
    card.get_by_role("checkbox", name="Done: send the offer").click()
    expect(card.get_by_text("Nothing is to be done.")).to_be_visible()
    assert visitor.accessible() == []
    assert TAIL not in page.content()
    assert not [url for url in seen if TAIL in url]
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert TAIL not in stored
    assert "Petrov" not in stored


def test_calling_says_why_it_cannot_be(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Called One", phones=[{"number": NUMBER[:-1] + "2"}])
    page = visitors.come(house, "anna").go(f"/clients/{made['id']}")
    ordered: list[str] = []
    page.on(
        "request",
        lambda one: (
            ordered.append(one.headers.get("idempotency-key", ""))
            if one.method == "POST" and one.url.endswith("/callbacks")
            else None
        ),
    )
    button = page.get_by_role("dialog").get_by_role("button", name="Call Called One")
    button.dblclick()
    # The house has no PBX: the daemon says so, in a sentence.
    expect(page.get_by_role("dialog").get_by_role("alert")).to_contain_text("PBX")
    assert len(ordered) == 1
    assert len(ordered[0]) == 32


def test_how_far_a_call_is_stands_beside_the_button(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Far Away", phones=[{"number": NUMBER[:-1] + "5"}])
    now = datetime.now(UTC)
    callback = Callback(
        id=uuid4(),
        pbx="pbx",
        agent="anna",
        client_id=UUID(made["id"]),
        via="201",
        state=State.RINGING_AGENT,
        created_at=now,
        changed_at=now,
        code=made["short_code"],
    )

    def tell(seconds: int, **changes: Any) -> None:
        at = now + timedelta(seconds=seconds)
        further = replace(callback, changed_at=at, **changes)

        async def publish(one: House) -> None:
            for listener in one.context.callbacks.listeners:
                listener(further)

        house.do(publish)

    visitor = visitors.come(house, "anna")
    with visitor.page.expect_websocket(lambda one: "/events" in one.url):
        page = visitor.go(f"/clients/{made['id']}")
    card = page.get_by_role("dialog")
    expect(card.get_by_role("button", name="Call Far Away")).to_be_visible()
    tell(0)
    expect(card.get_by_text("Your phone rings")).to_be_visible()
    expect(card.get_by_role("button", name="Cancel")).to_be_visible()
    tell(4, state=State.RINGING_CLIENT)
    tell(9, state=State.TALKING)
    expect(card.get_by_role("button", name="Hang up")).to_be_visible()
    # What comes late takes nothing back.
    tell(2, state=State.AGENT_ANSWERED)
    tell(30, state=State.ENDED, reason=EndReason.CLIENT_BUSY, ended_at=now + timedelta(seconds=30))
    expect(card.get_by_text("The client was busy")).to_be_visible()
    expect(card.get_by_role("button", name="Call Far Away")).to_be_visible()


def test_a_recording_is_played_in_the_timeline(house: ServedHouse, visitors: Visitors) -> None:
    found = next(one for one in house.ask("GET", "clients")["items"] if one["name"] == CLIENT)
    visitor = visitors.come(house, "boss", role="director")
    page = visitor.go(f"/clients/{found['id']}")
    expect(page.get_by_role("dialog").get_by_text(CLIENT, exact=True).first).to_be_visible()
    with page.expect_response(lambda one: one.url.endswith("/audio")) as heard:
        page.get_by_role("button", name="Listen", exact=True).click()
    assert heard.value.status in {200, 206}
    player = page.get_by_role("region", name="Recording: the client left, the manager right")
    expect(player.get_by_role("button", name="Pause")).to_be_visible()
    player.get_by_role("button", name="Pause").click()
    page.get_by_text("Who looked", exact=True).click()
    expect(page.get_by_text("boss looked at the card")).to_be_visible()
    assert visitor.accessible() == []


def test_a_right_that_is_taken_away_meanwhile(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Guarded Client", company="Steam")
    page = visitors.come(house, "anna").go(f"/clients/{made['id']}")
    field(page, "Company").click()
    box = page.get_by_role("textbox", name="Company", exact=True)
    box.fill("Coal")
    house.ask("PATCH", "people/anna", {"exceptions": {"clients.change": "none"}})
    try:
        box.press("Enter")
        expect(page.get_by_text("Your rights do not allow this")).to_be_visible()
        expect(box).to_have_value("Coal")
    finally:
        house.ask("PATCH", "people/anna", {"exceptions": {}})
    box.press("Enter")
    expect(field(page, "Company")).to_have_text("Coal")


def test_a_session_that_ends_meanwhile_loses_nothing(
    house: ServedHouse, visitors: Visitors
) -> None:
    made = client(house, "Patient Client")
    visitor = visitors.come(house, "anna")
    page = visitor.go(f"/clients/{made['id']}")
    note = page.get_by_role("textbox", name="Note")
    note.fill("a long thought")
    visitor.context.clear_cookies()
    note.press("Control+Enter")
    dialog = page.get_by_role("dialog", name="Sign in again")
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("listitem").filter(has_text="a long thought")).to_be_visible()


def test_two_people_at_one_card(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Shared Client", company="Steam")
    anna = visitors.come(house, "anna").go(f"/clients/{made['id']}")
    boss = visitors.come(house, "boss", role="director").go(f"/clients/{made['id']}")

    # Different fields: both stay, and both hear of the other.
    field(anna, "Name").click()
    anna.get_by_role("textbox", name="Name", exact=True).fill("Shared Client the First")
    change(boss, "Company", "Coal")
    expect(anna.get_by_text("boss changed this card")).to_be_visible()
    anna.get_by_role("textbox", name="Name", exact=True).press("Enter")
    expect(field(anna, "Name")).to_have_text("Shared Client the First")
    expect(anna.get_by_text("both are kept")).to_be_visible()
    expect(field(anna, "Company")).to_have_text("Coal")
    expect(boss.get_by_text("anna changed this card")).to_be_visible()

    # The same field: nobody overwrites blindly, and nothing that was typed is lost.
    field(anna, "Company").click()
    anna.get_by_role("textbox", name="Company").fill("Peat")
    change(boss, "Company", "Wood")
    clash = anna.get_by_role("alert").filter(has_text="“Wood”")
    expect(clash).to_be_visible()
    expect(anna.get_by_role("textbox", name="Company")).to_have_value("Peat")
    assert house.ask("GET", f"clients/{made['id']}")["company"] == "Wood"
    anna.get_by_role("button", name="Keep mine").click()
    expect(field(anna, "Company")).to_have_text("Peat")
    expect(field(boss, "Company")).to_have_text("Peat")


def test_a_card_that_is_archived_meanwhile(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Leaving Client")
    anna = visitors.come(house, "anna").go(f"/clients/{made['id']}")
    boss = visitors.come(house, "boss", role="director").go(f"/clients/{made['id']}")
    anna.get_by_role("textbox", name="Note").fill("half a thought")
    boss.get_by_role("button", name="More", exact=True).click()
    boss.get_by_role("menuitem", name="To the archive").click()
    expect(boss.get_by_text("1 client goes to the archive, with 0 numbers")).to_be_visible()
    boss.get_by_role("button", name="To the archive", exact=True).click()
    expect(boss.get_by_text("The client is in the archive.")).to_be_visible()

    expect(anna.get_by_text("This card is open to you no more")).to_be_visible()
    expect(anna.get_by_text("1 text of yours is not saved")).to_be_visible()
    expect(anna.get_by_role("textbox", name="Note")).to_have_value("half a thought")

    boss.get_by_role("button", name="Bring back").click()
    expect(boss.get_by_role("button", name=re.compile("^Name: "))).to_be_visible()
    expect(anna.get_by_role("button", name=re.compile("^Name: "))).to_be_visible()
    anna.get_by_role("textbox", name="Note").press("Control+Enter")
    expect(anna.get_by_role("listitem").filter(has_text="half a thought")).to_be_visible()


def test_a_supervisor_sees_a_card_as_a_manager(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Seen Client", phones=[{"number": NUMBER[:-1] + "3"}])
    page = visitors.come(house, "boss", role="director").go(f"/clients/{made['id']}")
    card = page.get_by_role("dialog")
    expect(field(page, "Phones")).to_have_text(NUMBER[:-1] + "3")
    page.get_by_role("button", name="More", exact=True).click()
    page.get_by_role("menuitem", name="See this card as").click()
    page.get_by_role("combobox", name="As whom").click()
    page.get_by_role("option", name="anna").click()
    expect(card.get_by_label("Hidden by policy", exact=True)).to_be_visible()
    expect(field(page, "Phones")).not_to_be_visible()
    page.get_by_role("combobox", name="As whom").click()
    page.get_by_role("option", name="boris").click()
    expect(card.get_by_text("For boris there is no such client.")).to_be_visible()


def test_two_cards_become_one_and_two_again(house: ServedHouse, visitors: Visitors) -> None:
    one = client(house, "Twin Brother", company="Steam")
    client(house, "Twin Brother", company="Coal")
    page = visitors.come(house, "boss", role="director").go(f"/clients/{one['id']}")
    page.get_by_role("button", name="Compare").click()
    page.get_by_role("radiogroup", name="Company").get_by_text("Coal").click()
    page.get_by_role("button", name="Merge", exact=True).click()
    expect(field(page, "Company")).to_have_text("Coal")
    page.get_by_role("button", name="Part again").click()
    expect(page.get_by_text("Parted:")).to_be_visible()
    expect(field(page, "Company")).to_have_text("Steam")


def test_finding_and_writing_down(house: ServedHouse, visitors: Visitors) -> None:
    client(house, "Zoe Foundling", company="Umbrellas")
    visitor = visitors.come(house, "anna")
    page = visitor.go("/clients")
    expect(page.get_by_role("row", name=re.compile("Zoe"))).to_be_visible()
    page.keyboard.press("/")
    page.keyboard.type("foundl")
    expect(page.get_by_role("row", name=re.compile("Zoe"))).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(2)
    assert page.url.endswith("q=foundl")
    # Numbers are hidden from her: said in words, asked of nobody, and in no address.
    page.get_by_role("searchbox").fill(NUMBER)
    expect(page.get_by_text("Numbers are hidden from you, so there is no search")).to_be_visible()
    assert TAIL not in page.url
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="New client").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Brand New")
    page.get_by_role("button", name="Write down").click()
    expect(
        page.get_by_role("dialog").get_by_role("button", name=re.compile("^Name: "))
    ).to_have_text("Brand New")
    page.keyboard.press("Escape")
    expect(page.get_by_role("row", name=re.compile("Brand New"))).to_be_visible()
    assert visitor.accessible() == []


def test_a_change_is_put_back(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Digit Client", phones=[{"number": NUMBER[:-1] + "4"}])
    phone = f"clients/{made['id']}/phones/{made['phones'][0]['id']}"
    house.ask("PATCH", phone, {"number": NUMBER[:-1] + "9"})
    page = visitors.come(house, "boss", role="director").go(f"/clients/{made['id']}")
    line = page.get_by_role("listitem").filter(has_text="1 digit is other").last
    expect(line).to_be_visible()
    line.get_by_role("button", name="Put back").click()
    expect(field(page, "Phones")).to_have_text(NUMBER[:-1] + "4")
    expect(page.get_by_text("was put back")).to_be_visible()


def test_several_clients_at_once(house: ServedHouse, visitors: Visitors) -> None:
    made = [client(house, f"Batch {one}", company="Batches") for one in ("One", "Two", "Three")]
    page = visitors.come(house, "boss", role="director").go("/clients?q=batch")
    page.get_by_role("checkbox", name="Choose Batch One").check()
    page.get_by_role("checkbox", name="Choose Batch Two").check()
    several = page.get_by_role("region", name="Chosen clients")
    expect(several).to_contain_text("2 clients")
    several.get_by_role("combobox", name="Give to …").click()
    page.get_by_role("option", name="boris").click()
    expect(several).to_contain_text("2 clients were given over.")
    assert house.ask("GET", f"clients/{made[0]['id']}")["curator"] == "boris"

    page.get_by_role("checkbox", name="Choose Batch Two").check()
    page.get_by_role("checkbox", name="Choose Batch Three").check()
    several.get_by_role("button", name="To the archive").click()
    expect(page.get_by_text("2 clients go to the archive")).to_be_visible()
    page.get_by_role("button", name="Archive 2 clients").click()
    expect(several).to_contain_text("2 clients are in the archive.")
    expect(page.get_by_role("row", name=re.compile("Batch"))).to_have_count(1)
    several.get_by_role("button", name="Bring back").click()
    expect(several).to_contain_text("2 clients are back.")
    expect(page.get_by_role("row", name=re.compile("Batch"))).to_have_count(3)


def test_a_view_is_kept_and_gone_back_to(house: ServedHouse, visitors: Visitors) -> None:
    client(house, "Viewed Client", category="Trusted")
    page = visitors.come(house, "anna").go("/clients?category=Trusted&q=viewed")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("textbox", name="Keep these filters as …").fill("Whom I trust")
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_role("menuitem", name="Whom I trust")).to_be_visible()
    page.keyboard.press("Escape")
    page.goto(f"{house.url}/clients")
    page.get_by_role("button", name="Views").click()
    page.get_by_role("menuitem", name="Whom I trust").click()
    expect(page).to_have_url(re.compile(r"category=Trusted&q=viewed$"))
    expect(page.get_by_role("searchbox")).to_have_value("viewed")
    expect(page.get_by_role("row")).to_have_count(2)


def test_a_day_begins_with_whom_to_call_back(house: ServedHouse, visitors: Visitors) -> None:
    made = client(house, "Due Client")
    due = (datetime.now(UTC) - timedelta(minutes=1)).isoformat().replace("+00:00", "Z")
    task = {"client_id": made["id"], "text": "send the offer", "agent": "anna", "due_at": due}
    house.ask("POST", "tasks", task)
    visitor = visitors.come(house, "anna")
    page = visitor.go("/")
    expect(page.get_by_role("heading", name="Today", level=1)).to_be_visible()
    # The house's customers were missed; the group calls them back.
    missed = page.get_by_role("region", name="To call back")
    expect(missed.get_by_role("listitem").first).to_be_visible()
    today = page.get_by_role("region", name="To do today")
    line = today.get_by_role("listitem").filter(has_text="Due Client")
    expect(line).to_contain_text("overdue")
    line.get_by_role("button", name="Done").click()
    expect(line).to_have_count(0)
    expect(
        page.get_by_role("region", name="Recent calls").get_by_role("listitem")
    ).not_to_have_count(0)
    assert visitor.accessible() == []
    page.goto(f"{house.url}/tasks?state=closed")
    row = page.get_by_role("row", name=re.compile("send the offer Due Client"))
    row.get_by_role("button", name="Open again").click()
    page.goto(f"{house.url}/tasks?state=overdue")
    expect(row).to_be_visible()


@pytest.mark.parametrize("language", ["en", "ru"])
def test_a_phone_is_wide_enough(house: ServedHouse, visitors: Visitors, language: str) -> None:
    made = client(house, f"Narrow {language.title()}", company="Umbrellas and sons")
    visitor = visitors.come(house, "anna", language=language, size=NARROW)
    for path in ("/clients", f"/clients/{made['id']}", "/tasks", "/home"):
        page = visitor.go(path)
        expect(page.get_by_role("heading", level=1).first).to_be_visible()
        page.wait_for_load_state("networkidle")
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= NARROW[0], path
        assert visitor.accessible() == [], path
