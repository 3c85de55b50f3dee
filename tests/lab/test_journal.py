"""The tap that records journals."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("pjsua2", reason="the lab's phones are not installed")

from lab.journal import AmiTap
from lab.lab import Lab
from lab.scenarios import SCENARIOS, Stage

pytestmark = pytest.mark.lab


@pytest.fixture
def stage(lab: Lab) -> Stage:
    prepared = Stage(lab)
    prepared.reset()
    return prepared


def tap(lab: Lab, file: Path, *, secret: str | None = None, **options: bool) -> AmiTap:
    server = (lab.ami_host, lab.ami_port)
    return AmiTap(file, server, "tap", secret or lab.ami_secret, **options)


def test_a_wrong_secret_is_refused_at_once(lab: Lab, tmp_path: Path) -> None:
    with pytest.raises(PermissionError, match="Authentication failed"):
        tap(lab, tmp_path / "journal.ami", secret="wrong")


def test_the_file_begins_with_an_event_and_ends_with_the_calls(
    stage: Stage, tmp_path: Path
) -> None:
    file = tmp_path / "journal.ami"
    with tap(stage.lab, file) as journal:
        SCENARIOS["internal_busy"].play(stage)
        journal.stop()
    content = file.read_bytes()
    assert content.startswith(b"Event: ")
    assert content.endswith(b"\r\n\r\n")
    assert content.count(b"Event: Newchannel\r\n") == content.count(b"Event: Hangup\r\n") == 2
    assert b"Event: VarSet" not in content
    assert b"Event: RTCPSent" not in content


def test_the_verbose_one_keeps_the_dialplans_steps(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "journal.ami"
    with tap(stage.lab, file, verbose=True) as journal:
        SCENARIOS["internal_busy"].play(stage)
        journal.stop()
    content = file.read_bytes()
    assert b"Event: VarSet" in content
    assert b"Event: Newexten" in content
    assert b"Event: RTCPSent" not in content


def test_it_does_not_end_while_somebody_talks(stage: Stage, tmp_path: Path) -> None:
    with tap(stage.lab, tmp_path / "journal.ami") as journal:
        customer, _agent = stage.talking()
        with pytest.raises(TimeoutError, match="still alive on the PBX"):
            journal.stop(deadline=0.1)
        customer.hangup()


def test_a_snapshot_lists_what_runs(stage: Stage, tmp_path: Path) -> None:
    file = tmp_path / "journal.ami"
    customer, agent = stage.talking()
    with tap(stage.lab, file, snapshot=True) as journal:
        customer.hangup()
        agent.wait_end()
        journal.stop()
    content = file.read_bytes()
    head = content[: content.index(b"Event: ParkedCallsComplete")]
    assert head.count(b"Event: CoreShowChannel\r\n") == 2
    # An empty parking lot is a bridge as well.
    bridges = [block for block in head.split(b"\r\n\r\n") if b"Event: BridgeListItem" in block]
    assert sum(b"BridgeNumChannels: 2" in block for block in bridges) == 1
    assert head.count(b"Event: BridgeInfoChannel\r\n") == 2
    assert b"CDR(answer,u)=" in head
