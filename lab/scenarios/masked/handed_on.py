"""Masked calls that are handed on: blind and attended, to desk phones and mobiles."""

from __future__ import annotations

from lab.phones import Answer
from lab.scenarios.leg import Leg
from lab.scenarios.masked.office import NOBODYS, Office
from lab.scenarios.masked.scenario import masked_scenario
from lab.scenarios.stage import talk
from lab.scenarios.truth import Record, Transfer, inbound, outbound


@masked_scenario
def inbound_answered_blind_transfer(office: Office) -> list[Record]:
    """101 sends the customer to 102 (REFER), who answers."""
    desk = office.desk("102", Answer(0.8))
    customer, agent = office.in_conversation()
    agent.blind_transfer("102")
    other = office.answers(desk)
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", "102", "answered")
    legs = [agent, other]
    return [inbound(customer, legs, answered=agent, last=other.phone, transfers=(transfer,))]


@masked_scenario
def inbound_answered_blind_transfer_missed(office: Office) -> list[Record]:
    """101 sends the customer to 102, where nobody answers."""
    customer, agent = office.in_conversation()
    agent.blind_transfer("102")
    other = office.rings(office.desk("102"))
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", "102", "missed")
    sent = agent.talked_until_transfer
    return [
        inbound(customer, [agent, other], answered=agent, transfers=(transfer,), talk_seconds=sent)
    ]


@masked_scenario
def inbound_answered_blind_transfer_mobile(office: Office) -> list[Record]:
    """101 sends the customer to 105, who takes the call on his mobile by its key."""
    mobile = office.marlowe(Answer(0.5))
    customer, agent = office.in_conversation()
    agent.blind_transfer("105")
    other = office.takes(mobile)
    talk(1.5)
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", "105", "answered")
    legs = [agent, other]
    return [inbound(customer, legs, answered=agent, last=other.phone, transfers=(transfer,))]


def _joined(customer: Leg, agent: Leg, consultation: Leg, other: Leg) -> list[Record]:
    agent.attended_transfer(consultation)
    talk(1.5)
    customer.hangup()
    other.wait_end()
    transfer = Transfer("attended", "101", other.label, "answered")
    legs = [agent, other]
    return [inbound(customer, legs, answered=agent, last=other.phone, transfers=(transfer,))]


@masked_scenario
def inbound_answered_attended_transfer(office: Office) -> list[Record]:
    """101 asks 102 and joins the two (REFER with Replaces)."""
    desk = office.desk("102", Answer(0.5))
    customer, agent = office.in_conversation()
    agent.hold()
    consultation = office.dial(agent.phone, "102")
    other = office.answers(desk)
    consultation.wait("answered")
    talk(0.8)
    return _joined(customer, agent, consultation, other)


@masked_scenario
def inbound_answered_attended_transfer_mobile(office: Office) -> list[Record]:
    """101 asks 105, who has only his mobile, and joins the two."""
    mobile = office.marlowe(Answer(0.5))
    customer, agent = office.in_conversation()
    agent.hold()
    consultation = office.dial(agent.phone, "105")
    other = office.takes(mobile)
    consultation.wait("answered")
    talk(0.8)
    return _joined(customer, agent, consultation, other)


@masked_scenario
def outbound_answered_blind_transfer(office: Office) -> list[Record]:
    """103 calls a client by his code and sends him to 102, who answers."""
    phone, desk = office.customer(NOBODYS, Answer(0.5)), office.desk("102", Answer(0.8))
    agent = office.dial(office.desk("103"), office.code(NOBODYS))
    customer = office.answers(phone)
    agent.wait("answered")
    talk(0.8)
    agent.blind_transfer("102")
    other = office.answers(desk)
    talk()
    customer.hangup()
    other.wait_end()
    return [
        outbound(
            agent,
            customer,
            last_agent="102",
            transfers=(Transfer("blind", "103", "102", "answered"),),
            rang=("102",),
            unchecked=("rang", "answered_by"),
        )
    ]
