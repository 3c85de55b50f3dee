"""A customer calls, and somebody answers or nobody does."""

from __future__ import annotations

from lab.phones import Answer, Decline, Refuse, Ring
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario, verbose_scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, inbound


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
