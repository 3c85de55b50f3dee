"""Links to the PBX that break, and PBXs that die."""

from __future__ import annotations

from lab.phones import Answer, Ring
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, Transfer, inbound, outbound

END_UNSEEN = ("ended_at", "hangup_by", "talk_seconds")
"""Known to the phones, but to nobody who saw only the link (the PBX's event log tells them)."""


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
    unseen = ("rang", "ring_seconds")
    return [inbound(customer, [agent], answered=agent, unchecked=unseen)]


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


@scenario
def inbound_answered_link_cut_transfer(stage: Stage) -> list[Record]:
    """The link breaks after 101 sent the customer to 102, who answers before it is back."""
    other_desk = stage.desk("102", Ring())
    customer, agent = stage.talking()
    agent.blind_transfer("102")
    other = stage.rings(other_desk)
    talk(0.5)
    stage.cut()
    other.answer()
    talk(0.5)
    stage.connect()
    talk(0.5)
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", "102", "answered")
    return [
        inbound(customer, [agent, other], answered=agent, last=other_desk, transfers=(transfer,))
    ]


@scenario
def inbound_answered_link_cut_queue(stage: Stage) -> list[Record]:
    """The link breaks while the queue rings two phones, and is back before 102 answers."""
    customer = stage.dial(stage.customer(), numbers.QUEUE)
    legs = [stage.rings(stage.desk(name)) for name in ("101", "102")]
    talk(0.5)
    stage.cut()
    talk(0.3)
    stage.connect()
    talk(0.5)
    legs[1].answer()
    talk(0.7)
    customer.hangup()
    legs[1].wait_end()
    return [inbound(customer, legs, answered=legs[1], queue="sales")]


@scenario
def inbound_answered_link_cut_twice(stage: Stage) -> list[Record]:
    """The link breaks while 101 rings, and again while they talk."""
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    agent = stage.rings(stage.desk("101", Ring()))
    talk(0.4)
    stage.cut()
    talk(0.2)
    stage.connect()
    talk(0.4)
    agent.answer()
    talk(0.5)
    stage.cut()
    talk(0.2)
    stage.connect()
    talk(0.5)
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def outbound_answered_link_cut(stage: Stage) -> list[Record]:
    """101 calls a customer; the link breaks while they talk and is back before they end."""
    phone = stage.customer(101, Answer(0.5))
    agent = stage.dial(stage.desk("101"), phone.number)
    customer = stage.answers(phone)
    talk(0.7)
    stage.cut()
    talk(0.3)
    stage.connect()
    talk(0.5)
    agent.hangup()
    customer.wait_end()
    return [outbound(agent, customer)]


@scenario
def inbound_answered_link_cut_queue_begun(stage: Stage) -> list[Record]:
    """The customer comes into the queue while the link is broken; it is back before 102 answers."""
    stage.cut()
    customer = stage.dial(stage.customer(), numbers.QUEUE)
    legs = [stage.rings(stage.desk(name)) for name in ("101", "102")]
    talk(0.3)
    stage.connect()
    talk(0.5)
    legs[1].answer()
    talk(0.7)
    customer.hangup()
    legs[1].wait_end()
    # When the phones began to ring was not seen.
    return [
        inbound(
            customer, legs, answered=legs[1], queue="sales", unchecked=("ring_seconds", "recorded")
        )
    ]


@scenario
def outbound_answered_link_cut_originated(stage: Stage) -> list[Record]:
    """Click to dial while the link is broken; it is back before they end."""
    phone, desk = stage.customer(101, Answer(0.8)), stage.desk("101", Answer(0.8))
    stage.cut()
    stage.lab.originate("PJSIP/101", phone.number)
    agent = stage.answers(desk)
    customer = stage.answers(phone)
    talk(0.5)
    stage.connect()
    talk(0.7)
    customer.hangup()
    agent.wait_end()
    # That a phone rang was not seen, nor as whom the company called.
    unseen = ("rang", "ring_seconds", "company_number", "recorded")
    return [
        outbound(
            agent,
            customer,
            origin="originated",
            rang=("101",),
            answered_by="101",
            unchecked=unseen,
        )
    ]
