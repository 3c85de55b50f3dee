"""A customer calls the company."""

from __future__ import annotations

import pytest

from lab.audio import ever_hears
from lab.masked import MaskedLab
from lab.masked.people import COMPANY
from lab.phones import Answer, Decline, Refuse, Ring
from lab.scenarios import Stage
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk
from tests.lab.dialplan.answers import CODE, NAME, Answers
from tests.lab.dialplan.heard import announced, connected, listen

pytestmark = pytest.mark.lab


@pytest.mark.parametrize("called", ["+442079460000", "442079460000", "02079460000", "2079460000"])
def test_shows_the_code_and_the_card(stage: Stage, answers: Answers, called: str) -> None:
    answers.client("10~PJSIP/101")
    desk = stage.desk("101", Answer(0.2))
    customer = stage.dial(stage.customer(), called)
    agent = stage.answers(desk)
    invited = agent.wait("invited").detail
    assert (invited["shown"], invited["display"]) == (CODE, NAME)
    connected(customer, agent)
    (asked,) = answers.fields("inbound")
    assert (asked["caller"], asked["called"]) == (customer.label, called)
    assert (asked["v"], asked["pbx"]) == ("1", "lab")
    assert asked["channel"]
    assert asked["secret"]


def test_one_after_the_other(stage: Stage, answers: Answers) -> None:
    answers.client("2~PJSIP/101;10~PJSIP/102&PJSIP/103;10~PJSIP/104")
    stage.desk("101", Ring())
    stage.desk("102", Refuse(486))
    stage.desk("103", Decline(0.2))
    desk = stage.desk("104", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    for name in ("101", "103"):
        stage.rings(stage.desk(name))
    connected(customer, stage.answers(desk))


def test_a_customer_without_a_card_is_the_company(stage: Stage, answers: Answers) -> None:
    answers.tell("inbound", "callward1|client|||+442079460000||10~PJSIP/101||end\n")
    desk = stage.desk("101", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY, anonymous=True)
    agent = stage.answers(desk)
    invited = agent.wait("invited").detail
    assert (invited["shown"], invited["display"]) == (COMPANY, "")
    connected(customer, agent)


def test_a_name_in_cyrillic(stage: Stage, answers: Answers) -> None:
    answers.tell("inbound", "callward1|client|71717|Ада О'Байрон-Кинг|||10~PJSIP/101||end")
    desk = stage.desk("101", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    agent = stage.answers(desk)
    assert agent.wait("invited").detail["display"] == "Ада О'Байрон-Кинг"
    customer.hangup()


def test_nobody_takes_it(stage: Stage, answers: Answers) -> None:
    """Never a dead end: the customer is told something."""
    answers.client("1~PJSIP/101")
    customer = stage.dial(stage.customer(), COMPANY)
    customer.wait("answered")
    customer.wait_end()
    assert listen(customer) > 2.0


def test_the_end_is_a_mailbox(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    """Its envelope shows the code."""
    answers.client("", last="vm~101@default")
    customer = stage.dial(stage.customer(), COMPANY)
    customer.wait("answered")
    talk(1.0)
    customer.press("#")
    talk(3.0)
    customer.hangup()
    inbox = masked.folder / "spool/voicemail/default/101/INBOX"
    stage.wait_until(lambda: any(inbox.glob("*.txt")))
    envelope = next(iter(inbox.glob("*.txt"))).read_text()
    assert f"<{CODE}>" in envelope


def test_a_mailbox_that_is_not_there(stage: Stage, answers: Answers) -> None:
    answers.client("", last="vm~999@nowhere")
    customer = stage.dial(stage.customer(), COMPANY)
    customer.wait("answered")
    customer.wait_end()
    assert listen(customer) > 2.0


@pytest.mark.parametrize("when", ["early", "answer"])
def test_announcement(stage: Stage, answers: Answers, masked: MaskedLab, when: str) -> None:
    answers.client("10~PJSIP/101", announce=f"{when}~callward/recorded~ru")
    desk = stage.desk("101", Answer(0.2))
    with announced(masked) as told:
        customer = stage.dial(stage.customer(), COMPANY)
        agent = stage.answers(desk)
        connected(customer, agent)
    assert (told["Sound"], told["Language"], told["Whole"]) == ("callward/recorded", "ru", "yes")
    assert told["Channel"].startswith("PJSIP/operator-")
    if when == "answer":
        assert listen(customer) > 1.0


def test_announcement_that_is_cut_short(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    answers.client("10~PJSIP/101", announce="answer~callward/recorded~en")
    with announced(masked) as told:
        customer = stage.dial(stage.customer(), COMPANY)
        customer.wait("answered")
        talk(0.4)
        customer.hangup()
    assert (told["Sound"], told["Language"], told["Whole"]) == ("callward/recorded", "en", "no")
    assert stage.desk("101").running() == ()


def test_recorded_both_ways(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    answers.client("10~PJSIP/101")
    desk = stage.desk("101", Answer(0.2))
    before = set(masked.recordings_folder.glob("*.rx.wav"))
    customer = stage.dial(stage.customer(), COMPANY)
    agent = stage.answers(desk)
    connected(customer, agent)
    stage.wait_until(lambda: not stage.channels())
    (rx,) = set(masked.recordings_folder.glob("*.rx.wav")) - before
    assert ever_hears(rx, customer.phone.tone)
    assert ever_hears(rx.with_name(rx.name.replace(".rx.", ".tx.")), desk.tone)


def test_unknown_endpoints_do_not_end_it(stage: Stage, answers: Answers) -> None:
    answers.client("5~PJSIP/nobody;10~PJSIP/101")
    desk = stage.desk("101", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    connected(customer, stage.answers(desk))


def test_mirror_at_the_customer(stage: Stage, answers: Answers) -> None:
    """An agent's phone says who he is; the watch looks for it at the customer's."""
    answers.client("10~PJSIP/101")
    desk = stage.desk("101", Answer(0.2))
    desk.puts({"P-Asserted-Identity": '"Wilma Quist" <sip:101@pbx>'})
    customer = stage.dial(stage.customer(), COMPANY)
    agent: Leg = stage.answers(desk)
    agent.hold()
    agent.unhold()
    connected(customer, agent)
    desk.puts({})


def test_a_call_that_was_diverted_to_the_company(stage: Stage, answers: Answers) -> None:
    """By the customer's other phone, whose number the carrier tells."""
    answers.client("10~PJSIP/101")
    desk = stage.desk("101", Answer(0.2))
    diverted = {
        "Diversion": '"Ada" <sip:+442079460333@carrier>;reason=unconditional',
        "History-Info": "<sip:+442079460334@carrier>;index=1",
        "P-Asserted-Identity": '"Ada 2079460335" <sip:+442079460330@carrier>',
    }
    customer = stage.customer()
    customer.puts(diverted)
    call = stage.dial(customer, COMPANY)
    agent = stage.answers(desk)
    customer.puts({})
    connected(call, agent)


def test_named_by_the_carrier_before_anybody_rings(stage: Stage, answers: Answers) -> None:
    """While the announcement plays; no phone is there yet that could be covered."""
    answers.client("10~PJSIP/101", announce="answer~callward/recorded~en")
    desk = stage.desk("101", Answer(0.2))
    customer = stage.dial(stage.customer(), COMPANY)
    customer.wait("answered")
    customer.phone.puts({"P-Asserted-Identity": '"Ada" <sip:+442079460331@carrier>'})
    customer.phone.update(customer.call)
    customer.phone.puts({})
    agent = stage.answers(desk)
    assert agent.wait("invited").detail["shown"] == CODE
    connected(customer, agent)
