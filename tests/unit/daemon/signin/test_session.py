"""Signing in and out, over HTTP."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pyotp
import pytest
from sqlalchemy import select

from crm.people_tables import person, session, sign_in_attempt

from .conftest import CHROME, NOON, PASSWORD

if TYPE_CHECKING:
    from .conftest import BrowserOf, House

NEW = "gravel lantern pigeon"


async def test_who_signs_in_is_known_until_he_signs_out(house: House) -> None:
    anna = await house.browser()
    assert (await anna.ask("GET", "session"))[1]["code"] == "not_signed_in"
    status, said = await anna.sign_in("  ANNA ")
    assert (status, said["person"], said["rights"]["clients.read"]) == (200, "anna", "own")
    assert said["hidden"] == ["phones"]
    status, me = await anna.ask("GET", "session")
    assert (status, me) == (200, said)
    assert (await anna.ask("DELETE", "session"))[0] == 204
    assert (await anna.ask("GET", "session"))[1]["code"] == "not_signed_in"
    assert await house.audited() == ["signed_in", "signed_out"]
    assert house.cut == ["anna"]


async def test_the_cookie_is_for_this_host_and_no_script(house: House) -> None:
    anna = await house.browser()
    response = await anna.client.post(
        "/api/v1/session", json={"name": "anna", "password": PASSWORD}
    )
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("callward=")
    for attribute in ("HttpOnly", "Path=/", "SameSite=Strict"):
        assert attribute in cookie
    assert "Secure" not in cookie
    token = cookie.split("=")[1].split(";")[0]
    async with house.database.read() as connection:
        rows = (await connection.execute(select(session))).all()
    assert token not in repr(rows)
    assert token not in await response.text()


async def test_wrong_names_and_wrong_passwords_look_alike(house: House) -> None:
    anna = await house.browser()
    answers, took = [], []
    for name in ("anna", "nobody"):
        began = time.perf_counter()
        answers += [await anna.sign_in(name, "wrong one") for _ in range(7)]
        took.append(time.perf_counter() - began)
    assert answers[:7] == answers[7:]
    assert [status for status, _ in answers[:7]] == [401] * 5 + [429] * 2
    assert 0.4 < took[0] / took[1] < 2.5
    # Whoever goes on trying does not fill the audit.
    assert await house.audited() == (["sign_in_refused"] * 5 + ["sign_in_locked"]) * 2
    # Right ones are locked out too.
    assert (await anna.sign_in("anna"))[0] == 429
    house.wait(minutes=5)
    assert (await anna.sign_in("anna"))[0] == 200


async def test_each_lockout_is_twice_as_long(house: House) -> None:
    anna = await house.browser()

    async def lock() -> int:
        for _ in range(5):
            await anna.sign_in("anna", "wrong one")
        response = await anna.client.post(
            "/api/v1/session", json={"name": "anna", "password": PASSWORD}
        )
        assert response.status == 429
        return int(response.headers["Retry-After"])

    first = await lock()
    house.wait(seconds=first)
    assert (first, await lock()) == (300, 600)
    ada = await house.browser()
    await ada.sign_in("ada")
    assert (await ada.ask("DELETE", "people/anna/lockout"))[0] == 204
    assert (await anna.sign_in("anna"))[0] == 200


async def test_an_address_is_locked_out_too(house: House) -> None:
    anna = await house.browser()
    for n in range(100):
        assert (await anna.sign_in(f"nobody {n}", "wrong one"))[0] == 401
    assert (await anna.sign_in("anna"))[0] == 429
    async with house.database.read() as connection:
        rows = (await connection.execute(select(sign_in_attempt))).all()
    assert "nobody" not in repr(rows)
    house.wait(minutes=5)
    assert (await anna.sign_in("anna"))[0] == 200


async def test_a_name_typed_in_vain_is_told_to_nobody(house: House) -> None:
    anna = await house.browser()
    await anna.sign_in("my secret password", "wrong one")
    async with house.database.read() as connection:
        from crm.people_tables import audit

        row = (await connection.execute(select(audit))).one()
    assert (row.actor, row.object) == ("callward", None)


async def test_who_left_is_nobody(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    await house.set("anna", left_at=NOON)
    assert (await anna.ask("GET", "session"))[0] == 401
    assert (await anna.sign_in("anna"))[1]["code"] == "sign_in_wrong"


async def test_what_changes_something_shows_the_csrf_value(
    house: House, signed_in: BrowserOf
) -> None:
    anna = await signed_in("anna")
    right, anna.csrf = anna.csrf, ""
    assert (await anna.ask("DELETE", "session"))[1]["code"] == "csrf"
    other = await signed_in("boris")
    anna.csrf = other.csrf
    assert (await anna.ask("DELETE", "session"))[1]["code"] == "csrf"
    anna.csrf = right
    crossed = {"Origin": "https://evil.example"}
    assert (await anna.ask("DELETE", "session", headers=crossed))[1]["code"] == "cross_origin"
    assert (await anna.ask("DELETE", "session"))[0] == 204


@pytest.mark.parametrize(
    ("passed", "code"),
    [
        ({"hours": 11}, None),
        ({"hours": 13}, "session_expired"),
        ({"minutes": -1}, None),
        ({"minutes": -3}, "session_future"),
    ],
)
async def test_a_session_has_its_time(
    house: House, signed_in: BrowserOf, passed: dict[str, float], code: str | None
) -> None:
    anna = await signed_in("anna")
    house.wait(**passed)
    status, said = await anna.ask("GET", "session", headers={"Accept-Language": "ru"})
    assert (status, said.get("code")) == ((200, None) if code is None else (401, code))
    # Whoever signs in anew is not held up by the old cookie.
    assert (await anna.sign_in("anna"))[0] == 200


async def test_a_session_in_use_still_ends_after_a_week(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    for _ in range(6 * 24 // 8 + 2):
        house.wait(hours=8)
        assert (await anna.ask("GET", "session"))[0] == 200
    house.wait(hours=8)
    assert (await anna.ask("GET", "session"))[1]["code"] == "session_expired"


async def test_a_cookie_in_another_browser_is_closed(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    status, said = await anna.ask("GET", "session", headers={"User-Agent": CHROME})
    assert (status, said["code"]) == (401, "session_moved")
    assert (await anna.ask("GET", "session"))[1]["code"] == "session_closed"
    assert await house.audited() == ["signed_in", "session_closed"]


async def test_an_update_of_the_browser_is_no_other_browser(signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    newer = {"User-Agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/1 Firefox/140.0"}
    assert (await anna.ask("GET", "session", headers=newer))[0] == 200


async def test_signing_in_again_ends_the_session_before(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    old = {c.key: c.value for c in anna.client.session.cookie_jar}
    await anna.sign_in("anna")
    thief = await house.browser()
    response = await thief.client.get("/api/v1/session", cookies=old)
    assert (await response.json(content_type=None))["code"] == "session_closed"


async def test_a_new_password_ends_the_other_sessions(house: House, signed_in: BrowserOf) -> None:
    here, there = await signed_in("anna"), await signed_in("anna")
    wrong = await here.ask("PUT", "session/password", {"old": "wrong one", "new": NEW})
    assert wrong[1]["code"] == "own_password_wrong"
    for weak, code in (("short", "weak_password"), ("password1234", "weak_password")):
        said = await here.ask("PUT", "session/password", {"old": PASSWORD, "new": weak})
        assert (said[0], said[1]["code"]) == (400, code)
        assert weak not in said[1]["detail"]
    assert (await here.ask("PUT", "session/password", {"old": PASSWORD, "new": NEW}))[0] == 204
    assert (await here.ask("GET", "session"))[0] == 200
    assert (await there.ask("GET", "session"))[1]["code"] == "session_closed"
    assert (await there.sign_in("anna"))[0] == 401
    assert (await there.sign_in("anna", NEW))[0] == 200


async def test_a_temporary_password_opens_nothing_but_its_change(house: House) -> None:
    ada, anna = await house.browser(), await house.browser()
    await ada.sign_in("ada")
    status, made = await ada.ask("PUT", "people/anna/password", {})
    assert status == 200
    assert (await anna.sign_in("anna"))[0] == 401
    status, said = await anna.sign_in("anna", made["password"])
    assert (status, said["must_change_password"]) == (200, True)
    assert (await anna.ask("GET", "sessions"))[1]["code"] == "must_change_password"
    change = {"old": made["password"], "new": NEW}
    assert (await anna.ask("PUT", "session/password", change))[0] == 204
    assert (await anna.ask("GET", "sessions"))[0] == 200


async def test_sessions_are_listed_and_closed(house: House, signed_in: BrowserOf) -> None:
    anna, boris, ada = [await signed_in(name) for name in ("anna", "boris", "ada")]
    (mine,) = (await anna.ask("GET", "sessions"))[1]["items"]
    assert (mine["person"], mine["current"], mine["browser"]) == ("anna", True, "Firefox, Linux")
    assert (await anna.ask("GET", "sessions?person=boris"))[1]["items"] == []
    every = (await ada.ask("GET", "sessions"))[1]["items"]
    assert [one["person"] for one in every] == ["anna", "boris", "ada"]
    theirs = f"sessions/{every[1]['id']}"
    assert (await anna.ask("DELETE", theirs))[1]["code"] == "session_not_found"
    assert (await ada.ask("DELETE", theirs))[0] == 204
    assert (await boris.ask("GET", "session"))[1]["code"] == "session_closed"
    assert (await anna.ask("DELETE", f"sessions/{mine['id']}"))[0] == 204
    assert house.cut == ["boris", "anna"]


async def test_all_others_of_ones_own_are_closed(house: House, signed_in: BrowserOf) -> None:
    here, there, boris = [await signed_in(name) for name in ("anna", "anna", "boris")]
    assert await here.ask("DELETE", "sessions") == (200, {"closed": 1})
    assert (await there.ask("GET", "session"))[1]["code"] == "session_closed"
    assert (await here.ask("GET", "session"))[0] == (await boris.ask("GET", "session"))[0] == 200
    assert house.cut == ["anna"]
    # Nothing was left to close, and nothing is told of that.
    assert (await here.ask("DELETE", "sessions"))[1] == {"closed": 0}
    assert (await house.audited()).count("session_closed") == 1
    made = (await here.ask("POST", "tokens", {}))[1]["token"]
    program = await house.browser()
    key = {"Authorization": f"Bearer {made}"}
    assert (await program.ask("DELETE", "sessions", headers=key))[1]["code"] == "no_session"


async def test_one_time_codes(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    assert (await anna.ask("PUT", "session/totp", {"code": "000000"}))[1]["code"] == (
        "totp_not_begun"
    )
    begun = (await anna.ask("POST", "session/totp"))[1]
    assert begun["uri"].startswith("otpauth://totp/Callward%20Ford%20Ltd:anna?secret=")
    clock = pyotp.TOTP(begun["secret"])
    # Begun and not confirmed asks for nothing.
    assert (await anna.sign_in("anna"))[0] == 200
    wrong = await anna.ask("PUT", "session/totp", {"code": "abcdef"})
    assert wrong[1]["code"] == "totp_wrong"
    status, said = await anna.ask("PUT", "session/totp", {"code": clock.at(house.at[0])})
    assert (status, len(said["recovery_codes"])) == (200, 10)

    there = await house.browser()
    assert (await there.sign_in("anna"))[1]["code"] == "sign_in_code_needed"
    used = await there.sign_in("anna", code=clock.at(house.at[0]))
    assert used[1]["code"] == "sign_in_wrong_code"
    house.wait(seconds=30)
    code = clock.at(house.at[0])
    assert (await there.sign_in("anna", code=code))[0] == 200
    assert (await there.sign_in("anna", code=code))[0] == 401
    for _ in range(2):
        recovery = said["recovery_codes"][0].upper()
        status, _said = await there.sign_in("anna", code=recovery)
        assert status in {200, 401}
    assert status == 401
    async with house.database.read() as connection:
        from crm.people_tables import person

        row = (await connection.execute(select(person).where(person.c.name == "anna"))).one()
    assert begun["secret"].encode() not in bytes(row.totp_secret)
    assert len(row.recovery_codes) == 9
    me = (await anna.ask("GET", "session"))[1]
    assert (me["has_password"], me["totp"], me["recovery_codes_left"]) == (True, True, 9)
    assert me["totp_needed"] is False
    assert (await anna.ask("DELETE", "session/totp", {"password": "wrong one"}))[0] == 403
    assert (await anna.ask("DELETE", "session/totp", {"password": PASSWORD}))[0] == 204
    assert (await there.sign_in("anna"))[0] == 200


async def test_a_role_that_needs_codes(house: House, signed_in: BrowserOf) -> None:
    ada, anna = await signed_in("ada"), await signed_in("anna")
    policy = {"totp_roles": ["manager"]}
    assert (await anna.ask("PUT", "policies/sign_in", policy))[1]["code"] == "not_allowed"
    assert (await ada.ask("PUT", "policies/sign_in", {"totp_roles": ["king"]}))[0] == 400
    assert (await ada.ask("PUT", "policies/sign_in", policy))[0] == 200
    assert (await anna.ask("GET", "sessions"))[1]["code"] == "must_set_up_totp"
    assert (await anna.ask("GET", "session"))[1]["must_set_up_totp"] is True
    begun = (await anna.ask("POST", "session/totp"))[1]
    code = pyotp.TOTP(begun["secret"]).at(house.at[0])
    assert (await anna.ask("PUT", "session/totp", {"code": code}))[0] == 200
    assert (await anna.ask("GET", "sessions"))[0] == 200
    refused = await anna.ask("DELETE", "session/totp", {"password": PASSWORD})
    assert refused[1]["code"] == "totp_required"
    assert (await anna.ask("GET", "session"))[1]["totp_needed"] is True


async def test_passwords_stay_while_nobody_who_decides_has_windows(
    house: House, signed_in: BrowserOf
) -> None:
    ada = await signed_in("ada")
    assert (await ada.ask("PUT", "policies/sign_in", {"password": False}))[1]["code"] == (
        "password_needed"
    )


async def test_shorter_sessions_end_at_once(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    house.wait(hours=3)
    ada = await signed_in("ada")
    await ada.ask("PUT", "policies/sign_in", {"idle_hours": 2})
    assert (await anna.ask("GET", "session"))[1]["code"] == "session_expired"


async def test_an_older_hash_is_made_anew(house: House) -> None:
    from argon2 import PasswordHasher

    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(PASSWORD)
    await house.set("anna", password_hash=weak)
    anna = await house.browser()
    assert (await anna.sign_in("anna"))[0] == 200
    async with house.database.read() as connection:
        stored = (
            await connection.execute(select(person.c.password_hash).where(person.c.name == "anna"))
        ).scalar_one()
    assert "m=19456" in stored
    assert (await anna.sign_in("anna"))[0] == 200
