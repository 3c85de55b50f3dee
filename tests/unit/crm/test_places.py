"""The decision from where somebody may come."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.people import Person
from crm.places import (
    PlaceError,
    PlaceRule,
    PlaceSubject,
    Verdict,
    judge,
    read_mac,
    read_network,
    rules_of,
)
from crm.staff import Staff
from store.ids import uuid7

AT = datetime(2026, 1, 1, tzinfo=UTC)
MAC = "02:00:5e:00:53:01"
ANNA = Person(
    name="anna", role="manager", department="sales", exceptions={}, created_by="x", created_at=AT
)
STAFF = Staff([ANNA], departments={"sales": "office", "office": None})


def rule(kind: PlaceSubject, subject: str, network: str | None = None, mac: str | None = None):  # type: ignore[no-untyped-def]
    return PlaceRule(
        id=uuid7(), subject_kind=kind, subject=subject, network=network, mac=mac,
        created_by="ada", created_at=AT,
    )  # fmt: skip


EVERYONE = rule(PlaceSubject.EVERYONE, "", "10.0.0.0/8")
ROLE = rule(PlaceSubject.ROLE, "manager", "10.1.0.0/16")
OFFICE = rule(PlaceSubject.DEPARTMENT, "office", "10.2.0.0/16")
SALES = rule(PlaceSubject.DEPARTMENT, "sales", "10.3.0.0/16")
HIS = rule(PlaceSubject.PERSON, "anna", "192.0.2.0/24")
HERS = rule(PlaceSubject.PERSON, "boris", "198.51.100.0/24")
NARROWEST_FIRST = (HIS, SALES, OFFICE, ROLE, EVERYONE)


@given(st.sets(st.sampled_from(NARROWEST_FIRST)), st.booleans())
def test_the_narrowest_subject_with_rules_counts(chosen: set[PlaceRule], other: bool) -> None:
    rules = [*chosen, *([HERS] if other else [])]
    wanted = next(((one,) for one in NARROWEST_FIRST if one in chosen), ())
    assert rules_of(rules, ANNA, STAFF) == wanted


def test_networks() -> None:
    def verdict(address: str, *rules: PlaceRule) -> Verdict:
        return judge(rules, address, lambda: pytest.fail("nobody asked for a MAC address"))

    assert verdict("203.0.113.1") is Verdict.ALLOWED
    assert verdict("10.255.0.1", EVERYONE) is Verdict.ALLOWED
    assert verdict("11.0.0.1", EVERYONE) is Verdict.ELSEWHERE
    assert verdict("192.0.2.5", EVERYONE, HIS) is Verdict.ALLOWED
    assert verdict("2001:db8::1", EVERYONE) is Verdict.ELSEWHERE
    assert verdict("", EVERYONE) is Verdict.ELSEWHERE


def test_devices() -> None:
    device = rule(PlaceSubject.PERSON, "anna", mac=MAC)
    assert judge([device], "10.0.0.1", lambda: MAC) is Verdict.ALLOWED
    assert judge([device], "10.0.0.1", lambda: "02:00:5e:00:53:02") is Verdict.ELSEWHERE
    assert judge([device], "10.0.0.1", lambda: None) is Verdict.NO_MAC
    assert judge([device, EVERYONE], "10.0.0.1", lambda: None) is Verdict.ALLOWED


@pytest.mark.parametrize(
    ("written", "read"),
    [("192.0.2.7", "192.0.2.7/32"), ("192.0.2.7/24", "192.0.2.0/24"), ("2001:db8::/32",) * 2],
)
def test_what_is_a_network(written: str, read: str) -> None:
    assert read_network(written) == read


@pytest.mark.parametrize("written", ["", "office", "192.0.2.0/33", "192.0.2", "1.2.3.4.5"])
def test_what_is_no_network(written: str) -> None:
    with pytest.raises(PlaceError, match="network"):
        read_network(written)


def test_what_is_a_mac_address() -> None:
    assert read_mac("02-00-5E-00-53-01") == MAC
    for wrong in ("", "02:00:5e:00:53", "02:00:5e:00:53:0g", "ff:ff:ff:ff:ff:ff", "01:00:5e:0:0:1"):
        with pytest.raises(PlaceError, match="mac"):
            read_mac(wrong)
