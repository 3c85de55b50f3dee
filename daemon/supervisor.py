"""The running daemon: one task group, from the first connection to the last flush."""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Final

import structlog

from config.loading import load
from config.problems import SettingsError
from config.settings import Settings
from crm.vault import VaultError
from daemon import logs
from daemon.api.listening import AddressInUseError
from daemon.bootstrap import build
from daemon.messages import language_of
from daemon.monitoring.audio_socket import MonitoringAddressError
from daemon.running import Daemon
from daemon.standby import leading
from daemon.stopping import StopLimit
from daemon.watchdog import Watchdog, interval
from store.database import StoreError

BAD_SETTINGS: Final = 2
_THREADS: Final = 32
"""For what waits: a log that is read, a backup's folder. By itself asyncio has two cores' six, and
sign-in would wait with the rest."""

_log = structlog.get_logger(__name__)


async def supervise(
    daemon: Daemon,
    stop: asyncio.Event,
    ready: Callable[[], None],
    ending: Callable[[], None] = lambda: None,
) -> None:
    """Run every part until ``stop``, then let what was read reach the database.

    A part that fails ends all of them: a bug is for systemd to restart. ``ending``: called when the
    end begins, whatever began it.
    """

    def ended(part: asyncio.Task[None]) -> None:
        if not part.cancelled() and part.exception() is not None:
            ending()

    try:
        await daemon.open()
        async with asyncio.TaskGroup() as group:
            parts = [group.create_task(run(), name=name) for name, run in daemon.parts.items()]
            for part in parts:
                part.add_done_callback(ended)
            ready()
            await stop.wait()
            for part in parts:
                part.cancel()
    finally:
        ending()
        await daemon.close()


async def serve(settings: Settings) -> None:
    """Wait until this daemon leads, build all of it, run it until SIGTERM or SIGINT."""
    loop = asyncio.get_running_loop()
    loop.set_default_executor(ThreadPoolExecutor(_THREADS, thread_name_prefix="aside"))
    stop, limit = asyncio.Event(), StopLimit()

    def told_to_stop() -> None:
        limit.begin()
        stop.set()
        notify("STOPPING=1")

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, told_to_stop)

    def freeze() -> None:
        # What is loaded now stays: the collector need not look at it again and again.
        gc.collect()
        gc.freeze()

    def waits() -> None:
        freeze()
        notify("READY=1")
        notify("STATUS=standby: another daemon leads")

    watchdog = Watchdog(notify, interval())
    async with _beating(watchdog), leading(settings, stop, waits) as lead:
        if lead is not None:
            daemon = await build(settings, lead)
            watchdog.watched = daemon.captures

            def ready() -> None:
                freeze()
                notify("READY=1")
                notify("STATUS=working")
                _log.info("daemon is ready", http_port=daemon.http_port)

            await supervise(daemon, stop, ready, limit.begin)
    _log.info("daemon has stopped")


@asynccontextmanager
async def _beating(watchdog: Watchdog) -> AsyncIterator[None]:
    beating = asyncio.create_task(watchdog.run(), name="watchdog")
    try:
        yield
    finally:
        beating.cancel()


def notify(state: str, environ: Mapping[str, str] = os.environ) -> None:
    """Tell systemd (sd_notify(3)); nothing where it does not ask, or does not listen just now."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    # Out of files for a moment: who says nothing once is not given up; who ends over it is.
    with (
        suppress(OSError),
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel,
    ):
        channel.connect("\0" + address[1:] if address.startswith("@") else address)
        channel.sendall(state.encode())


def run(config: Path) -> int:
    """The daemon's process; its exit code."""
    try:
        settings = load(config, os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return BAD_SETTINGS
    logs.configure(settings.log)
    try:
        asyncio.run(serve(settings))
    except (StoreError, VaultError) as error:
        print(error.text(language_of(os.environ, settings.company.language)), file=sys.stderr)
        return BAD_SETTINGS
    except (SettingsError, AddressInUseError, MonitoringAddressError) as error:
        print(error, file=sys.stderr)
        return BAD_SETTINGS
    except BaseExceptionGroup as group:
        _log.critical("daemon ends because a part failed", exc_info=group)
        return 1
    return 0
