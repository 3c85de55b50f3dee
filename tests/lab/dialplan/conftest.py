"""One masked lab for all of these tests, with a server of theirs in Callward's place."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from lab.masked import MaskedLab
from lab.masked.watch import Watch
from lab.scenarios import Stage
from tests.lab.dialplan.answers import Answers

CUSTOMERS = tuple(f"+4420794603{last:02}" for last in range(30, 40))
"""Who calls and is called here: what of them reaches an employee is a leak."""


@pytest.fixture(scope="module")
def masked(asterisk_here: None) -> Iterator[MaskedLab]:
    with MaskedLab() as lab:
        yield lab


@pytest.fixture(scope="module")
def _answers(masked: MaskedLab) -> Iterator[Answers]:
    with Answers(masked.http_port) as answers:
        yield answers


@pytest.fixture(scope="module")
def _watch(masked: MaskedLab) -> Iterator[Watch]:
    with Watch(masked, CUSTOMERS) as watch:
        yield watch


@pytest.fixture(scope="module")
def _stage(masked: MaskedLab, _watch: Watch) -> Stage:
    stage = Stage(masked)
    stage.usual_customer = 330
    return stage


@pytest.fixture
def answers(_answers: Answers) -> Answers:
    _answers.forget()
    return _answers


@pytest.fixture
def stage(_stage: Stage, _watch: Watch, answers: Answers) -> Iterator[Stage]:
    """The phones, idle before and after; nothing may have leaked at the end."""
    _stage.reset()
    _watch.leaks()
    yield _stage
    _stage.reset()
    leaks = _watch.leaks(codes=("71717",))
    assert not leaks, "\n".join(map(str, leaks))
