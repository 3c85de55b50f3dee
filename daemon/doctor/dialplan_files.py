"""The dialplan's files as they stand on disk beside what they have to be."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from config.problems import Language, SettingsError
from config.settings import PbxSettings, Settings
from crm.vault import Vault
from daemon.doctor.findings import Finding, fail, note, ok
from daemon.messages import say
from dialplan import includes
from dialplan.callward_fallback import SnapshotError, read_snapshot
from dialplan.folders import Folders
from dialplan.install import InstallError, get_folders, wanted_files
from dialplan.keys import FallbackKeys
from dialplan.manager_secret import get_manager_secret
from dialplan.product import AGI_SCRIPT, OwnFile, Secrets, wanted_includes
from dialplan.settings_file import fallback, lost_emergency

_PATIENCE_SECONDS: Final = 5.0


def examine_files(
    settings: Settings, pbx: PbxSettings, etc: Path, vault: Vault, language: Language
) -> Iterator[Finding]:
    """Files, includes, modes; the fallback's script and snapshot. Changes nothing."""
    try:
        folders = get_folders(etc)
        manager = get_manager_secret(settings, pbx, etc)
        secrets = Secrets.of(vault, pbx.name, manager.text)
        python = _python(folders.agi / AGI_SCRIPT) or sys.executable
        files = wanted_files(settings, pbx, folders, secrets, python=python)
    except InstallError as error:
        if error.code == "no_asterisk":
            yield fail("no_etc", pbx.name, path=etc)
        else:
            text = say(language, f"dialplan.{error.code}", **error.about)
            yield fail("problem", pbx.name, text=text)
        return
    except SettingsError as error:
        for problem in error.problems:
            yield fail("problem", pbx.name, text=problem.text(language))
        return
    if manager.new_file is not None:
        yield fail("no_manager_secret", pbx.name, path=manager.new_file)
        files = [file for file in files if not file.path.name.startswith("manager_")]
    if not any(file.path.exists() for file in files):
        yield fail("not_installed", pbx.name, path=etc)
        return
    wrong = [finding for file in files if (finding := _file(pbx, file)) is not None]
    yield from wrong
    if not wrong:
        yield ok("files", pbx.name, count=len(files), path=etc)
    yield from _includes(pbx, etc, files)
    yield from _fallback(settings, pbx, vault)
    yield from _script(pbx, folders, python)


def _file(pbx: PbxSettings, file: OwnFile) -> Finding | None:
    try:
        standing = file.path.read_bytes()
        mode = stat.S_IMODE(file.path.stat().st_mode)
    except FileNotFoundError:
        return fail("file_missing", pbx.name, path=file.path)
    except OSError as error:
        return fail("file_closed", pbx.name, path=file.path, reason=error.strerror)
    if standing != file.content:
        return fail("file_differs", pbx.name, path=file.path)
    if mode != file.mode:
        right = f"{file.mode:04o}"
        return fail("file_mode", pbx.name, path=file.path, mode=f"{mode:04o}", right=right)
    return None


def _includes(pbx: PbxSettings, etc: Path, files: list[OwnFile]) -> Iterator[Finding]:
    wanted = {file.path.name for file in files}
    manager = any(name.startswith("manager_") for name in wanted)
    for include in wanted_includes(etc, manager=manager):
        if include.file not in wanted:
            continue
        about: dict[str, object] = {"host": etc / include.host, "file": include.file}
        try:
            content = (etc / include.host).read_bytes()
        except FileNotFoundError:
            content = b""
        except OSError as error:
            yield fail("file_closed", pbx.name, path=etc / include.host, reason=error.strerror)
            continue
        count = includes.ours(content, include) + includes.theirs(content, include)
        if count == 0:
            yield fail("include_missing", pbx.name, **about)
        elif count > 1:
            yield fail("include_doubled", pbx.name, count=count, **about)
        else:
            yield ok("included", pbx.name, **about)


def _fallback(settings: Settings, pbx: PbxSettings, vault: Vault) -> Iterator[Finding]:
    for number in lost_emergency(settings):
        yield note("emergency_lost", pbx.name, number=number)
    dial = fallback(settings)
    yield ok("fallback", pbx.name, dial=dial) if dial else fail("no_fallback", pbx.name)
    path = pbx.snapshot_file
    if path is None:
        yield note("snapshot_off", pbx.name)
        return
    try:
        key = FallbackKeys.of(vault, pbx.name).signature
        made_at = read_snapshot(str(path), key, time.time())["made_at"]
    except FileNotFoundError:
        yield note("snapshot_missing", pbx.name, path=path)
    except OSError as error:
        yield fail("file_closed", pbx.name, path=path, reason=error.strerror)
    except SnapshotError as error:
        yield fail("snapshot_bad", pbx.name, path=path, reason=error)
    except (ValueError, KeyError, TypeError):
        yield fail("snapshot_bad", pbx.name, path=path, reason="?")
    else:
        yield ok("snapshot", pbx.name, path=path, minutes=round((time.time() - made_at) / 60))


def _script(pbx: PbxSettings, folders: Folders, python: str) -> Iterator[Finding]:
    if folders.seen(folders.etc) != str(folders.etc):
        # Its interpreter is in another root.
        return
    command = [python, "-I", "-c", "import asterisk.agi"]
    try:
        done = subprocess.run(
            command, capture_output=True, check=False, timeout=_PATIENCE_SECONDS, env={**os.environ}
        )
        works = done.returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        works = False
    yield (ok if works else fail)("script" if works else "script_broken", pbx.name, python=python)


def _python(script: Path) -> str | None:
    """Which one an installation has chosen."""
    try:
        first = script.read_bytes().split(b"\n", 1)[0].decode(errors="replace")
    except OSError:
        return None
    return first[2:].removesuffix("-I").strip() if first.startswith("#!") else None
