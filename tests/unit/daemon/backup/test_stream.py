"""No byte of a backup can be changed, moved, cut off or added unnoticed."""

from __future__ import annotations

import io
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from daemon.backup.errors import BackupError
from daemon.backup.key import from_recovery, recovery_text
from daemon.backup.stream import MAGIC, PIECE, Opening, Sealing

KEY = bytes(range(32))
HEAD = len(MAGIC) + 48
SEALED = PIECE + 16


def sealed(content: bytes) -> bytes:
    target = io.BytesIO()
    stream = Sealing(target, KEY)
    for at in range(0, len(content), 700_001):
        stream.write(content[at : at + 700_001])
    stream.finish()
    return target.getvalue()


def opened(content: bytes, key: bytes = KEY) -> bytes:
    stream = Opening(io.BytesIO(content), key, "a.backup")
    found = stream.read()
    stream.drain()
    return found


def refused(content: bytes, key: bytes = KEY) -> str:
    with pytest.raises(BackupError) as error:
        opened(content, key)
    assert "a.backup" in error.value.text("en")
    assert "a.backup" in error.value.text("ru")
    return error.value.code


@pytest.mark.parametrize("size", [0, 1, PIECE - 1, PIECE, PIECE + 1, 2 * PIECE, 3 * PIECE - 5])
def test_what_went_in_comes_out(size: int) -> None:
    content = os.urandom(size)
    stored = sealed(content)
    assert opened(stored) == content
    assert stored != sealed(content)
    stream = Opening(io.BytesIO(stored), KEY, "a.backup")
    assert b"".join(iter(lambda: stream.read(300_007), b"")) == content


def test_each_damage_has_its_name() -> None:
    stored = sealed(os.urandom(3 * PIECE + 100))
    first, second = HEAD + SEALED, HEAD + 2 * SEALED
    assert refused(stored, bytes(32)) == "wrong_key"
    assert refused(b"PK" + stored) == "not_a_backup"
    assert refused(b"") == "not_a_backup"
    assert refused(stored[:10]) == "cut_off"
    assert refused(stored[: HEAD - 1]) == "cut_off"
    assert refused(stored[:HEAD]) == "cut_off"
    # At the end of a piece, within one, and of the last byte.
    assert refused(stored[:second]) == "cut_off"
    assert refused(stored[: second + 77]) == "cut_off"
    assert refused(stored[:-1]) == "cut_off"
    changed = bytearray(stored)
    changed[first + 5] ^= 1
    assert refused(bytes(changed)) == "altered"
    swapped = stored[:HEAD] + stored[first:second] + stored[HEAD:first] + stored[second:]
    assert refused(swapped) == "altered"
    assert refused(stored[:first] + stored[second:]) == "altered"
    assert refused(stored[:HEAD] + 2 * stored[HEAD:first] + stored[first:]) == "altered"
    assert refused(stored + b"more") in {"altered", "cut_off"}


@given(st.data())
@settings(max_examples=30)
def test_no_bit_and_no_end_can_go(data: st.DataObject) -> None:
    content = bytes(range(256)) * 5
    stored = sealed(content)
    at = data.draw(st.integers(0, len(stored) - 1))
    changed = bytearray(stored)
    changed[at] ^= 1 << data.draw(st.integers(0, 7))
    refused(bytes(changed))
    refused(stored[:at])


def test_the_key_on_paper() -> None:
    key = os.urandom(32)
    text = recovery_text(key)
    assert from_recovery(text.lower().replace("-", " ")) == key
    assert len(text.replace("-", "")) == 56
    letters = text.replace("-", "")
    wrong = ("A" if letters[7] != "A" else "B").join((letters[:7], letters[8:]))
    for bad, code in (
        (wrong, "recovery_check"),
        (text[:-3], "recovery_form"),
        ("", "recovery_form"),
    ):
        with pytest.raises(BackupError) as error:
            from_recovery(bad)
        assert error.value.code == code
