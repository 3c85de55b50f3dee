"""The PBX's own log fills what the link missed: any cut, completed from CEL, is the whole call."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from daemon.ami.framing import Framer
from daemon.replay import replay
from tests.replay.recorded import JOURNALS, Journal, settings
from tests.replay.test_truth import differences

# Of a call ordered by an Originate the log does not say to whom it was to lead, nor with which
# number Dial's `f()` showed it; and it knows of no recording.
NOT_IN_THE_LOG = {"recorded", "rang", "answered_by", "ring_seconds", "company_number"}
ORDERED_AND_UNANSWERED = {"direction", "customer_number"}
# Of an order's first leg over the trunk not even the number stands in the log.
ORDERED_FOR_A_MOBILE = {"direction", "customer_number", "last_agent", "hangup_by"}


def known_to_the_log(journal: Journal) -> list[dict[str, object]]:
    """The truth without what no log row tells; the end of every call is in the log."""
    truth = []
    for call in journal.truth:
        blind = {"complete", "recorded"}
        if call["origin"] == "originated":
            blind |= NOT_IN_THE_LOG
            if call["answered_by"] is None:
                blind |= ORDERED_AND_UNANSWERED
            elif call["answered_by"].startswith("+"):
                blind |= ORDERED_FOR_A_MOBILE
        elif journal.name == "outbound_answered_national":
            blind |= {"company_number"}
        truth.append({**call, "unchecked": [*call.get("unchecked", ()), *blind]})
    return truth


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.name)
def test_the_log_alone_tells_the_calls(journal: Journal, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.ami"
    nothing.touch()
    got = replay([nothing], journal.cel, settings())
    assert differences(got, known_to_the_log(journal)) == []


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.name)
def test_a_cut_journal_and_its_log_are_the_whole_call(journal: Journal, tmp_path: Path) -> None:
    dice = random.Random(journal.name)
    for number, path in enumerate(journal.files):
        data = path.read_bytes()
        blocks = len(Framer().feed(data))
        cut = tmp_path / path.name
        for keep in {0, max(0, blocks - 1), *(dice.randrange(blocks + 1) for _ in range(6))}:
            at = 0
            for _ in range(keep):
                at = data.index(b"\r\n\r\n", at) + 4
            cut.write_bytes(data[:at])
            got = replay([*journal.files[:number], cut], journal.cel, settings())
            assert differences(got, known_to_the_log(journal)) == [], f"{keep} of {blocks} blocks"
