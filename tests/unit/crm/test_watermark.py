from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crm.watermark import found_marks, ghosts, is_watermark, marked, new_watermark, unmarked

SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
watermarks = st.text(SIGNS, min_size=8, max_size=8).map("E-{}".format)


@given(watermarks, st.text("abcdefg "))
def test_a_mark_is_found_by_what_is_not_seen(watermark: str, name: str) -> None:
    shown = marked(name, watermark)
    assert unmarked(shown) == name
    assert found_marks(shown) == {watermark}
    assert found_marks(name) == set()


@given(watermarks, watermarks)
def test_several_exports_in_one_file(one: str, other: str) -> None:
    text = f"{marked('Anna', one)};{marked('Boris', other)}\n{marked('Clara', one)}"
    assert found_marks(text) == {one, other}


def test_a_mark_is_found_by_what_is_seen() -> None:
    mark = new_watermark()
    assert is_watermark(mark)
    assert found_marks(f'name;export\nAnna;"{mark}"\n'.replace(";", " ")) == {mark}


def test_clients_of_one_export_alone() -> None:
    one = ghosts("E-23456789", bytes(32), 20)
    assert one == ghosts("E-23456789", bytes(32), 20)
    assert not set(one) & set(ghosts("E-23456788", bytes(32), 20))
    assert not set(one) & set(ghosts("E-23456789", bytes(31) + b"1", 20))
    assert not any(char.isdigit() for name in one for char in name)
