"""Calls that the PBX was told to make (AMI ``Originate``) in other ways than to a desk phone."""

from __future__ import annotations

from lab.phones import Answer, Phone
from lab.scenarios import numbers
from lab.scenarios.scenario import scenario
from lab.scenarios.stage import Stage, talk
from lab.scenarios.truth import Record, outbound


def _unanswered_order(stage: Stage, channel: str, agent: Phone) -> list[Record]:
    """An Originate whose first leg nobody answers: only the order tells of the customer."""
    customer = stage.customer(101)
    stage.lab.originate(channel, customer.number, timeout_seconds=2.5)
    leg = stage.rings(agent)
    leg.wait_end()
    return [
        outbound(
            leg,
            None,
            customer_number=customer.number,
            origin="originated",
            rang=(leg.label,),
            recorded=False,
            unchecked=("disposition", "ring_seconds", "company_number"),
        )
    ]


@scenario
def outbound_missed_originated_local_no_agent(stage: Stage) -> list[Record]:
    """Click to dial through a Local channel: 101 does not pick up."""
    return _unanswered_order(stage, "Local/101@from-internal/n", stage.desk("101"))


@scenario
def outbound_missed_originated_mobile_no_agent(stage: Stage) -> list[Record]:
    """Click to dial by the mobile: 101 does not pick up."""
    mobile = stage.mobile("101")
    return _unanswered_order(stage, f"PJSIP/{mobile.number}@operator", mobile)


@scenario
def outbound_answered_originated_local(stage: Stage) -> list[Record]:
    """Click to dial through a Local channel: 101 picks up, then the customer answers."""
    phone, desk = stage.customer(101, Answer(0.8)), stage.desk("101", Answer(0.8))
    stage.lab.originate("Local/101@from-internal/n", phone.number)
    agent = stage.answers(desk)
    customer = stage.answers(phone)
    talk()
    customer.hangup()
    agent.wait_end()
    return [outbound(agent, customer, origin="originated", rang=("101",), answered_by="101")]


@scenario
def outbound_answered_originated_dial(stage: Stage) -> list[Record]:
    """Click to dial by an Originate with the application Dial, and no extension."""
    phone, desk = stage.customer(101, Answer(0.8)), stage.desk("101", Answer(0.8))
    stage.action(
        "Originate",
        Channel="PJSIP/101",
        Application="Dial",
        Data=f"PJSIP/{phone.number}@operator,30",
        CallerID=numbers.GROUP,
        Async="true",
    )
    agent = stage.answers(desk)
    customer = stage.answers(phone)
    talk()
    agent.hangup()
    customer.wait_end()
    return [
        outbound(
            agent, customer, origin="originated", rang=("101",), answered_by="101", recorded=False
        )
    ]
