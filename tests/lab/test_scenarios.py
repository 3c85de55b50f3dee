"""Scenarios on the real Asterisk: the phones' truth, and the journals that are kept of it."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
import soundfile

pytest.importorskip("pjsua2", reason="the lab's phones are not installed")

from lab.audio import tones
from lab.lab import Lab
from lab.phones import Answer
from lab.scenarios import SCENARIOS, Stage
from lab.scenarios.masked import MASKED_SCENARIOS
from lab.scenarios.recording import record

pytestmark = pytest.mark.lab
JOURNALS = Path(__file__).parents[1] / "replay" / "journals"


@pytest.fixture
def stage(lab: Lab) -> Stage:
    prepared = Stage(lab)
    prepared.reset()
    return prepared


def test_a_transferred_customer_and_his_new_agent_hear_each_other(stage: Stage) -> None:
    other_desk = stage.desk("102", Answer(0.3))
    customer, agent = stage.talking()
    at_customer = customer.phone.heard(customer.call)
    first_half = at_customer.stat().st_size / 16000
    agent.hold()
    consultation = stage.dial(agent.phone, "102")
    other = stage.answers(other_desk)
    consultation.wait("answered")
    agent.attended_transfer(consultation)
    heard = other_desk.heard(other.call)
    size = heard.stat().st_size
    stage.wait_until(lambda: heard.stat().st_size > size + 3 * 8000)
    until = heard.stat().st_size / 16000
    customer.hangup()
    other.wait_end()
    # Each where he speaks: over the whole call a tone's level is only its share of the time.
    before = tones(at_customer, [agent.phone.tone], end=first_half)
    after = tones(at_customer, [other_desk.tone], start=soundfile.info(at_customer).duration - 0.6)
    last = tones(heard, [customer.phone.tone], start=size / 16000 + 0.7, end=until)
    assert after[other_desk.tone] > -30
    assert before[agent.phone.tone] > -30
    assert last[customer.phone.tone] > -20


@pytest.mark.parametrize("name", ["inbound_answered_pickup", "outbound_busy_originated"])
def test_a_scenario_plays(stage: Stage, name: str) -> None:
    direction, outcome, *_ = name.split("_")
    for call in SCENARIOS[name].play(stage):
        assert (call.direction, call.disposition) == (direction, outcome)


@pytest.mark.usefixtures("asterisk_here")
def test_recorded_as_a_journal_beside_another_lab(tmp_path: Path) -> None:
    assert record(["inbound_answered_link_cut_talking", "internal_answered_echo"], tmp_path) == []
    cut = tmp_path / "inbound_answered_link_cut_talking"
    assert {path.name for path in cut.iterdir()} == {"1.ami", "2.ami", "cel.csv", "truth.json"}
    first, second = (cut / "1.ami").read_bytes(), (cut / "2.ami").read_bytes()
    assert b"Event: Newchannel" in first
    assert b"Event: Hangup\r\n" not in first
    assert second.index(b"Event: CoreShowChannelsComplete") < second.index(b"Event: Hangup\r\n")
    for answer in (b"StatusComplete", b"BridgeListComplete", b"QueueStatusComplete"):
        assert b"Event: " + answer in second
    assert second.count(b"Event: Hangup\r\n") == 2
    assert b"LINKEDID_END" in (cut / "cel.csv").read_bytes()
    whole = tmp_path / "internal_answered_echo"
    assert {path.name for path in whole.iterdir()} == {"journal.ami", "cel.csv", "truth.json"}
    truth = json.loads((whole / "truth.json").read_text())
    assert [call["direction"] for call in truth["calls"]] == ["internal"]


def test_the_kept_journals_are_those_of_the_scenarios() -> None:
    recorded = {path.parent.name for path in JOURNALS.glob("*/truth.json")}
    assert recorded == SCENARIOS.keys() | MASKED_SCENARIOS.keys()


def test_the_kept_journals_name_no_machine() -> None:
    paths = tuple(str(Path(path)) for path in (os.environ.get("HOME", "/root"), "/tmp/", "/work/"))
    for file in JOURNALS.rglob("*.*"):
        content = file.read_text(errors="replace")
        assert not [path for path in paths if path in content], file
