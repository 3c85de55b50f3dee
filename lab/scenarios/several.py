"""Calls on hold, and several calls at once."""

from __future__ import annotations

from lab.phones import Answer
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, inbound


@scenario
def inbound_answered_hold(stage: Stage) -> list[Record]:
    """101 holds the customer and takes him back."""
    customer, agent = stage.talking()
    agent.hold()
    talk(1.2)
    agent.unhold()
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_second_call(stage: Stage) -> list[Record]:
    """101 holds one customer, talks to a second, and goes back to the first."""
    first, agent = stage.talking()
    second = stage.dial(stage.customer(102), numbers.DESK_101)
    ringing = stage.rings(stage.desk("101"))
    agent.hold()
    other = stage.answers(stage.desk("101"))
    talk()
    second.hangup()
    other.wait_end()
    agent.unhold()
    talk(0.7)
    first.hangup()
    agent.wait_end()
    assert ringing.call in (agent.call, other.call)
    return [
        inbound(first, [agent], answered=agent),
        inbound(second, [other], answered=other),
    ]


@scenario
def inbound_answered_two_at_once(stage: Stage) -> list[Record]:
    """Two customers call at the same time and get 101 and 102."""
    desks = stage.desk("101", Answer(0.8)), stage.desk("102", Answer(1.0))
    first = stage.dial(stage.customer(101), numbers.DESK_101)
    second = stage.dial(stage.customer(102), numbers.DESK_102)
    agents = [stage.answers(desk) for desk in desks]
    talk()
    second.hangup()
    agents[1].wait_end()
    agents[0].hangup()
    first.wait_end()
    return [
        inbound(first, [agents[0]], answered=agents[0]),
        inbound(second, [agents[1]], answered=agents[1]),
    ]


@scenario
def inbound_missed_same_customer_twice(stage: Stage) -> list[Record]:
    """A customer calls, gives up and calls again: two calls."""
    records = []
    for _ in range(2):
        customer = stage.dial(stage.customer(), numbers.DESK_101)
        leg = stage.rings(stage.desk("101"))
        talk(0.8)
        customer.hangup()
        leg.wait_end()
        records.append(inbound(customer, [leg]))
    return records


@scenario
def inbound_answered_three_interleaved(stage: Stage) -> list[Record]:
    """Three customers in one queue and on one phone: each gets somebody, in turn."""
    for name in ("101", "102", "104"):
        stage.desk(name, Answer(0.9))
    first = stage.dial(stage.customer(101), numbers.DESK_101)
    talk(0.3)
    second = stage.dial(stage.customer(102), numbers.DESK_102)
    talk(0.3)
    third = stage.dial(stage.customer(103), numbers.QUEUE_OVERFLOW)
    agents = [stage.answers(stage.desk(name)) for name in ("101", "102")]
    talk(0.6)
    first.hangup()
    agents[0].wait_end()
    late = stage.answers(stage.desk("101"))
    second.hangup()
    talk(0.6)
    late.hangup()
    third.wait_end()
    return [
        inbound(first, [agents[0]], answered=agents[0]),
        inbound(second, [agents[1]], answered=agents[1]),
        inbound(third, [late], answered=late, queue="overflow"),
    ]
