"""An employee calls a client: by short code, by plain number, by a callback."""

from __future__ import annotations

import pytest

from lab.audio import ever_hears
from lab.masked import MaskedLab
from lab.masked.people import COMPANY, EMPLOYEES
from lab.phones import Answer, Decline, Redirect, Refuse, Ring
from lab.scenarios import Stage
from lab.scenarios.leg import Leg
from lab.scenarios.stage import talk
from tests.lab.dialplan.answers import CODE, NAME, Answers, line
from tests.lab.dialplan.heard import announced, connected, listen

pytestmark = pytest.mark.lab

CLIENT = "+442079460330"
DIALLED = ("71717", "+442079460999", "02079460999", "00442079460999")


@pytest.mark.parametrize("dialled", DIALLED)
def test_the_client_sees_the_company(stage: Stage, answers: Answers, dialled: str) -> None:
    token = answers.calls(CLIENT)
    client = stage.customer(330, Answer(0.3))
    agent = stage.dial(stage.desk("101"), dialled)
    called = stage.answers(client)
    invited = called.wait("invited").detail
    assert (invited["shown"], invited["display"]) == (COMPANY, "")
    connected(agent, called)
    (asked,) = answers.fields("dial")
    assert asked["from"].startswith("PJSIP/101-")
    assert asked["dialled"] == dialled
    assert [fields["token"] for fields in answers.fields("client")] == [token]


@pytest.mark.parametrize(
    ("behaviour", "code"),
    [(Refuse(486), 486), (Decline(0.3, 603), 603), (Refuse(480), 480), (Refuse(404), 404)],
)
def test_why_the_client_was_not_reached(
    stage: Stage, answers: Answers, behaviour: Refuse | Decline, code: int
) -> None:
    answers.calls(CLIENT)
    stage.customer(330, behaviour)
    agent = stage.dial(stage.desk("101"), CODE)
    agent.wait_end()
    assert listen(agent) > 0.6
    assert agent.end_code in {code, 486, 480, 503, 403}
    assert agent.find("answered") is None


def test_a_carrier_sends_the_call_nowhere_else(stage: Stage, answers: Answers) -> None:
    """302: followed, it would come in again as a call for the company."""
    answers.calls(CLIENT)
    answers.client("20~PJSIP/102")
    stage.customer(330, Redirect("+442079460331"))
    elsewhere, colleague = stage.customer(331, Answer(0.1)), stage.desk("102", Answer(0.1))
    agent = stage.dial(stage.desk("101"), CODE)
    agent.wait_end()
    assert listen(agent) > 0.6
    assert [question for question, _ in answers.asked] == ["dial", "client"]
    assert elsewhere.running() == colleague.running() == ()


def test_the_client_does_not_answer(stage: Stage, answers: Answers) -> None:
    answers.calls(CLIENT, seconds=2)
    stage.customer(330, Ring())
    agent = stage.dial(stage.desk("101"), CODE)
    agent.wait_end()
    assert listen(agent) > 0.6


def test_the_agent_gives_up(stage: Stage, answers: Answers) -> None:
    answers.calls(CLIENT)
    client = stage.customer(330, Ring())
    agent = stage.dial(stage.desk("101"), CODE)
    rings = stage.rings(client)
    agent.hangup()
    rings.wait_end()


@pytest.mark.parametrize("question", ["dial", "client"])
def test_a_call_that_is_not_allowed(stage: Stage, answers: Answers, question: str) -> None:
    answers.calls(CLIENT)
    answers.tell(question, line("no", "callward/not-allowed"))
    client = stage.customer(330, Answer(0.1))
    agent = stage.dial(stage.desk("101"), CODE)
    agent.wait_end()
    assert listen(agent) > 0.6
    assert client.running() == ()


def test_a_colleague(stage: Stage, answers: Answers) -> None:
    answers.tell("dial", line("ring", "10~PJSIP/102"))
    desk = stage.desk("102", Answer(0.2))
    agent = stage.dial(stage.desk("101"), "102")
    called = stage.answers(desk)
    assert called.wait("invited").detail["shown"] == "101"
    connected(agent, called)


def test_an_announcement_to_who_was_called(
    stage: Stage, answers: Answers, masked: MaskedLab
) -> None:
    answers.calls(CLIENT, announce="called~callward/recorded~ru")
    client = stage.customer(330, Answer(0.2))
    with announced(masked) as told:
        agent = stage.dial(stage.desk("101"), CODE)
        called = stage.answers(client)
        talk(2.0)
        connected(agent, called)
    assert (told["Sound"], told["Language"], told["Whole"]) == ("callward/recorded", "ru", "yes")
    assert told["Channel"].startswith("PJSIP/operator-")
    assert listen(called) > 2.0


def callback(masked: MaskedLab, channel: str, token: str, key: str) -> None:
    masked.originate(
        channel,
        token,
        "callward-token",
        caller_id=f'"{NAME}" <{CODE}>',
        channel_id=f"cw-{key}",
        variables={"CALLWARD_CODE": CODE, "CALLWARD_NAME": NAME},
    )


def test_a_callback_to_the_desk(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    token = answers.calls(CLIENT)
    desk, client = stage.desk("101", Answer(0.2)), stage.customer(330, Answer(0.2))
    callback(masked, "PJSIP/101", token, "one")
    agent, called = stage.answers(desk), stage.answers(client)
    invited = agent.wait("invited").detail
    assert (invited["shown"], invited["display"]) == (CODE, NAME)
    connected(agent, called)


def test_a_callback_to_a_busy_client(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    token = answers.calls(CLIENT)
    desk = stage.desk("101", Answer(0.2))
    stage.customer(330, Refuse(486))
    callback(masked, "PJSIP/101", token, "two")
    agent = stage.answers(desk)
    agent.wait_end()
    assert listen(agent) > 0.5


def test_a_callback_to_the_mobile(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    token = answers.calls(CLIENT)
    channel = answers.mobile(EMPLOYEES[0].mobile)
    mobile, client = stage.mobile("101", Answer(0.2)), stage.customer(330, Answer(0.2))
    callback(masked, channel, token, "three")
    agent = stage.answers(mobile)
    assert agent.wait("invited").detail["shown"] == COMPANY
    talk(1.0)
    agent.press("1")
    connected(agent, stage.answers(client))


def test_the_trunk_says_the_number(stage: Stage, answers: Answers) -> None:
    """The carrier's 180, 200 and UPDATE name the client: nothing of it reaches the phone."""
    answers.calls(CLIENT)
    client = stage.customer(330, Answer(0.3))
    client.puts({"P-Asserted-Identity": '"Ada 2079460330" <sip:+442079460330@carrier>'})
    agent = stage.dial(stage.desk("101"), CODE)
    called = stage.answers(client)
    client.puts({"Remote-Party-ID": "<sip:+442079460331@carrier>;party=called"})
    called.hold()
    called.unhold()
    client.puts({"P-Asserted-Identity": "<sip:02079460332@carrier>"})
    client.update(called.call)
    connected(agent, called)
    client.puts({})


def test_recorded_on_the_client_s_leg(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    answers.calls(CLIENT)
    before = set(masked.recordings_folder.glob("*.rx.wav"))
    client, desk = stage.customer(330, Answer(0.2)), stage.desk("101")
    agent = stage.dial(desk, CODE)
    connected(agent, stage.answers(client))
    stage.wait_until(lambda: not stage.channels())
    (rx,) = set(masked.recordings_folder.glob("*.rx.wav")) - before
    assert ever_hears(rx, client.tone)
    assert ever_hears(rx.with_name(rx.name.replace(".rx.", ".tx.")), desk.tone)


def test_an_emergency_number_asks_nobody(stage: Stage, answers: Answers, masked: MaskedLab) -> None:
    number = stage.phones.customer("999")
    number.behaves(Answer(0.1))
    agent = stage.dial(stage.desk("101"), "999")
    called: Leg = stage.answers(number)
    assert called.wait("invited").detail["shown"] == COMPANY
    connected(agent, called)
    assert answers.asked == []
