"""What is asked for and cannot be: a problem with a code and a sentence, and nobody is rung."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest

from lab.phones import Answer, Ring
from tests.lab.callbacks.office import Answer as Reply
from tests.lab.callbacks.office import Office

pytestmark = pytest.mark.lab


@pytest.fixture(autouse=True)
def nobody_is_rung(office: Office) -> Iterator[None]:
    """In all of these, beyond what a test itself says."""
    yield
    for name in ("102", "103", "104"):
        assert office.invitations(office.desk(name)) == 0
    assert not office.channels()


def refused(office: Office, answer: Reply, status: int, code: str) -> None:
    """A problem document in both languages; and nothing stored."""
    assert (answer.status, answer.body["code"]) == (status, code), answer
    assert answer.headers["Content-Type"].startswith("application/problem+json")
    assert answer.body["detail"]
    assert not office.ask("GET", "/api/v1/callbacks?live=true").body["items"]


def test_an_unknown_client(office: Office) -> None:
    body = {"client_id": str(uuid4()), "agent": "Quist"}
    refused(office, office.ask("POST", "/api/v1/callbacks", body), 404, "client_not_found")
    body = {"short_code": "20000", "agent": "Quist"}
    answer = office.ask("POST", "/api/v1/callbacks", body, {"Accept-Language": "ru"})
    refused(office, answer, 404, "client_not_found")
    assert answer.body["detail"] == "Такого клиента нет"


def test_a_phone_that_is_not_his(office: Office) -> None:
    answer = office.press(via="102")
    refused(office, answer, 422, "no_such_phone")
    assert "101, mobile" in answer.body["detail"]


def test_a_phone_that_is_not_registered(office: Office) -> None:
    desk = office.desk("104")
    desk.unregister()
    # Asterisk says so to the phone first, and to itself a moment later.
    office.wait_until(lambda: "Unavailable" in office.lab.cli("pjsip show endpoint 104"))
    try:
        refused(office, office.press(agent="Fenwick"), 409, "phone_not_registered")
    finally:
        desk.register()


def test_a_trunk_that_is_down(office: Office) -> None:
    """Its qualify finds nobody."""
    file = office.lab.folder / "etc" / "pjsip.conf"
    before = file.read_text()
    contact = f"contact = sip:{office.lab.block}.10:5060"
    assert contact in before
    dead = f"contact = sip:{office.lab.block}.99:5060\nqualify_frequency = 1\nqualify_timeout = 0.2"
    try:
        file.write_text(before.replace(contact, dead))
        office.lab.cli("module reload res_pjsip.so")
        codes = []

        def down() -> bool:
            answer = office.press(agent="Fenwick")
            codes.append(answer.body.get("code"))
            if answer.status == 201:
                office.cancel(answer.body["id"])
                office.wait_end(answer.body["id"])
            return answer.status == 503

        office.wait_until(down)
        assert codes[-1] == "trunk_down"
    finally:
        file.write_text(before)
        office.lab.cli("module reload res_pjsip.so")
    office.wait_until(lambda: "Unavail" not in office.lab.cli("pjsip show aor operator"))
    office.reset()


@pytest.mark.parametrize(
    ("version", "code"), [('""', "dialplan_missing"), ("9", "dialplan_version")]
)
def test_a_dialplan_of_another_version(office: Office, version: str, code: str) -> None:
    office.lab.cli(f"dialplan set global CALLWARD_DIALPLAN {version}")
    try:
        refused(office, office.press(), 503, code)
    finally:
        office.lab.cli("dialplan set global CALLWARD_DIALPLAN 1")


def test_no_link_to_the_pbx(office: Office) -> None:
    office.cable.cut()
    office.daemon.wait_until(lambda: not office.daemon.get("/health")["ok"])
    try:
        answer = office.press()
        assert (answer.status, answer.body["code"]) == (503, "pbx_down")
    finally:
        office.mend()
    # What was asked for while the link was down is not done when it is back.
    assert office.invitations(office.desk()) == 0


def test_a_double_click_is_one_call(office: Office) -> None:
    with ThreadPoolExecutor(8) as clicks:
        answers = list(clicks.map(lambda _: office.press(), range(8)))
    assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
    (id_,) = {answer.body["id"] for answer in answers}
    office.desk().wait_for("rang")
    assert office.invitations(office.desk()) == 1
    office.cancel(id_)
    assert office.wait_end(id_) == "cancelled"
    # When it is over, a click is a new one.
    next_id = office.begin()
    assert next_id != id_
    office.cancel(next_id)
    office.wait_end(next_id)


def test_another_client_while_one_goes_on(office: Office) -> None:
    id_ = office.begin()
    answer = office.press(152)
    assert (answer.status, answer.body["code"]) == (409, "agent_busy")
    office.cancel(id_)
    office.wait_end(id_)


def test_a_request_that_is_sent_again_is_the_same_call(office: Office) -> None:
    key = str(uuid4())
    id_ = office.begin(key=key)
    assert (office.press(key=key).status, office.press(key=key).body["id"]) == (200, id_)
    office.cancel(id_)
    office.wait_end(id_)
    # Also when it is over, and to another agent it is another's.
    assert (office.press(key=key).status, office.press(key=key).body["id"]) == (200, id_)
    answer = office.press(152, key=key)
    assert (answer.status, answer.body["code"]) == (422, "idempotency_key_reused")
    assert office.invitations(office.desk()) == 1


def test_more_at_once_than_allowed(office: Office) -> None:
    for last in (1, 2, 3):
        office.lab.phones.mobile(f"+44770090010{last}").behaves(Ring())
    ids = [
        office.begin(151, "Quist", via="mobile"),
        office.begin(152, "Yarrow", via="mobile"),
        office.begin(153, "Zelnik", via="mobile"),
    ]
    answer = office.press(154, "Fenwick")
    assert (answer.status, answer.body["code"]) == (429, "too_many_at_once")
    assert int(answer.headers["Retry-After"]) > 0
    for id_ in ids:
        office.cancel(id_)
    for id_ in ids:
        office.wait_end(id_)


def test_a_manager_calls_for_himself_only(office: Office) -> None:
    made = office.ask("POST", "/api/v1/tokens", {"agent": "Yarrow"}).body["token"]
    token = {"Authorization": f"Bearer {made}"}
    body = {"client_id": office.client(), "agent": "Quist"}
    answer = office.ask("POST", "/api/v1/callbacks", body, token)
    assert (answer.status, answer.body["code"]) == (403, "not_yours")
    office.desk().behaves(Answer(0.1))
    id_ = office.begin()
    assert office.ask("GET", f"/api/v1/callbacks/{id_}", None, token).status == 404
    assert office.ask("DELETE", f"/api/v1/callbacks/{id_}", None, token).status == 404
    assert office.callback(id_)["state"] != "ended"
    office.cancel(id_)
    office.wait_end(id_)
