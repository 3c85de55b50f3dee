"""Calls seen live and the same from the PBX's own log are matched one to one, in every journal."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from daemon.calls.call import Call, Origin
from daemon.calls.directory import Directory
from daemon.calls.reconcile import reconcile
from daemon.calls.tracker import Tracker
from daemon.cel.logged import LoggedCalls
from daemon.cel.rows import read_rows
from daemon.ledger.matching import StoredCall, Window, match_calls
from daemon.replay import fold, journal_events
from tests.replay.recorded import JOURNALS, Journal, settings


def stored_call(call: Call) -> StoredCall:
    """As it stands in the database."""
    return StoredCall(
        id=call.id,
        pbx=call.pbx,
        linkedids=call.linkedids,
        started_at=call.started_at,
        answered_at=call.answered_at,
        ended_at=call.ended_at,
        disposition=call.disposition and call.disposition.value,
        ordered=call.origin is Origin.ORIGINATED,
        complete=call.complete,
        gone=call.gone,
    )


@pytest.mark.parametrize("journal", JOURNALS, ids=lambda journal: journal.name)
def test_a_journal_and_its_log_are_matched_one_to_one(journal: Journal) -> None:
    pbx = settings().pbx[0]
    directory = Directory.from_settings(settings().company, settings().agents, pbx)
    live = fold(Tracker(pbx.name, directory), journal_events(journal.files)).calls
    log = LoggedCalls(pbx.name, directory, Counter())
    with journal.cel.open(encoding="utf-8", errors="replace", newline="") as lines:
        logged = log.feed(read_rows(lines, pbx.timezone, pbx.cel.columns))
    logged += log.finish()
    calls = reconcile(live, logged)
    begin = min(call.started_at for call in calls) - timedelta(hours=1)
    later = begin + timedelta(days=1)
    window = Window(begin=begin, end=later, now=later, since=begin)
    found = match_calls(pbx.name, logged, [stored_call(call) for call in calls], window)
    assert [(one.kind, one.details) for one in found.differences] == []
    assert (found.account.logged, found.account.matched) == (len(calls), len(calls))
