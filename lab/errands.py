"""What the command line has a lab do: one call, or scenarios by name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lab.lab import DESKS, Lab
from lab.messages import text

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class CallErrand:
    """One customer calls the company."""

    customer: str
    """E.164."""
    number: str
    """The company number that he calls, E.164."""
    answered_by: str | None
    """The desk phone that answers, or nobody."""
    seconds: float
    """How long they talk, or how long it rings where nobody answers."""


@dataclass(frozen=True, slots=True)
class ScenarioErrand:
    """Scenarios, one after the other."""

    names: tuple[str, ...]


Errand = CallErrand | ScenarioErrand


def perform(lab: Lab, errand: Errand, say: Say) -> int:
    """Do it, telling what happens; the exit status."""
    if isinstance(errand, CallErrand):
        return _call(lab, errand, say)
    return _play(lab, errand, say)


def _call(lab: Lab, errand: CallErrand, say: Say) -> int:
    from lab.phones import Answer, Ring  # noqa: PLC0415  pjsua2 only where phones are wanted

    for name in DESKS:
        desk = lab.phones.desk(name)
        desk.behaves(Answer(1.0) if name == errand.answered_by else Ring())
        desk.forget()
    customer = lab.phones.customer(errand.customer)
    customer.forget()
    call = customer.dial(errand.number)
    if errand.answered_by is None:
        _stay(lambda seconds: customer.wait_for("hung_up", call=call, deadline=seconds), errand)
        say(text("cli.call_missed"))
    else:
        answered = lab.phones.desk(errand.answered_by).wait_for("answered", deadline=30.0)
        _stay(lambda seconds: customer.wait_for("hung_up", call=call, deadline=seconds), errand)
        talked = errand.seconds
        if call not in customer.running():
            ended = next(one for one in customer.log if (one.call, one.event) == (call, "hung_up"))
            talked = (ended.at - answered.at).total_seconds()
        say(text("cli.call_answered", name=errand.answered_by, seconds=talked))
    if call in customer.running():
        customer.hangup(call)
        customer.wait_for("hung_up", call=call)
    return 0


def _stay(hung_up: Callable[[float], object], errand: CallErrand) -> None:
    """Let the call go on for as long as was asked, or until the far end hangs up."""
    try:
        hung_up(errand.seconds)
    except TimeoutError:
        return


def _play(lab: Lab, errand: ScenarioErrand, say: Say) -> int:
    from lab.scenarios import SCENARIOS, Stage  # noqa: PLC0415  pjsua2 only where it is wanted

    stage = Stage(lab)
    failed = 0
    for name in errand.names:
        try:
            stage.reset()
            SCENARIOS[name].play(stage)
        except (TimeoutError, RuntimeError, OSError, LookupError) as error:
            say(text("cli.scenario_failed", name=name, detail=error))
            failed = 1
        else:
            say(text("cli.scenario_ok", name=name))
    return failed
