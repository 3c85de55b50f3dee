"""What is decided in the console stands over the settings file, at once, until it is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from config.settings import Settings
from crm.roles import ADMINISTRATOR
from daemon.decided import Decided
from daemon.routing.people import People
from tests.unit.daemon.api.conftest import House
from tests.unit.daemon.api.door import Client, Door

ROUTING = "policies/routing"
CLOSED: dict[str, Any] = {"hours": {"monday": ["09:00-12:00"]}}
MONDAY = "2026-01-05T10:00:00Z"
TUESDAY = "2026-01-06T10:00:00Z"


@pytest.fixture
async def ada(house: House, client: Client) -> Door:
    await house.person("ada", role=ADMINISTRATOR)
    return Door(client, await house.token("ada"))


async def changed(ada: Door, path: str, body: dict[str, Any]) -> Any:
    status, answer = await ada("PATCH", path, body)
    assert status == 200, answer
    return answer


async def sentence(ada: Door, **wanted: object) -> str:
    status, answer = await ada("POST", "routing/preview", wanted)
    assert status == 200, answer
    return str(answer["sentence"])


async def test_it_holds_at_once_and_says_whose_it_is(house: House, ada: Door) -> None:
    before = (await ada("GET", ROUTING))[1]
    assert (before["now"]["hours"], before["decided"], before["now"]) == (None, [], before["file"])
    after = await changed(ada, ROUTING, {**CLOSED, "group": ["boris"]})
    assert after["now"]["hours"]["monday"] == ["09:00-12:00"]
    assert after["file"]["hours"] is None
    assert [(one["key"], one["by"]) for one in after["decided"]] == [
        ("hours", "ada"),
        ("group", "ada"),
    ]
    context = house.context
    assert [agent.name for agent in context.people.group] == ["boris"]
    assert context.people.find("anna") is not None
    assert context.decided.now.routing.curator_seconds == 20
    assert (await ada("GET", "settings"))[1]["routing"]["hours"][0] == ["09:00-12:00"]


async def test_what_is_left_out_stays_and_null_is_a_value(ada: Door) -> None:
    await changed(ada, ROUTING, CLOSED)
    after = await changed(ada, ROUTING, {"holidays": ["2026-12-25"]})
    assert after["now"]["hours"] is not None
    after = await changed(ada, ROUTING, {"hours": None})
    assert after["now"]["hours"] is None
    assert {one["key"] for one in after["decided"]} == {"hours", "holidays"}


async def test_one_click_back_to_the_file(house: House, ada: Door) -> None:
    await changed(ada, ROUTING, {**CLOSED, "curator_seconds": 7})
    status, after = await ada("DELETE", f"{ROUTING}?key=hours")
    assert (status, after["now"]["hours"], after["now"]["curator_seconds"]) == (200, None, 7)
    status, after = await ada("DELETE", ROUTING)
    assert (status, after["now"], after["decided"]) == (200, after["file"], [])
    assert house.context.decided.now == house.context.settings
    status, answer = await ada("DELETE", f"{ROUTING}?key=voicemail")
    assert (status, answer["code"]) == (400, "unknown_setting")
    assert "curator_seconds" in answer["detail"]


@pytest.mark.parametrize(
    ("body", "name", "says"),
    [
        ({"curator_seconds": 1}, "curator_seconds", "from 3 to 300"),
        ({"hours": {"monday": ["9-12"]}}, "hours.monday[0]", "09:00-18:00"),
        (
            {"hours": {"monday": ["09:00-12:00", "11:00-13:00"]}},
            "hours.monday[1]",
            "routing.hours.monday[0]",
        ),
        ({"holidays": ["tomorrow"]}, "holidays[0]", "2026-12-31"),
        ({"group": ["nobody"]}, "group[0]", "anna, boris"),
        ({"group": ["anna", "anna"]}, "group[1]", "routing.group[0]"),
        ({"after_hours": "sometimes"}, "after_hours", "curator, all, nobody"),
        ({"voicemail": "101@default"}, "voicemail", "no such field"),
    ],
)
async def test_what_may_not_be(ada: Door, body: dict[str, Any], name: str, says: str) -> None:
    status, answer = await ada("PATCH", ROUTING, body)
    assert (status, answer["code"]) == (400, "invalid_field")
    assert answer["detail"].startswith(f"{name}:")
    assert says in answer["detail"]
    assert (await ada("GET", ROUTING))[1]["decided"] == []


async def test_the_other_sections(house: House, ada: Door) -> None:
    assert (await changed(ada, "policies/announcements", {"inbound": "early"}))["now"] == {
        "inbound": "early",
        "outbound": False,
        "language": None,
    }
    await changed(ada, "policies/callbacks", {"at_once": 3})
    await changed(ada, "policies/recordings", {"format": "opus"})
    now = house.context.decided.now
    assert (now.announcements.inbound, now.callbacks.at_once) == ("early", 3)
    assert (now.recordings.format, now.recordings.keep_originals) == ("opus", False)
    assert now.announcements.sound == house.context.settings.announcements.sound


async def test_the_audit_says_what_was_and_what_is(house: House, client: Client, ada: Door) -> None:
    operator = Door(client, house.operator)
    await changed(ada, ROUTING, {"curator_seconds": 7})
    await ada("DELETE", f"{ROUTING}?key=curator_seconds")
    entries = (await operator("GET", "audit?action=policy_changed"))[1]["items"]
    back, there = (one["details"] for one in entries)
    assert there == {"before": {"curator_seconds": 20}, "after": {"curator_seconds": 7}}
    assert back["after"] == {"curator_seconds": 20}
    assert back["from_file"] is True


async def test_a_preview_in_words(house: House, ada: Door) -> None:
    await changed(ada, ROUTING, CLOSED)
    assert await sentence(ada, at=MONDAY) == (
        "2026-01-05 10:00: open. A call from somebody new would ring: group anna, boris together"
        " (40 s). Unanswered, the caller is told that nobody can answer, and a task to call back"
        " is made."
    )
    closed = await ada("POST", "routing/preview", {"at": TUESDAY})
    assert (closed[1]["open"], closed[1]["turns"], closed[1]["last"]) == (False, [], "closed")
    drafted = {"at": TUESDAY, "routing": {"after_hours": "all", "holidays": ["2026-01-06"]}}
    status, answer = await ada("POST", "routing/preview", drafted)
    assert (status, len(answer["turns"])) == (200, 1)
    assert "a holiday" in answer["sentence"]
    wrong = {"routing": {"group": ["nobody"]}}
    status, answer = await ada("POST", "routing/preview", wrong)
    assert (status, answer["detail"].split(":")[0]) == (400, "routing.group[0]")
    # A dry run keeps nothing.
    assert (await ada("GET", ROUTING))[1]["now"]["holidays"] == []
    assert len(house.context.people.group) == 2


async def test_a_preview_of_a_client(house: House, client: Client, ada: Door) -> None:
    card = {"name": "Jane Ford", "curator": "anna", "deputy": "boris"}
    id_ = (await Door(client, house.operator)("POST", "clients", card))[1]["id"]
    answer = (await ada("POST", "routing/preview", {"client_id": id_}))[1]
    assert [(one["role"], one["people"]) for one in answer["turns"]] == [
        ("curator", ["anna"]),
        ("deputy", ["boris"]),
    ]
    assert answer["sentence"].startswith(
        "Now: open. A call from this client would ring: anna (20 s) → boris (20 s)."
    )
    nobodys = {"client_id": "01941f29-7c00-7aaa-9bbb-0123456789ab"}
    assert (await ada("POST", "routing/preview", nobodys))[0] == 404


def test_what_goes_with_the_file_no_longer_does_not_hold(settled: Settings) -> None:
    decided = Decided(settled)
    told: list[Settings] = []
    stored = {
        key: {"value": value, "by": "ada", "at": "2026-01-05T10:00:00+00:00"}
        for key, value in {"group": ["Борис"], "curator_seconds": 7, "gone": 1}.items()
    }
    decided.begin({"routing": stored, "sign_in": {}}, told.append)
    assert told == [decided.now]
    assert (decided.now.routing.group, decided.now.routing.curator_seconds) == ((), 7)
    assert {one.where for one in decided.refused} == {"routing.group[0]", "routing.gone"}


@pytest.fixture
def settled() -> Iterator[Settings]:
    yield Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"]},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            "agents": [{"name": "anna", "endpoints": ["201"]}, {"name": "105"}],
        }
    )


def test_people_as_they_would_be(settled: Settings) -> None:
    people = People.from_settings(settled)
    routing = settled.routing.model_copy(update={"group": ("105",)})
    other = people.under(settled.model_copy(update={"routing": routing}))
    assert [one.name for one in other.group] == ["105"]
    assert [one.name for one in people.group] == ["anna", "105"]
    assert replace(other.group[0]) == people.group[1]
