"""Calls on hold, several calls at once, and links to the PBX that break."""

from __future__ import annotations

from lab.phones import Answer, Ring
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, inbound

END_UNSEEN = ("ended_at", "hangup_by", "talk_seconds")
"""Known to the phones, but to nobody who saw only the link (the PBX's event log tells them)."""


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
def inbound_answered_pbx_killed(stage: Stage) -> list[Record]:
    """The PBX dies in mid-call (SIGKILL) and comes back."""
    customer, agent = stage.talking()
    stage.lab.kill_asterisk()
    stage.cut()
    stage.lab.restart()
    stage.connect()
    customer.hangup()
    agent.hangup()
    return [
        inbound(
            customer, [agent], answered=agent, complete=False, hangup_by=None, unchecked=END_UNSEEN
        )
    ]


@scenario
def inbound_answered_pbx_restarted(stage: Stage) -> list[Record]:
    """The PBX is shut down in mid-call and comes back."""
    customer, agent = stage.talking()
    stage.lab.stop_asterisk()
    customer.wait_end()
    agent.wait_end()
    stage.cut()
    stage.lab.restart()
    stage.connect()
    return [inbound(customer, [agent], answered=agent, hangup_by="pbx")]


@scenario
def inbound_answered_link_cut_talking(stage: Stage) -> list[Record]:
    """The link breaks while they talk and is back before they end."""
    customer, agent = stage.talking()
    stage.cut()
    talk(0.7)
    stage.connect()
    talk(0.7)
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_link_cut_ringing(stage: Stage) -> list[Record]:
    """The link breaks while 101 rings, who answers before it is back."""
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    agent = stage.rings(stage.desk("101", Ring()))
    talk(0.7)
    stage.cut()
    talk(0.3)
    agent.answer()
    talk(0.7)
    stage.connect()
    talk(0.7)
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_link_cut_still_ringing(stage: Stage) -> list[Record]:
    """The link breaks while 101 rings and is back before 101 answers."""
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    agent = stage.rings(stage.desk("101", Ring()))
    talk(0.5)
    stage.cut()
    talk(0.3)
    stage.connect()
    talk(0.5)
    agent.answer()
    talk(0.7)
    agent.hangup()
    customer.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_link_cut_ended(stage: Stage) -> list[Record]:
    """The link breaks while they talk; when it is back they have ended."""
    customer, agent = stage.talking()
    stage.cut()
    talk(0.3)
    customer.hangup()
    agent.wait_end()
    talk(0.5)
    stage.connect()
    return [inbound(customer, [agent], answered=agent, complete=False, unchecked=END_UNSEEN)]


@scenario
def inbound_missed_link_cut_ended(stage: Stage) -> list[Record]:
    """The link breaks while 101 rings; when it is back the customer has given up."""
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    leg = stage.rings(stage.desk("101", Ring()))
    talk(0.7)
    stage.cut()
    talk(0.3)
    customer.hangup()
    leg.wait_end()
    talk(0.5)
    stage.connect()
    unseen = (*END_UNSEEN, "disposition", "ring_seconds")
    return [inbound(customer, [leg], complete=False, unchecked=unseen)]


@scenario
def inbound_answered_link_cut_begun(stage: Stage) -> list[Record]:
    """A call begins and is answered while the link is broken, and ends after it is back."""
    stage.cut()
    customer, agent = stage.talking()
    stage.connect()
    talk(0.7)
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent, unchecked=("rang", "ring_seconds"))]


@scenario
def inbound_answered_link_cut_parked(stage: Stage) -> list[Record]:
    """The link breaks while a customer is parked, whom 102 then takes back."""
    customer, agent = stage.talking()
    agent.blind_transfer("700")
    space = stage.parking_space()
    stage.cut()
    talk(0.3)
    stage.connect()
    other = stage.dial(stage.desk("102"), space)
    other.wait("answered")
    talk()
    customer.hangup()
    other.wait_end()
    return [inbound(customer, [agent], answered=agent, last=other.phone)]
