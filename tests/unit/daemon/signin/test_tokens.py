"""Keys of programs: whose, for what, until when."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .conftest import BrowserOf, House


async def test_everybody_makes_his_own(house: House, signed_in: BrowserOf) -> None:
    anna, boris = await signed_in("anna"), await signed_in("boris")
    wanted = {"label": "report", "scopes": ["calls.read"]}
    status, made = await anna.ask("POST", "tokens", wanted)
    assert (status, made["agent"], made["scopes"]) == (201, "anna", ["calls.read"])
    program = await house.browser()
    key = {"Authorization": f"Bearer {made['token']}"}
    said = (await program.ask("GET", "session", headers=key))[1]
    assert (said["person"], said["rights"], said["csrf"]) == ("anna", {"calls.read": "own"}, None)
    assert (await anna.ask("POST", "tokens", {"agent": "boris"}))[1]["code"] == "token_of_another"
    assert (await boris.ask("GET", "tokens"))[1]["items"] == []
    assert (await boris.ask("DELETE", f"tokens/{made['id']}"))[1]["code"] == "token_not_found"
    (listed,) = (await anna.ask("GET", "tokens"))[1]["items"]
    assert (listed["label"], "token" in listed) == ("report", False)
    assert listed["used_at"] is not None
    assert (await anna.ask("DELETE", f"tokens/{made['id']}"))[0] == 204
    status, said = await program.ask("GET", "session", headers=key)
    assert (status, said["code"]) == (401, "invalid_token")
    assert [one for one in await house.audited() if "token" in one] == [
        "token_created", "token_revoked",
    ]  # fmt: skip


async def test_a_narrow_key_makes_no_wide_one(house: House, signed_in: BrowserOf) -> None:
    ada = await signed_in("ada")
    made = (await ada.ask("POST", "tokens", {"scopes": ["people.change"]}))[1]
    program = await house.browser()
    key = {"Authorization": f"Bearer {made['token']}"}
    assert (await program.ask("POST", "tokens", {}, headers=key))[1]["code"] == "outranked"
    # Nor does it touch how its person signs in.
    change = {"old": "umbrella kettle violin", "new": "gravel lantern pigeon"}
    said = await program.ask("PUT", "session/password", change, headers=key)
    assert said[1]["code"] == "no_session"


async def test_only_the_command_makes_them_for_others(house: House, signed_in: BrowserOf) -> None:
    ada = await signed_in("ada")
    assert (await ada.ask("POST", "tokens", {"agent": "anna"}))[0] == 403
    assert (await ada.ask("POST", "tokens", {}))[1]["created_by"] == "ada"
    command = await house.browser()
    made = await command.ask("POST", "tokens", {"agent": "boris"}, headers=house.operator)
    assert made[0] == 201
    assert (await command.ask("POST", "tokens", {}, headers=house.operator))[0] == 400
    every = (await ada.ask("GET", "tokens"))[1]["items"]
    assert [(one["agent"], one["created_by"]) for one in every] == [
        ("ada", "ada"),
        ("boris", "operator"),
    ]


async def test_keys_of_who_holds_more_or_is_no_business_of_his_stay(
    house: House, signed_in: BrowserOf
) -> None:
    anna, boris, ada = [await signed_in(name) for name in ("anna", "boris", "ada")]
    hers, adas = [(await one.ask("POST", "tokens", {}))[1]["id"] for one in (anna, ada)]
    await house.set("boris", exceptions={"people.change": "all", "people.read": "all"})
    assert (await boris.ask("DELETE", f"tokens/{adas}"))[1]["code"] == "outranked"
    await house.set("boris", exceptions={"people.change": "all", "people.read": "department"})
    assert (await boris.ask("GET", "tokens"))[1]["items"] == []
    assert (await boris.ask("DELETE", f"tokens/{hers}"))[1]["code"] == "token_not_found"
    assert (await ada.ask("DELETE", f"tokens/{hers}"))[0] == 204
    assert (await ada.ask("DELETE", f"tokens/{hers}"))[1]["code"] == "token_not_found"


async def test_what_is_no_key(signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    status, said = await anna.ask("POST", "tokens", {"scopes": ["clients.read", "all.things"]})
    assert (status, said["code"]) == (400, "unknown_scope")
    assert "all.things" in said["detail"]
    assert "clients.read" in said["detail"]
    past = {"expires_at": "2020-01-01T00:00:00Z"}
    assert (await anna.ask("POST", "tokens", past))[1]["code"] == "token_past"
    assert (await anna.ask("POST", "tokens", {"scopes": []}))[0] == 400
    status, said = await anna.ask("POST", "tokens", {"label": "of (020) 794-60100"})
    assert (status, said["code"], "label" in said["detail"]) == (400, "holds_number", True)


async def test_a_key_ends_by_itself(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    made = (await anna.ask("POST", "tokens", {"expires_at": "2099-01-01T00:00:00Z"}))[1]
    program = await house.browser()
    key = {"Authorization": f"Bearer {made['token']}"}
    assert (await program.ask("GET", "session", headers=key))[0] == 200
    house.wait(days=80 * 366)
    status, said = await program.ask("GET", "session", headers=key)
    assert (status, said["code"]) == (401, "token_expired")
