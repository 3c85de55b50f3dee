"""One-time codes beside the password (RFC 6238), and codes for who lost his telephone. Pure."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp

_STEP_SECONDS: Final = 30
_WINDOW: Final = 1
"""Steps by which a telephone's clock may differ, either way."""
_RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 10
"""80 bits: so many that a plain hash of them can be stored."""


def new_secret() -> str:
    """Base32, 160 bits (RFC 4226 4)."""
    return pyotp.random_base32(32)


def provisioning_uri(secret: str, name: str, issuer: str) -> str:
    """What an authenticator reads as a QR code: ``otpauth://totp/…``."""
    return pyotp.TOTP(secret).provisioning_uri(name=name, issuer_name=issuer)


def accepted_step(secret: str, code: str, at: datetime, last_step: int | None) -> int | None:
    """The time step whose code this is, if it is a later one than ``last_step``.

    A code is good once (RFC 6238 5.2): whoever accepts a step stores it.
    """
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    totp, now = pyotp.TOTP(secret), int(at.timestamp()) // _STEP_SECONDS
    for step in range(now - _WINDOW, now + _WINDOW + 1):
        is_it = hmac.compare_digest(totp.generate_otp(step), code)
        if is_it and (last_step is None or step > last_step):
            return step
    return None


def new_recovery_codes() -> list[str]:
    """Codes that are good once each, instead of the telephone: ``k3vx-…``."""
    codes = []
    for _ in range(_RECOVERY_CODES):
        text = secrets.token_hex(_RECOVERY_BYTES)
        codes.append("-".join(text[i : i + 5] for i in range(0, len(text), 5)))
    return codes


def hash_recovery_code(code: str) -> str:
    """As it is stored; however it was written."""
    return sha256("".join(code.split()).replace("-", "").lower().encode()).hexdigest()


def without_code(stored: Iterable[str], code: str) -> list[str] | None:
    """The stored hashes without that of a code that was used; ``None``: it is none of them."""
    wanted, left = hash_recovery_code(code), list(stored)
    if wanted not in left:
        return None
    left.remove(wanted)
    return left
