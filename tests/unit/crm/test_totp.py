from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pyotp
import pytest

from crm.totp import (
    accepted_step,
    hash_recovery_code,
    new_recovery_codes,
    new_secret,
    without_code,
)

SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
"""Of RFC 6238's test vectors."""
AT = datetime(2009, 2, 13, 23, 31, 30, tzinfo=UTC)


def test_the_vector_of_rfc_6238() -> None:
    assert accepted_step(SECRET, "005924", AT, None) == 0x273EF07


@pytest.mark.parametrize(("seconds", "good"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_differ_by_one_step(seconds: int, good: bool) -> None:
    code = pyotp.TOTP(SECRET).at(AT + timedelta(seconds=seconds))
    assert (accepted_step(SECRET, code, AT, None) is not None) is good


def test_a_code_is_good_once_and_none_before_it() -> None:
    code, step = pyotp.TOTP(SECRET).at(AT), 0x273EF07
    assert accepted_step(SECRET, code, AT, step - 1) == step
    assert accepted_step(SECRET, code, AT, step) is None
    before = pyotp.TOTP(SECRET).at(AT - timedelta(seconds=30))
    assert accepted_step(SECRET, before, AT, step) is None


@pytest.mark.parametrize("code", ["", "00592", "0059245", "00592a", "٠٠٥٩٢٤", "-05924"])
def test_what_is_no_code(code: str) -> None:
    assert accepted_step(SECRET, code, AT, None) is None


def test_secrets_differ_and_have_160_bits() -> None:
    assert len({new_secret() for _ in range(50)}) == 50
    assert len(new_secret()) == 32


def test_recovery_codes_are_good_once_however_they_are_written() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    stored = [hash_recovery_code(code) for code in codes]
    left = without_code(stored, f" {codes[3].upper().replace('-', ' ')} ")
    assert left == stored[:3] + stored[4:]
    assert without_code(left, codes[3]) is None
    assert without_code(stored, "") is None
