"""A masked call is sent on, parked, picked up: it stays masked, recorded and audible."""

from __future__ import annotations

import pytest

from lab.audio import ever_hears
from lab.masked import MaskedLab
from lab.masked.people import COMPANY, EMPLOYEES
from lab.phones import Answer, Redirect, Ring
from lab.scenarios import Stage
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk
from tests.lab.dialplan.answers import CODE, Answers, Fields, line
from tests.lab.dialplan.heard import connected, listen, speakers

pytestmark = pytest.mark.lab

CLIENT = "+442079460330"
LATE = {"P-Asserted-Identity": '"Ada 2079460331" <sip:+442079460331@carrier>'}
"""What a carrier may say of a customer in the middle of a call."""


def dials(answers: Answers) -> None:
    """Colleagues 102 and 103 at their desks, 105 on his mobile."""
    mobile = answers.mobile(EMPLOYEES[4].mobile)

    def answer(fields: Fields) -> str:
        to = {"105": f"10~{mobile}"}.get(fields["dialled"], f"10~PJSIP/{fields['dialled']}")
        return line("ring", to)

    answers.tell("dial", answer)


def inbound(stage: Stage, answers: Answers) -> tuple[Leg, Leg]:
    """A customer and 101 talk; the carrier has named the customer meanwhile."""
    answers.client("10~PJSIP/101")
    dials(answers)
    desk = stage.desk("101", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    agent = stage.answers(desk)
    customer.wait("answered")
    late(customer)
    return customer, agent


def outbound(stage: Stage, answers: Answers) -> tuple[Leg, Leg]:
    """101 has called the client, and they talk."""
    answers.calls(CLIENT)
    client = stage.customer(330, Answer(0.2))
    agent = stage.dial(stage.desk("101"), CODE)
    customer = stage.answers(client)
    agent.wait("answered")
    dials(answers)
    late(customer)
    return customer, agent


def late(customer: Leg) -> None:
    """The carrier names the customer by UPDATE and by re-INVITE."""
    customer.phone.puts(LATE)
    customer.phone.update(customer.call)
    customer.hold()
    customer.unhold()
    customer.phone.puts({})


WAYS = pytest.mark.parametrize("way", [inbound, outbound])


@WAYS
@pytest.mark.parametrize("target", ["102", "600"])
def test_blind(stage: Stage, answers: Answers, way: object, target: str) -> None:
    """To a colleague, and to the engineer's own queue."""
    assert callable(way)
    customer, agent = way(stage, answers)
    desk = stage.desk("102", Answer(0.2))
    agent.phone.behaves(Ring())
    agent.blind_transfer(target)
    second = stage.answers(desk)
    if target == "102":
        (asked,) = answers.fields("dial")[-1:]
        assert asked["from"].startswith("PJSIP/101-")
    assert second.wait("invited").detail["shown"] in {CODE, COMPANY}
    connected(customer, second)


@WAYS
def test_blind_to_nobody(stage: Stage, answers: Answers, way: object) -> None:
    """No dead end: the customer is told something."""
    assert callable(way)
    customer, agent = way(stage, answers)
    answers.tell("dial", line("ring", "1~PJSIP/102"))
    stage.desk("102", Ring())
    agent.blind_transfer("102")
    stage.rings(stage.desk("102"))
    customer.wait_end()
    assert not customer.hung_up_itself
    assert listen(customer) > 2.0


@WAYS
def test_blind_to_a_mobile(stage: Stage, answers: Answers, way: object) -> None:
    assert callable(way)
    customer, agent = way(stage, answers)
    mobile = stage.phones.mobile(EMPLOYEES[4].mobile)
    mobile.behaves(Answer(0.2))
    agent.blind_transfer("105")
    second = stage.answers(mobile)
    assert second.wait("invited").detail["shown"] == COMPANY
    talk(1.0)
    second.press("1")
    talk(0.5)
    connected(customer, second)


@WAYS
@pytest.mark.parametrize("target", ["102", "105"])
def test_attended(stage: Stage, answers: Answers, way: object, target: str) -> None:
    assert callable(way)
    customer, agent = way(stage, answers)
    agent.hold()
    if target == "105":
        other = stage.phones.mobile(EMPLOYEES[4].mobile)
        other.behaves(Answer(0.2))
    else:
        other = stage.desk(target, Answer(0.2))
    consultation = stage.dial(agent.phone, target)
    second = stage.answers(other)
    if target == "105":
        talk(1.0)
        second.press("1")
    consultation.wait("answered")
    talk(0.5)
    agent.attended_transfer(consultation)
    late(customer)
    connected(customer, second, seconds=2.0)


@pytest.mark.parametrize("keys", ["##", "*2"])
def test_by_keys(stage: Stage, answers: Answers, keys: str) -> None:
    customer, agent = inbound(stage, answers)
    desk = stage.desk("102", Answer(0.2))
    agent.press(f"{keys}102")
    second = stage.answers(desk)
    if keys == "*2":
        talk(1.0)
        agent.hangup()
    assert answers.fields("dial")[-1]["from"].startswith("PJSIP/101-")
    late(customer)
    connected(customer, second, seconds=2.0)


def test_by_keys_from_the_mobile(stage: Stage, answers: Answers) -> None:
    answers.client(f"15~{answers.mobile(EMPLOYEES[0].mobile)}")
    mobile = stage.mobile("101", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    agent = stage.answers(mobile)
    talk(1.0)
    agent.press("1")
    customer.wait("answered")
    dials(answers)
    desk = stage.desk("102", Answer(0.2))
    late(customer)
    talk(0.5)
    agent.press("##102")
    second = stage.answers(desk)
    assert second.wait("invited").detail["shown"] == CODE
    connected(customer, second)


def test_a_customer_cannot_transfer(stage: Stage, answers: Answers) -> None:
    """Not even when he was transferred himself: his keys are only tones."""
    customer, agent = inbound(stage, answers)
    desk = stage.desk("102", Answer(0.2))
    agent.blind_transfer("102")
    second = stage.answers(desk)
    asked = len(answers.asked)
    talk(0.5)
    customer.press("##103")
    talk(2.0)
    assert len(answers.asked) == asked
    assert stage.desk("103").running() == ()
    connected(customer, second)


def test_parked_and_fetched(stage: Stage, answers: Answers) -> None:
    customer, agent = inbound(stage, answers)
    agent.phone.blind_transfer("700", agent.call)
    space = stage.parking_space()
    agent.leave()
    late(customer)
    second = stage.dial(stage.desk("102"), space)
    second.wait("answered")
    late(customer)
    connected(customer, second, seconds=2.0)


def test_picked_up(stage: Stage, answers: Answers) -> None:
    answers.client("20~PJSIP/101")
    rings = stage.desk("101", Ring())
    customer = stage.dial(stage.customer(), COMPANY)
    stage.rings(rings)
    second = stage.dial(stage.desk("102"), "*8101")
    second.wait("answered")
    customer.wait("answered")
    late(customer)
    connected(customer, second, seconds=2.0)


@pytest.mark.parametrize("target", ["102", "105"])
def test_forwarded_by_the_phone(stage: Stage, answers: Answers, target: str) -> None:
    """302: to a colleague's desk, and to a mobile."""
    answers.client("20~PJSIP/101")
    dials(answers)
    stage.desk("101", Redirect(target))
    if target == "105":
        other = stage.phones.mobile(EMPLOYEES[4].mobile)
        other.behaves(Answer(0.2))
    else:
        other = stage.desk(target, Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    second = stage.answers(other)
    assert answers.fields("dial")[0]["from"].startswith("PJSIP/101-")
    assert second.wait("invited").detail["shown"] == (COMPANY if target == "105" else CODE)
    if target == "105":
        talk(1.0)
        second.press("1")
        customer.wait("answered")
    late(customer)
    connected(customer, second, seconds=2.0)


def test_phones_that_forward_to_each_other(stage: Stage, answers: Answers) -> None:
    """All forward to the company's number, where the others ring: it comes to an end."""
    desks = ("101", "102", "103")
    answers.client("8~" + "&".join(f"PJSIP/{desk}" for desk in desks))

    def others(fields: Fields) -> str:
        rest = [f"PJSIP/{desk}" for desk in desks if f"PJSIP/{desk}-" not in fields["from"]]
        return line("ring", "8~" + "&".join(rest))

    answers.tell("dial", others)
    for desk in desks:
        stage.desk(desk, Redirect(COMPANY))
    customer = stage.dial(stage.customer(), COMPANY)
    customer.wait_end(30.0)
    assert len(answers.fields("dial")) == len(desks)


@pytest.mark.parametrize("called", ["+442079460002", "+442079460003", "+442079460009"])
def test_the_engineer_s_own_way(stage: Stage, answers: Answers, called: str) -> None:
    """His queue, ring group and phone, behind ``callward-customer``."""
    answers.client("10~PJSIP/104")
    desk = stage.desk("101", Answer(0.2))
    customer = stage.dial(stage.customer(), called)
    agent = stage.answers(desk)
    assert agent.wait("invited").detail["shown"] == CODE
    customer.wait("answered")
    late(customer)
    connected(customer, agent)


def test_a_conference(stage: Stage, answers: Answers) -> None:
    customer, agent = inbound(stage, answers)
    agent.blind_transfer("800")
    late(customer)
    second = stage.dial(stage.desk("102"), "800")
    second.wait("answered")
    late(customer)
    talk(2.0)
    customer.hangup()
    second.hangup()
    assert ever_hears(second.phone.heard(second.call), customer.phone.tone)
    assert ever_hears(customer.phone.heard(customer.call), second.phone.tone)


@WAYS
def test_every_person_is_recorded(
    stage: Stage, answers: Answers, masked: MaskedLab, way: object
) -> None:
    """Through five transfers: a phone begins with any sequence number (see callward-renew)."""
    assert callable(way)
    before = set(masked.recordings_folder.glob("*.rx.wav"))
    customer, agent = way(stage, answers)
    people = [agent.phone]
    for name in ("102", "103", "104", "101", "102"):
        talk(0.9)
        desk = stage.desk(name, Answer(0.1))
        agent.blind_transfer(name)
        agent = stage.answers(desk)
        people.append(desk)
    talk(0.9)
    customer.hangup()
    stage.wait_until(lambda: not stage.channels())
    (rx,) = set(masked.recordings_folder.glob("*.rx.wav")) - before
    tx = rx.with_name(rx.name.replace(".rx.", ".tx."))
    assert speakers(rx, [customer.phone, *people]) == [customer.phone]
    assert speakers(tx, [customer.phone, *people]) == people


def test_to_another_client(stage: Stage, answers: Answers) -> None:
    """Neither client sees more than the company; nor who sent the first one there."""
    customer, agent = inbound(stage, answers)
    answers.calls("+442079460335")
    client = stage.customer(335, Answer(0.2))
    agent.blind_transfer(CODE)
    called = stage.answers(client)
    invited = called.wait("invited").detail
    assert (invited["shown"], invited["display"]) == (COMPANY, "")
    assert answers.fields("dial")[-1]["from"].startswith("PJSIP/101-")
    connected(customer, called)


def test_a_colleague_forwards_to_a_client(stage: Stage, answers: Answers) -> None:
    """302 to a short code: the client does not see who forwarded."""
    token = answers.calls(CLIENT)
    answers.tell(
        "dial",
        lambda fields: (
            line("ring", "10~PJSIP/102")
            if fields["dialled"] == "102"
            else line("call", token, CODE, "")
        ),
    )
    stage.desk("102", Redirect(CODE))
    client = stage.customer(330, Answer(0.2))
    agent = stage.dial(stage.desk("101"), "102")
    called = stage.answers(client)
    assert called.wait("invited").detail["shown"] == COMPANY
    assert answers.fields("dial")[-1]["from"].startswith("PJSIP/102-")
    connected(agent, called)


def test_a_number_that_a_colleague_dialled(stage: Stage, answers: Answers) -> None:
    """Who gets the call from him sees the code, not what he dialled."""
    answers.calls(CLIENT)
    client = stage.customer(330, Answer(0.2))
    agent = stage.dial(stage.desk("101"), "+442079460999")
    customer = stage.answers(client)
    agent.wait("answered")
    dials(answers)
    desk = stage.desk("102", Answer(0.2))
    agent.blind_transfer("102")
    second = stage.answers(desk)
    assert second.wait("invited").detail["shown"] == CODE
    connected(customer, second)
