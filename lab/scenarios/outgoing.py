"""Employees call customers and each other."""

from __future__ import annotations

from lab.phones import Answer, Decline, Refuse
from lab.scenarios.leg import Leg
from lab.scenarios.scenario import scenario, verbose_scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, Transfer, internal, outbound

NOBODY = "+442079460999"
"""A number that the operator does not know."""


@verbose_scenario
def outbound_answered(stage: Stage) -> list[Record]:
    """101 calls a customer, who answers and hangs up."""
    phone = stage.customer(101, Answer(0.8))
    agent = stage.dial(stage.desk("101"), phone.number)
    customer = stage.answers(phone)
    talk()
    customer.hangup()
    agent.wait_end()
    return [outbound(agent, customer)]


@scenario
def outbound_answered_hangup_by_agent(stage: Stage) -> list[Record]:
    """101 calls a customer, who answers; 101 hangs up."""
    phone = stage.customer(101, Answer(0.5))
    agent = stage.dial(stage.desk("101"), phone.number)
    customer = stage.answers(phone)
    talk()
    agent.hangup()
    customer.wait_end()
    return [outbound(agent, customer)]


@scenario
def outbound_answered_national(stage: Stage) -> list[Record]:
    """101 dials the customer's number as it is written in the country."""
    phone = stage.customer(101, Answer(0.5))
    agent = stage.dial(stage.desk("101"), "0" + phone.number.removeprefix("+44"))
    customer = stage.answers(phone)
    talk()
    customer.hangup()
    agent.wait_end()
    return [outbound(agent, customer)]


@scenario
def outbound_answered_second_trunk(stage: Stage) -> list[Record]:
    """The first trunk is down; over the second one the customer answers."""
    phone = stage.customer(101, Answer(0.8))
    agent = stage.dial(stage.desk("101"), f"8{phone.number}")
    customer = stage.answers(phone)
    talk()
    customer.hangup()
    agent.wait_end()
    # A trunk that says nothing at all may have rung: the phones cannot tell.
    return [outbound(agent, customer, unchecked=("ring_seconds",))]


@scenario
def outbound_busy(stage: Stage) -> list[Record]:
    """The customer is busy."""
    phone = stage.customer(101, Refuse(486))
    agent = stage.dial(stage.desk("101"), phone.number)
    agent.wait_end()
    return [outbound(agent, stage.refuses(phone))]


@scenario
def outbound_missed(stage: Stage) -> list[Record]:
    """The customer's phone rings until the PBX gives up."""
    phone = stage.customer(101)
    with stage.patience(outside=3):
        agent = stage.dial(stage.desk("101"), phone.number)
        customer = stage.rings(phone)
        agent.wait_end()
    customer.wait_end()
    return [outbound(agent, customer)]


@scenario
def outbound_cancelled(stage: Stage) -> list[Record]:
    """The customer's phone rings until 101 gives up."""
    phone = stage.customer(101)
    agent = stage.dial(stage.desk("101"), phone.number)
    customer = stage.rings(phone)
    talk(1.5)
    agent.hangup()
    customer.wait_end()
    return [outbound(agent, customer)]


@scenario
def outbound_failed(stage: Stage) -> list[Record]:
    """The operator does not know the number (404)."""
    agent = stage.dial(stage.desk("101"), NOBODY)
    agent.wait_end()
    return [outbound(agent, None, customer_number=NOBODY)]


@scenario
def outbound_failed_unreachable(stage: Stage) -> list[Record]:
    """The customer's phone is switched off (480)."""
    phone = stage.customer(101, Refuse(480))
    agent = stage.dial(stage.desk("101"), phone.number)
    agent.wait_end()
    return [outbound(agent, stage.refuses(phone))]


def _originated(stage: Stage, customer: str) -> Leg:
    """101 clicks on a customer and picks up his phone, which the PBX rings first."""
    desk = stage.desk("101", Answer(0.8))
    stage.lab.originate("PJSIP/101", customer)
    return stage.answers(desk)


@scenario
def outbound_answered_originated(stage: Stage) -> list[Record]:
    """Click to dial: 101 picks up, then the customer answers."""
    phone = stage.customer(101, Answer(0.8))
    agent = _originated(stage, phone.number)
    customer = stage.answers(phone)
    talk()
    agent.hangup()
    customer.wait_end()
    return [outbound(agent, customer, origin="originated", rang=("101",), answered_by="101")]


@scenario
def outbound_busy_originated(stage: Stage) -> list[Record]:
    """Click to dial: 101 picks up, the customer is busy."""
    phone = stage.customer(101, Refuse(486))
    agent = _originated(stage, phone.number)
    agent.wait_end()
    customer = stage.refuses(phone)
    return [outbound(agent, customer, origin="originated", rang=("101",), answered_by="101")]


@scenario
def outbound_missed_originated(stage: Stage) -> list[Record]:
    """Click to dial: 101 picks up, the customer's phone rings until the PBX gives up."""
    phone = stage.customer(101)
    with stage.patience(outside=3):
        agent = _originated(stage, phone.number)
        customer = stage.rings(phone)
        agent.wait_end()
    customer.wait_end()
    return [outbound(agent, customer, origin="originated", rang=("101",), answered_by="101")]


@scenario
def outbound_answered_originated_mobile(stage: Stage) -> list[Record]:
    """Click to dial: 101 picks up his mobile, then the customer answers."""
    phone, mobile = stage.customer(101, Answer(0.8)), stage.mobile("101", Answer(0.8))
    stage.lab.originate(f"PJSIP/{mobile.number}@operator", phone.number)
    agent = stage.answers(mobile)
    customer = stage.answers(phone)
    talk()
    customer.hangup()
    agent.wait_end()
    return [
        outbound(
            agent,
            customer,
            origin="originated",
            rang=(mobile.number,),
            answered_by=mobile.number,
        )
    ]


@scenario
def outbound_missed_originated_no_agent(stage: Stage) -> list[Record]:
    """Click to dial: 101 does not pick up, the customer is never called."""
    customer = stage.customer(101)
    stage.lab.originate("PJSIP/101", customer.number, timeout_seconds=2.5)
    agent = stage.rings(stage.desk("101"))
    agent.wait_end()
    return [
        outbound(
            agent,
            None,
            customer_number=customer.number,
            origin="originated",
            rang=("101",),
            disposition="missed",
            recorded=False,
            # Nobody was called outside: how such a call ended is a matter of taste.
            unchecked=("disposition", "ring_seconds", "company_number"),
        )
    ]


@scenario
def outbound_answered_blind_transfer(stage: Stage) -> list[Record]:
    """101 calls a customer and sends him to 102 (REFER), who answers."""
    phone, other_desk = stage.customer(101, Answer(0.5)), stage.desk("102", Answer(0.8))
    agent = stage.dial(stage.desk("101"), phone.number)
    customer = stage.answers(phone)
    agent.wait("answered")
    talk(0.8)
    agent.blind_transfer("102")
    other = stage.answers(other_desk)
    talk()
    customer.hangup()
    other.wait_end()
    transfer = Transfer("blind", "101", "102", "answered")
    return [
        outbound(
            agent,
            customer,
            last_agent="102",
            transfers=(transfer,),
            rang=("102",),
            unchecked=("rang", "answered_by"),
        )
    ]


@scenario
def internal_answered(stage: Stage) -> list[Record]:
    """101 calls 102, who answers."""
    desk = stage.desk("102", Answer(0.8))
    caller = stage.dial(stage.desk("101"), "102")
    callee = stage.answers(desk)
    talk()
    caller.hangup()
    callee.wait_end()
    return [internal(caller, callee)]


@scenario
def internal_answered_mobile(stage: Stage) -> list[Record]:
    """101 calls 102's mobile, which answers."""
    mobile = stage.mobile("102", Answer(0.8))
    caller = stage.dial(stage.desk("101"), mobile.number)
    callee = stage.answers(mobile)
    talk()
    callee.hangup()
    caller.wait_end()
    return [internal(caller, callee, recorded=True)]


@scenario
def internal_missed(stage: Stage) -> list[Record]:
    """101 calls 102, which rings until the PBX gives up."""
    with stage.patience(desk=3):
        caller = stage.dial(stage.desk("101"), "102")
        callee = stage.rings(stage.desk("102"))
        caller.wait_end()
    callee.wait_end()
    return [internal(caller, callee)]


@scenario
def internal_cancelled(stage: Stage) -> list[Record]:
    """101 calls 102 and gives up."""
    caller = stage.dial(stage.desk("101"), "102")
    callee = stage.rings(stage.desk("102"))
    talk()
    caller.hangup()
    callee.wait_end()
    return [internal(caller, callee)]


@scenario
def internal_busy(stage: Stage) -> list[Record]:
    """101 calls 102, who declines."""
    desk = stage.desk("102", Decline(0.8, 486))
    caller = stage.dial(stage.desk("101"), "102")
    callee = stage.rings(desk)
    caller.wait_end()
    return [internal(caller, callee)]


def _service(stage: Stage, code: str) -> list[Record]:
    caller = stage.dial(stage.desk("101"), code)
    caller.wait("answered")
    talk(1.5)
    caller.hangup()
    return [internal(caller, None)]


@scenario
def internal_answered_echo(stage: Stage) -> list[Record]:
    """101 calls the echo test."""
    return _service(stage, "*43")


@scenario
def internal_answered_voicemail(stage: Stage) -> list[Record]:
    """101 listens to his voicemail."""
    return _service(stage, "*97")
