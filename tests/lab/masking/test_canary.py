"""The search finds what is hidden, and only that: leaks seeded in every form."""

from __future__ import annotations

import base64
from urllib.parse import quote

import pytest

from lab.masked.canary import Canary, Extension, Number, Word, search

NUMBER = "+442079460123"
CANARY = Number("a customer's number", NUMBER)

GROUPINGS = (
    "+442079460123",
    "02079460123",
    "9460123",
    "+44 20 7946 0123",
    "020 7946 0123",
    "(020) 794-60-123",
    "020.7946.0123",
    "020/7946/0123",
    "0 2 0 7 9 4 6 0 1 2 3",
    "9,4,6,0,1,2,3",
    "020 7946\u00a00123",
    "020 7946\u202f0123",
    "946) - 0123",
    "946\r\n 0123",
)


def invite(value: str) -> bytes:
    return (
        "INVITE sip:101@127.71.1.101:5060 SIP/2.0\r\n"
        "Via: SIP/2.0/UDP 127.71.1.1:5060;branch=z9hG4bK9460\r\n"
        f'From: "{value}" <sip:71717@127.71.1.1>;tag=1\r\n'
        "Content-Length: 0\r\n\r\n"
    ).encode()


def found(data: bytes) -> list[str]:
    return [one.coding for one in search(data, [CANARY])]


@pytest.mark.parametrize("text", GROUPINGS)
def test_any_grouping(text: str) -> None:
    assert found(invite(text)) == ["plain"]


@pytest.mark.parametrize("text", GROUPINGS)
@pytest.mark.parametrize("coding", ["utf-16-le", "utf-16-be"])
def test_utf_16(text: str, coding: str) -> None:
    assert found(b"\x01\x02" + text.encode(coding)) in (["utf-16"], ["plain"])


@pytest.mark.parametrize("text", GROUPINGS)
def test_percent(text: str) -> None:
    assert found(f"caller={quote(text)}&x=1".encode()) in (["percent"], ["plain"])
    every = "".join(f"%{byte:02X}" for byte in text.encode())
    assert found(every.encode()) == ["percent"]


@pytest.mark.parametrize("text", GROUPINGS)
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
@pytest.mark.parametrize("encode", [base64.b64encode, base64.urlsafe_b64encode])
def test_base64(text: str, before: str, encode: object) -> None:
    assert callable(encode)
    coded = encode((before + "caller " + text + " called").encode())
    assert found(b'{"cursor": "' + coded + b'"}') == ["base64"]
    assert found(b"token=x" + coded.rstrip(b"=") + b"\r\n") == ["base64"]


def test_base64_of_utf_16() -> None:
    coded = base64.b64encode(f"Wilma Quist {NUMBER}".encode("utf-16"))
    both: list[Canary] = [CANARY, Word("his name", "Quist")]
    assert {one.what for one in search(coded, both)} == {CANARY.what, "his name"}


def test_escapes() -> None:
    assert found("".join(f"\\u{ord(one):04x}" for one in NUMBER).encode()) == ["escape"]
    assert found("".join(f"&#{ord(one)};" for one in NUMBER).encode()) == ["entity"]
    assert found("".join(f"&#x{ord(one):x};" for one in NUMBER).encode()) == ["entity"]


@pytest.mark.parametrize(
    "text",
    [
        "9460124",
        "946012",
        "946x0123",
        "port 9460 12 calls",
        "94601 and, of something else, 23",
        "sip:101@127.71.1.101",
    ],
)
def test_what_is_no_leak(text: str) -> None:
    assert found(invite(text)) == []


def test_the_line_is_named_without_its_digits() -> None:
    (one,) = search(invite("+44 20 7946 0123"), [CANARY])
    assert one.line == 'From: "+44 20 7xxx xxxx" <sip:71717@127.71.1.1>;tag=1'
    assert one.what == "a customer's number"


@pytest.mark.parametrize(
    "line",
    [
        "From: <sip:101@127.0.0.1>",
        'From: "101" <sip:company@127.0.0.1>',
        "From: 101 <sip:company@127.0.0.1>",
        "Diversion: <sip:101@127.0.0.1>;reason=unconditional",
        "Contact: <sip:101@127.0.0.1:5060>",
        "Refer-To: <tel:101>",
        'X-Channel: "PJSIP/101-00000001"',
    ],
)
def test_an_extension_is_found_where_it_names_somebody(line: str) -> None:
    assert [one.what for one in search(line.encode(), [Extension("his extension", "101")])] == [
        "his extension"
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Via: SIP/2.0/UDP 127.71.1.101:5060",
        "CSeq: 101 INVITE",
        "Contact: <sip:127.71.1.101:5060>",
        "From: <sip:1012@127.0.0.1>",
        "From: <sip:5101@127.0.0.1>",
    ],
)
def test_an_extension_is_not_any_number(line: str) -> None:
    assert not list(search(line.encode(), [Extension("his extension", "101")]))


def test_names() -> None:
    name = Word("his name", "Quist")
    assert list(search(b'From: "wilma quist" <sip:x@y>', [name]))
    assert list(search("Quist".encode("utf-16-le"), [name]))
    assert not list(search(b"Quistling", [name]))


def test_a_number_needs_its_seven_digits() -> None:
    with pytest.raises(ValueError, match="fewer than 7"):
        Number("x", "123456")
