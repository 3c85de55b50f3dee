"""A call rings an employee's mobile; an employee calls the company from his."""

from __future__ import annotations

import pytest

from lab.masked.people import COMPANY, EMPLOYEES
from lab.phones import Answer, Decline, Redirect, Refuse, Ring
from lab.scenarios import Stage
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk
from tests.lab.dialplan.answers import CODE, NAME, Answers, line
from tests.lab.dialplan.heard import connected, listen

pytestmark = pytest.mark.lab

CLIENT = "+442079460330"
MOBILE = EMPLOYEES[0].mobile


def rings_mobile(stage: Stage, answers: Answers, steps: str = "15~{}") -> tuple[Leg, Leg]:
    """A customer calls and the mobile answers; it is being asked for its key."""
    answers.client(steps.format(answers.mobile(MOBILE)))
    mobile = stage.mobile("101", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    return customer, stage.answers(mobile)


def test_taken_by_a_key(stage: Stage, answers: Answers) -> None:
    customer, agent = rings_mobile(stage, answers)
    assert agent.wait("invited").detail["shown"] == COMPANY
    talk(2.0)
    assert customer.find("answered") is None
    agent.press("1")
    customer.wait("answered")
    connected(customer, agent)


def test_a_voicemail_never_takes_it(stage: Stage, answers: Answers) -> None:
    """It answers and presses nothing: the next in turn rings."""
    stage.desk("102", Answer(0.2))
    customer, agent = rings_mobile(stage, answers, "30~{};10~PJSIP/102")
    agent.wait_end(25.0)
    desk = stage.answers(stage.desk("102"))
    assert listen(agent) > 3.0
    connected(customer, desk)


@pytest.mark.parametrize("behaviour", [Decline(0.2), Refuse(486), Redirect("600")])
def test_refused(stage: Stage, answers: Answers, behaviour: Decline | Refuse | Redirect) -> None:
    answers.client(f"15~{answers.mobile(MOBILE)};10~PJSIP/102")
    stage.mobile("101", behaviour)
    desk = stage.desk("102", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    connected(customer, stage.answers(desk))


def test_another_key_is_no_answer(stage: Stage, answers: Answers) -> None:
    stage.desk("102", Answer(0.2))
    customer, agent = rings_mobile(stage, answers, "30~{};10~PJSIP/102")
    talk(1.0)
    agent.press("5")
    agent.wait_end(25.0)
    connected(customer, stage.answers(stage.desk("102")))


def test_stops_when_another_phone_takes_it(stage: Stage, answers: Answers) -> None:
    """While it rings, and while it is being asked: at once."""
    desk = stage.desk("102", Ring())
    customer, agent = rings_mobile(stage, answers, "30~PJSIP/102&{}")
    other = stage.rings(desk)
    talk(0.5)
    other.answer()
    agent.wait_end(10.0)
    connected(customer, other)


def test_stops_ringing_when_another_phone_takes_it(stage: Stage, answers: Answers) -> None:
    answers.client(f"30~PJSIP/102&{answers.mobile(MOBILE)}")
    mobile = stage.mobile("101", Ring())
    desk = stage.desk("102", Ring())
    customer = stage.dial(stage.customer(), COMPANY)
    rings, other = stage.rings(mobile), stage.rings(desk)
    other.answer()
    rings.wait_end(10.0)
    connected(customer, other)


def test_stops_when_the_customer_gives_up(stage: Stage, answers: Answers) -> None:
    customer, agent = rings_mobile(stage, answers)
    talk(0.5)
    customer.hangup()
    agent.wait_end(10.0)


def test_a_token_that_is_known_no_more(stage: Stage, answers: Answers) -> None:
    answers.client(f"15~{answers.mobile(MOBILE)};10~PJSIP/102")
    answers.tell("mobile", line("no", "callward/not-allowed"))
    desk = stage.desk("102", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    connected(customer, stage.answers(desk))
    assert stage.mobile("101").running() == ()


# He calls the company's number himself.


def calls_in(stage: Stage, answers: Answers, *, pin: str = "") -> Leg:
    answers.tell("inbound", line("manager", "asession", pin, "" if pin else CODE))
    manager = stage.dial(stage.mobile("101"), COMPANY)
    manager.wait("answered")
    return manager


def choose(answers: Answers, *codes: str) -> str:
    """These codes are good; the token with which the client is called."""
    token = answers.calls(CLIENT)

    def answer(fields: object) -> str:
        assert isinstance(fields, dict)
        if fields["code"] in codes:
            return line("call", token, CODE, NAME)
        return line("no", "callward/wrong-code")

    answers.tell("choose", answer)
    return token


def test_the_offered_client(stage: Stage, answers: Answers) -> None:
    choose(answers, "")
    client = stage.customer(330, Answer(0.2))
    manager = calls_in(stage, answers)
    talk(1.5)
    manager.press("1")
    called = stage.answers(client)
    assert called.wait("invited").detail["shown"] == COMPANY
    connected(manager, called)
    assert answers.fields("choose")[0]["session"] == "asession"


def test_another_client_by_code(stage: Stage, answers: Answers) -> None:
    """A wrong one first."""
    choose(answers, "71717")
    client = stage.customer(330, Answer(0.2))
    manager = calls_in(stage, answers)
    talk(1.0)
    manager.press("22222#")
    stage.wait_until(lambda: len(answers.fields("choose")) == 1)
    talk(3.0)
    manager.press("71717#")
    connected(manager, stage.answers(client))
    assert [fields["code"] for fields in answers.fields("choose")] == ["22222", "71717"]


def test_a_pin(stage: Stage, answers: Answers) -> None:
    """A wrong one first."""
    choose(answers, "")
    client = stage.customer(330, Answer(0.2))
    answers.tell(
        "pin",
        lambda fields: (
            line("ok", CODE) if fields["pin"] == "4711" else line("no", "callward/wrong-pin")
        ),
    )
    manager = calls_in(stage, answers, pin="pin")
    talk(1.0)
    manager.press("1234#")
    stage.wait_until(lambda: len(answers.fields("pin")) == 1)
    talk(2.5)
    manager.press("4711#")
    stage.wait_until(lambda: len(answers.fields("pin")) == 2)
    talk(1.0)
    assert answers.fields("choose") == []
    manager.press("1")
    connected(manager, stage.answers(client))


def test_locked_out(stage: Stage, answers: Answers) -> None:
    answers.tell("pin", line("bye", "callward/locked"))
    manager = calls_in(stage, answers, pin="pin")
    talk(1.0)
    manager.press("1234#")
    manager.wait_end()
    assert answers.fields("choose") == []


def test_callward_falls_silent_in_the_middle(stage: Stage, answers: Answers) -> None:
    answers.tell("pin", "nonsense")
    manager = calls_in(stage, answers, pin="pin")
    talk(1.0)
    manager.press("1234#")
    manager.wait_end()
    assert answers.fields("choose") == []


def test_a_manager_who_keys_nothing(stage: Stage, answers: Answers) -> None:
    manager = calls_in(stage, answers, pin="pin")
    manager.wait_end(90.0)
    assert answers.fields("pin") == []
