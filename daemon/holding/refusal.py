"""Why a customer is not put on hold, or not taken back."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """The codes of the API's problems."""

    NOT_TALKING = "hold_not_talking"
    """He does not talk with a customer there, alone."""
    BY_PHONE = "hold_by_phone"
    """His phone holds: only it can end that."""
    PBX_DOWN = "pbx_down"
    DIALPLAN_MISSING = "dialplan_missing"
    PBX_REFUSED = "hold_pbx_refused"


class HoldRefusedError(Exception):
    """All is as it was before."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
