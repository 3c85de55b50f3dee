"""The whole examination, in the order in which things depend on each other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from config.problems import Language, SettingsError
from config.secrets import read_secrets
from config.settings import Settings
from daemon.doctor.backups import examine_backups
from daemon.doctor.findings import Finding, fail
from daemon.doctor.machine import (
    examine_cel,
    examine_daemon,
    examine_database,
    examine_last_recording,
    examine_originals,
    examine_storage,
    examine_user,
)
from daemon.doctor.server import Server, examine_server, has_made_calls, recordings_folder


async def examine(settings: Settings, language: Language) -> AsyncIterator[Finding]:
    """Every finding as soon as it is known. Changes nothing, here or on the PBX."""
    async for finding in examine_ground(settings, language):
        yield finding
    if examine_user(settings) is None:
        yield examine_daemon(settings, language)


async def examine_ground(settings: Settings, language: Language) -> AsyncIterator[Finding]:
    """As ``examine``, without the daemon itself: what it stands on, and every PBX."""
    if (away := examine_user(settings)) is not None:
        yield away
        return
    for finding in await examine_database(settings):
        yield finding
    for finding in examine_storage(settings):
        yield finding
    yield await examine_backups(settings)
    try:
        secrets = read_secrets(settings)
    except SettingsError as error:
        for problem in error.problems:
            yield fail("problem", text=problem.text(language))
        secrets = {}
    for pbx in settings.pbx:
        theirs, calls_made = "", True
        if pbx.name in secrets:
            server = Server(pbx, secrets[pbx.name].get_secret_value())
            async with server.connected() as state:
                if not state.connected:
                    text = "; ".join(notice.text(language) for notice in state.notices)
                    yield fail("link_down", pbx.name, address=state.address, text=text)
                else:
                    async for finding in examine_server(settings, server, state, language):
                        yield finding
                    theirs = await recordings_folder(server)
                    calls_made = await has_made_calls(server)
        yield examine_originals(pbx, theirs)
        if pbx.recordings_folder is not None:
            yield await examine_last_recording(settings, pbx, theirs)
        # A database that does not answer must not hold up a daemon that shows this in its pages.
        yield await asyncio.to_thread(examine_cel, pbx, calls_made=calls_made)
