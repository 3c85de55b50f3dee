"""Callward is stopped, hangs or talks nonsense: the company goes on, masked and recorded."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lab.masked import MaskedLab
from lab.masked.people import COMPANY
from lab.phones import Answer
from lab.scenarios import Stage
from tests.lab.dialplan.answers import Answers
from tests.lab.dialplan.heard import connected, listen

pytestmark = pytest.mark.lab

NONSENSE = (
    "",
    "callward1",
    "callward1|client|71717",
    "callward2|client|71717||||10~PJSIP/103||end",
    "<html>callward1|client</html>",
    'callward1|cli"ent|end',
    'callward1|"|) ${CALLERID(num)} $[1/0]|end',
    "callward1|manager|end\ncallward1|end",
    "callward1|client|71717|Ada, Byron|||10~PJSIP/103||end",
    "callward1|clients|71717|Ada Byron|||10~PJSIP/103||end",
    "callward1|client|71717|Ada|Byron|||10~PJSIP/103||end",
    "|" * 3000,
    "x" * 20_000,
)


@pytest.mark.parametrize("said", [None, *NONSENSE], ids=lambda said: repr(said)[:24])
def test_the_fallback_group_rings(
    stage: Stage, answers: Answers, masked: MaskedLab, said: str | None
) -> None:
    answers.tell("inbound", said)
    before = set(masked.recordings_folder.glob("*.rx.wav"))
    desks = stage.desk("101", Answer(0.1)), stage.desk("102")
    began = time.monotonic()
    customer = stage.dial(stage.customer(), COMPANY)
    agent = stage.answers(desks[0])
    if said is None:
        assert time.monotonic() - began > 2
    assert agent.wait("invited").detail["shown"] == COMPANY
    connected(customer, agent)
    stage.wait_until(lambda: not stage.channels())
    assert len(set(masked.recordings_folder.glob("*.rx.wav")) - before) == 1


SCRIPT = """#!/bin/sh
while read -r line && [ -n "$line" ]; do
  case $line in agi_callerid:*) caller=$line ;; esac
done
case $caller in *330) echo "SET VARIABLE CALLWARD_STEPS 10~PJSIP/103" ;; esac
read -r line
"""


@contextmanager
def script(masked: MaskedLab, content: str | None) -> Iterator[None]:
    """Another fallback script, or none, in the place of Callward's."""
    file = masked.folder / "agi-bin" / "callward_fallback.py"
    kept = file.read_bytes() if file.exists() else None
    file.unlink(missing_ok=True)
    if content is not None:
        file.write_text(content)
        file.chmod(0o755)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        if kept is not None:
            file.write_bytes(kept)
            file.chmod(0o755)


def test_a_script_knows_the_curator(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    """It is asked with the caller's number, before that is replaced."""
    answers.tell("inbound", "")
    desk = stage.desk("103", Answer(0.1))
    with script(masked, SCRIPT):
        customer = stage.dial(stage.customer(), COMPANY)
        connected(customer, stage.answers(desk))


@pytest.mark.parametrize("content", [None, "#!/bin/sh\nexit 3\n", "no program", "#!/nowhere\n"])
def test_a_script_that_fails(
    stage: Stage, answers: Answers, masked: MaskedLab, content: str | None
) -> None:
    answers.tell("inbound", "")
    desk = stage.desk("101", Answer(0.1))
    with script(masked, content):
        customer = stage.dial(stage.customer(), COMPANY)
        connected(customer, stage.answers(desk))


def test_a_plain_number_is_dialled(stage: Stage, answers: Answers) -> None:
    answers.tell("dial", "")
    client = stage.customer(500, Answer(0.1))
    agent = stage.dial(stage.desk("104"), client.number)
    called = stage.answers(client)
    assert called.wait("invited").detail["shown"] == COMPANY
    connected(agent, called)


def test_a_plain_number_is_refused(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    answers.tell("dial", "")
    masked.cli("dialplan set global CALLWARD_OUTBOUND_SILENT deny")
    try:
        client = stage.customer(500, Answer(0.1))
        agent = stage.dial(stage.desk("104"), client.number)
        agent.wait_end()
        assert listen(agent) > 1.0
        assert client.running() == ()
    finally:
        masked.cli("dialplan set global CALLWARD_OUTBOUND_SILENT dial")


def test_a_short_code_is_refused(stage: Stage, answers: Answers) -> None:
    answers.tell("dial", "")
    agent = stage.dial(stage.desk("104"), "71717")
    agent.wait_end()
    assert listen(agent) > 1.0


def test_a_colleague_rings(stage: Stage, answers: Answers) -> None:
    answers.tell("dial", None)
    desk = stage.desk("102", Answer(0.1))
    agent = stage.dial(stage.desk("101"), "102")
    connected(agent, stage.answers(desk))


def test_silent_at_the_last_step(stage: Stage, answers: Answers) -> None:
    answers.calls("+442079460330")
    answers.tell("client", "")
    agent = stage.dial(stage.desk("101"), "71717")
    agent.wait_end()
    assert listen(agent) > 1.0
