"""An employee calls a client by a button, by the client's code, or by a number that he knows."""

from __future__ import annotations

from lab.phones import Answer, Phone, Refuse
from lab.scenarios.leg import Leg
from lab.scenarios.masked.office import COMPANY, NOBODYS, QUISTS, Office
from lab.scenarios.masked.scenario import masked_scenario
from lab.scenarios.stage import talk
from lab.scenarios.truth import Record, inbound, internal, outbound

BY_BUTTON = {"origin": "originated", "rang": ("101",), "answered_by": "101"}


def _both(office: Office) -> tuple[Phone, Leg]:
    """101 presses the button and picks up; the client's phone."""
    desk = office.desk("101", Answer(0.8))
    office.call_back(QUISTS)
    return office.customer(QUISTS), office.answers(desk)


@masked_scenario
def outbound_answered_callback(office: Office) -> list[Record]:
    """101 rings, then the client, who answers and hangs up."""
    office.customer(QUISTS, Answer(0.8))
    phone, agent = _both(office)
    customer = office.answers(phone)
    talk()
    customer.hangup()
    agent.wait_end()
    return [outbound(agent, customer, **BY_BUTTON)]


@masked_scenario
def outbound_answered_callback_mobile(office: Office) -> list[Record]:
    """The manager's mobile rings and takes the call by its key, then the client answers."""
    phone, mobile = office.customer(QUISTS, Answer(0.8)), office.mobile("101", Answer(0.5))
    office.call_back(QUISTS, via="mobile")
    agent = office.takes(mobile)
    customer = office.answers(phone)
    talk()
    agent.hangup()
    customer.wait_end()
    label = mobile.number
    return [outbound(agent, customer, origin="originated", rang=(label,), answered_by=label)]


@masked_scenario
def outbound_busy_callback(office: Office) -> list[Record]:
    """101 picks up, the client is busy."""
    office.customer(QUISTS, Refuse(486))
    phone, agent = _both(office)
    customer = office.refuses(phone)
    agent.wait_end()
    return [outbound(agent, customer, **BY_BUTTON)]


@masked_scenario
def outbound_missed_callback(office: Office) -> list[Record]:
    """101 picks up, the client's phone rings in vain."""
    phone, agent = _both(office)
    customer = office.rings(phone)
    agent.wait_end()
    return [outbound(agent, customer, **BY_BUTTON)]


@masked_scenario
def outbound_cancelled_callback(office: Office) -> list[Record]:
    """101 picks up, and hangs up while the client's phone rings."""
    phone, agent = _both(office)
    customer = office.rings(phone)
    talk(1.5)
    agent.hangup()
    customer.wait_end()
    return [outbound(agent, customer, **BY_BUTTON)]


@masked_scenario
def outbound_cancelled_callback_by_button(office: Office) -> list[Record]:
    """101 picks up; the callback is cancelled by its button while the client's phone rings."""
    desk = office.desk("101", Answer(0.8))
    callback = office.call_back(QUISTS)
    agent = office.answers(desk)
    customer = office.rings(office.customer(QUISTS))
    talk(1.5)
    office.ask("DELETE", f"/api/v1/callbacks/{callback}")
    agent.wait_end()
    customer.wait_end()
    # Nobody's phone hung up: the PBX was told to end it.
    return [outbound(agent, customer, **BY_BUTTON, disposition="cancelled")]


def _nobody_called(leg: Leg) -> Record:
    """An order that its own agent did not take: whom it was for stands in no PBX."""
    return outbound(
        leg,
        None,
        origin="originated",
        rang=(leg.label,),
        disposition="missed",
        recorded=False,
        unchecked=("ring_seconds", "company_number"),
    )


@masked_scenario
def outbound_missed_callback_no_agent(office: Office) -> list[Record]:
    """101 does not pick up; the client is never called."""
    office.call_back(QUISTS)
    leg = office.rings(office.desk("101"))
    leg.wait_end()
    return [_nobody_called(leg)]


@masked_scenario
def outbound_missed_callback_mobile_not_accepted(office: Office) -> list[Record]:
    """The manager's mobile is answered and the key is not pressed; the client is never called."""
    mobile = office.mobile("101", Answer(0.5))
    office.call_back(QUISTS, via="mobile")
    leg = office.takes(mobile, "2")
    leg.wait_end()
    return [_nobody_called(leg)]


@masked_scenario
def outbound_answered_code(office: Office) -> list[Record]:
    """103 dials a client's short code; the client answers and hangs up."""
    phone = office.customer(NOBODYS, Answer(0.8))
    agent = office.dial(office.desk("103"), office.code(NOBODYS))
    customer = office.answers(phone)
    talk()
    customer.hangup()
    agent.wait_end()
    return [outbound(agent, customer)]


@masked_scenario
def outbound_busy_code(office: Office) -> list[Record]:
    """103 dials the short code of a client who is busy, and is told so."""
    phone = office.customer(NOBODYS, Refuse(486))
    agent = office.dial(office.desk("103"), office.code(NOBODYS))
    customer = office.refuses(phone)
    agent.wait_end()
    return [outbound(agent, customer)]


@masked_scenario
def outbound_answered_number(office: Office) -> list[Record]:
    """103 dials the number of a client that he knows."""
    phone = office.customer(NOBODYS, Answer(0.8))
    agent = office.dial(office.desk("103"), phone.number)
    customer = office.answers(phone)
    talk()
    agent.hangup()
    customer.wait_end()
    return [outbound(agent, customer)]


@masked_scenario
def internal_failed_number_denied(office: Office) -> list[Record]:
    """103 dials a number that is no client's; it is refused, and nobody is called."""
    agent = office.dial(office.desk("103"), "+442079460998")
    agent.wait_end()
    return [internal(agent, None, disposition="failed", answered_at=None)]


@masked_scenario
def outbound_answered_return(office: Office) -> list[Record]:
    """A manager calls the company from his mobile, and one key calls the client whom he missed."""
    missed = office.dial(office.customer(QUISTS), COMPANY)
    leg = office.rings(office.desk("101"))
    talk()
    missed.hangup()
    leg.wait_end()
    office.daemon.wait_until(lambda: office.daemon.calls()[0]["ended_at"] is not None)
    phone = office.customer(QUISTS, Answer(0.8))
    agent = office.dial(office.mobile("101"), COMPANY)
    agent.wait("answered")
    talk(1.0)
    agent.press("1")
    customer = office.answers(phone)
    talk(1.5)
    customer.hangup()
    agent.wait_end()
    return [inbound(missed, [leg]), outbound(agent, customer)]
