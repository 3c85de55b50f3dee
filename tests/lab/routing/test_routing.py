"""Real calls: whom they ring, what is shown there, and who may call whom."""

from __future__ import annotations

import pytest

from lab.masked.people import COMPANY
from lab.phones import Answer, Ring
from lab.scenarios.leg import Leg
from tests.lab.dialplan.heard import connected, listen
from tests.lab.routing.company import PIN, Company

pytestmark = pytest.mark.lab


def invited(leg: Leg) -> tuple[str, str]:
    """The number and the name that a phone showed."""
    found = leg.find("invited")
    assert found is not None
    return found.detail["shown"], found.detail["display"]


def test_the_curator_rings_first(company: Company) -> None:
    card = company.client(111, curator="Quist", deputy="Yarrow")
    desk = company.stage.desk("101", Answer(0.3))
    customer = company.calls(111)
    agent = company.stage.answers(desk)
    assert invited(agent)[0] == card["short_code"]
    assert not any(company.stage.desk(other).running() for other in ("102", "103", "104"))
    connected(customer, agent)


def test_then_the_deputy_then_the_group(company: Company) -> None:
    card = company.client(112, curator="Quist", deputy="Yarrow")
    stage = company.stage
    group = stage.desk("104", Answer(0.3))
    customer = company.calls(112)
    order = [stage.rings(stage.desk(name)) for name in ("101", "102", "103")]
    began = [leg.at("rang") for leg in order]
    assert began == sorted(one for one in began if one)
    agent = stage.answers(group)
    for leg in (*order, agent):
        assert invited(leg)[0] == card["short_code"]
    connected(customer, agent)


def test_who_is_away_is_left_out_and_calls_all_the_same(company: Company) -> None:
    """Curator and one of the group are away; the deputy does not answer."""
    card = company.client(118, curator="Quist", deputy="Yarrow")
    stage = company.stage
    for name in ("Quist", "Zelnik"):
        company.ask("PUT", f"/api/v1/people/{name}/presence", {"reason": "meeting"})
    try:
        seen = {name: len(stage.desk(name).log) for name in ("101", "103")}
        group = stage.desk("104", Answer(0.3))
        customer = company.calls(118)
        stage.rings(stage.desk("102"))
        connected(customer, stage.answers(group))
        assert seen == {name: len(stage.desk(name).log) for name in seen}
        # His own call goes on as always, and leaves him away.
        client = stage.customer(118, Answer(0.3))
        agent = stage.dial(stage.desk("101"), card["short_code"])
        connected(agent, stage.answers(client))
        assert company.ask("GET", "/api/v1/people/Quist/presence")["is_away"]
    finally:
        for name in ("Quist", "Zelnik"):
            company.ask("DELETE", f"/api/v1/people/{name}/presence")
    stage.reset()
    again = company.calls(118)
    connected(again, stage.answers(stage.desk("101", Answer(0.3))))


def test_a_call_that_an_absent_curator_misses_is_his_to_return(company: Company) -> None:
    card = company.client(119, curator="Quist")
    for name in ("Quist", "Zelnik", "Fenwick"):
        company.ask("PUT", f"/api/v1/people/{name}/presence", {"reason": "day_off"})
    try:
        seen = {name: len(company.stage.desk(name).log) for name in ("101", "103", "104")}
        customer = company.calls(119)
        customer.wait_end()
        assert listen(customer) > 1.0
        assert seen == {name: len(company.stage.desk(name).log) for name in seen}

        def whose() -> list[str]:
            tasks = company.ask("GET", "/api/v1/tasks")["items"]
            return [one["agent"] for one in tasks if one["client_id"] == card["id"]]

        company.wait_until(lambda: whose() == ["Quist"])
    finally:
        for name in ("Quist", "Zelnik", "Fenwick"):
            company.ask("DELETE", f"/api/v1/people/{name}/presence")


def test_after_hours_he_hears_a_word(company: Company) -> None:
    company.client(113, curator="Quist")
    with company.decided({"hours": {}}):
        assert company.would_ring() == []
        seen = {name: len(company.stage.desk(name).log) for name in ("101", "103", "104")}
        customer = company.calls(113)
        customer.wait("answered")
        customer.wait_end()
        assert listen(customer) > 1.0
        assert seen == {name: len(company.stage.desk(name).log) for name in seen}


def test_hours_and_group_of_the_console_hold_from_the_next_call_on(company: Company) -> None:
    stage = company.stage
    with company.decided({"hours": {}, "after_hours": "all", "group": ["Yarrow"]}):
        assert company.would_ring() == ["Yarrow"]
        seen = len(stage.desk("103").log)
        customer = company.calls(162)
        connected(customer, stage.answers(stage.desk("102", Answer(0.3))))
        assert len(stage.desk("103").log) == seen
    assert company.would_ring() == ["Zelnik", "Fenwick"]


def test_a_new_caller_is_shown_by_the_code_that_he_gets(company: Company) -> None:
    desk = company.stage.desk("103", Answer(0.3))
    customer = company.calls(160)
    agent = company.stage.answers(desk)
    shown, name = invited(agent)
    company.wait_until(lambda: company.card(customer.label) is not None)
    card = company.card(customer.label)
    assert card is not None
    assert (shown, name) == (card["short_code"], "")
    connected(customer, agent)


def test_an_anonymous_caller_is_the_company(company: Company) -> None:
    desk = company.stage.desk("103", Answer(0.3))
    customer = company.stage.dial(company.stage.customer(161), COMPANY, anonymous=True)
    agent = company.stage.answers(desk)
    assert invited(agent) == (COMPANY, "")
    connected(customer, agent)


def test_the_code_of_a_client_is_a_call_to_him(company: Company) -> None:
    card = company.client(114)
    phone = company.stage.customer(114, Answer(0.3))
    agent = company.stage.dial(company.stage.desk("101"), card["short_code"])
    customer = company.stage.answers(phone)
    assert invited(customer)[0] == COMPANY
    connected(agent, customer)


def test_plain_numbers_follow_the_policy(company: Company) -> None:
    company.client(115)
    stage = company.stage
    with company.counting("dial") as answers:
        known = stage.customer(115, Answer(0.3))
        agent = stage.dial(stage.desk("101"), known.number)
        connected(agent, stage.answers(known))
        stranger = stage.customer(163, Answer(0.3))
        refused = stage.dial(stage.desk("101"), stranger.number)
        refused.wait_end()
    assert answers == {"call": 1, "no": 1}
    assert not stranger.log


def test_emergency_numbers_pass_at_once(company: Company) -> None:
    service = company.stage.phones.customer("999")
    service.behaves(Answer(0.3))
    with company.counting("dial") as answers:
        agent = company.stage.dial(company.stage.desk("101"), "999")
        connected(agent, company.stage.answers(service))
    assert not answers


def test_a_colleague_by_extension(company: Company) -> None:
    desk = company.stage.desk("102", Answer(0.3))
    caller = company.stage.dial(company.stage.desk("101"), "102")
    connected(caller, company.stage.answers(desk))


def test_a_manager_calls_back_from_his_mobile(company: Company) -> None:
    """His PIN, the client whom he spoke to last, and a key."""
    company.ask("PUT", "/api/v1/agents/Quist/pin", {"pin": PIN})
    company.client(116, curator="Quist")
    stage = company.stage
    desk = stage.desk("101", Answer(0.2))
    first = company.calls(116)
    connected(first, stage.answers(desk))
    client = stage.customer(116, Answer(0.3))
    with company.counting("choose") as chosen:
        manager = stage.dial(stage.mobile("101"), COMPANY)
        manager.wait("answered")
        with company.counting("pin") as pins:
            _key_in(company, "pin", manager, f"{PIN}#")
        assert pins == {"ok": 1}
        _key_in(company, "choose", manager, "1")
        customer = stage.answers(client)
    assert chosen == {"call": 1}
    assert invited(customer)[0] == COMPANY
    connected(manager, customer)


def test_wrong_pins_lock_his_mobile_out(company: Company) -> None:
    company.ask("PUT", "/api/v1/agents/Yarrow/pin", {"pin": PIN})
    manager = company.stage.dial(company.stage.mobile("102"), COMPANY)
    manager.wait("answered")
    with company.counting("pin") as pins:
        _key_in(company, "pin", manager, "9182#")
        _key_in(company, "pin", manager, "9183#")
        manager.wait_end()
        again = company.stage.dial(company.stage.mobile("102"), COMPANY)
        again.wait("answered")
        _key_in(company, "pin", again, f"{PIN}#")
        again.wait_end()
    assert pins == {"no": 1, "bye": 2}


def test_who_has_no_pin_reaches_the_group(company: Company) -> None:
    desk = company.stage.desk("104", Answer(0.3))
    caller = company.stage.dial(company.stage.mobile("103"), COMPANY)
    agent = company.stage.answers(desk)
    assert invited(agent)[0] == COMPANY
    assert not company.stage.desk("103").running()
    connected(caller, agent)


def test_his_mobile_rings_and_takes_the_call_by_a_key(company: Company) -> None:
    company.ask("PUT", "/api/v1/agents/Quist/phones", {"ring": ["mobile"], "order": "together"})
    try:
        company.client(117, curator="Quist")
        mobile = company.stage.mobile("101", Ring())
        customer = company.calls(117)
        agent = company.stage.rings(mobile)
        assert invited(agent)[0] == COMPANY
        agent.answer()
        _wait_for_menu(company)
        agent.press("1")
        customer.wait("answered")
        connected(customer, agent)
    finally:
        company.ask("DELETE", "/api/v1/agents/Quist/phones")


def _key_in(company: Company, question: str, leg: Leg, digits: str) -> None:
    """Key it in once Asterisk listens; wait until Callward has answered what that asks."""
    before = sum(company.kinds(question).values())
    _wait_for_menu(company)
    leg.press(digits)
    company.wait_until(lambda: sum(company.kinds(question).values()) > before)


def _wait_for_menu(company: Company) -> None:
    """Until Asterisk listens for keys; those before are lost."""
    company.wait_until(lambda: "!Read!" in company.lab.cli("core show channels concise"))
