"""Why a callback was not begun. Nothing was stored and nobody was rung."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """The codes of the problems that ``POST /callbacks`` answers with."""

    CLIENT_NOT_FOUND = "client_not_found"
    NOT_ALLOWED = "not_allowed"
    NO_SUCH_PHONE = "no_such_phone"
    NOT_DIALABLE = "not_dialable"
    PHONE_NOT_REGISTERED = "phone_not_registered"
    TRUNK_DOWN = "trunk_down"
    PBX_DOWN = "pbx_down"
    DIALPLAN_MISSING = "dialplan_missing"
    DIALPLAN_VERSION = "dialplan_version"
    AGENT_BUSY = "agent_busy"
    KEY_REUSED = "idempotency_key_reused"
    TOO_MANY = "too_many_callbacks"
    TOO_MANY_AT_ONCE = "too_many_at_once"


class CallbackRefusedError(Exception):
    """``about`` fills the sentence for a person; never a number."""

    def __init__(
        self, refusal: Refusal, *, retry_after_seconds: int | None = None, **about: object
    ) -> None:
        super().__init__(refusal.value)
        self.refusal = refusal
        self.retry_after_seconds = retry_after_seconds
        self.about = about
