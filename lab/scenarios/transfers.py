"""101 talks to a customer and hands him over: blind, attended, blonde, three-way."""

from __future__ import annotations

from lab.phones import Answer, Decline, Phone, Refuse, Ring
from lab.scenarios import numbers
from lab.scenarios.leg import Leg
from lab.scenarios.scenario import scenario, verbose_scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, Transfer, inbound, internal


def _talking(stage: Stage) -> tuple[Leg, Leg]:
    """A customer and 101."""
    desk = stage.desk("101", Answer(0.5))
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    agent = stage.answers(desk)
    talk(0.8)
    return customer, agent


def _spoken(agent: Leg) -> float:
    """How long 101 talked to the customer."""
    assert agent.answered_at is not None
    assert agent.ended_at is not None
    return (agent.ended_at - agent.answered_at).total_seconds()


# Blind


def _blind(stage: Stage, target: Phone, dialled: str) -> list[Record]:
    """A transfer by REFER that ``target`` answers."""
    customer, agent = _talking(stage)
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
    customer, agent = _talking(stage)
    agent.blind_transfer(outsider.number)
    other = stage.answers(outsider)
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", outsider.number, "answered")
    # The customer goes on talking, but to no employee.
    taste = ("last_agent", "rang", "talk_seconds")
    return [
        inbound(customer, [agent], answered=agent, transfers=(transfer,), unchecked=taste)
    ]


@scenario
def inbound_answered_blind_transfer_feature(stage: Stage) -> list[Record]:
    """101 sends the customer to 102 by ##, who answers."""
    other_desk = stage.desk("102", Answer(0.8))
    customer, agent = _talking(stage)
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
        inbound(
            customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,)
        )
    ]


@scenario
def inbound_answered_blind_transfer_queue(stage: Stage) -> list[Record]:
    """101 sends the customer to the queue (REFER to 600), where 102 answers."""
    other_desk = stage.desk("102", Answer(1.0))
    customer, agent = _talking(stage)
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
    customer, agent = _talking(stage)
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
            talk_seconds=_spoken(agent),
        )
    ]


@scenario
def inbound_answered_blind_transfer_busy(stage: Stage) -> list[Record]:
    """101 sends the customer to 102, who is busy; the PBX ends the call."""
    stage.desk("102", Refuse(486))
    customer, agent = _talking(stage)
    agent.phone.blind_transfer("102", agent.call)
    customer.wait_end()
    # The PBX tells 101 that it failed, and leaves it to him to hang up.
    agent.hangup()
    handed_over = agent.at("transferred")
    assert agent.answered_at is not None
    assert handed_over is not None
    spoken = (handed_over - agent.answered_at).total_seconds()
    transfer = Transfer("blind", "101", "102", "busy")
    return [
        inbound(
            customer,
            [agent],
            answered=agent,
            transfers=(transfer,),
            talk_seconds=spoken,
            hangup_by="pbx",
        )
    ]


# Attended


def _consult(stage: Stage, agent: Leg, target: str) -> Leg:
    """101 holds the customer and calls somebody; returns that call."""
    agent.hold()
    talk(0.3)
    return stage.dial(agent.phone, target)


def _attended(stage: Stage, target: Phone, dialled: str) -> list[Record]:
    customer, agent = _talking(stage)
    consultation = _consult(stage, agent, dialled)
    other = stage.answers(target)
    talk(0.8)
    agent.attended_transfer(consultation)
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("attended", "101", other.label, "answered")
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
def inbound_answered_attended_transfer(stage: Stage) -> list[Record]:
    """101 calls 102 from the phone, talks, and joins the two (REFER with Replaces)."""
    return _attended(stage, stage.desk("102", Answer(0.8)), "102")


@scenario
def inbound_answered_attended_transfer_mobile(stage: Stage) -> list[Record]:
    """101 calls 102's mobile from the phone, talks, and joins the two."""
    mobile = stage.mobile("102", Answer(0.8))
    return _attended(stage, mobile, mobile.number)


def _feature_consult(stage: Stage) -> tuple[Leg, Leg]:
    """A customer and 101, who asks the PBX (*2) to call 102."""
    customer, agent = _talking(stage)
    agent.press("*2")
    talk(1.2)
    agent.press("102")
    return customer, agent


@scenario
def inbound_answered_attended_transfer_feature(stage: Stage) -> list[Record]:
    """101 calls 102 by *2, talks, and hangs up: the PBX joins the two."""
    other_desk = stage.desk("102", Answer(0.8))
    customer, agent = _feature_consult(stage)
    other = stage.answers(other_desk)
    talk(0.8)
    agent.hangup()
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("attended", "101", "102", "answered")
    return [
        inbound(
            customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,)
        )
    ]


@scenario
def inbound_answered_attended_transfer_abandoned(stage: Stage) -> list[Record]:
    """101 calls 102 from the phone, who declines; 101 goes back to the customer."""
    stage.desk("102", Decline(0.8, 486))
    customer, agent = _talking(stage)
    consultation = _consult(stage, agent, "102")
    other = stage.rings(stage.desk("102"))
    consultation.wait_end()
    agent.unhold()
    talk()
    customer.hangup()
    agent.wait_end()
    return [
        inbound(customer, [agent], answered=agent),
        internal(consultation, other),
    ]


@scenario
def inbound_answered_attended_transfer_feature_abandoned(stage: Stage) -> list[Record]:
    """101 calls 102 by *2, talks, and comes back to the customer (*1)."""
    other_desk = stage.desk("102", Answer(0.8))
    customer, agent = _feature_consult(stage)
    other = stage.answers(other_desk)
    talk(0.8)
    agent.press("*1")
    other.wait_end()
    talk()
    customer.hangup()
    agent.wait_end()
    transfer = Transfer("attended", "101", "102", "cancelled")
    # Does a hand-over count that did not happen, and whom the PBX rang for it?
    taste = ("rang", "transfers")
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            transfers=(transfer,),
            unchecked=taste,
        )
    ]


# Blonde


@scenario
def inbound_answered_blonde_transfer(stage: Stage) -> list[Record]:
    """101 calls 102 from the phone and joins the two while 102 still rings; 102 answers."""
    other_desk = stage.desk("102", Ring())
    customer, agent = _talking(stage)
    consultation = _consult(stage, agent, "102")
    other = stage.rings(other_desk)
    consultation.wait("ringing")
    talk(0.5)
    agent.attended_transfer(consultation)
    talk(0.5)
    other.answer()
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blonde", "101", "102", "answered")
    return [
        inbound(
            customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,)
        )
    ]


@scenario
def inbound_answered_blonde_transfer_feature(stage: Stage) -> list[Record]:
    """101 calls 102 by *2 and hangs up while 102 still rings; 102 answers."""
    other_desk = stage.desk("102", Ring())
    customer, agent = _feature_consult(stage)
    other = stage.rings(other_desk)
    talk(0.5)
    agent.hangup()
    talk(0.5)
    other.answer()
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blonde", "101", "102", "answered")
    return [
        inbound(
            customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,)
        )
    ]


@scenario
def inbound_answered_blonde_transfer_missed(stage: Stage) -> list[Record]:
    """101 calls 102 by *2 and hangs up while 102 still rings; the customer gives up."""
    customer, agent = _feature_consult(stage)
    other = stage.rings(stage.desk("102"))
    talk(0.5)
    agent.hangup()
    talk(0.7)
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blonde", "101", "102", "missed")
    # The customer talked to 101 until the consultation began: the phones do not know when.
    return [
        inbound(
            customer,
            [agent, other],
            answered=agent,
            transfers=(transfer,),
            unchecked=("talk_seconds",),
        )
    ]


# Three-way


@scenario
def inbound_answered_three_way_feature(stage: Stage) -> list[Record]:
    """101 calls 102 by *2 and makes it a three-way (*3); 101 leaves first."""
    other_desk = stage.desk("102", Answer(0.8))
    customer, agent = _feature_consult(stage)
    other = stage.answers(other_desk)
    talk(0.8)
    agent.press("*3")
    talk(1.5)
    agent.hangup()
    talk(0.7)
    customer.hangup()
    other.wait_end()
    transfer = Transfer("attended", "101", "102", "answered")
    return [
        inbound(
            customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,)
        )
    ]


@scenario
def inbound_answered_three_way_phone(stage: Stage) -> list[Record]:
    """101 calls 102 from the phone and mixes the two there: two calls for the PBX."""
    other_desk = stage.desk("102", Answer(0.5))
    customer, agent = _talking(stage)
    consultation = _consult(stage, agent, "102")
    other = stage.answers(other_desk)
    consultation.wait("answered")
    talk(0.5)
    agent.unhold()
    talk(0.3)
    agent.phone.join(agent.call, consultation.call)
    talk()
    customer.hangup()
    agent.wait_end()
    consultation.hangup()
    other.wait_end()
    return [
        inbound(customer, [agent], answered=agent),
        internal(consultation, other),
    ]
