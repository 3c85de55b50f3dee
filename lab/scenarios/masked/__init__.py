"""Calls of a company whose customers' numbers nobody sees, played on the masked lab."""

from lab.scenarios.masked import (
    arriving,
    calling,
    elsewhere,
    handed_on,
    untold,
)
from lab.scenarios.masked.office import Office
from lab.scenarios.masked.scenario import MASKED_SCENARIOS, MaskedScenario

__all__ = [
    "MASKED_SCENARIOS",
    "MaskedScenario",
    "Office",
    "arriving",
    "calling",
    "elsewhere",
    "handed_on",
    "untold",
]
