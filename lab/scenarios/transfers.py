"""101 talks to a customer and sends him to somebody else (a blind transfer)."""

from __future__ import annotations

from lab.phones import Answer, Phone, Refuse, Ring
from lab.scenarios import numbers
from lab.scenarios.leg import Leg
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


def _by_queue_feature(stage: Stage) -> tuple[Leg, Leg]:
    """A customer, and 101 who took him out of a queue in which only the Queue knows feature codes.

    To the PBX it is a Local channel that transfers then, and not 101's own.
    """
    desk = stage.desk("101", Answer(0.6))
    customer = stage.dial(stage.customer(), numbers.IVR)
    customer.wait("answered")
    talk(0.8)
    customer.press("3")
    agent = stage.answers(desk)
    talk(0.8)
    return customer, agent


@scenario
def inbound_answered_blind_transfer_queue_bare(stage: Stage) -> list[Record]:
    """101, a queue's member behind a Local channel, sends the customer to 103 by ##."""
    customer, agent = _by_queue_feature(stage)
    other_desk = stage.desk("103", Answer(0.8))
    agent.press("##")
    talk(1.2)
    agent.press("103")
    other = stage.answers(other_desk)
    talk()
    customer.hangup()
    other.wait_end()
    agent.wait_end()
    transfer = Transfer("blind", "101", "103", "answered")
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            last=other_desk,
            queue="bare",
            transfers=(transfer,),
        )
    ]


@scenario
def inbound_answered_blind_transfer_queue_bare_missed(stage: Stage) -> list[Record]:
    """The same, but 103 does not answer, and the customer gives up."""
    customer, agent = _by_queue_feature(stage)
    agent.press("##")
    talk(1.2)
    agent.press("103")
    other = stage.rings(stage.desk("103"))
    agent.wait_end()
    talk()
    customer.hangup()
    other.wait_end()
    assert agent.answered_at is not None
    assert agent.ended_at is not None
    transfer = Transfer("blind", "101", "103", "missed")
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            queue="bare",
            transfers=(transfer,),
            talk_seconds=(agent.ended_at - agent.answered_at).total_seconds(),
        )
    ]


@scenario
def inbound_answered_attended_transfer_queue_bare(stage: Stage) -> list[Record]:
    """101, a queue's member behind a Local channel, calls 103 by *2, talks, and hangs up."""
    customer, agent = _by_queue_feature(stage)
    other_desk = stage.desk("103", Answer(0.8))
    agent.press("*2")
    talk(1.2)
    agent.press("103")
    other = stage.answers(other_desk)
    talk(0.8)
    agent.hangup()
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("attended", "101", "103", "answered")
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            last=other_desk,
            queue="bare",
            transfers=(transfer,),
        )
    ]


@scenario
def inbound_answered_blind_transfer_voicemail(stage: Stage) -> list[Record]:
    """101 sends the customer to the voicemail: nobody takes him."""
    customer, agent = stage.talking()
    agent.blind_transfer("698")
    talk(1.5)
    customer.hangup()
    transfer = Transfer("blind", "101", "698", "missed")
    return [
        inbound(
            customer,
            [agent],
            answered=agent,
            transfers=(transfer,),
            talk_seconds=agent.talked_until_transfer,
        )
    ]
