"""Sign-in with Windows (RFC 4559): Kerberos by a keytab, NTLM by a file of users.

The exchange takes one or two requests. Its state belongs to the TCP connection, as NTLM does: what
another connection brings belongs to no exchange.
"""

from __future__ import annotations

import asyncio
import os
import socket
import time
from base64 import b64decode, b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import structlog

from config.settings import WindowsSettings

if TYPE_CHECKING:
    import spnego

_PATIENCE_SECONDS: Final = 30.0
"""Between the two requests of one exchange."""
_MOST_EXCHANGES: Final = 500
_LONGEST_TOKEN: Final = 65_536
_NTLM_SIGNATURE: Final = b"NTLMSSP\0"
_NTLMV2_ONLY: Final = "5"

_log = structlog.get_logger(__name__)

Scheme = Literal["Negotiate", "NTLM"]
Why = Literal["unreadable", "not_begun", "refused", "ntlm_through_proxy", "ntlm_off", "busy"]


class HandshakeError(Exception):
    """The exchange ended without an account; ``why`` says how."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Step:
    """What is to be answered."""

    account: str | None
    """``user@REALM`` or ``DOMAIN\\user``; ``None``: the client has to send another request."""
    reply: str | None
    """What follows the scheme in ``WWW-Authenticate``."""


class WindowsSignIn:
    """The exchanges that run. One object for a process."""

    def __init__(
        self, settings: WindowsSettings, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._running: dict[int, tuple[object, spnego.ContextProxy, float]] = {}
        if settings.enabled:
            _tell_libraries(settings)

    @property
    def enabled(self) -> bool:
        """Whether the settings allow it."""
        return self._settings.enabled

    def schemes(self, *, through_proxy: bool) -> tuple[Scheme, ...]:
        """What is offered to a client. NTLM binds to a connection, which a proxy shares."""
        ntlm = self._settings.ntlm_users is not None and not through_proxy
        return ("Negotiate", "NTLM") if ntlm else ("Negotiate",)

    async def step(
        self, connection: object, scheme: str, written: str, *, through_proxy: bool
    ) -> Step:
        """Go on with the exchange on that connection. ``HandshakeError``."""
        try:
            token = b64decode(written, validate=True)
        except ValueError:
            raise HandshakeError("unreadable") from None
        if not token or len(token) > _LONGEST_TOKEN:
            raise HandshakeError("unreadable")
        is_ntlm = scheme.lower() == "ntlm" or _NTLM_SIGNATURE in token
        if is_ntlm and through_proxy:
            raise HandshakeError("ntlm_through_proxy")
        if is_ntlm and self._settings.ntlm_users is None:
            raise HandshakeError("ntlm_off")
        context = self._take(connection)
        if context is None:
            if _ntlm_message(token) == 3:
                raise HandshakeError("not_begun")
            context = await asyncio.to_thread(self._begin, scheme)
        reply = await asyncio.to_thread(_step, context, token)
        if not context.complete:
            if through_proxy:
                raise HandshakeError("refused")
            self._keep(connection, context)
            return Step(None, _encode(reply))
        if context.negotiated_protocol == "ntlm" and self._settings.ntlm_users is None:
            raise HandshakeError("ntlm_off")
        account = context.client_principal
        if not account:
            raise HandshakeError("refused")
        return Step(account, _encode(reply))

    def _begin(self, scheme: str) -> spnego.ContextProxy:
        import spnego  # noqa: PLC0415 - only who uses it pays for it
        from spnego.exceptions import SpnegoError  # noqa: PLC0415

        options = spnego.NegotiateOptions
        ntlm = scheme.lower() == "ntlm"
        try:
            return spnego.server(
                hostname=self._settings.hostname or socket.gethostname(),
                service="HTTP",
                protocol="ntlm" if ntlm else "negotiate",
                options=options.use_ntlm if ntlm else options.use_negotiate,
            )
        except SpnegoError as error:
            _log.warning("windows sign-in cannot begin", reason=type(error).__name__)
            raise HandshakeError("refused") from None

    def _take(self, connection: object) -> spnego.ContextProxy | None:
        """The exchange that runs there; whatever comes of the step, it runs no more."""
        self._forget_old()
        found = self._running.pop(id(connection), None)
        return None if found is None else found[1]

    def _keep(self, connection: object, context: spnego.ContextProxy) -> None:
        if len(self._running) >= _MOST_EXCHANGES:
            raise HandshakeError("busy")
        # It holds the connection, so that no other one gets its id.
        self._running[id(connection)] = (connection, context, self._clock())

    def _forget_old(self) -> None:
        limit = self._clock() - _PATIENCE_SECONDS
        for key in [key for key, (_, _, begun) in self._running.items() if begun < limit]:
            del self._running[key]


def _step(context: spnego.ContextProxy, token: bytes) -> bytes | None:
    # The library raises struct.error and the like for what is no token at all.
    try:
        return context.step(token)
    except Exception as error:
        _log.info("windows sign-in was refused", reason=type(error).__name__)
        raise HandshakeError("refused") from None


def _tell_libraries(settings: WindowsSettings) -> None:
    """Kerberos and pyspnego take these from the environment, and from nowhere else."""
    if settings.keytab is not None:
        os.environ["KRB5_KTNAME"] = str(settings.keytab)
    if settings.ntlm_users is not None:
        os.environ["NTLM_USER_FILE"] = str(settings.ntlm_users)
    # LM and NTLMv1 answers are as good as the password in plain text.
    os.environ["LM_COMPAT_LEVEL"] = _NTLMV2_ONLY


def _ntlm_message(token: bytes) -> int | None:
    """Which of NTLM's three messages this is, or holds."""
    at = token.find(_NTLM_SIGNATURE)
    return token[at + 8] if 0 <= at < len(token) - 8 else None


def _encode(token: bytes | None) -> str | None:
    return b64encode(token).decode() if token else None
