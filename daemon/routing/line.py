"""One PBX's way outside: how numbers are dialled there, and which number the company shows."""

from __future__ import annotations

from dataclasses import dataclass, field

from config.settings import CompanySettings, PbxSettings
from crm.numbers import NumberPlan, Owner
from daemon.routing.plan import Step
from daemon.routing.tokens import PhoneLeg, Tokens, mobile_dial
from daemon.routing.wire import Ringing
from dialplan.trunk import written

_MOST_DIAL_CHARACTERS = 3500
"""Of one answer; what else is in the line needs less than the rest (``wire.LONGEST_LINE``)."""
_SPARE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Line:
    """What the settings say of one PBX."""

    pbx: PbxSettings
    company: CompanySettings
    numbers: NumberPlan
    tokens: Tokens = field(repr=False)

    def dial(self, number: str) -> str:
        """The dial string of a number outside, E.164 or an emergency number."""
        return written(self.pbx.dial, number, self.numbers.region)

    def caller_id(self, called: str = "") -> str:
        """The company's number as this trunk wants it: the one that was called, else the first."""
        number = self.numbers.normalise(called)
        if number is None or self.numbers.owner(number) is not Owner.COMPANY:
            number = self.company.numbers[0]
        return written(self.pbx.caller_id, number, self.numbers.region)

    def ringing(self, steps: tuple[Step, ...], code: str) -> tuple[Ringing, ...]:
        """The steps as dial strings. An employee's own number goes behind a token.

        ``code``: of the client whose call it is; said to who answers on his mobile. What would make
        the answer longer than the dialplan can hold is left out, the last ones first.
        """
        left = _MOST_DIAL_CHARACTERS
        lives = sum(step.seconds for step in steps) + _SPARE_SECONDS
        ringing = []
        for step in steps:
            dials = []
            for ring in step.rings:
                phone = ring.phone
                if phone.endpoint is not None:
                    dial = phone.endpoint
                else:
                    leg = PhoneLeg(ring.agent, phone.key, code, step.seconds)
                    dial = mobile_dial(self.tokens.issue(leg, lives_seconds=lives))
                left -= len(dial) + 1
                if left < 0:
                    break
                dials.append(dial)
            if dials:
                ringing.append(Ringing(step.seconds, tuple(dials)))
        return tuple(ringing)
