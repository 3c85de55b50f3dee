"""Whether a session is good: pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.sessions import Method, Session, Standing, browser_of, csrf_of, judge
from crm.sign_in_policy import SignInPolicy
from store.ids import uuid7

AT = datetime(2026, 1, 1, tzinfo=UTC)
POLICY = SignInPolicy()


def session(**values: object) -> Session:
    held = {
        "id": uuid7(), "person": "anna", "method": Method.PASSWORD, "address": "192.0.2.1",
        "browser": "Firefox, Linux", "created_at": AT, "seen_at": AT,
        "expires_at": AT + POLICY.longest, "ended_at": None, "ended_by": None,
    }  # fmt: skip
    return Session(**{**held, **values})  # type: ignore[arg-type]


def standing(
    held: Session, after: timedelta = timedelta(), policy: SignInPolicy = POLICY, **other: str
) -> Standing:
    where = {"address": held.address, "browser": held.browser, **other}
    return judge(held, policy, at=AT + after, **where)  # type: ignore[arg-type]


@given(st.timedeltas(min_value=-timedelta(days=30), max_value=timedelta(days=30)))
def test_one_that_nobody_uses_is_good_for_a_while(after: timedelta) -> None:
    said = standing(session(), after)
    if after < -timedelta(minutes=2):
        assert said is Standing.FUTURE
    else:
        assert said is (Standing.GOOD if after < POLICY.idle else Standing.EXPIRED)


@given(st.timedeltas(min_value=timedelta(), max_value=timedelta(days=30)))
def test_one_in_use_ends_all_the_same(after: timedelta) -> None:
    said = standing(session(seen_at=AT + after), after)
    assert said is (Standing.GOOD if after < POLICY.longest else Standing.EXPIRED)


def test_a_use_in_the_future_makes_it_none_the_longer() -> None:
    # The clock was ahead by a day while it was used.
    assert standing(session(seen_at=AT + timedelta(days=1))) is Standing.FUTURE


def test_a_closed_one_stays_closed() -> None:
    assert standing(session(ended_at=AT, ended_by="ada")) is Standing.CLOSED


def test_moves() -> None:
    bound = SignInPolicy(bind_address=True)
    assert standing(session(), address="192.0.2.2") is Standing.GOOD
    assert standing(session(), policy=bound, address="192.0.2.2") is Standing.MOVED_ADDRESS
    assert standing(session(), browser="Chrome, Windows") is Standing.MOVED_BROWSER


@pytest.mark.parametrize(
    ("user_agent", "shown"),
    [
        (None, None),
        ("", None),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/131.0 Safari/537.36 Edg/131.0", "Edge, Windows"),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Safari/604.1", "Safari, iPhone"),
        ("curl/8.5.0", "curl"),
        ("+442079460101", "?"),
    ],
)
def test_browsers_are_told_apart_by_kind(user_agent: str | None, shown: str | None) -> None:
    assert browser_of(user_agent) == shown


def test_the_csrf_value_is_the_session_s_own() -> None:
    assert csrf_of("one") != csrf_of("other")
    assert "one" not in csrf_of("one")


def test_a_policy_is_read_as_it_was_written() -> None:
    policy = SignInPolicy(totp_roles=("manager",), idle_hours=1)
    assert SignInPolicy.read(policy.write()) == policy
    assert SignInPolicy.read(None) == SignInPolicy()
    assert SignInPolicy.read({"of_another_version": 1, "attempts": 3}).attempts == 3
