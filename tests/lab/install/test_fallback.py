"""Callward is silent: the PBX itself rings the client's curator, masked, and then the group."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crm.vault import Vault
from dialplan.callward_fallback import find_steps, read_snapshot
from dialplan.keys import FallbackKeys
from lab.masked.people import COMPANY
from lab.phones import Answer
from lab.scenarios.leg import Leg
from tests.lab.dialplan.heard import connected
from tests.lab.routing.company import Company

pytestmark = pytest.mark.lab

CURATED, OPEN = 171, 172
"""Fenwick's client, at 104; and nobody's. The fallback group is 101 and 102."""


@pytest.fixture(scope="module")
def house(asterisk_here: None) -> Iterator[Company]:
    with Company() as company:
        company.client(CURATED, curator="Fenwick")
        company.client(OPEN)
        number = company.stage.customer(CURATED).number
        company.wait_until(lambda: known(company, number))
        yield company


def known(company: Company, number: str) -> bool:
    """Whether the snapshot has learnt whose client he is."""
    return find_steps(snapshot_of(company), keys_of(company).index, number) != ""


def keys_of(company: Company) -> FallbackKeys:
    vault = Vault((company.lab.folder / "callward" / "vault.key").read_bytes())
    return FallbackKeys.of(vault, "lab")


def snapshot_of(company: Company) -> dict[str, Any]:
    key = keys_of(company).signature
    found: dict[str, Any] = read_snapshot(str(snapshot_file(company)), key, time.time())
    return found


def snapshot_file(company: Company) -> Path:
    return company.lab.recordings_folder / "fallback.json"


@pytest.fixture(params=["stopped", "hung"])
def silent(house: Company, request: pytest.FixtureRequest) -> Iterator[Company]:
    """Callward does not answer; the phones are idle before and after."""
    house.stage.reset()
    if request.param == "stopped":
        house.daemon.stop()
    else:
        house.daemon.send(signal.SIGSTOP)
    yield house
    house.stage.reset()
    if request.param == "stopped":
        house.daemon.start()
    else:
        house.daemon.send(signal.SIGCONT)


def shown(leg: Leg) -> str:
    found = leg.find("invited")
    assert found is not None
    return str(found.detail["shown"])


def test_the_curator_is_reached_and_sees_no_number(silent: Company) -> None:
    desk = silent.stage.desk("104", Answer(0.3))
    customer = silent.calls(CURATED)
    agent = silent.stage.answers(desk)
    assert shown(agent) == COMPANY
    assert not any(silent.stage.desk(other).running() for other in ("101", "102", "103"))
    connected(customer, agent)


def test_the_group_follows_where_he_does_not_answer(silent: Company) -> None:
    stage = silent.stage
    group = stage.desk("102", Answer(0.3))
    customer = silent.calls(CURATED)
    assert shown(stage.rings(stage.desk("104"))) == COMPANY
    connected(customer, stage.answers(group))


def test_nobodys_client_is_the_groups(silent: Company) -> None:
    desk = silent.stage.desk("101", Answer(0.3))
    customer = silent.calls(OPEN)
    connected(customer, silent.stage.answers(desk))


def test_a_forged_snapshot_is_not_followed(silent: Company) -> None:
    file = snapshot_file(silent)
    right = file.read_bytes()
    file.write_bytes(right.replace(b"PJSIP/104", b"PJSIP/103"))
    try:
        desk = silent.stage.desk("101", Answer(0.3))
        customer = silent.calls(CURATED)
        connected(customer, silent.stage.answers(desk))
    finally:
        file.write_bytes(right)


def test_who_is_away_is_left_out(house: Company) -> None:
    """The curator, and one of the group."""
    stage = house.stage
    stage.reset()
    for name in ("Fenwick", "Quist"):
        house.ask("PUT", f"/api/v1/people/{name}/presence", {})
    house.wait_until(lambda: len(snapshot_of(house)["away"]) == 2)
    house.daemon.stop()
    try:
        seen = {name: len(stage.desk(name).log) for name in ("101", "104")}
        for client in (CURATED, OPEN):
            desk = stage.desk("102", Answer(0.3))
            connected(house.calls(client), stage.answers(desk))
            stage.reset()
        assert seen == {name: len(stage.desk(name).log) for name in seen}
    finally:
        house.daemon.start()
        for name in ("Fenwick", "Quist"):
            house.ask("DELETE", f"/api/v1/people/{name}/presence")
