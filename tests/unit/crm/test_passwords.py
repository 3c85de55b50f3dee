from __future__ import annotations

import pytest

from crm.passwords import PasswordError, Passwords, check_password, temporary_password


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("", "short"),
        ("k7#dPq2!x", "short"),
        ("x" * 81, "long"),
        ("anna.ivanova", "name"),
        ("AVONAVI.ANNA", "name"),
        ("ford limited", "name"),
        ("password12", "common"),
        ("qwertyuiop", "common"),
        ("1234567890", "common"),
        ("aaaaaaaaaaaa", "common"),
        ("annaivanova1", "name"),
        ("callward2026", "common"),
        ("йцукенгшщз", "common"),
        ("пароль12345", "common"),
    ],
)
async def test_what_is_no_password(password: str, reason: str) -> None:
    with pytest.raises(PasswordError) as caught:
        await check_password(password, "anna.ivanova", "Anna Ivanova", "Ford Limited")
    assert caught.value.reason == reason
    assert not password or password not in str(caught.value)


@pytest.mark.parametrize(
    "password", ["umbrella kettle violin", "k7#dPq2!xZ", "зонтик чайник скрипка", "жёлтый-Йq7№%"]
)
async def test_what_is_one(password: str) -> None:
    await check_password(password, "anna.ivanova", None, "Ford Limited")


async def test_a_temporary_one_is_good_and_never_the_same() -> None:
    one, other = temporary_password(), temporary_password()
    assert one != other
    await check_password(one, "anna")


async def test_comparing() -> None:
    passwords = Passwords()
    stored = await passwords.hash("umbrella kettle violin")
    assert stored != await passwords.hash("umbrella kettle violin")
    assert stored.startswith("$argon2id$")
    right = await passwords.verify(stored, "umbrella kettle violin")
    assert (right.right, right.new_hash) == (True, None)
    for wrong in ("", "Umbrella kettle violin", "umbrella kettle violin ", "x" * 100_000):
        assert not (await passwords.verify(stored, wrong)).right
    for nothing in (None, "", "no hash"):
        assert not (await passwords.verify(nothing, "umbrella kettle violin")).right
