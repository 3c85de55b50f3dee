"""The rules of places over HTTP: at sign-in, for every request, and refused lock-outs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crm.access_tokens import create_token

from .conftest import NOON

if TYPE_CHECKING:
    from .conftest import BrowserOf, House

MAC = "02:00:5e:00:53:01"


async def test_a_rule_holds_for_sessions_and_keys_at_once(
    house: House, signed_in: BrowserOf
) -> None:
    ada, anna = await signed_in("ada"), await signed_in("anna")
    token = await house.database.write(lambda c: create_token(c, "anna", NOON))
    key = {"Authorization": f"Bearer {token}"}
    program = await house.browser()
    assert (await program.ask("GET", "session", headers=key))[0] == 200
    wanted = {"subject": "role", "name": "manager", "network": "192.0.2.0/24"}
    status, made = await ada.ask("POST", "place-rules", wanted)
    assert (status, made["network"]) == (201, "192.0.2.0/24")
    for status, said in (
        await anna.ask("GET", "session"),
        await anna.sign_in("anna"),
        await program.ask("GET", "session", headers=key),
    ):
        assert (status, said["code"]) == (403, "place_refused")
        assert "127.0.0.1" in said["detail"]
    assert (await house.browser()).csrf == ""
    wrong = await anna.sign_in("anna", "wrong one")
    assert wrong[1]["code"] == "sign_in_wrong"
    assert (await ada.ask("DELETE", f"place-rules/{made['id']}"))[0] == 204
    assert (await anna.ask("GET", "session"))[0] == 200
    assert "place_rule_changed" in await house.audited()


async def test_a_device_is_seen_on_its_link_only(house: House, signed_in: BrowserOf) -> None:
    ada, anna = await signed_in("ada"), await signed_in("anna")
    await ada.ask("POST", "place-rules", {"subject": "person", "name": "anna", "mac": MAC.upper()})
    said = (await anna.ask("GET", "session"))[1]
    assert "cannot be seen" in said["detail"]
    house.macs["127.0.0.1"] = MAC
    assert (await anna.ask("GET", "session"))[0] == 200
    checked = (await ada.ask("GET", "place-rules/check?address=127.0.0.1"))[1]
    assert [one["verdict"] for one in checked["items"]] == ["allowed"] * 3
    checked = (await ada.ask("GET", "place-rules/check?address=10.0.0.1"))[1]
    assert [one["verdict"] for one in checked["items"]] == ["allowed", "no_mac", "allowed"]


@pytest.mark.parametrize(
    ("wanted", "code"),
    [
        ({"network": "nowhere"}, "place_bad_network"),
        ({"mac": "ff:ff:ff:ff:ff:ff"}, "place_bad_mac"),
        ({"network": "10.0.0.0/8", "mac": MAC}, "place_one_of"),
        ({}, "place_one_of"),
        ({"subject": "person", "name": "nobody", "network": "10.0.0.1"}, "place_unknown_subject"),
        ({"subject": "role", "network": "10.0.0.1"}, "place_unknown_subject"),
        ({"name": "anna", "network": "10.0.0.1"}, "place_unknown_subject"),
    ],
)
async def test_what_is_no_rule(
    house: House, signed_in: BrowserOf, wanted: dict[str, str], code: str
) -> None:
    ada = await signed_in("ada")
    status, said = await ada.ask("POST", "place-rules", wanted)
    assert (status, said["code"]) == (400, code)
    assert house.sign_in.places.now == ()


async def test_nobody_shuts_himself_out(house: House, signed_in: BrowserOf) -> None:
    ada = await signed_in("ada")
    status, said = await ada.ask("POST", "place-rules", {"network": "10.0.0.0/8"})
    assert (status, said["code"]) == (409, "place_shuts_you_out")
    assert "127.0.0.1" in said["detail"]
    here = (await ada.ask("POST", "place-rules", {"network": "127.0.0.0/8"}))[1]
    assert (await ada.ask("POST", "place-rules", {"network": "10.0.0.0/8"}))[0] == 201
    # Taking a rule away can shut out as well.
    status, said = await ada.ask("DELETE", f"place-rules/{here['id']}")
    assert (status, said["code"]) == (409, "place_shuts_you_out")
    assert len(house.sign_in.places.now) == 2


async def test_the_operator_shuts_not_everybody_out_and_is_never_shut_out(
    house: House, signed_in: BrowserOf
) -> None:
    command = await house.browser()
    # Nobody who decides ever signed in: from where he would is not known.
    wanted = {"network": "10.0.0.0/8"}
    status, made = await command.ask("POST", "place-rules", wanted, headers=house.operator)
    assert status == 201
    removed = await command.ask("DELETE", f"place-rules/{made['id']}", headers=house.operator)
    assert removed[0] == 204
    await signed_in("ada")
    status, said = await command.ask("POST", "place-rules", wanted, headers=house.operator)
    assert (status, said["code"]) == (409, "place_shuts_all_out")
