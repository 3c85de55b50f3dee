from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, Table, create_engine, select
from sqlalchemy.exc import StatementError

from crm.vault import EncryptedText, Sealed, Vault, VaultError

NUMBER = "+442079460101"
VAULT = Vault(bytes(range(32)))


@given(st.text(max_size=50), st.binary(max_size=30))
def test_opens_what_it_sealed(text: str, context: bytes) -> None:
    assert VAULT.open(VAULT.seal(text, context), context) == text


def test_the_same_text_is_never_sealed_alike() -> None:
    assert len({VAULT.seal(NUMBER, b"") for _ in range(100)}) == 100


def test_a_sealed_value_starts_with_its_key_version_and_holds_no_digit_of_it() -> None:
    sealed = VAULT.seal(NUMBER, b"")
    assert sealed[0] == 1
    assert len(sealed) == 1 + 12 + len(NUMBER) + 16
    assert bytes(sealed).find(NUMBER[-7:].encode()) == -1


@given(st.integers(0, 28), st.integers(1, 255))
def test_an_altered_value_is_refused(at: int, difference: int) -> None:
    sealed = bytearray(VAULT.seal(NUMBER, b"a"))
    sealed[at] ^= difference
    with pytest.raises(VaultError):
        VAULT.open(Sealed(bytes(sealed)), b"a")


@pytest.mark.parametrize("sealed", [b"", b"\x01", b"\x01" + bytes(12), b"\x02" + bytes(40)])
def test_what_was_never_sealed_is_refused(sealed: bytes) -> None:
    with pytest.raises(VaultError):
        VAULT.open(Sealed(sealed), b"")


def test_a_value_moved_to_another_place_or_key_is_refused() -> None:
    sealed = VAULT.seal(NUMBER, b"here")
    with pytest.raises(VaultError, match="altered, moved or sealed with another key"):
        VAULT.open(sealed, b"there")
    with pytest.raises(VaultError):
        Vault(bytes(32)).open(sealed, b"here")


def test_the_index_is_keyed_and_stable() -> None:
    assert VAULT.blind_index(NUMBER) == Vault(bytes(range(32))).blind_index(NUMBER)
    assert VAULT.blind_index(NUMBER) != Vault(bytes(32)).blind_index(NUMBER)
    assert VAULT.blind_index(NUMBER) != VAULT.blind_index(NUMBER[:-1] + "2")


def test_a_key_of_another_size_is_refused() -> None:
    with pytest.raises(VaultError, match="31 bytes"):
        Vault(bytes(31))


def test_the_column_takes_sealed_values_only() -> None:
    table = Table(
        "t", MetaData(), Column("id", Integer, primary_key=True), Column("x", EncryptedText)
    )
    engine = create_engine("sqlite://", hide_parameters=True)
    with engine.begin() as connection:
        table.create(connection)
        sealed = VAULT.seal(NUMBER, b"")
        connection.execute(table.insert(), {"x": sealed})
        assert connection.execute(select(table.c.x)).scalar_one() == sealed
        for plain in (NUMBER, NUMBER.encode()):
            with pytest.raises(StatementError, match="never plain text") as error:
                connection.execute(table.insert(), {"x": plain})
            assert NUMBER[-7:] not in str(error.value)
    engine.dispose()


def test_other_uses_have_keys_of_their_own() -> None:
    keys = {VAULT.derive(purpose) for purpose in ("", "dialplan pbx", "dialplan pbx2", "seal")}
    assert len(keys) == 4
    assert {len(key) for key in keys} == {32}
    assert VAULT.check_value not in keys
    assert Vault(bytes(range(32))).derive("seal") == VAULT.derive("seal")
    assert Vault(bytes(32)).derive("seal") != VAULT.derive("seal")
