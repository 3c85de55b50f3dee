"""Callward is silent, or is cut off; and what customers are told of the recording."""

from __future__ import annotations

from lab.phones import Answer
from lab.scenarios.masked.office import COMPANY, NOBODYS, QUISTS, Office
from lab.scenarios.masked.scenario import masked_scenario
from lab.scenarios.stage import talk
from lab.scenarios.truth import Record, inbound, outbound

SOUND = "callward/recorded"


@masked_scenario
def inbound_answered_fallback(office: Office) -> list[Record]:
    """Callward is stopped: the fallback group rings, 102 answers."""
    with office.without_callward():
        desk = office.desk("102", Answer(0.8))
        customer = office.dial(office.customer(173), COMPANY)
        legs = [office.rings(office.desk(name)) for name in ("101", "102")]
        agent = office.answers(desk)
        talk()
        customer.hangup()
        agent.wait_end()
    return [inbound(customer, legs, answered=agent)]


@masked_scenario
def inbound_answered_link_cut_talking(office: Office) -> list[Record]:
    """The link is cut in mid-call, and back before its end."""
    customer, agent = office.in_conversation()
    office.cut()
    talk()
    office.connect()
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@masked_scenario
def inbound_answered_link_cut_begun(office: Office) -> list[Record]:
    """The call begins while the link is cut; what is seen of it later holds no number but one."""
    office.cut()
    customer, agent = office.in_conversation()
    office.connect()
    talk()
    customer.hangup()
    agent.wait_end()
    late = ("ring_seconds", "rang")
    return [inbound(customer, [agent], answered=agent, unchecked=late)]


@masked_scenario
def inbound_answered_link_cut_mobile(office: Office) -> list[Record]:
    """The same with an employee's mobile at the other end."""
    office.cut()
    desk = office.marlowe(Answer(0.5))
    customer = office.dial(office.customer(102), COMPANY)
    agent = office.takes(desk)
    customer.wait("answered")
    office.connect()
    talk()
    customer.hangup()
    agent.wait_end()
    late = ("ring_seconds", "rang")
    return [
        inbound(customer, [agent], answered=agent, answered_at=customer.answered_at, unchecked=late)
    ]


@masked_scenario
def outbound_answered_link_cut_code(office: Office) -> list[Record]:
    """103 calls a client by his code while the link is cut."""
    phone = office.customer(NOBODYS, Answer(0.8))
    office.cut()
    agent = office.dial(office.desk("103"), office.code(NOBODYS))
    customer = office.answers(phone)
    talk()
    office.connect()
    talk()
    customer.hangup()
    agent.wait_end()
    return [outbound(agent, customer, unchecked=("ring_seconds", "company_number"))]


@masked_scenario
def inbound_answered_announced(office: Office) -> list[Record]:
    """The customer is told that the call is recorded; then 101 rings and answers."""
    with office.announcing(inbound="answer"):
        desk = office.desk("101", Answer(0.8))
        customer = office.dial(office.customer(), COMPANY)
        agent = office.answers(desk, 20)
        talk()
        customer.hangup()
        agent.wait_end()
    told = {"sound": SOUND, "language": "en", "whole": True}
    return [inbound(customer, [agent], answered=agent, announcements=(told,))]


@masked_scenario
def inbound_missed_announced_in_part(office: Office) -> list[Record]:
    """The customer hangs up while he is told that the call is recorded."""
    with office.announcing(inbound="answer"):
        customer = office.dial(office.customer(), COMPANY)
        customer.wait("answered")
        talk(0.6)
        customer.hangup()
    told = {"sound": SOUND, "language": "en", "whole": False}
    return [inbound(customer, announcements=(told,))]


@masked_scenario
def outbound_answered_announced(office: Office) -> list[Record]:
    """A client who is called is told that the call is recorded, and then hears 101."""
    with office.announcing(outbound=True):
        phone, desk = office.customer(QUISTS, Answer(0.8)), office.desk("101", Answer(0.5))
        office.call_back(QUISTS)
        agent = office.answers(desk)
        customer = office.answers(phone)
        talk(6)
        customer.hangup()
        agent.wait_end()
    told = {"sound": SOUND, "language": "en", "whole": True}
    # They hear each other when it has been said: no phone sees that.
    late = ("answered_at", "talk_seconds")
    return [
        outbound(
            agent,
            customer,
            origin="originated",
            rang=("101",),
            answered_by="101",
            announcements=(told,),
            unchecked=late,
        )
    ]
