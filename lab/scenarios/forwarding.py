"""Calls that end up elsewhere: forwarded, picked up, parked, or on a mobile that must confirm."""

from __future__ import annotations

from lab.phones import Answer, Redirect, Ring
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, inbound


@scenario
def inbound_answered_mobile_confirmed(stage: Stage) -> list[Record]:
    """A mobile answers and must press 1 before it gets the customer; it does."""
    mobile = stage.mobile("101", Answer(0.5))
    customer = stage.dial(stage.customer(), numbers.MOBILE_CONFIRM)
    agent = stage.answers(mobile)
    talk(0.7)
    agent.press("1")
    customer.wait("answered")
    talk()
    customer.hangup()
    agent.wait_end()
    # The PBX lets the customer through after the 1: that is when they first hear each other.
    at = customer.answered_at
    return [inbound(customer, [agent], answered=agent, answered_at=at)]


@scenario
def inbound_missed_mobile_unconfirmed(stage: Stage) -> list[Record]:
    """A mobile answers but presses 2: perhaps its voicemail. The customer gets nobody."""
    mobile = stage.mobile("101", Answer(0.5))
    customer = stage.dial(stage.customer(), numbers.MOBILE_CONFIRM)
    agent = stage.answers(mobile)
    talk(0.7)
    agent.press("2")
    customer.wait_end()
    return [inbound(customer, [agent])]


@scenario
def inbound_answered_forward_local(stage: Stage) -> list[Record]:
    """The PBX forwards a desk phone to a mobile, by a Local channel."""
    mobile = stage.mobile("103", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.FORWARD_LOCAL)
    agent = stage.answers(mobile)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_302_mobile(stage: Stage) -> list[Record]:
    """101 forwards by itself (302) to its mobile."""
    stage.desk("101", Redirect("+447700900101"))
    mobile = stage.mobile("101", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.FORWARD_302)
    agent = stage.answers(mobile)
    talk()
    agent.hangup()
    customer.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_302_desk(stage: Stage) -> list[Record]:
    """101 forwards by itself (302) to 102."""
    stage.desk("101", Redirect("102"))
    desk = stage.desk("102", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.FORWARD_302)
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_missed_302_desk(stage: Stage) -> list[Record]:
    """101 forwards by itself (302) to 102, which rings until the customer gives up."""
    stage.desk("101", Redirect("102"))
    customer = stage.dial(stage.customer(), numbers.FORWARD_302)
    leg = stage.rings(stage.desk("102"))
    talk()
    customer.hangup()
    leg.wait_end()
    return [inbound(customer, [leg])]


@scenario
def inbound_missed_302_loop(stage: Stage) -> list[Record]:
    """101 forwards to itself (302); the PBX goes round until it has had enough."""
    stage.desk("101", Redirect("101"))
    customer = stage.dial(stage.customer(), numbers.FORWARD_302)
    customer.wait_end()
    return [inbound(customer)]


def _pickup(stage: Stage, number: str, ringing: tuple[str, ...], code: str) -> list[Record]:
    customer = stage.dial(stage.customer(), number)
    legs = [stage.rings(stage.desk(name)) for name in ringing]
    talk(0.7)
    agent = stage.dial(stage.desk("104"), code)
    agent.wait("answered")
    for leg in legs:
        leg.wait_end()
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, legs, answered=agent)]


@scenario
def inbound_answered_pickup(stage: Stage) -> list[Record]:
    """101 rings, 104 takes the call with *8."""
    return _pickup(stage, numbers.DESK_101, ("101",), "*8")


@scenario
def inbound_answered_pickup_directed(stage: Stage) -> list[Record]:
    """101 rings, 104 takes the call with *8101."""
    return _pickup(stage, numbers.DESK_101, ("101",), "*8101")


@scenario
def inbound_answered_pickup_ring_group(stage: Stage) -> list[Record]:
    """Three phones ring, 104 takes the call with *8."""
    return _pickup(stage, numbers.GROUP, ("101", "102", "103"), "*8")


@scenario
def inbound_answered_park_retrieve(stage: Stage) -> list[Record]:
    """101 parks the customer (REFER to 700), 102 takes him back."""
    customer, agent = stage.talking()
    agent.blind_transfer("700")
    space = stage.parking_space()
    talk(0.7)
    other = stage.dial(stage.desk("102"), space)
    other.wait("answered")
    talk()
    customer.hangup()
    other.wait_end()
    return [inbound(customer, [agent], answered=agent, last=other.phone)]


@scenario
def inbound_answered_park_feature(stage: Stage) -> list[Record]:
    """101 parks the customer with #72, 102 takes him back and hangs up."""
    customer, agent = stage.talking()
    agent.press("#72")
    space = stage.parking_space()
    talk(0.5)
    agent.wait_end()
    other = stage.dial(stage.desk("102"), space)
    other.wait("answered")
    talk()
    other.hangup()
    customer.wait_end()
    return [inbound(customer, [agent], answered=agent, last=other.phone)]


@scenario
def inbound_answered_park_abandoned(stage: Stage) -> list[Record]:
    """101 parks the customer, who hangs up while parked."""
    customer, agent = stage.talking()
    agent.blind_transfer("700")
    stage.parking_space()
    talk()
    customer.hangup()
    # They talked until 101 sent him away: 101 alone then heard where, and time in the parking
    # lot without return is no talk.
    return [inbound(customer, [agent], answered=agent, talk_seconds=agent.talked_until_transfer)]


@scenario
def inbound_answered_park_timeout(stage: Stage) -> list[Record]:
    """The customer is parked for two seconds; nobody takes him, and 101 rings again."""
    customer, agent = stage.talking()
    stage.action(
        "Park",
        Channel=stage.channel_of("operator"),
        TimeoutChannel=stage.channel_of("101"),
        Timeout="2000",
    )
    agent.wait_end()
    again = stage.answers(stage.desk("101"))
    talk()
    customer.hangup()
    again.wait_end()
    return [inbound(customer, [agent, again], answered=agent)]


@scenario
def inbound_answered_park_timeout_abandoned(stage: Stage) -> list[Record]:
    """The customer is parked for two seconds, 101 rings again, and the customer gives up."""
    customer, agent = stage.talking()
    stage.desk("101", Ring())
    stage.action(
        "Park",
        Channel=stage.channel_of("operator"),
        TimeoutChannel=stage.channel_of("101"),
        Timeout="2000",
    )
    again = stage.rings(stage.desk("101"))
    talk()
    customer.hangup()
    again.wait_end()
    # By the manager interface: no phone knows when he was parked.
    return [inbound(customer, [agent, again], answered=agent, unchecked=("talk_seconds",))]


@scenario
def inbound_answered_redirected(stage: Stage) -> list[Record]:
    """A switchboard moves the talking customer to 102 (AMI Redirect); 102 answers."""
    desk = stage.desk("102", Answer(0.8))
    customer, agent = stage.talking()
    stage.action(
        "Redirect",
        Channel=stage.channel_of("operator"),
        Context="from-internal",
        Exten="102",
        Priority="1",
    )
    other = stage.answers(desk)
    talk()
    customer.hangup()
    other.wait_end()
    agent.leave()
    # Nobody at a phone handed him over.
    return [inbound(customer, [agent, other], answered=agent, last=desk, unchecked=("transfers",))]


@scenario
def inbound_answered_spied(stage: Stage) -> list[Record]:
    """A supervisor at 103 listens to the call (ChanSpy): that is nobody's call."""
    stage.desk("103", Answer(0.3))
    customer, agent = stage.talking()
    stage.action(
        "Originate",
        Channel="PJSIP/103",
        Application="ChanSpy",
        Data=f"{stage.channel_of('101')},qE",
        CallerID="Listen <103>",
        Async="true",
    )
    spy = stage.answers(stage.desk("103"))
    talk(1.2)
    customer.hangup()
    agent.wait_end()
    spy.wait_end()
    return [inbound(customer, [agent], answered=agent)]
