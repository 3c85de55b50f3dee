"""Calls as people make them, played on the lab and recorded with the phones' own truth."""

from lab.scenarios import (
    basic,
    consultations,
    forwarding,
    links,
    ordered,
    outgoing,
    several,
    transfers,
    waiting,
)
from lab.scenarios.scenario import SCENARIOS, Scenario
from lab.scenarios.stage import Stage
from lab.scenarios.truth import Record, Transfer

__all__ = [
    "SCENARIOS",
    "Record",
    "Scenario",
    "Stage",
    "Transfer",
    "basic",
    "consultations",
    "forwarding",
    "links",
    "ordered",
    "outgoing",
    "several",
    "transfers",
    "waiting",
]
