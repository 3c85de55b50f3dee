"""A short run of each kind, with every fault at least once: nothing lost, nothing doubled."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

pytest.importorskip("pjsua2", reason="the lab's phones are not installed")

from tests.lab.chaos.__main__ import say, table
from tests.lab.chaos.faults import missing
from tests.lab.chaos.plan import ON_POSTGRESQL, ON_SQLITE, Kind, make_plan
from tests.lab.chaos.run import perform

pytestmark = [pytest.mark.lab, pytest.mark.usefixtures("asterisk_here")]
SEED = int(os.environ.get("CHAOS_SEED", "1822"))
CALLS = 100


@pytest.mark.parametrize("postgresql", [False, True], ids=["sqlite", "postgresql"])
def test_no_call_is_lost_and_none_doubled(postgresql: bool, tmp_path: Path) -> None:
    if tool := missing():
        pytest.skip(f"{tool} is missing: make setup installs it")
    kinds: tuple[Kind, ...] = ON_POSTGRESQL if postgresql else ON_SQLITE
    plan = make_plan(SEED, calls=CALLS, kinds=kinds)
    assert set(plan.counted()) == set(kinds)
    for _ in range(2):
        result = perform(plan, postgresql=postgresql, keep=tmp_path / "kept", say=say)
        if result.clean or not result.void:
            break
        say("\n".join(["once more: the machine stood still", *table(result)]))
    assert result.clean, "\n" + "\n".join(table(result))
    assert result.verdict.counts["calls"] > 0.8 * CALLS
