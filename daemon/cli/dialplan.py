"""``callward dialplan``: install, check, remove."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from daemon.cli.context import (
    FAILED,
    HELP_LANGUAGE,
    Config,
    Json,
    fail,
    language,
    load_settings,
)
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import PbxSettings, Settings
    from crm.vault import Vault
    from dialplan.install import Change

Asterisk = Annotated[
    Path, typer.Option("--asterisk", help=say(HELP_LANGUAGE, "help.dialplan.asterisk"))
]
Pbx = Annotated[str | None, typer.Option("--pbx", help=say(HELP_LANGUAGE, "help.dialplan.pbx"))]
DryRun = Annotated[
    bool, typer.Option("--dry-run", help=say(HELP_LANGUAGE, "help.dialplan.dry_run"))
]
Yes = Annotated[bool, typer.Option("--yes", "-y", help=say(HELP_LANGUAGE, "help.dialplan.yes"))]

_ETC: Final = Path("/etc/asterisk")
_PATIENCE_SECONDS: Final = 10.0

dialplan = typer.Typer(
    no_args_is_help=True, context_settings={"help_option_names": ["--help", "-h"]}
)


@dialplan.command("install", help=say(HELP_LANGUAGE, "help.dialplan.install"))
def install(
    asterisk: Asterisk = _ETC,
    pbx: Pbx = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    config: Config = None,
) -> None:
    """Show the plan, ask, do it, have Asterisk load it, and say what is left to do by hand."""
    from config.problems import SettingsError  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from dialplan.install import (  # noqa: PLC0415
        InstallError,
        apply,
        check_writable,
        plan_install,
    )
    from dialplan.manager_secret import get_manager_secret  # noqa: PLC0415
    from dialplan.product import Secrets, is_freepbx  # noqa: PLC0415

    settings = load_settings(config)
    spoken = language(settings)
    one = _pbx(settings, pbx, spoken)
    etc = asterisk.absolute()
    try:
        manager = get_manager_secret(settings, one, etc)

        def plan(vault: Vault) -> list[Change]:
            secrets = Secrets.of(vault, one.name, manager.text)
            return plan_install(settings, one, etc, secrets, python=sys.executable)

        _find_home(settings, spoken)
        changes = plan(_vault(settings, spoken, may_create=False))
        if is_freepbx(etc):
            typer.echo(say(spoken, "dialplan.freepbx"))
        if manager.new_file is not None:
            typer.echo(say(spoken, "dialplan.secret_made", path=manager.new_file))
        if not changes and manager.new_file is None:
            typer.echo(say(spoken, "dialplan.nothing"))
            if not dry_run:
                _load(settings, one, etc, spoken)
            return
        _show(changes, spoken)
        _ask(spoken, dry_run=dry_run, yes=yes)
        made = () if manager.new_file is None else (manager.new_file,)
        check_writable((*made, *(change.path for change in changes)))
        changes = plan(_vault(settings, spoken, may_create=True))
        manager.keep()
        apply(changes)
    except InstallError as error:
        fail(say(spoken, f"dialplan.{error.code}", **error.about), FAILED)
    except SettingsError as error:
        fail(str(error), FAILED)
    except VaultError as error:
        fail(error.text(spoken), FAILED)
    typer.echo(say(spoken, "dialplan.done", count=len(changes)))
    _load(settings, one, etc, spoken)
    typer.echo(say(spoken, "dialplan.by_hand"))


@dialplan.command("remove", help=say(HELP_LANGUAGE, "help.dialplan.remove"))
def remove(
    asterisk: Asterisk = _ETC,
    pbx: Pbx = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    config: Config = None,
) -> None:
    """Show the plan, ask, do it, have Asterisk load it."""
    from dialplan.install import InstallError, apply, plan_remove  # noqa: PLC0415

    settings = load_settings(config)
    spoken = language(settings)
    one = _pbx(settings, pbx, spoken)
    try:
        changes = plan_remove(asterisk.absolute())
        if not changes:
            typer.echo(say(spoken, "dialplan.not_there", path=asterisk))
            return
        _show(changes, spoken)
        typer.echo(say(spoken, "dialplan.by_hand_out"))
        _ask(spoken, dry_run=dry_run, yes=yes)
        apply(changes)
    except InstallError as error:
        fail(say(spoken, f"dialplan.{error.code}", **error.about), FAILED)
    typer.echo(say(spoken, "dialplan.done", count=len(changes)))
    _load(settings, one, asterisk.absolute(), spoken, otherwise="dialplan.load_out")


@dialplan.command("check", help=say(HELP_LANGUAGE, "help.dialplan.check"))
def check(
    asterisk: Asterisk = _ETC,
    pbx: Pbx = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print one line for each thing looked at; exit code 1 when anything is wrong."""
    from config.settings import LogSettings  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.cli.doctor import print_finding  # noqa: PLC0415
    from daemon.doctor.dialplan import examine_dialplan  # noqa: PLC0415

    settings = load_settings(config)
    spoken = language(settings)
    one = _pbx(settings, pbx, spoken)
    # What the link would log is what a finding says.
    logs.configure(LogSettings(level="error"))
    try:
        vault = _vault(settings, spoken, may_create=False)
    except VaultError as error:
        fail(error.text(spoken), FAILED)

    async def run() -> list[dict[str, str]]:
        found = []
        async for finding in examine_dialplan(settings, one, asterisk.absolute(), vault, spoken):
            found.append(finding.as_json(spoken))
            if not as_json:
                print_finding(finding, spoken)
        return found

    found = asyncio.run(run())
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    if any(one["verdict"] == "fail" for one in found):
        raise typer.Exit(FAILED)


def _pbx(settings: Settings, name: str | None, spoken: Language) -> PbxSettings:
    names = [one.name for one in settings.pbx]
    if name is None and len(names) > 1:
        fail(say(spoken, "dialplan.which_pbx", names=" | ".join(names)))
    if name is not None and name not in names:
        fail(say(spoken, "unknown_pbx", value=name, allowed=", ".join(names)))
    return settings.pbx[0 if name is None else names.index(name)]


def _find_home(settings: Settings, spoken: Language) -> None:
    """Ends where the folder in which the key is, or will be, is not there."""
    home = settings.vault.key_file.parent
    if not home.is_dir():
        fail(say(spoken, "dialplan.no_home", path=home), FAILED)


def _vault(settings: Settings, spoken: Language, *, may_create: bool) -> Vault:
    """The key is made here where nothing was sealed yet, for the user whose folder it is in."""
    from sqlalchemy import make_url  # noqa: PLC0415

    from crm.key_file import credential_of, read_vault  # noqa: PLC0415
    from crm.vault import KEY_BYTES, Vault  # noqa: PLC0415

    key_file = settings.vault.key_file
    database = Path(make_url(settings.database.url).database or "")
    if key_file.parent.is_dir() and not os.access(key_file.parent, os.X_OK):
        fail(say(spoken, "dialplan.closed_home", path=key_file.parent), FAILED)
    credential = credential_of(settings.vault)
    fresh = not key_file.exists() and not database.exists() and credential is None
    if fresh and not may_create:
        # Whatever it will be: what is derived from it is not shown.
        return Vault(bytes(KEY_BYTES))
    vault = read_vault(key_file, may_create=fresh, database=str(database), credential=credential)
    if fresh and os.geteuid() == 0:
        home = key_file.parent.stat()
        os.chown(key_file, home.st_uid, home.st_gid)
    return vault


def _show(changes: Sequence[Change], spoken: Language) -> None:
    """The plan; the sounds of one folder are one line."""
    sounds: dict[tuple[str, Path], int] = {}
    for change in changes:
        if change.path.parent.name == "callward":
            key = (change.kind, change.path.parent)
            sounds[key] = sounds.get(key, 0) + 1
            continue
        mode = "" if change.mode is None else f"{change.mode:04o}"
        typer.echo(say(spoken, f"dialplan.{change.kind}", path=change.path, mode=mode))
    for (kind, folder), count in sounds.items():
        path = f"{folder}: {say(spoken, 'dialplan.sounds', count=count)}"
        typer.echo(say(spoken, f"dialplan.{kind}", path=path, mode=""))


def _ask(spoken: Language, *, dry_run: bool, yes: bool) -> None:
    """Return where it is to be done; else end."""
    if dry_run:
        raise typer.Exit
    if yes:
        return
    if not sys.stdin.isatty():
        fail(say(spoken, "dialplan.needs_yes"))
    if not typer.confirm(say(spoken, "dialplan.ask")):
        fail(say(spoken, "dialplan.left"), FAILED)


def _load(
    settings: Settings,
    pbx: PbxSettings,
    etc: Path,
    spoken: Language,
    *,
    otherwise: str = "dialplan.load",
) -> None:
    """Have Asterisk read its files again, and say whether it did."""
    from config.settings import LogSettings  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.doctor.dialplan import load_dialplan  # noqa: PLC0415

    # That nobody answers is said in the line below.
    logs.configure(LogSettings(level="error"))
    loaded = asyncio.run(load_dialplan(settings, pbx))
    if not loaded and _introduce(etc):
        loaded = asyncio.run(load_dialplan(settings, pbx))
    typer.echo(say(spoken, "dialplan.loaded" if loaded else otherwise))


def _introduce(etc: Path) -> bool:
    """Have an Asterisk on this machine read its manager users again: ours may be new to it."""
    binary = shutil.which("asterisk", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin")
    if binary is None:
        return False
    command = [binary, "-C", str(etc / "asterisk.conf"), "-rx", "manager reload"]
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_SECONDS)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0
