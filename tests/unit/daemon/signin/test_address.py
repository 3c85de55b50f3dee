"""From where a request comes, where proxies stand between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from multidict import CIMultiDict

from daemon.signin.address import ForwardingError, Origin, origin_of, plain_address, read_proxies

if TYPE_CHECKING:
    from .conftest import BrowserOf, House

PROXIES = read_proxies(["127.0.0.1", "192.0.2.0/28"])


def of(remote: str, *headers: tuple[str, str]) -> Origin:
    return origin_of(remote, secure=False, headers=CIMultiDict(headers), proxies=PROXIES)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        (["203.0.113.7"], "203.0.113.7"),
        # What the client wrote himself stands left of what the proxy saw.
        (["198.51.100.9, 203.0.113.7"], "203.0.113.7"),
        (["198.51.100.9", "203.0.113.7, 192.0.2.3"], "203.0.113.7"),
        (["192.0.2.4, 192.0.2.3"], "192.0.2.4"),
        (["203.0.113.7:4711"], "203.0.113.7"),
        (["[2001:db8::7]:4711"], "2001:db8::7"),
        (["::ffff:203.0.113.7"], "203.0.113.7"),
    ],
)
def test_the_rightmost_that_is_no_proxy_counts(written: list[str], address: str) -> None:
    headers = [("X-Forwarded-For", one) for one in written]
    assert of("127.0.0.1", *headers) == Origin(address, through_proxy=True, secure=False)


@pytest.mark.parametrize(
    ("written", "address", "secure"),
    [
        ("for=203.0.113.7", "203.0.113.7", False),
        ('for="[2001:db8::7]:4711";proto=https', "2001:db8::7", True),
        ("for=198.51.100.9;proto=https, for=203.0.113.7;proto=http", "203.0.113.7", False),
    ],
)
def test_forwarded_of_rfc_7239(written: str, address: str, secure: bool) -> None:
    assert of("192.0.2.1", ("Forwarded", written)) == Origin(
        address, through_proxy=True, secure=secure
    )


def test_tls_before_the_proxy() -> None:
    headers = [("X-Forwarded-For", "203.0.113.7"), ("X-Forwarded-Proto", "https")]
    assert of("127.0.0.1", *headers).secure
    assert not of("127.0.0.9", *headers).secure


def test_who_is_no_proxy_is_not_believed() -> None:
    said = of("203.0.113.9", ("X-Forwarded-For", "10.0.0.1"))
    assert said == Origin("203.0.113.9", through_proxy=False, secure=False)


@pytest.mark.parametrize(
    "headers",
    [
        [("X-Forwarded-For", "unknown")],
        [("X-Forwarded-For", "203.0.113.7, ")],
        [("Forwarded", "by=203.0.113.7")],
        [("Forwarded", "for=_hidden")],
        [("X-Forwarded-For", "203.0.113.7"), ("Forwarded", "for=10.0.0.1")],
        [("X-Forwarded-For", ",".join(["127.0.0.1"] * 21))],
    ],
)
def test_what_a_proxy_says_unclearly_is_refused(headers: list[tuple[str, str]]) -> None:
    with pytest.raises(ForwardingError):
        of("127.0.0.1", *headers)


def test_addresses_have_one_spelling() -> None:
    assert plain_address("::ffff:192.0.2.1") == "192.0.2.1"
    assert plain_address("fe80::1%eth0") == "fe80::1"
    assert plain_address("") == ""


class TestBehindAListedProxy:
    """The test's own connection, 127.0.0.1, is the proxy."""

    @pytest.fixture
    def settings_of(self) -> dict[str, Any]:
        return {"http": {"proxies": ["127.0.0.1"], "hosts": ["callward.example"]}}

    async def test_its_word_counts(self, house: House) -> None:
        anna = await house.browser()
        proxied = {
            "X-Forwarded-For": "198.51.100.9, 203.0.113.7",
            "X-Forwarded-Proto": "https",
            "Host": "callward.example",
            "Origin": "https://callward.example",
        }
        typed = {"name": "anna", "password": "umbrella kettle violin"}
        response = await anna.client.post("/api/v1/session", json=typed, headers=proxied)
        assert response.status == 200
        cookie = response.headers["Set-Cookie"]
        assert cookie.startswith("__Host-callward=")
        assert "Secure" in cookie
        assert "Domain" not in cookie
        sent = proxied | {"Cookie": cookie.split(";")[0]}
        (held,) = (await anna.ask("GET", "sessions", headers=sent))[1]["items"]
        assert held["address"] == "203.0.113.7"

    async def test_unclear_words_are_refused(self, house: House) -> None:
        anna = await house.browser()
        status, said = await anna.ask("GET", "session", headers={"X-Forwarded-For": "?"})
        assert (status, said["code"]) == (400, "bad_forwarding")


async def test_forged_headers_are_refused(house: House, signed_in: BrowserOf) -> None:
    anna = await signed_in("anna")
    for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via"):
        status, said = await anna.ask("GET", "session", headers={header: "10.0.0.1"})
        assert (status, said["code"]) == (403, "passed_on")
