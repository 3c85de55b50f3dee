"""``callward backup`` and ``callward restore``."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, TypeVar

import typer

from daemon.cli.context import (
    FAILED,
    Config,
    Json,
    config_path,
    fail,
    help_text,
    language,
    load_settings,
)
from daemon.cli.staffing import HELP_NAMES, print_json
from daemon.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable

    from config.problems import Language
    from config.settings import Settings

backup_app = typer.Typer(invoke_without_command=True, context_settings=HELP_NAMES)

T = TypeVar("T")
_NICE: Final = 10

WithoutRecordings = Annotated[
    bool, typer.Option("--without-recordings", help=help_text("backup.without"))
]
KeyFile = Annotated[Path | None, typer.Option("--key-file", help=help_text("backup.key_file"))]


@backup_app.callback()
def backup(  # noqa: PLR0917 - typer passes them by name
    context: typer.Context,
    to: Annotated[Path | None, typer.Option("--to", help=help_text("backup.to"))] = None,
    without_recordings: WithoutRecordings = False,
    daily: Annotated[bool, typer.Option("--daily", hidden=True)] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a backup; with a command below, that."""
    if context.invoked_subcommand is not None:
        return
    settings = load_settings(config)
    spoken = language(settings)

    from crm.audit import CALLWARD, OPERATOR  # noqa: PLC0415
    from daemon.backup.making import make_backup  # noqa: PLC0415
    from daemon.cli.backup_tables import made_json, made_text  # noqa: PLC0415
    from daemon.cli.request import unix_user  # noqa: PLC0415

    if daily:
        # Telephony comes first.
        os.nice(_NICE)
    with _progress(spoken, quiet=daily or as_json) as tell:
        made = _run(
            spoken,
            make_backup(
                settings,
                actor=CALLWARD if daily else OPERATOR,
                via=None if daily else f"command:{unix_user()}",
                target=to,
                recordings=False if without_recordings else None,
                config=config_path(config),
                tell=tell,
            ),
        )
    if as_json or daily:
        print_json(made_json(made))
    else:
        typer.echo(made_text(made, spoken))


@backup_app.command("list", help=help_text("backup.list"))
def list_backups(config: Config = None, as_json: Json = False) -> None:
    """Print the backups in ``backup.folder``."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.backup.errors import BackupError  # noqa: PLC0415
    from daemon.backup.places import listed  # noqa: PLC0415
    from daemon.cli.backup_tables import about_json, backups_table  # noqa: PLC0415
    from daemon.cli.reading import show  # noqa: PLC0415

    folder = settings.backup.folder
    if folder is None:
        fail(say(spoken, "backup.no_folder"))
    key = _key(settings, None, spoken)
    found = []
    try:
        for _, path in listed(folder):
            found.append(about_json(path, key, spoken))
    except BackupError as error:
        fail(error.text(spoken), FAILED)
    show(found, backups_table, spoken, as_json=as_json)


@backup_app.command("verify", help=help_text("backup.verify"))
def verify_backup(
    archive: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("backup.file"))],
    key_file: KeyFile = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Read a backup, restore it into a place of its own, and compare."""
    settings = load_settings(config)
    spoken = language(settings)

    from sqlalchemy import make_url  # noqa: PLC0415

    from daemon.backup.places import alone  # noqa: PLC0415
    from daemon.backup.verifying import verify  # noqa: PLC0415
    from daemon.cli.backup_tables import verified_json, verified_text  # noqa: PLC0415

    key = _key(settings, key_file, spoken)

    async def work() -> Any:
        with alone(settings.backup.key_file.parent) as folder:
            return await verify(archive, key, folder, make_url(settings.database.url))

    found = _run(spoken, work())
    if as_json:
        print_json(verified_json(found))
    else:
        typer.echo(verified_text(archive, found, spoken))


@backup_app.command("key", help=help_text("backup.key"))
def backup_key(
    restore: Annotated[
        bool, typer.Option("--restore", help=help_text("backup.key_restore"))
    ] = False,
    config: Config = None,
) -> None:
    """Make the key, or show it again; or put it back from its text."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.backup.errors import BackupError  # noqa: PLC0415
    from daemon.backup.key import (  # noqa: PLC0415
        make_backup_key,
        read_backup_key,
        recovery_text,
    )

    path = settings.backup.key_file
    try:
        if restore:
            make_backup_key(path, _typed_key(spoken))
            typer.echo(say(spoken, "backup.key_restored", path=path), err=True)
            return
        known = path.exists()
        key = read_backup_key(path) if known else make_backup_key(path)
    except BackupError as error:
        fail(error.text(spoken), FAILED)
    typer.echo(recovery_text(key))
    typer.echo(say(spoken, "backup.key_shown" if known else "backup.key_made", path=path), err=True)


def restore(  # noqa: PLR0917 - typer passes them by name
    archive: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("backup.file"))],
    key_file: KeyFile = None,
    force: Annotated[bool, typer.Option("--force", help=help_text("restore.force"))] = False,
    without_recordings: WithoutRecordings = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Put a backup onto this machine, and say what is left to do."""
    from crm.audit import OPERATOR  # noqa: PLC0415
    from daemon.backup.restoring import restore_backup  # noqa: PLC0415
    from daemon.cli.backup_tables import restored_json, restored_text  # noqa: PLC0415
    from daemon.cli.request import unix_user  # noqa: PLC0415

    settings, key, took = _settings_of(archive, key_file, config)
    spoken = language(settings)
    with _progress(spoken, quiet=as_json) as tell:
        done = _run(
            spoken,
            restore_backup(
                settings,
                archive,
                key,
                actor=OPERATOR,
                via=f"command:{unix_user()}",
                force=force,
                recordings=not without_recordings,
                tell=tell,
            ),
        )
    if as_json:
        print_json(restored_json(done))
    else:
        typer.echo(restored_text(done, settings, took, spoken))


def _settings_of(
    archive: Path, key_file: Path | None, config: Path | None
) -> tuple[Settings, bytes, Path | None]:
    """This machine's settings, else those in the backup, which are put to their place then."""
    from daemon.backup.errors import BackupError  # noqa: PLC0415
    from daemon.backup.key import read_backup_key  # noqa: PLC0415

    path = config_path(config)
    if path.exists():
        settings = load_settings(config)
        return settings, _key(settings, key_file, language(settings)), None
    spoken = language()
    try:
        key = read_backup_key(key_file) if key_file is not None else _typed_key(spoken)
    except BackupError as error:
        fail(error.text(spoken), FAILED)
    return _taken_settings(archive, key, path, spoken), key, path


def _taken_settings(archive: Path, key: bytes, path: Path, spoken: Language) -> Settings:
    from config.loading import load  # noqa: PLC0415
    from config.problems import SettingsError  # noqa: PLC0415
    from daemon.backup.contents import SETTINGS, read_member  # noqa: PLC0415
    from daemon.backup.errors import BackupError  # noqa: PLC0415
    from daemon.backup.places import failed  # noqa: PLC0415

    try:
        content = read_member(archive, key, SETTINGS)
        if content is None:
            fail(say(spoken, "restore.no_settings", path=path))
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            _put_settings(path, content)
        except OSError as error:
            raise failed(error, path) from error
        try:
            return load(path, os.environ)
        except SettingsError as error:
            raise BackupError("settings", path=path, reason=error.text(spoken)) from error
    except BackupError as error:
        fail(error.text(spoken), FAILED)


def _put_settings(path: Path, content: bytes) -> None:
    """Whole or not at all; the group of its folder, which is the service's, may read it."""
    descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            if os.geteuid() == 0:
                os.fchown(descriptor, -1, path.parent.stat().st_gid)
            os.fchmod(descriptor, 0o640)
            file.write(content)
            file.flush()
            os.fsync(descriptor)
        path.hardlink_to(draft)
    finally:
        Path(draft).unlink()


def _key(settings: Settings, key_file: Path | None, spoken: Language) -> bytes:
    """From the file that was named, else the settings'; without any, as somebody types it."""
    from daemon.backup.errors import BackupError  # noqa: PLC0415
    from daemon.backup.key import read_backup_key  # noqa: PLC0415

    try:
        if key_file is None and not settings.backup.key_file.exists() and sys.stdin.isatty():
            return _typed_key(spoken)
        return read_backup_key(key_file or settings.backup.key_file)
    except BackupError as error:
        fail(error.text(spoken), FAILED)


def _typed_key(spoken: Language) -> bytes:
    """Asked for on a terminal; else a line of standard input. Raises ``BackupError``."""
    from daemon.backup.key import from_recovery  # noqa: PLC0415

    if sys.stdin.isatty():
        return from_recovery(typer.prompt(say(spoken, "backup.key_asked"), hide_input=True))
    return from_recovery(sys.stdin.readline())


def _run(spoken: Language, work: Coroutine[Any, Any, T]) -> T:
    """Its result; the command ends with one line where it fails."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from config.settings import LogSettings  # noqa: PLC0415
    from config.worded import WordedError  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415

    logs.configure(LogSettings(level="error"))
    # What it writes is for nobody else.
    os.umask(0o077)
    try:
        return asyncio.run(work)
    except WordedError as error:
        fail(error.text(spoken), FAILED)
    except DBAPIError as error:
        fail(say(spoken, "backup.database", reason=type(error.orig).__name__), FAILED)


@contextmanager
def _progress(spoken: Language, *, quiet: bool) -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each step, on standard error."""
    if quiet:
        yield lambda _step, _done, _all: None
        return

    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress, TaskID  # noqa: PLC0415

    bars: dict[str, TaskID] = {}
    with Progress(console=Console(stderr=True), transient=True) as progress:

        def tell(step: str, done: int, whole: int) -> None:
            if step not in bars:
                bars[step] = progress.add_task(say(spoken, f"backup.step.{step}"), total=whole)
            progress.update(bars[step], completed=done)

        yield tell
