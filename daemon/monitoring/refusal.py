"""Why somebody does not get to a call."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """The codes of the API's problems."""

    CALL_NOT_FOUND = "call_not_found"
    NOT_TALKING = "monitoring_not_talking"
    OWN_CALL = "monitoring_own_call"
    NO_CUSTOMER = "monitoring_no_customer"
    """Nobody is there who could be taken over."""
    TAKEN = "monitoring_taken"
    """Who has taken a call over talks in it; there is no way back."""
    BUSY = "monitoring_busy"
    """He is on another call already."""
    NO_SUCH_PHONE = "monitoring_no_phone"
    PHONE_NOT_REGISTERED = "phone_not_registered"
    PBX_DOWN = "pbx_down"
    DIALPLAN_MISSING = "dialplan_missing"
    UNREACHABLE = "monitoring_unreachable"
    """The PBX did not connect to bring the sound."""
    PBX_REFUSED = "monitoring_pbx_refused"


class MonitoringRefusedError(Exception):
    """He is not on the call, or not in that mode. ``about`` fills the problem's text."""

    def __init__(self, refusal: Refusal, **about: str) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.about = about
