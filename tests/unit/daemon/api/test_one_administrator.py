"""One administrator alone becomes no curator of private clients, whatever he sets or makes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import Connection, update

from crm.access_tokens import create_token
from crm.credentials import Credential, note_set
from crm.people import FROM_SETTINGS, Person
from crm.people_tables import person
from crm.roles import ADMINISTRATOR
from crm.staff import Staff
from crm.takeovers import in_one_hand, who_may_allow
from tests.unit.daemon.api.conftest import BEGAN, CUSTOMERS, House
from tests.unit.daemon.api.door import Client, Door, as_
from tests.unit.daemon.api.test_private_calls import make_private

NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.fixture
async def private(house: House) -> str:
    """The id of a private client of boris's."""
    await house.person("ada", role=ADMINISTRATOR)
    await house.hide("boris")
    return await make_private(house, "boris")


async def sees_nothing(door: Door, private: str) -> None:
    """Of him, whichever way boris is asked for."""
    status, answer = await door("GET", f"clients/{private}")
    assert (status, answer["code"]) == (404, "client_not_found")
    for path in ("clients", "calls", "board", "tasks", f"calls?client={private}"):
        status, answer = await door("GET", path)
        assert status == 200, answer
        for secret in (private, "Jane", CUSTOMERS[0][-7:]):
            assert secret not in str(answer), path
    status, answer = await door("PATCH", f"clients/{private}", {"private": False})
    assert (status, answer["code"]) == (404, "client_not_found")
    status, answer = await door("POST", "clients", {"name": "Joe", "private": True})
    assert (status, answer["code"]) == (403, "not_your_private")


async def test_a_key_that_another_made_opens_no_private_clients(
    house: House, client: Client, private: str
) -> None:
    assert (await (await as_(client, house, "boris"))("GET", f"clients/{private}"))[0] == 200
    made = await house.context.database.write(
        lambda connection: create_token(connection, "boris", BEGAN, created_by="operator")
    )
    await sees_nothing(Door(client, {"Authorization": f"Bearer {made}"}), private)
    ada = await as_(client, house, "ada")
    assert (await ada("POST", "tokens", {"agent": "boris"}))[1]["code"] == "token_of_another"


async def test_who_signs_in_by_an_account_that_another_set_sees_none_of_them(
    house: House, client: Client, private: str
) -> None:
    ada, boris = await as_(client, house, "ada"), await as_(client, house, "boris")
    assert (await boris("GET", f"clients/{private}"))[0] == 200
    status, _ = await ada("PATCH", "people/boris", {"windows_account": "FIRM\\ada"})
    assert status == 200
    assert (await boris("GET", "session"))[1]["private_until"] is not None
    await sees_nothing(boris, private)
    (notice,) = (await boris("GET", "notices"))[1]["items"]
    assert notice["kind"] == "credentials_set"
    assert "ada" in notice["text"]

    def week_ago(connection: Connection) -> None:
        at = datetime.now(UTC) - timedelta(days=7)
        connection.execute(update(person).values(credentials_at=at))

    await house.context.staff.change(week_ago)
    assert (await boris("GET", f"clients/{private}"))[0] == 200
    # Taking a way in away gives none.
    assert (await ada("PATCH", "people/boris", {"windows_account": None}))[0] == 200
    assert (await boris("GET", f"clients/{private}"))[0] == 200


async def test_a_takeover_is_not_allowed_by_whom_the_asker_made(
    house: House, client: Client, private: str
) -> None:
    ada = await as_(client, house, "ada")
    wanted = {"curator": "boris", "successor": "ada", "reason": "He is away"}
    await house.person("carl", role=ADMINISTRATOR)

    def may_sign_in(connection: Connection) -> None:
        connection.execute(update(person).values(password_hash="hash"))

    await house.context.staff.change(may_sign_in)
    status, asked = await ada("POST", "takeovers", wanted)
    assert status == 201, asked
    made = {"name": "puppet", "role": ADMINISTRATOR, "windows_account": "FIRM\\ada"}
    assert (await ada("POST", "people", made))[0] == 201
    puppet, carl = await as_(client, house, "puppet"), await as_(client, house, "carl")
    status, answer = await puppet("POST", f"takeovers/{asked['id']}/allow")
    assert (status, answer["code"]) == (403, "takeover_one_hand")
    assert "ada" in answer["detail"]

    def set_by_ada(connection: Connection) -> None:
        note_set(connection, "carl", Credential.PASSWORD, by="ada", at=BEGAN)

    await house.context.staff.change(set_by_ada)
    status, answer = await carl("POST", f"takeovers/{asked['id']}/allow")
    assert (status, answer["code"]) == (403, "takeover_one_hand")
    # Then nobody is left, and it is not even asked.
    assert (await carl("POST", f"takeovers/{asked['id']}/refuse"))[0] == 200
    status, answer = await ada("POST", "takeovers", wanted)
    assert (status, answer["code"]) == (409, "takeover_nobody_to_allow")
    assert UUID(asked["id"])


def somebody(name: str, **more: Any) -> Person:
    values: dict[str, Any] = {
        "role": ADMINISTRATOR,
        "exceptions": {},
        "has_password": True,
        "created_by": FROM_SETTINGS,
        "created_at": NOW - timedelta(days=100),
    }
    return Person(name=name, **values | more)


@pytest.mark.parametrize(
    ("of_carl", "of_dora", "one_hand"),
    [
        ({}, {}, False),
        ({"created_by": "operator"}, {"created_by": "operator", "created_at": NOW}, False),
        # However long ago, and through whomever.
        ({"created_by": "dora"}, {}, True),
        ({}, {"credentials_by": "carl", "credentials_at": NOW - timedelta(days=99)}, True),
        ({"created_by": "bob"}, {}, True),
        # A third who made both: only of late.
        ({"created_by": "ada"}, {"created_by": "ada"}, False),
        ({"created_by": "ada", "created_at": NOW}, {"created_by": "ada"}, False),
        ({"created_by": "ada", "created_at": NOW}, {"created_by": "ada", "created_at": NOW}, True),
        (
            {"credentials_by": "ada", "credentials_at": NOW - timedelta(days=7)},
            {"created_by": "ada", "created_at": NOW},
            True,
        ),
        (
            {"credentials_by": "ada", "credentials_at": NOW - timedelta(days=8)},
            {"created_by": "ada", "created_at": NOW},
            False,
        ),
    ],
)
def test_who_could_be_one(of_carl: dict[str, Any], of_dora: dict[str, Any], one_hand: bool) -> None:
    staff = Staff(
        [
            somebody("ada"),
            somebody("bob", created_by="dora"),
            somebody("carl", **of_carl),
            somebody("dora", **of_dora),
        ]
    )
    assert in_one_hand(staff, "carl", "dora", NOW) is one_hand
    assert in_one_hand(staff, "dora", "carl", NOW) is one_hand
    able = who_may_allow(staff, curator="bob", requested_by="carl", at=NOW)
    assert ("dora" not in able) is one_hand
