"""A customer meets the PBX first: queue, menu, voicemail, conference, an engaged company."""

from __future__ import annotations

from lab.phones import Answer, Decline, Refuse
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario, verbose_scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, inbound, internal


def _queue_answered(stage: Stage, number: str, queue: str) -> list[Record]:
    stage.desk("102", Answer(1.0))
    customer = stage.dial(stage.customer(), number)
    legs = [stage.rings(stage.desk(name)) for name in ("101", "102")]
    agent = stage.answers(stage.desk("102"))
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, legs, answered=agent, queue=queue)]


@verbose_scenario
def inbound_answered_queue(stage: Stage) -> list[Record]:
    """The PBX answers and queues; both members ring, 102 answers."""
    return _queue_answered(stage, numbers.QUEUE, "sales")


@scenario
def inbound_answered_queue_local(stage: Stage) -> list[Record]:
    """A queue whose members are behind Local channels that stay; 102 answers."""
    return _queue_answered(stage, numbers.QUEUE_LOCAL, "support")


@scenario
def inbound_answered_queue_local_optimised(stage: Stage) -> list[Record]:
    """A queue whose members are behind Local channels that optimise themselves away."""
    return _queue_answered(stage, numbers.QUEUE_LOCAL_OPTIMISED, "support-opt")


@scenario
def inbound_answered_queue_declined_first(stage: Stage) -> list[Record]:
    """101 declines the queue's call, rings again and answers it then; 102 is busy."""
    desk = stage.desk("101", Decline(0.5, 486))
    stage.desk("102", Refuse(486))
    customer = stage.dial(stage.customer(), numbers.QUEUE)
    declined = stage.refuses(desk)
    desk.behaves(Answer(0.7))
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [declined, agent], answered=agent, queue="sales")]


@scenario
def inbound_missed_queue_abandoned(stage: Stage) -> list[Record]:
    """Both members of the queue ring, the customer gives up."""
    customer = stage.dial(stage.customer(), numbers.QUEUE)
    legs = [stage.rings(stage.desk(name)) for name in ("101", "102")]
    talk(1.5)
    customer.hangup()
    for leg in legs:
        leg.wait_end()
    return [inbound(customer, legs, queue="sales")]


@scenario
def inbound_missed_queue_timeout(stage: Stage) -> list[Record]:
    """Nobody takes the queue's call in its six seconds, and the phone after it is busy."""
    stage.desk("104", Refuse(486))
    customer = stage.dial(stage.customer(), numbers.QUEUE_OVERFLOW)
    leg = stage.rings(stage.desk("101"))
    customer.wait_end()
    return [inbound(customer, [leg], queue="overflow")]


@scenario
def inbound_answered_overflow(stage: Stage) -> list[Record]:
    """Nobody takes the queue's call in its six seconds; 104, who rings then, does."""
    desk = stage.desk("104", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.QUEUE_OVERFLOW)
    leg = stage.rings(stage.desk("101"))
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [leg, agent], answered=agent, queue="overflow")]


@verbose_scenario
def inbound_answered_ivr(stage: Stage) -> list[Record]:
    """The customer presses 1 in the menu and gets 101."""
    desk = stage.desk("101", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.IVR)
    customer.wait("answered")
    talk(0.5)
    customer.press("1")
    agent = stage.answers(desk)
    talk()
    customer.hangup()
    agent.wait_end()
    return [inbound(customer, [agent], answered=agent)]


@scenario
def inbound_answered_ivr_queue(stage: Stage) -> list[Record]:
    """The customer presses 2 in the menu and gets 102 from the queue."""
    stage.desk("102", Answer(0.8))
    customer = stage.dial(stage.customer(), numbers.IVR)
    customer.wait("answered")
    talk(0.5)
    customer.press("2")
    legs = [stage.rings(stage.desk(name)) for name in ("101", "102")]
    agent = stage.answers(stage.desk("102"))
    talk()
    agent.hangup()
    customer.wait_end()
    return [inbound(customer, legs, answered=agent, queue="sales")]


@scenario
def inbound_missed_ivr(stage: Stage) -> list[Record]:
    """The customer hangs up in the menu."""
    customer = stage.dial(stage.customer(), numbers.IVR)
    customer.wait("answered")
    talk(1.5)
    customer.hangup()
    return [inbound(customer)]


@scenario
def inbound_missed_voicemail(stage: Stage) -> list[Record]:
    """Straight to voicemail, where the customer talks for a while."""
    customer = stage.dial(stage.customer(), numbers.VOICEMAIL)
    customer.wait("answered")
    talk(2.0)
    customer.hangup()
    return [inbound(customer)]


@scenario
def inbound_missed_voicemail_after_ring(stage: Stage) -> list[Record]:
    """101 rings and declines, voicemail answers."""
    desk = stage.desk("101", Decline(1.0, 486))
    customer = stage.dial(stage.customer(), numbers.DESK_101)
    leg = stage.rings(desk)
    customer.wait("answered")
    talk(1.5)
    customer.hangup()
    return [inbound(customer, [leg])]


@scenario
def inbound_answered_conference(stage: Stage) -> list[Record]:
    """The customer waits in a conference room; 101 dials in and they talk."""
    customer = stage.dial(stage.customer(), numbers.CONFERENCE)
    customer.wait("answered")
    talk(0.7)
    agent = stage.dial(stage.desk("101"), "800")
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
    return [
        inbound(customer, answered=agent, unchecked=taste),
        internal(agent, None),
    ]


@scenario
def inbound_missed_busy_company(stage: Stage) -> list[Record]:
    """The dialplan says engaged."""
    customer = stage.dial(stage.customer(), numbers.BUSY)
    customer.wait_end()
    return [inbound(customer)]


@scenario
def inbound_missed_congestion(stage: Stage) -> list[Record]:
    """The dialplan says congestion."""
    customer = stage.dial(stage.customer(), numbers.CONGESTION)
    customer.wait_end()
    return [inbound(customer)]


@scenario
def inbound_missed_closed(stage: Stage) -> list[Record]:
    """The PBX answers, says goodbye and hangs up."""
    customer = stage.dial(stage.customer(), numbers.CLOSED)
    customer.wait_end()
    return [inbound(customer)]
