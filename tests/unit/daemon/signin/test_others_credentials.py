"""How somebody signs in is set by another: who may, and who hears of it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from crm.notices import list_notices
from crm.people import Person, create_person
from crm.people_tables import person
from crm.roles import ADMINISTRATOR
from daemon.watching.sentences import notice_sentence

from .conftest import NOON, PASSWORD

if TYPE_CHECKING:
    from .conftest import BrowserOf, House

NEW = "gravel lantern pigeon"


async def test_nobody_sets_the_password_of_who_holds_more(
    house: House, signed_in: BrowserOf
) -> None:
    await house.set("boris", exceptions={"people.change": "all", "people.read": "all"})
    boris = await signed_in("boris")
    assert (await boris.ask("PUT", "people/ada/password", {}))[1]["code"] == "outranked"
    assert (await boris.ask("PUT", "people/nobody/password", {}))[0] == 404
    anna = await signed_in("anna")
    assert (await anna.ask("PUT", "people/boris/password", {}))[1]["code"] == "not_allowed"


async def test_nobody_unlocks_or_signs_out_who_holds_more(
    house: House, signed_in: BrowserOf
) -> None:
    await house.set("boris", exceptions={"people.change": "all", "people.read": "all"})
    ada, boris = await signed_in("ada"), await signed_in("boris")
    (adas,) = (await ada.ask("GET", "sessions?person=ada"))[1]["items"]
    await house.set("ada", wrong=5)
    for path in (f"sessions/{adas['id']}", "people/ada/lockout"):
        status, said = await boris.ask("DELETE", path)
        assert (status, said["code"]) == (403, "outranked"), path
    async with house.database.read() as connection:
        wrong = await connection.execute(select(person.c.wrong).where(person.c.name == "ada"))
        assert wrong.scalar_one() == 5
    assert (await ada.ask("GET", "session"))[0] == 200
    assert (await boris.ask("DELETE", "people/anna/lockout"))[0] == 204


@pytest.mark.parametrize(
    ("method", "what", "body"), [("PUT", "password", {}), ("DELETE", "totp", None)]
)
async def test_who_sets_how_another_signs_in_is_told_of(
    house: House, signed_in: BrowserOf, method: str, what: str, body: object
) -> None:
    await house.staff.change(
        lambda c: create_person(
            c,
            Person(
                name="bea", role=ADMINISTRATOR, exceptions={}, created_by="test", created_at=NOON
            ),
        )
    )
    ada, zone = await signed_in("ada"), ZoneInfo("UTC")
    status, made = await ada.ask(method, f"people/anna/{what}", body)
    assert status in {200, 204}
    anna = await house.browser()
    status, said = await anna.sign_in("anna", made["password"] if made else PASSWORD)
    assert said["private_until"] == "2026-01-09T12:00:00Z"
    if made:  # Not shorter where he then chooses his own.
        change = {"old": made["password"], "new": NEW}
        assert (await anna.ask("PUT", "session/password", change))[0] == 204
        assert (await anna.ask("GET", "session"))[1]["private_until"] == said["private_until"]
    async with house.database.read() as connection:
        hers, beas, adas = [
            await connection.run_sync(list_notices, name) for name in ("anna", "bea", "ada")
        ]
    assert [(one.kind, one.about["by"]) for one in hers] == [("credentials_set", "ada")]
    assert [(one.kind, one.about["person"]) for one in beas] == [("alert", "ada")]
    assert adas == []
    for one in (*hers, *beas):
        for language in ("en", "ru"):
            assert notice_sentence(one, language, zone).count("ada") == 1
    house.wait(days=6, hours=23)
    _, said = await (again := await house.browser()).sign_in("anna", NEW if made else PASSWORD)
    assert said["private_until"] is not None
    house.wait(hours=1)
    assert (await again.ask("GET", "session"))[1]["private_until"] is None
    # What he does himself says nothing.
    assert (await ada.sign_in("ada"))[1]["private_until"] is None


async def test_the_way_in_of_who_is_no_business_of_his_stays(
    house: House, signed_in: BrowserOf
) -> None:
    """He decides on people, and knows of his own department; anna is not of it."""
    await house.set("boris", exceptions={"people.change": "all", "people.read": "department"})
    anna, boris = await signed_in("anna"), await signed_in("boris")
    (hers,) = (await anna.ask("GET", "sessions"))[1]["items"]
    for method, what in (
        ("PUT", "password"),
        ("DELETE", "password"),
        ("DELETE", "totp"),
        ("DELETE", "lockout"),
    ):
        body: object = {} if method == "PUT" else None
        said = await boris.ask(method, f"people/anna/{what}", body)
        assert said == await boris.ask(method, f"people/nobody/{what}", body)
        assert (said[0], said[1]["code"]) == (404, "person_not_found")
    (seen,) = (await boris.ask("GET", "sessions"))[1]["items"]
    assert seen["person"] == "boris"
    assert (await boris.ask("GET", "sessions?person=anna"))[1]["items"] == []
    closed = await boris.ask("DELETE", f"sessions/{hers['id']}")
    assert closed == await boris.ask("DELETE", f"sessions/{UUID(int=7)}")
    assert (await anna.ask("GET", "session"))[0] == 200
