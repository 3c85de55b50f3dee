"""Our lines come and go; everything else in an engineer's file stays byte for byte."""

from __future__ import annotations

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from dialplan.includes import MARK, Include, add, ours, remove, theirs

FIRST = Include("extensions.conf", "extensions_callward.conf", "first")
LAST = Include("manager.conf", "manager_callward.conf", "last")
LINES = st.lists(
    st.sampled_from(
        [
            b"[general]",
            b"; a comment",
            b"exten => s,1,NoOp()",
            b'#include "other.conf"',
            b"",
            b"\xff\xfe",
            b"key = \xd0\xb4\xd0\xb0",
        ]
    )
)


@given(
    content=st.binary()
    | st.builds(
        lambda bom, lines, end, last: bom + end.join(lines) + (end if last else b""),
        st.sampled_from([b"", b"\xef\xbb\xbf"]),
        LINES,
        st.sampled_from([b"\n", b"\r\n", b"\r"]),
        st.booleans(),
    ),
    includes=st.permutations([FIRST, LAST]),
)
@example(content=b"", includes=[FIRST, LAST])
@example(content=b"a\r", includes=[LAST, FIRST])
@example(content=b"a\r\nb", includes=[LAST, FIRST])
@example(content=b"\xef\xbb\xbf[general]\n", includes=[FIRST, LAST])
def test_what_was_added_is_taken_away_and_nothing_else(
    content: bytes, includes: list[Include]
) -> None:
    assume(MARK not in content)
    changed = content
    for include in includes:
        assert not theirs(content, include)
        changed = add(changed, include)
        assert (ours(changed, include), theirs(changed, include)) == (1, 0)
        assert add(changed, include) == changed
    for include in reversed(includes):
        left = remove(changed, include)
        assert left is not None
        changed = left
    assert changed == content


@pytest.mark.parametrize("include", [FIRST, LAST])
def test_a_file_that_was_not_there_goes_again(include: Include) -> None:
    made = add(None, include)
    assert ours(made, include) == 1
    assert remove(made, include) is None


def test_what_an_engineer_wrote_into_a_file_of_ours_stays() -> None:
    left = remove(add(None, LAST) + b"[him]\n", LAST)
    assert left is not None
    assert left.endswith(b"[him]\n")


@pytest.mark.parametrize(
    "line",
    [
        b'#include "extensions_callward.conf"',
        b"#include extensions_callward.conf",
        b"#include <extensions_callward.conf>",
        b'  #tryinclude "/etc/asterisk/extensions_callward.conf" ; by hand',
        b'#include "extensions_callward.conf"\r',
    ],
)
def test_a_line_of_his_own_is_enough(line: bytes) -> None:
    content = b"[general]\n" + line + b"\n[x]\n"
    assert theirs(content, FIRST) == 1
    assert add(content, FIRST) == content
    assert remove(content, FIRST) == content


@pytest.mark.parametrize(
    "line",
    [
        b'; #include "extensions_callward.conf"',
        b'#include "extensions_callward.conf.old"',
        b'#include "my_extensions_callward.conf"',
    ],
)
def test_what_only_looks_like_one_is_none(line: bytes) -> None:
    assert theirs(line + b"\n", FIRST) == 0


def test_the_first_line_stands_before_every_section_and_behind_the_byte_order_mark() -> None:
    changed = add(b"\xef\xbb\xbf[general]\r\n", FIRST)
    assert changed.startswith(b'\xef\xbb\xbf#include "extensions_callward.conf" ')
    assert changed.endswith(b"\r\n[general]\r\n")
