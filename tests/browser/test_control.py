"""Control: talks without an entry, not called back, gone quiet, and what else is looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final
from uuid import UUID

import pytest
from playwright.sync_api import Locator, Page
from sqlalchemy import Connection

from crm.alerts import AlertKind, raise_alert
from crm.call_tables import monitoring
from crm.exports import Export, begin_export
from crm.phones import find_phones
from crm.sealed import seal
from store.ids import uuid7
from tests.unit.daemon.api.conftest import House, put_on_card
from tests.unit.daemon.api.talking import a_talk

from .served import ServedHouse, serve_house
from .visitors import NARROW, Visitor, Visitors, expect

JANE: Final = ("Jane Ford", "+442079460301")
JOHN: Final = ("John Reed", "+442079460302")
IRENE: Final = ("Irene Adler", "+442079460303")
QUIET: Final = ("Quentin Lull", "+442079460304")
BUSY: Final = ("Betty Loud", "+442079460305")
TITLES: Final = {
    "talks": "Talks with nothing entered",
    "missed": "Missed and not called back",
    "quiet": "Gone quiet after a manager",
    "reading": "Unusual reading",
    "digits": "Digits changed in clients’ numbers",
    "exports": "Exports",
    "listening": "Who listened to whom",
}
DAY: Final = timedelta(days=1)
HOUR: Final = timedelta(hours=1)


async def furnish(house: House) -> None:
    """Something for each of the lists."""
    now = datetime.now(UTC).replace(microsecond=0)
    talks = [a_talk(("anna",), number, now - 3 * HOUR, seconds=161) for _, number in (JANE, JOHN)]
    for call in talks:
        await house.write(call)
    await house.write(a_talk(("anna",), IRENE[1], now - 26 * HOUR, answered=False))
    await house.write(a_talk(("anna",), IRENE[1], now - 2 * HOUR, answered=False))
    for days in (80, 70, 60):
        await house.write(a_talk(("anna",), QUIET[1], now - days * DAY))
        await house.write(a_talk(("boris",), BUSY[1], now - (days - 58) * DAY))

    def put(connection: Connection) -> None:
        for name, number in (JANE, JOHN, IRENE, QUIET, BUSY):
            index = house.context.vault.blind_index(number)
            card = find_phones(connection, [index])[index].client_id
            assert card is not None
            values = {"name": name, "sort_name": name.lower(), "curator": "anna"}
            put_on_card(connection, card, values)
        raise_alert(
            connection,
            AlertKind.RATE,
            person="anna",
            evidence={
                "count": 48,
                "usual": 3,
                "from": (now - HOUR).isoformat(),
                "to": now.isoformat(),
            },
            key="rate:anna",
            at=now,
        )
        _listened(connection, house, talks[0].id, now)
        made = Export(
            id=uuid7(),
            actor="boris",
            at=now,
            format="csv",
            fields=("name", "company"),
            watermark="E-BORIS222",
            filter={},
            clients=3,
            finished_at=now,
        )
        begin_export(connection, house.context.vault, made)

    await house.context.database.write(put)


def _listened(connection: Connection, house: House, call_id: UUID, now: datetime) -> None:
    id_ = uuid7()
    modes = [
        {"mode": "listen", "from": (now - 3 * HOUR).isoformat()},
        {"mode": "whisper", "from": (now - 3 * HOUR).isoformat()},
    ]
    connection.execute(
        monitoring.insert().values(
            id=id_,
            call_id=call_id,
            person="boss",
            agent="anna",
            via="browser",
            address="192.0.2.7",
            modes=modes,
            reason=seal(house.context.vault, monitoring.c.reason, id_, "a new colleague"),
            started_at=now - 3 * HOUR,
            ended_at=now - 3 * HOUR + timedelta(seconds=100),
            ended_by="call",
        )
    )


@pytest.fixture
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ServedHouse]:
    with serve_house(tmp_path_factory.mktemp("control"), furnish) as served:
        yield served


def open_section(visitor: Visitor, key: str) -> Page:
    page = visitor.go(f"/control/{key}")
    expect(page.get_by_role("heading", level=1, name=TITLES[key])).to_be_visible()
    return page


def line(page: Page, text: str) -> Locator:
    return page.get_by_role("row").filter(has_text=text)


def test_one_click_asks_and_a_wrap_up_closes_the_row(
    office: ServedHouse, visitors: Visitors
) -> None:
    boss = visitors.come(office, "boss", role="director")
    page = open_section(boss, "talks")
    expect(line(page, JANE[0])).to_contain_text("2:41")
    expect(line(page, JANE[0])).to_contain_text("nothing entered")
    line(page, JANE[0]).get_by_role("button", name="Ask what came of it: anna").click()
    expect(line(page, JANE[0])).to_contain_text("asked · anna")

    anna = visitors.come(office, "anna")
    asked = anna.go("/home")
    questions = asked.get_by_role("region", name="Questions to you")
    question = questions.get_by_role("listitem").filter(has_text=JANE[0])
    expect(question).to_contain_text("boss")
    found = office.ask("GET", "reconciliation?state=asked")
    call = found["items"][0]["call_id"]
    said = asked.evaluate(
        """async (call) => {
          const session = await (await fetch("/api/v1/session")).json();
          const answer = await fetch(`/api/v1/calls/${call}/wrap-up`, {
            method: "PUT",
            headers: {"Content-Type": "application/json", "X-Callward-CSRF": session.csrf},
            body: JSON.stringify({outcome: "agreed", note: "takes two"}),
          });
          return (await answer.json()).outcome;
        }""",
        call,
    )
    assert said == "agreed"

    boss.go("/control/talks")
    expect(line(page, JOHN[0])).to_be_visible()
    expect(line(page, JANE[0])).to_have_count(0)
    boss.go("/control/talks?state=settled")
    expect(line(page, JANE[0])).to_contain_text("entered since")


def test_an_answer_is_read_and_settled_with_a_reason(
    office: ServedHouse, visitors: Visitors
) -> None:
    boss = visitors.come(office, "boss", role="director")
    page = open_section(boss, "talks")
    line(page, JOHN[0]).press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer).to_contain_text("anna talked for 2:41 and entered nothing since.")
    drawer.get_by_label("The question in your own words").fill("what did he want?")
    drawer.get_by_role("button", name="Ask anna what came of the talk").click()
    # As it was asked, no longer as it is typed: what is below moves up in that moment.
    expect(drawer.get_by_role("blockquote")).to_have_text("what did he want?")
    # What is typed stays when the drawer is closed and opened again.
    drawer.get_by_label("Why nothing had to be entered").fill("a wrong")
    page.keyboard.press("Escape")
    expect(drawer).to_have_count(0)
    line(page, JOHN[0]).press("Enter")
    reason = drawer.get_by_label("Why nothing had to be entered")
    expect(reason).to_have_value("a wrong")
    reason.fill("a wrong number")
    drawer.get_by_role("button", name="Settle it").click()
    expect(drawer.get_by_text("boss settled it")).to_be_visible()
    page.keyboard.press("Escape")
    expect(line(page, JOHN[0])).to_have_count(0)


def test_not_called_back(office: ServedHouse, visitors: Visitors) -> None:
    page = open_section(visitors.come(office, "boss", role="director"), "missed")
    waiting = line(page, IRENE[0])
    expect(waiting).to_contain_text("2 times")
    expect(waiting).to_contain_text("anna")
    expect(page.get_by_text("1 client waits")).to_be_visible()
    expect(waiting.get_by_role("button", name="Call")).to_be_visible()


def test_gone_quiet_after_a_manager(office: ServedHouse, visitors: Visitors) -> None:
    page = open_section(visitors.come(office, "boss", role="director"), "quiet")
    expect(line(page, "anna")).to_contain_text(
        "1 of 1 regular client has had no call for 30 days since the last talk with anna."
    )
    expect(line(page, "anna")).to_contain_text("100%")
    expect(line(page, "anna")).to_contain_text("Among colleagues: 0%")
    line(page, "anna").press("Enter")
    drawer = page.get_by_role("dialog")
    expect(drawer.get_by_role("row").filter(has_text=QUIET[0])).to_contain_text("3")
    expect(drawer.get_by_text(BUSY[0])).to_have_count(0)


def test_unusual_reading_is_settled_with_what_was_done(
    office: ServedHouse, visitors: Visitors
) -> None:
    page = open_section(visitors.come(office, "boss", role="director"), "reading")
    alert = page.get_by_role("listitem").filter(has_text="anna opened 48 cards")
    alert.get_by_role("button", name="Settle …").click()
    alert.get_by_label("What was done about it").fill("spoke with her")
    alert.get_by_role("button", name="Settle it").click()
    expect(alert).to_have_count(0)
    page.get_by_text("Settled", exact=True).click()
    expect(alert).to_contain_text("spoke with her")
    expect(alert).to_contain_text("boss settled it")


def test_a_changed_digit_is_put_back(office: ServedHouse, visitors: Visitors) -> None:
    [card] = office.ask("GET", f"clients?number={JANE[1][1:]}")["items"]
    phone = office.ask("GET", f"clients/{card['id']}")["phones"][0]
    changed = {"number": "+442079460391"}
    office.ask("PATCH", f"clients/{card['id']}/phones/{phone['id']}", changed)
    page = open_section(visitors.come(office, "boss", role="director"), "digits")
    edit = line(page, JANE[0])
    expect(edit).to_contain_text("operator changed 1 digit of")
    expect(edit).to_contain_text(changed["number"])
    edit.get_by_role("button", name="Put back").click()
    # The undo is an edit of digits too, and stands above it.
    expect(page.get_by_text("put back", exact=True)).to_be_visible()
    [now] = office.ask("GET", f"clients/{card['id']}")["phones"]
    assert now["number"] == JANE[1]


def test_who_took_clients_along_and_who_listened(office: ServedHouse, visitors: Visitors) -> None:
    boss = visitors.come(office, "boss", role="director")
    page = open_section(boss, "exports")
    expect(line(page, "boris")).to_contain_text("name, company")
    expect(line(page, "boris")).to_contain_text("E-BORIS222")
    page = open_section(boss, "listening")
    expect(line(page, "a new colleague")).to_contain_text("listened → whispered")
    expect(line(page, "a new colleague")).to_contain_text("1:40")


def test_a_manager_has_no_control(office: ServedHouse, visitors: Visitors) -> None:
    anna = visitors.come(office, "anna")
    page = anna.go("/home")
    expect(page.get_by_role("link", name="Tasks")).to_be_visible()
    expect(page.get_by_role("link", name="Control")).to_have_count(0)
    page = anna.go("/control/talks")
    expect(page.get_by_text("There is no such page")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_everybody_can_use_it(office: ServedHouse, visitors: Visitors, dark: bool) -> None:
    boss = visitors.come(office, "boss", role="director", dark=dark)
    for key in TITLES:
        page = open_section(boss, key)
        expect(page.get_by_role("navigation", name="What to look at")).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        assert boss.accessible() == [], key


def test_it_fits_a_phone_in_russian(office: ServedHouse, visitors: Visitors) -> None:
    boss = visitors.come(office, "boss", role="director", language="ru", size=NARROW)
    for key in TITLES:
        page = boss.go(f"/control/{key}")
        expect(page.get_by_role("navigation", name="На что посмотреть")).to_be_visible()
        expect(page.locator("[aria-busy=true]")).to_have_count(0)
        wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, (key, wide)
