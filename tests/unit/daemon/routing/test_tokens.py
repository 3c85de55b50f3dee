"""Tokens: good once, and not for long."""

from __future__ import annotations

import re

import pytest

from daemon.routing.sessions import LIVES_SECONDS as SESSION_SECONDS
from daemon.routing.sessions import Sessions
from daemon.routing.tokens import PhoneLeg, Tokens

LEG = PhoneLeg("Alice", "mobile", "71717", 20)


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_token_is_letters_only_and_good_once(clock: Clock) -> None:
    tokens = Tokens(clock=clock)
    token = tokens.issue(LEG)
    assert re.fullmatch("[a-z]{32}", token)
    assert tokens.redeem(token) == LEG
    assert tokens.redeem(token) is None


def test_a_token_is_of_no_use_once_revoked(clock: Clock) -> None:
    tokens = Tokens(clock=clock)
    token = tokens.issue(LEG)
    tokens.revoke(token)
    tokens.revoke(token)
    assert tokens.redeem(token) is None


def test_a_token_expires(clock: Clock) -> None:
    tokens = Tokens(clock=clock)
    short, long = tokens.issue(LEG, lives_seconds=5), tokens.issue(LEG, lives_seconds=50)
    clock.now += 5
    assert tokens.redeem(short) is None
    assert tokens.redeem(long) == LEG


def test_a_restart_forgets_tokens(clock: Clock) -> None:
    token = Tokens(clock=clock).issue(LEG)
    assert Tokens(clock=clock).redeem(token) is None


def test_a_flood_pushes_out_the_oldest(clock: Clock) -> None:
    tokens = Tokens(clock=clock, most=3)
    issued = [tokens.issue(LEG) for _ in range(5)]
    assert len(tokens) == 3
    assert [tokens.redeem(token) is not None for token in issued] == [False, False] + [True] * 3


def test_expired_ones_make_room(clock: Clock) -> None:
    tokens = Tokens(clock=clock)
    for _ in range(10):
        tokens.issue(LEG)
    clock.now += 61
    tokens.issue(LEG)
    assert len(tokens) == 1


def test_a_session_is_bound_to_its_channel_and_ends(clock: Clock) -> None:
    sessions = Sessions(clock=clock)
    name, session = sessions.open("Alice", "pbx 1.1", trusted=False)
    assert re.fullmatch("[a-z]{32}", name)
    assert sessions.find(name, "pbx 1.2") is None
    assert sessions.find("a" * 32, "pbx 1.1") is None
    clock.now += SESSION_SECONDS - 1
    assert sessions.find(name, "pbx 1.1") is session
    clock.now += SESSION_SECONDS - 1
    assert sessions.find(name, "pbx 1.1") is session
    clock.now += SESSION_SECONDS
    assert sessions.find(name, "pbx 1.1") is None


def test_a_closed_session_is_over_and_few_are_kept(clock: Clock) -> None:
    sessions = Sessions(clock=clock, most=2)
    names = [sessions.open("Alice", "pbx 1.1", trusted=True)[0] for _ in range(3)]
    assert sessions.find(names[0], "pbx 1.1") is None
    sessions.close(names[1])
    assert sessions.find(names[1], "pbx 1.1") is None
    assert sessions.find(names[2], "pbx 1.1") is not None
