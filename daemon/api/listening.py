"""Where the daemon listens for HTTP: for others too, over TLS, or for this machine alone."""

from __future__ import annotations

import errno
import ssl
from typing import Final

from aiohttp import web

from config.doors import tls_context
from config.settings import HttpSettings

_SHUTDOWN_SECONDS: Final = 2.0
_THIS_MACHINE: Final = "127.0.0.1"


class AddressInUseError(Exception):
    """Somebody else listens there; the message says where and which setting to change."""


class Listener:
    """Listens for an application between ``start`` and ``stop``."""

    def __init__(self, settings: HttpSettings, app: web.Application) -> None:
        self._settings = settings
        # The access log would hold query strings, and those numbers.
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=_SHUTDOWN_SECONDS)
        self.port = 0
        """The port that is listened on, once started."""

    async def start(self) -> None:
        """Listen. Raises ``AddressInUseError``, ``SettingsError``."""
        http, tls = self._settings, tls_context(self._settings)
        await self._runner.setup()
        await self._listen("port", http.host, http.port, tls)
        if tls is not None:
            # The PBX and the command on this machine cannot check a certificate by its name.
            await self._listen("local_port", _THIS_MACHINE, http.local_port, None)
        self.port = self._runner.addresses[0][1]

    async def _listen(self, setting: str, host: str, port: int, tls: ssl.SSLContext | None) -> None:
        try:
            await web.TCPSite(self._runner, host, port, ssl_context=tls).start()
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise AddressInUseError(
                f"http.{setting} = {port}: something else listens on {host} there already"
                " (another callward?); end it or choose another port"
            ) from error

    async def stop(self) -> None:
        """Close every connection."""
        await self._runner.cleanup()
