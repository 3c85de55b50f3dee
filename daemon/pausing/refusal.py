"""Why a recording is not paused, or does not go on."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """The codes of the API's problems."""

    NOT_RECORDED = "call_not_recorded"
    """Nothing of it is recorded now."""
    PBX_DOWN = "pbx_down"
    PBX_REFUSED = "pause_pbx_refused"


class PauseRefusedError(Exception):
    """All is as it was before."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
