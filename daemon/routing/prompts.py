"""Sounds that an answer names; they lie in ``dialplan/sounds``."""

from __future__ import annotations

from typing import Final

CLOSED: Final = "callward/closed"
LOCKED: Final = "callward/locked"
NOBODY: Final = "callward/nobody"
NOT_ALLOWED: Final = "callward/not-allowed"
UNREACHABLE: Final = "callward/unreachable"
WRONG_CODE: Final = "callward/wrong-code"
WRONG_PIN: Final = "callward/wrong-pin"
