"""A manager's whole day in one browser: the numbers of customers reach it nowhere, at no moment."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from playwright.sync_api import Browser

from lab.masked.canary import Number
from lab.masked.people import EMPLOYEES
from tests.lab.callbacks.office import Office

from . import managers_day as acts
from .managers_day import Day
from .managers_troubles import ACTS
from .served import Served
from .sites import Site
from .wiretap import Wiretap, tapped
from .witness import Witness

pytestmark = pytest.mark.lab
CANARIES = (
    Number("her client's number", acts.NUMBER),
    Number("his second number", f"+442079460{acts.SECOND}"),
    Number("a missed caller's number", f"+442079460{acts.MISSED}"),
    Number("another's private client's number", f"+442079460{acts.PRIVATE}"),
    *(Number("a colleague's mobile", one.mobile) for one in EMPLOYEES),
)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    settings = {"callbacks": {"agent_seconds": 30, "client_seconds": 30, "each_per_minute": 600}}
    with Office(settings) as office:
        yield office


@pytest.fixture(scope="module")
def wire(office: Office) -> Iterator[Wiretap]:
    with tapped(f"http://127.0.0.1:{office.daemon.port}") as tap:
        yield tap


@pytest.fixture
def site() -> Iterator[Site]:
    """A CRM."""
    site = Site()
    yield site
    site.server.shutdown()
    site.server.server_close()


def made(office: Office, path: str, body: dict[str, Any]) -> str:
    """What the operator writes down."""
    answer = office.ask("POST", f"/api/v1/{path}", body)
    assert answer.status == 201, answer
    return str(answer.body["id"])


@pytest.fixture
def day(office: Office, wire: Wiretap, browser: Browser, site: Site) -> Iterator[Day]:
    """The cards are written, and nobody has come yet."""
    client = made(
        office,
        "clients",
        {
            "name": acts.NAME,
            "company": "Opera",
            "curator": acts.MANAGER,
            "phones": [{"number": acts.NUMBER}, {"number": f"+442079460{acts.SECOND}"}],
        },
    )
    made(office, f"clients/{client}/notes", {"text": acts.WRITTEN})
    task = {"client_id": client, "text": acts.WRITTEN, "agent": acts.MANAGER}
    made(office, "tasks", task | {"due_at": "2026-01-01T10:00:00Z"})
    secret = {"name": acts.SECRET, "curator": acts.COLLEAGUE}
    secret_id = made(
        office, "clients", {**secret, "phones": [{"number": f"+442079460{acts.PRIVATE}"}]}
    )
    served = Served(f"http://127.0.0.1:{office.daemon.port}", office.daemon.headers)
    # Whose password another has set just now may not make a client private.
    with closing(sqlite3.connect(office.lab.folder / "callward" / "callward.db")) as database:
        database.execute("UPDATE client SET private = 1 WHERE curator = ?", [acts.COLLEAGUE])
        database.commit()
    context = browser.new_context(
        locale="en-GB", timezone_id="Europe/London", permissions=["notifications"]
    )
    witness = Witness(context, wire, CANARIES)
    yield Day(
        office=office,
        context=context,
        page=context.new_page(),
        url=wire.url,
        witness=witness,
        client=client,
        code=office.ask("GET", f"/api/v1/clients/{client}").body["short_code"],
        secret=secret_id,
        temporary=served.person(acts.MANAGER),
        site=site,
    )
    context.close()


def test_no_number_of_a_customer_reaches_her_browser(day: Day) -> None:
    witness = day.witness
    for act in ACTS:
        witness.does(act.__name__.replace("_", " "))
        act(day)
        day.office.reset()
    assert not witness.leaks, "\n".join(witness.leaks)
    # What she typed herself, and sent to search by it, was seen: the witness was awake.
    assert {one.split(": ")[1] for one in witness.own} == {"field", "request"}
    assert not witness.places["notification"]
    for place in ("answer", "frame in", "document", "title", "history", "storage"):
        assert witness.places[place], place
    for place in ("cookie", "download", "message", "console"):
        assert witness.places[place], place
