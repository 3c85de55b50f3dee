"""101 talks to a customer, asks a colleague, and joins the two: attended, blonde, three-way."""

from __future__ import annotations

from lab.phones import Answer, Decline, Phone, Ring
from lab.scenarios.leg import Leg
from lab.scenarios.scenario import scenario, verbose_scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, Transfer, inbound, internal, outbound


def _consult(stage: Stage, agent: Leg, target: str) -> Leg:
    """An employee holds the customer and calls somebody; returns that call."""
    agent.hold()
    talk(0.3)
    return stage.dial(agent.phone, target)


def _attended(stage: Stage, target: Phone, dialled: str) -> list[Record]:
    customer, agent = stage.talking()
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
    customer, agent = stage.talking()
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
        inbound(customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,))
    ]


@scenario
def inbound_answered_attended_transfer_abandoned(stage: Stage) -> list[Record]:
    """101 calls 102 from the phone, who declines; 101 goes back to the customer."""
    stage.desk("102", Decline(0.8, 486))
    customer, agent = stage.talking()
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
    customer, agent = stage.talking()
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
        inbound(customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,))
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
        inbound(customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,))
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


@scenario
def inbound_answered_blonde_transfer_recalled(stage: Stage) -> list[Record]:
    """101 calls 102 by *2 and hangs up; 102 declines, and the PBX rings 101 again, who answers."""
    customer, agent = _feature_consult(stage)
    other = stage.rings(stage.desk("102", Ring()))
    talk(0.5)
    agent.hangup()
    talk(0.5)
    other.hangup(486)
    again = stage.answers(agent.phone)
    talk()
    customer.hangup()
    again.wait_end()
    transfer = Transfer("blonde", "101", "102", "busy")
    return [inbound(customer, [agent, other, again], answered=agent, transfers=(transfer,))]


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
        inbound(customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,))
    ]


@scenario
def inbound_answered_three_way_phone(stage: Stage) -> list[Record]:
    """101 calls 102 from the phone and mixes the two there: two calls for the PBX."""
    other_desk = stage.desk("102", Answer(0.5))
    customer, agent = stage.talking()
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


@scenario
def inbound_answered_transferred_twice(stage: Stage) -> list[Record]:
    """101 sends the customer to 102 (blind), who asks 103 and joins the two (attended)."""
    second, third = stage.desk("102", Answer(0.6)), stage.desk("103", Answer(0.6))
    customer, agent = stage.talking()
    agent.blind_transfer("102")
    middle = stage.answers(second)
    talk(0.7)
    consultation = _consult(stage, middle, "103")
    last = stage.answers(third)
    talk(0.7)
    middle.attended_transfer(consultation)
    talk()
    customer.hangup()
    last.wait_end()
    transfers = (
        Transfer("blind", "101", "102", "answered"),
        Transfer("attended", "102", "103", "answered"),
    )
    return [
        inbound(customer, [agent, middle, last], answered=agent, last=third, transfers=transfers)
    ]


@scenario
def outbound_answered_attended_transfer(stage: Stage) -> list[Record]:
    """101 calls a customer, asks 102, and joins the two (REFER with Replaces)."""
    phone, other_desk = stage.customer(101, Answer(0.5)), stage.desk("102", Answer(0.6))
    agent = stage.dial(stage.desk("101"), phone.number)
    customer = stage.answers(phone)
    agent.wait("answered")
    talk(0.7)
    consultation = _consult(stage, agent, "102")
    stage.answers(other_desk)
    talk(0.7)
    agent.attended_transfer(consultation)
    talk()
    customer.hangup()
    transfer = Transfer("attended", "101", "102", "answered")
    return [
        outbound(
            agent,
            customer,
            last_agent="102",
            transfers=(transfer,),
            rang=("102",),
            unchecked=("rang", "answered_by"),
        )
    ]
