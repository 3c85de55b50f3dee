"""101 talks to a customer and sends him to somebody else (a blind transfer)."""

from __future__ import annotations

from lab.phones import Answer, Phone, Refuse, Ring
from lab.scenarios.scenario import scenario, verbose_scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, Transfer, inbound


def _blind(stage: Stage, target: Phone, dialled: str) -> list[Record]:
    """A transfer by REFER that ``target`` answers."""
    customer, agent = stage.talking()
    agent.blind_transfer(dialled)
    other = stage.answers(target)
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", other.label, "answered")
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            last=target,
            transfers=(transfer,),
        )
    ]


@verbose_scenario
def inbound_answered_blind_transfer(stage: Stage) -> list[Record]:
    """101 sends the customer to 102 (REFER), who answers."""
    return _blind(stage, stage.desk("102", Answer(0.8)), "102")


@scenario
def inbound_answered_blind_transfer_mobile(stage: Stage) -> list[Record]:
    """101 sends the customer to 102's mobile (REFER), which answers."""
    mobile = stage.mobile("102", Answer(0.8))
    return _blind(stage, mobile, mobile.number)


@scenario
def inbound_answered_blind_transfer_outside(stage: Stage) -> list[Record]:
    """101 sends the customer to somebody outside, who answers."""
    outsider = stage.customer(901, Answer(0.8))
    customer, agent = stage.talking()
    agent.blind_transfer(outsider.number)
    other = stage.answers(outsider)
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", outsider.number, "answered")
    # The customer goes on talking, but to no employee.
    taste = ("last_agent", "rang", "talk_seconds")
    return [inbound(customer, [agent], answered=agent, transfers=(transfer,), unchecked=taste)]


@scenario
def inbound_answered_blind_transfer_feature(stage: Stage) -> list[Record]:
    """101 sends the customer to 102 by ##, who answers."""
    other_desk = stage.desk("102", Answer(0.8))
    customer, agent = stage.talking()
    agent.press("##")
    talk(1.2)
    agent.press("102")
    other = stage.answers(other_desk)
    talk()
    other.hangup()
    customer.wait_end()
    agent.wait_end()
    transfer = Transfer("blind", "101", "102", "answered")
    return [
        inbound(customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,))
    ]


@scenario
def inbound_answered_blind_transfer_queue(stage: Stage) -> list[Record]:
    """101 sends the customer to the queue (REFER to 600), where 102 answers."""
    other_desk = stage.desk("102", Answer(1.0))
    customer, agent = stage.talking()
    stage.desk("101", Ring())
    agent.blind_transfer("600")
    other = stage.answers(other_desk)
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", "600", "answered")
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            last=other_desk,
            queue="sales",
            transfers=(transfer,),
        )
    ]


@scenario
def inbound_answered_blind_transfer_missed(stage: Stage) -> list[Record]:
    """101 sends the customer to 102, who does not answer; the customer gives up."""
    customer, agent = stage.talking()
    agent.blind_transfer("102")
    other = stage.rings(stage.desk("102"))
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", "102", "missed")
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            transfers=(transfer,),
            talk_seconds=agent.talked_until_transfer,
        )
    ]


@scenario
def inbound_answered_blind_transfer_busy(stage: Stage) -> list[Record]:
    """101 sends the customer to 102, who is busy; the PBX ends the call."""
    stage.desk("102", Refuse(486))
    customer, agent = stage.talking()
    agent.phone.blind_transfer("102", agent.call)
    customer.wait_end()
    # The PBX tells 101 either that it failed (503), and leaves it to him to hang up, or that it
    # went well (the customer got through to the dialplan), and hangs up: both happen.
    agent.leave()
    transfer = Transfer("blind", "101", "102", "busy")
    return [
        inbound(
            customer,
            [agent],
            answered=agent,
            transfers=(transfer,),
            talk_seconds=agent.talked_until_transfer,
            hangup_by="pbx",
        )
    ]
