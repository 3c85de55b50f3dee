"""Calls through Callward itself, stored as the phones saw them: with numbers that no phone saw."""

from __future__ import annotations

import json
import signal
from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

import pytest

from lab.masked.people import EMPLOYEES
from lab.phones import Answer
from lab.scenarios.masked import MASKED_SCENARIOS, Office
from lab.scenarios.masked.office import COMPANY, NOBODYS, QUISTS
from lab.scenarios.recording import plain
from tests.lab.test_capture import latest, listens, stored
from tests.replay.test_truth import differences

pytestmark = pytest.mark.lab

AGENTS = {one.extension: one.agent for one in EMPLOYEES}
PLAYED = (
    "masked_inbound_answered_deputy",
    "masked_inbound_answered_mobile",
    "masked_inbound_answered_attended_transfer_mobile",
    "masked_outbound_answered_callback",
    "masked_outbound_answered_code",
    "masked_outbound_answered_return",
)


@pytest.fixture(scope="module")
def house(asterisk_here: None) -> Iterator[Office]:
    with Office.opened() as opened:
        yield opened


@pytest.fixture
def office(house: Office) -> Iterator[Office]:
    """Everybody idle before and after."""
    house.reset()
    yield house
    house.reset()


def by_name(truth: dict[str, Any]) -> dict[str, Any]:
    """The phones know extensions, Callward the people."""
    said = {"answered_by", "last_agent"}
    named = {key: AGENTS.get(value, value) for key, value in truth.items() if key in said}
    rang = [AGENTS.get(label, label) for label in truth["rang"]]
    # A transfer goes to whom somebody was told to be, or to the extension that was dialled.
    transfers = [
        {
            **one,
            "at": None,
            "by": AGENTS[one["by"]],
            "to": one["to"] if one["kind"] == "blind" else AGENTS.get(one["to"], one["to"]),
        }
        for one in truth["transfers"]
    ]
    return {**truth, **named, "rang": rang, "transfers": transfers}


def tasks(office: Office) -> list[dict[str, Any]]:
    return list(office.daemon.get("/api/v1/tasks")["items"])


@pytest.mark.parametrize("name", PLAYED)
def test_a_masked_call_is_stored_as_the_phones_saw_it(office: Office, name: str) -> None:
    known = len(office.daemon.calls())
    records = MASKED_SCENARIOS[name].play(office)
    truth = json.loads(json.dumps([by_name(plain(asdict(record))) for record in records]))
    office.daemon.wait_until(lambda: len(office.daemon.calls()) == known + len(truth))
    calls = latest(office.daemon, len(truth))
    for call in calls:
        call["transfers"] = [{**one, "at": None} for one in call["transfers"]]
    assert differences(calls, truth) == []
    assert all(call["client_id"] is not None for call in calls)


def test_a_callback_that_its_agent_did_not_take_is_that_clients(office: Office) -> None:
    office.call_back(QUISTS)
    leg = office.rings(office.desk("101"))
    leg.wait_end()
    [call] = latest(office.daemon, 1)
    assert (call["direction"], call["disposition"]) == ("outbound", "missed")
    assert call["client_id"] == office.cards[QUISTS]["id"]
    assert call["customer_number"] == office.customer(QUISTS).number


def test_callward_killed_in_the_middle_of_a_masked_call_knows_it_again(office: Office) -> None:
    customer, agent = office.in_conversation()
    office.daemon.wait_until(lambda: office.daemon.calls()[0]["answered_by"] == "Quist")
    before = office.daemon.calls()
    office.daemon.kill()
    office.daemon.start()
    customer.hangup()
    agent.wait_end()
    office.daemon.wait_until(lambda: len(office.daemon.calls()) == len(before))
    [call] = latest(office.daemon, 1)
    assert (call["id"], call["direction"], call["disposition"]) == (
        before[0]["id"],
        "inbound",
        "answered",
    )
    assert call["customer_number"] == customer.label
    assert call["client_id"] == office.cards[QUISTS]["id"]


def test_a_masked_call_that_begins_without_callward_has_its_number_at_once(office: Office) -> None:
    office.daemon.stop()
    office.desk("101", Answer(0.3))
    customer = office.dial(office.customer(174), COMPANY)
    agent = office.answers(office.desk("101"))
    office.daemon.start()
    office.daemon.wait_until(lambda: office.daemon.calls()[0]["customer_number"] == customer.label)
    assert office.daemon.calls()[0]["running"]
    listens(office, customer, 0.5)
    customer.hangup()
    agent.wait_end()
    [call] = latest(office.daemon, 1)
    assert call["disposition"] == "answered"
    assert stored(office.daemon, call["id"])["duration_seconds"] > 0


def test_a_call_while_callward_hangs_is_captured_when_it_goes_on(office: Office) -> None:
    known = len(office.daemon.calls())
    office.daemon.send(signal.SIGSTOP)
    try:
        office.desk("101", Answer(0.3))
        customer = office.dial(office.customer(QUISTS), COMPANY)
        agent = office.answers(office.desk("101"))
        customer.wait("answered")
        listens(office, customer, 0.5)
        customer.hangup()
        agent.wait_end()
    finally:
        office.daemon.send(signal.SIGCONT)
    office.daemon.wait_until(lambda: len(office.daemon.calls()) == known + 1)
    [call] = latest(office.daemon, 1)
    assert (call["disposition"], call["answered_by"]) == ("answered", "Quist")
    assert call["client_id"] == office.cards[QUISTS]["id"]
    assert stored(office.daemon, call["id"])["duration_seconds"] > 0


def test_a_manager_on_his_mobile_is_no_client_whenever_callward_comes(office: Office) -> None:
    phone = office.customer(QUISTS, Answer(0.3))
    agent = office.dial(office.mobile("101"), COMPANY)
    agent.wait("answered")
    listens(office, agent, 1.0)
    agent.press(f"{office.code(QUISTS)}#")
    customer = office.answers(phone)
    clients = len(office.daemon.get("/api/v1/clients?limit=200")["items"])
    office.daemon.kill()
    office.daemon.start()
    customer.hangup()
    agent.wait_end()
    [call] = latest(office.daemon, 1)
    assert (call["direction"], call["client_id"]) == ("outbound", office.cards[QUISTS]["id"])
    assert {leg["party"] for leg in call["legs"] if leg["number"] == agent.label} == {"agent"}
    assert len(office.daemon.get("/api/v1/clients?limit=200")["items"]) == clients


def test_who_was_missed_is_called_back_and_that_is_all(office: Office) -> None:
    customer = office.dial(office.customer(NOBODYS), COMPANY)
    leg = office.rings(office.desk("101"))
    customer.hangup()
    leg.wait_end()
    client = office.cards[NOBODYS]["id"]
    office.daemon.wait_until(lambda: any(one["client_id"] == client for one in tasks(office)))
    phone, desk = office.customer(NOBODYS, Answer(0.3)), office.desk("102", Answer(0.3))
    office.call_back(NOBODYS, agent="Yarrow")
    agent = office.answers(desk)
    called = office.answers(phone)
    office.daemon.wait_until(lambda: all(one["client_id"] != client for one in tasks(office)))
    called.hangup()
    agent.wait_end()
