"""A customer calls, and somebody answers or nobody does."""

from __future__ import annotations

from lab.phones import Answer, Decline, Refuse, Ring
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario, verbose_scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, inbound, internal


@verbose_scenario
def inbound_answered(stage: Stage) -> list[Record]:
    """101 answers; the customer hangs up."""
    desk = stage.desk("101", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_hangup_by_agent(stage: Stage) -> list[Record]:
    """101 answers and hangs up."""
    desk = stage.desk("101", Answer(0.5))
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    agent = stage.answers(desk)
    talk()
    agent.hangup()
    customer.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@verbose_scenario
def inbound_answered_ring_group(stage: Stage) -> list[Record]:
    """Three phones ring, 102 answers."""
    stage.desk("102", Answer(1.0))
    customer = stage.dial(stage.customer(), numbers.GROUP)
    legs = [stage.rings(stage.desk(name)) for name in ("101", "102", "103")]
    agent = stage.answers(stage.desk("102"))
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, legs, answered=agent)]


@scenario
def inbound_missed_ring_group(stage: Stage) -> list[Record]:
    """Three phones ring, the customer gives up."""
    customer = stage.dial(stage.customer(), numbers.GROUP)
    legs = [stage.rings(stage.desk(name)) for name in ("101", "102", "103")]
    talk(1.5)
    customer.hangup()
    for leg in legs:
        leg.wait_end()
    return [inbound(customer, legs)]


@scenario
def inbound_missed_caller_gave_up(stage: Stage) -> list[Record]:
    """One phone rings, the customer gives up."""
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    leg = stage.rings(stage.desk("101"))
    talk(1.5)
    customer.hangup()
    leg.wait_end()
    return [inbound(customer, [leg])]


@scenario
def inbound_missed_busy_agent(stage: Stage) -> list[Record]:
    """The only phone is busy; the PBX ends the call."""
    stage.desk("102", Refuse(486))
    customer = stage.dial(stage.customer(), numbers.DESK_102)
    customer.wait_end()
    return [inbound(customer)]


@scenario
def inbound_missed_declined(stage: Stage) -> list[Record]:
    """The only phone rings and declines; the PBX ends the call."""
    desk = stage.desk("102", Decline(1.0))
    customer = stage.dial(stage.customer(), numbers.DESK_102)
    leg = stage.rings(desk)
    customer.wait_end()
    return [inbound(customer, [leg])]


@scenario
def inbound_answered_mobile(stage: Stage) -> list[Record]:
    """An employee's mobile over the trunk answers."""
    mobile = stage.mobile("101", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.MOBILE_101)
    agent = stage.answers(mobile)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_missed_mobile(stage: Stage) -> list[Record]:
    """An employee's mobile rings until the customer gives up."""
    customer = stage.dial(stage.customer(), numbers.MOBILE_101)
    leg = stage.rings(stage.mobile("101", Ring()))
    talk()
    customer.hangup()
    leg.wait_end()
    return [inbound(customer, [leg])]


@scenario
def inbound_answered_anonymous(stage: Stage) -> list[Record]:
    """A customer who withholds his number is answered."""
    desk = stage.desk("101", Answer(0.5))
    customer = stage.dial(stage.customer(), numbers.DESK_101, anonymous=True)
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent, customer_number=None)]


@scenario
def inbound_missed_anonymous(stage: Stage) -> list[Record]:
    """A customer who withholds his number gives up."""
    customer = stage.dial(stage.customer(), numbers.DESK_101, anonymous=True)
    leg = stage.rings(stage.desk("101"))
    talk()
    customer.hangup()
    leg.wait_end()
    return [inbound(customer, [leg], customer_number=None)]


@scenario
def inbound_answered_sequence(stage: Stage) -> list[Record]:
    """101 is busy; 102 rings after it and answers."""
    stage.desk("101", Decline(0.5, 486))
    desk = stage.desk("102", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.SEQUENCE)
    first = stage.rings(stage.desk("101"))
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [first, agent], answered=agent)]


@scenario
def inbound_missed(stage: Stage) -> list[Record]:
    """One phone rings until the PBX gives up."""
    customer = stage.dial(stage.customer(), numbers.DESK_102)
    leg = stage.rings(stage.desk("102"))
    customer.wait_end(20.0)
    leg.wait_end()
    return [inbound(customer, [leg])]


@scenario
def inbound_answered_ring_group_declined(stage: Stage) -> list[Record]:
    """Three phones ring; 101 declines, 103 is busy, 102 answers."""
    stage.desk("101", Decline(0.5))
    stage.desk("103", Refuse(486))
    stage.desk("102", Answer(1.2))
    customer = stage.dial(stage.customer(), numbers.GROUP)
    declined = stage.rings(stage.desk("101"))
    agent = stage.answers(stage.desk("102"))
    talk()
    agent.hangup()
    customer.wait_end()
    return [inbound(customer, [declined, agent], answered=agent)]


@scenario
def inbound_answered_mobile_hangup_by_agent(stage: Stage) -> list[Record]:
    """An employee's mobile answers and hangs up."""
    mobile = stage.mobile("101", Answer(0.6))
    customer = stage.dial(stage.customer(), numbers.MOBILE_101)
    agent = stage.answers(mobile)
    talk()
    agent.hangup()
    customer.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_national(stage: Stage) -> list[Record]:
    """The operator writes both numbers as they are written in the country."""
    desk, phone = stage.desk("101", Answer(0.5)), stage.customer()
    national = "0" + phone.number.removeprefix("+44")
    called = "0" + numbers.DESK_101.removeprefix("+44")
    customer = stage.dial(phone, called, caller=national)
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent, company_number=numbers.DESK_101)]


@scenario
def inbound_answered_unusable_caller(stage: Stage) -> list[Record]:
    """The operator shows a word instead of the customer's number."""
    desk = stage.desk("101", Answer(0.5))
    customer = stage.dial(stage.customer(), numbers.DESK_101, caller="unavailable")
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent, customer_number=None)]


@scenario
def internal_answered_from_mobile(stage: Stage) -> list[Record]:
    """An employee calls the company number from his mobile, and 101 answers: no customer."""
    desk = stage.desk("101", Answer(0.6))
    caller = stage.dial(stage.mobile("102"), numbers.DESK_101)
    callee = stage.answers(desk)
    talk()
    caller.hangup()
    callee.wait_end()
    # It came in by the trunk all the same: what counts is that he never becomes a client.
    taste = ("company_number", "direction", "hangup_by", "last_agent")
    return [internal(caller, callee, recorded=True, unchecked=taste)]
