"""How people may sign in, as the company decided it: policy ``sign_in``. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any, Final, Self

KEY: Final = "sign_in"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInPolicy:
    """What holds until the company decides otherwise."""

    password: bool = True
    """Whether anybody may sign in by password."""
    totp_roles: tuple[str, ...] = ()
    """Roles that need a one-time code beside the password."""
    idle_hours: int = 12
    """A session that nobody uses for so long has ended."""
    session_days: int = 7
    """A session ends so long after it began, used or not."""
    bind_address: bool = False
    """Whether a session is good only from the address at which it began."""
    attempts: int = 5
    """Wrong passwords in a row until a person is locked out, and the twentyfold an address."""
    lockout_minutes: int = 5
    """For how long at first; each further lockout is twice as long, up to a day."""

    @classmethod
    def read(cls, stored: Mapping[str, Any] | None) -> Self:
        """From the policy's JSON."""
        known = {field.name for field in fields(cls)}
        given = {key: value for key, value in (stored or {}).items() if key in known}
        if "totp_roles" in given:
            given["totp_roles"] = tuple(given["totp_roles"])
        return cls(**given)

    def write(self) -> dict[str, Any]:
        """What ``read`` reads."""
        return {**asdict(self), "totp_roles": list(self.totp_roles)}

    @property
    def idle(self) -> timedelta:
        """``idle_hours``."""
        return timedelta(hours=self.idle_hours)

    @property
    def longest(self) -> timedelta:
        """``session_days``."""
        return timedelta(days=self.session_days)

    @property
    def lockout(self) -> timedelta:
        """``lockout_minutes``."""
        return timedelta(minutes=self.lockout_minutes)
