"""A customer calls the company, and Callward says whom to ring."""

from __future__ import annotations

from lab.phones import Answer, Refuse
from lab.scenarios.leg import Leg
from lab.scenarios.masked.office import COMPANY, MARLOWES, NOBODYS, Office
from lab.scenarios.masked.scenario import masked_scenario
from lab.scenarios.stage import talk
from lab.scenarios.truth import Record, inbound

GROUP = ("101", "102", "103")


@masked_scenario
def inbound_answered(office: Office) -> list[Record]:
    """The curator answers on his desk phone; the customer hangs up."""
    desk = office.desk("101", Answer(0.8))
    customer = office.dial(office.customer(), COMPANY)
    agent = office.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@masked_scenario
def inbound_answered_deputy(office: Office) -> list[Record]:
    """The curator's phone rings in vain, then the deputy's, who answers and hangs up."""
    desk = office.desk("102", Answer(0.8))
    customer = office.dial(office.customer(), COMPANY)
    curator = office.rings(office.desk("101"))
    agent = office.answers(desk)
    talk()
    agent.hangup()
    customer.wait_end()
    return [inbound(customer, [curator, agent], answered=agent)]


@masked_scenario
def inbound_answered_group(office: Office) -> list[Record]:
    """Nobody's client: the group rings, 102 answers."""
    office.desk("102", Answer(1.0))
    customer = office.dial(office.customer(NOBODYS), COMPANY)
    legs = [office.rings(office.desk(name)) for name in GROUP]
    agent = office.answers(office.desk("102"))
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, legs, answered=agent)]


@masked_scenario
def inbound_answered_new(office: Office) -> list[Record]:
    """Somebody who has never called; the group rings, 103 answers."""
    office.desk("103", Answer(0.8))
    customer = office.dial(office.customer(171), COMPANY)
    legs = [office.rings(office.desk(name)) for name in GROUP]
    agent = office.answers(office.desk("103"))
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, legs, answered=agent)]


@masked_scenario
def inbound_answered_anonymous(office: Office) -> list[Record]:
    """A customer who withholds his number; the group rings, 101 answers."""
    office.desk("101", Answer(0.8))
    customer = office.dial(office.customer(172), COMPANY, anonymous=True)
    legs = [office.rings(office.desk(name)) for name in GROUP]
    agent = office.answers(office.desk("101"))
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, legs, answered=agent, customer_number=None)]


def _on_the_mobile(office: Office) -> tuple[Leg, Leg]:
    mobile = office.marlowe(Answer(0.5))
    customer = office.dial(office.customer(MARLOWES), COMPANY)
    agent = office.takes(mobile)
    customer.wait("answered")
    talk()
    return customer, agent


@masked_scenario
def inbound_answered_mobile(office: Office) -> list[Record]:
    """The curator has only a mobile; he takes the call by its key, and hangs up."""
    customer, agent = _on_the_mobile(office)
    agent.hangup()
    customer.wait_end()
    # The PBX lets the customer through after the key: that is when they first hear each other.
    return [inbound(customer, [agent], answered=agent, answered_at=customer.answered_at)]


@masked_scenario
def inbound_answered_mobile_hangup_by_customer(office: Office) -> list[Record]:
    """The curator takes the call on his mobile, and the customer hangs up."""
    customer, agent = _on_the_mobile(office)
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent, answered_at=customer.answered_at)]


@masked_scenario
def inbound_answered_mobile_not_accepted(office: Office) -> list[Record]:
    """The mobile is answered and the key is not pressed: perhaps its voicemail. 101 answers."""
    mobile, desk = office.marlowe(Answer(0.5)), office.desk("101", Answer(0.8))
    customer = office.dial(office.customer(MARLOWES), COMPANY)
    refused = office.takes(mobile, "2")
    agent = office.answers(desk)
    others = [office.rings(office.desk(name)) for name in GROUP[1:]]
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [refused, agent, *others], answered=agent)]


@masked_scenario
def inbound_missed(office: Office) -> list[Record]:
    """Curator, deputy and the rest of the group ring in vain; the customer is told so."""
    customer = office.dial(office.customer(), COMPANY)
    legs = [office.rings(office.desk(name)) for name in GROUP]
    customer.wait_end(30)
    return [inbound(customer, legs)]


@masked_scenario
def inbound_missed_caller_gave_up(office: Office) -> list[Record]:
    """The curator's phone rings, the customer gives up."""
    customer = office.dial(office.customer(), COMPANY)
    leg = office.rings(office.desk("101"))
    talk(1.5)
    customer.hangup()
    leg.wait_end()
    return [inbound(customer, [leg])]


@masked_scenario
def inbound_missed_mobile_caller_gave_up(office: Office) -> list[Record]:
    """The curator's mobile has answered and asks for the key; the customer gives up."""
    mobile = office.marlowe(Answer(0.5))
    customer = office.dial(office.customer(MARLOWES), COMPANY)
    leg = office.answers(mobile)
    talk(0.7)
    customer.hangup()
    leg.wait_end()
    return [inbound(customer, [leg])]


@masked_scenario
def inbound_missed_busy(office: Office) -> list[Record]:
    """Everybody is busy; the customer is told so, and the PBX hangs up."""
    for name in GROUP:
        office.desk(name, Refuse(486))
    customer = office.dial(office.customer(), COMPANY)
    customer.wait_end()
    return [inbound(customer)]
