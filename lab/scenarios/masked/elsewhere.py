"""Masked calls that end up elsewhere: picked up, parked, forwarded, queued, in a mailbox."""

from __future__ import annotations

from lab.phones import Answer, Redirect
from lab.scenarios import numbers
from lab.scenarios.masked.office import COMPANY, NOBODYS, Office
from lab.scenarios.masked.scenario import masked_scenario
from lab.scenarios.stage import talk
from lab.scenarios.truth import Record, inbound, internal


@masked_scenario
def inbound_answered_pickup(office: Office) -> list[Record]:
    """101 rings, 104 takes the call with *8101."""
    customer = office.dial(office.customer(), COMPANY)
    leg = office.rings(office.desk("101"))
    talk(0.7)
    agent = office.dial(office.desk("104"), "*8101")
    agent.wait("answered")
    leg.wait_end()
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [leg], answered=agent)]


@masked_scenario
def inbound_answered_park_retrieve(office: Office) -> list[Record]:
    """101 parks the customer (REFER to 700), 102 takes him back."""
    customer, agent = office.in_conversation()
    agent.blind_transfer("700")
    space = office.parking_space()
    talk(0.7)
    other = office.dial(office.desk("102"), space)
    other.wait("answered")
    talk()
    customer.hangup()
    other.wait_end()
    return [inbound(customer, [agent], answered=agent, last=other.phone)]


@masked_scenario
def inbound_answered_302_desk(office: Office) -> list[Record]:
    """101 forwards by itself (302) to 102."""
    office.desk("101", Redirect("102"))
    desk = office.desk("102", Answer(0.8))
    customer = office.dial(office.customer(), COMPANY)
    agent = office.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@masked_scenario
def inbound_answered_302_mobile(office: Office) -> list[Record]:
    """101 forwards by itself (302) to 105, who takes the call on his mobile by its key."""
    office.desk("101", Redirect("105"))
    mobile = office.marlowe(Answer(0.5))
    customer = office.dial(office.customer(), COMPANY)
    agent = office.takes(mobile)
    customer.wait("answered")
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent, answered_at=customer.answered_at)]


@masked_scenario
def inbound_answered_queue(office: Office) -> list[Record]:
    """The engineer's own queue; 102 answers."""
    office.desk("102", Answer(0.8))
    customer = office.dial(office.customer(NOBODYS), numbers.QUEUE)
    legs = [office.rings(office.desk(name)) for name in ("101", "102")]
    agent = office.answers(office.desk("102"))
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, legs, answered=agent, queue="sales")]


@masked_scenario
def inbound_missed_voicemail(office: Office) -> list[Record]:
    """The engineer's own mailbox, in which the customer talks for a while."""
    customer = office.dial(office.customer(), numbers.VOICEMAIL)
    customer.wait("answered")
    talk(2.0)
    customer.hangup()
    return [inbound(customer)]


@masked_scenario
def inbound_answered_conference(office: Office) -> list[Record]:
    """The customer waits in a conference room; 101 dials in and they talk."""
    customer = office.dial(office.customer(), numbers.CONFERENCE)
    customer.wait("answered")
    talk(0.7)
    agent = office.dial(office.desk("101"), "800")
    agent.wait("answered")
    talk()
    customer.hangup()
    agent.hangup()
    # Whether a room is a conversation is a matter of taste, and so is who answered whom in it.
    taste = (
        "answered_at",
        "answered_by",
        "disposition",
        "hangup_by",
        "last_agent",
        "talk_seconds",
    )
    return [inbound(customer, answered=agent, unchecked=taste), internal(agent, None)]
