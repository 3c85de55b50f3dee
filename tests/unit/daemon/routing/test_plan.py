"""Whom a call rings."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.settings import Settings
from daemon.routing.hours import is_working
from daemon.routing.people import People
from daemon.routing.plan import Plan, plan_for_client, ring_agent
from dialplan.trunk import written

LONDON = ZoneInfo("Europe/London")
MOSCOW = ZoneInfo("Europe/Moscow")
# 2026-01-05 is a Monday.
AT_WORK = datetime(2026, 1, 5, 10, 0, tzinfo=UTC)
AT_NIGHT = datetime(2026, 1, 5, 22, 0, tzinfo=UTC)
DAY = {
    day: ["09:00-13:00", "14:00-18:00"]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
}
MOBILE = "+447700900101"
AGENTS: list[dict[str, Any]] = [
    {"name": "Alice", "endpoints": ["101"], "mobiles": [MOBILE], "ring": ["101", "mobile"]},
    {"name": "Bob", "endpoints": ["102", "112"], "ring_order": "in_turn"},
    {"name": "Carol", "endpoints": ["103"]},
]


def settings(agents: list[dict[str, Any]] | None = None, **routing: Any) -> Settings:
    return Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"], "timezone": "Europe/London"},
            "pbx": [{"trunks": ["operator"]}],
            "agents": AGENTS if agents is None else agents,
            "routing": routing,
        }
    )


def plan(
    at: datetime = AT_WORK, *, agents: list[dict[str, Any]] | None = None, **about: Any
) -> Plan:
    whom = {name: about.pop(name) for name in ("curator", "deputy", "without") if name in about}
    made = settings(agents, **about)
    return plan_for_client(People.from_settings(made), made.routing, at, LONDON, **whom)


def shape(made: Plan) -> list[tuple[int, list[str]]]:
    """Seconds, and whose which phone."""
    return [
        (step.seconds, [f"{ring.agent}:{ring.phone.key}" for ring in step.rings])
        for step in made.steps
    ]


def test_curator_then_deputy_then_group() -> None:
    assert shape(plan(curator="Alice", deputy="Carol")) == [
        (20, ["Alice:101", "Alice:mobile"]),
        (20, ["Carol:103"]),
        (40, ["Bob:102", "Bob:112"]),
    ]


def test_phones_in_turn_share_the_time() -> None:
    assert shape(plan(curator="Bob", curator_seconds=30))[:2] == [
        (15, ["Bob:102"]),
        (15, ["Bob:112"]),
    ]


def test_a_turn_is_long_enough_to_be_heard() -> None:
    agents = [{"name": "Bob", "endpoints": ["1", "2", "3", "4"], "ring_order": "in_turn"}]
    assert [step.seconds for step in plan(agents=agents, curator="Bob").steps] == [10] * 4
    short = plan(agents=agents, curator="Bob", curator_seconds=5)
    assert [step.seconds for step in short.steps] == [5] * 4


def test_nobodys_client_rings_the_group() -> None:
    assert shape(plan()) == [(40, ["Alice:101", "Alice:mobile", "Bob:102", "Bob:112", "Carol:103"])]


def test_a_group_in_turn_rings_one_agent_after_the_other() -> None:
    assert shape(plan(group=["Carol", "Bob"], group_order="in_turn")) == [
        (20, ["Carol:103"]),
        (20, ["Bob:102", "Bob:112"]),
    ]


def test_nobody_is_rung_twice() -> None:
    assert shape(plan(curator="Carol", deputy="Carol", group=["Carol"])) == [(20, ["Carol:103"])]


def test_a_phone_that_two_share_rings_once() -> None:
    agents = [
        {"name": "Alice", "endpoints": ["101"]},
        {"name": "Bob", "endpoints": ["PJSIP/101"]},
    ]
    assert shape(plan(agents=agents)) == [(40, ["Alice:101"])]


def test_who_calls_is_not_rung() -> None:
    assert shape(plan(without=("Alice", "Bob"))) == [(40, ["Carol:103"])]


def test_the_choice_of_an_agent_holds() -> None:
    made = settings()
    people = People.from_settings(made)
    people.choose("Alice", ["mobile", "101"], "in_turn")
    chosen = plan_for_client(people, made.routing, AT_WORK, LONDON, curator="Alice")
    assert shape(chosen)[:2] == [(10, ["Alice:mobile"]), (10, ["Alice:101"])]


@pytest.mark.parametrize(
    ("away", "expected"),
    [
        ({"Alice"}, [(10, ["Bob:102"]), (10, ["Bob:112"]), (40, ["Carol:103"])]),
        ({"Alice", "Bob"}, [(40, ["Carol:103"])]),
        ({"Alice", "Bob", "Carol"}, []),
    ],
)
def test_who_is_away_is_not_rung(away: set[str], expected: list[Any]) -> None:
    made = settings()
    people = People.from_settings(made)
    people.is_away = away.__contains__
    found = plan_for_client(people, made.routing, AT_WORK, LONDON, curator="Alice", deputy="Bob")
    assert (shape(found), found.closed) == (expected, False)


@pytest.mark.parametrize(
    ("after_hours", "expected"),
    [
        ("nobody", []),
        ("curator", [(20, ["Alice:101", "Alice:mobile"]), (20, ["Carol:103"])]),
        (
            "all",
            [
                (20, ["Alice:101", "Alice:mobile"]),
                (20, ["Carol:103"]),
                (40, ["Bob:102", "Bob:112"]),
            ],
        ),
    ],
)
def test_after_hours(after_hours: str, expected: list[Any]) -> None:
    made = plan(AT_NIGHT, hours=DAY, after_hours=after_hours, curator="Alice", deputy="Carol")
    assert made.closed
    assert shape(made) == expected


def test_a_holiday_is_after_hours_for_all() -> None:
    made = plan(hours=DAY, holidays=[date(2026, 1, 5)], curator="Alice")
    assert made.closed
    assert made.steps == ()


def test_an_agents_own_hours_stand_above_the_companys() -> None:
    agents: list[dict[str, Any]] = [
        {"name": "Early", "endpoints": ["101"], "hours": {"monday": ["06:00-09:30"]}},
        {"name": "Late", "endpoints": ["102"], "hours": {"monday": ["18:00-24:00"]}},
        {"name": "Day", "endpoints": ["103"]},
    ]
    at_work = plan(agents=agents, hours=DAY, curator="Late", deputy="Early")
    assert shape(at_work) == [(40, ["Day:103"])]
    assert not at_work.closed
    at_night = plan(AT_NIGHT, agents=agents, hours=DAY, curator="Late", deputy="Early")
    assert shape(at_night) == [(20, ["Late:102"])]
    assert at_night.closed


def test_off_duty_agents_are_not_rung_while_the_company_works() -> None:
    agents = [{"name": "Late", "endpoints": ["102"], "hours": {"monday": ["18:00-24:00"]}}]
    made = plan(agents=agents, hours=DAY, after_hours="all", curator="Late")
    assert made.steps == ()
    assert not made.closed


def test_a_curator_who_left_does_not_stop_the_call() -> None:
    made = plan(curator="Somebody Who Left", deputy="Carol")
    assert shape(made)[0] == (20, ["Carol:103"])


def test_a_colleague_is_rung_as_he_chose() -> None:
    people = People.from_settings(settings())
    bob = people.find("Bob")
    assert bob is not None
    assert [step.seconds for step in ring_agent(bob, 20)] == [10, 10]


@pytest.mark.parametrize(
    ("at", "zone", "works"),
    [
        ("2026-01-05T08:59:59Z", LONDON, False),
        ("2026-01-05T09:00:00Z", LONDON, True),
        ("2026-01-05T12:59:59Z", LONDON, True),
        ("2026-01-05T13:00:00Z", LONDON, False),
        ("2026-01-05T06:00:00Z", MOSCOW, True),
        ("2026-01-04T10:00:00Z", LONDON, False),
        # Summer time.
        ("2026-07-06T08:00:00Z", LONDON, True),
    ],
)
def test_hours_are_the_companys_clock(at: str, zone: ZoneInfo, works: bool) -> None:
    hours = settings(hours=DAY).routing.hours
    assert is_working(hours, (), datetime.fromisoformat(at), zone) is works


def test_the_last_minute_of_a_day() -> None:
    hours = settings(hours={"monday": ["00:00-24:00"]}).routing.hours
    assert is_working(hours, (), datetime(2026, 1, 5, 23, 59, 59, tzinfo=UTC), LONDON)
    assert not is_working(hours, (), datetime(2026, 1, 6, 0, 0, tzinfo=UTC), LONDON)


NAMES = st.sampled_from(["Alice", "Bob", "Carol", "Nobody At All", None])


@given(
    curator=NAMES,
    deputy=NAMES,
    group=st.lists(st.sampled_from(["Alice", "Bob", "Carol", "104"]), unique=True),
    order=st.sampled_from(["together", "in_turn"]),
    after_hours=st.sampled_from(["curator", "all", "nobody"]),
    at=st.datetimes(
        min_value=datetime(2026, 1, 1),  # noqa: DTZ001 - made aware below
        max_value=datetime(2026, 12, 31),  # noqa: DTZ001
        timezones=st.just(UTC),
    ),
)
def test_no_agent_and_no_phone_twice(
    curator: str | None,
    deputy: str | None,
    group: list[str],
    order: str,
    after_hours: str,
    at: datetime,
) -> None:
    made = plan(
        at,
        curator=curator,
        deputy=deputy,
        hours=DAY,
        group=group,
        group_order=order,
        after_hours=after_hours,
    )
    rung = [(ring.agent, ring.phone.key) for step in made.steps for ring in step.rings]
    assert len(rung) == len(set(rung))
    assert all(step.rings and step.seconds >= 3 for step in made.steps)
    if made.closed and after_hours == "nobody":
        assert not rung
    if not made.closed and curator in {"Alice", "Bob", "Carol"}:
        assert rung[0][0] == curator


@pytest.mark.parametrize(
    ("template", "number", "expected"),
    [
        ("PJSIP/{number}@operator", "+442079460101", "PJSIP/+442079460101@operator"),
        ("PJSIP/{digits}@operator", "+442079460101", "PJSIP/442079460101@operator"),
        ("PJSIP/{national}@operator", "+442079460101", "PJSIP/02079460101@operator"),
        ("PJSIP/9{national}@operator", "+442079460101", "PJSIP/902079460101@operator"),
        ("{national}", "112", "112"),
        ("{number}", "112", "112"),
    ],
)
def test_how_a_trunk_wants_numbers(template: str, number: str, expected: str) -> None:
    assert written(template, number, "GB") == expected


def test_abroad_has_the_international_prefix() -> None:
    assert written("{national}", "+442079460101", "RU") == "810442079460101"
