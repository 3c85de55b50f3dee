"""``callward init``: the owner's start. Asks the least, writes the settings, and that is all."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from daemon.cli.context import FAILED, Config, config_path, fail, help_text, language
from daemon.messages import say

if TYPE_CHECKING:
    from config.first import FirstSettings
    from config.problems import Language
    from config.settings import Settings
    from daemon.founding import Founder

_ETC: Final = Path("/etc/asterisk")


def init(  # noqa: PLR0917 - each is an option
    number: Annotated[str | None, typer.Option("--number", help=help_text("init.number"))] = None,
    administrator: Annotated[
        str | None, typer.Option("--administrator", help=help_text("init.administrator"))
    ] = None,
    password_file: Annotated[
        Path | None, typer.Option("--password-file", help=help_text("init.password_file"))
    ] = None,
    trunk: Annotated[
        list[str] | None, typer.Option("--trunk", help=help_text("init.trunk"))
    ] = None,
    data: Annotated[Path | None, typer.Option("--data", help=help_text("init.data"))] = None,
    asterisk: Annotated[
        Path, typer.Option("--asterisk", help=help_text("dialplan.asterisk"))
    ] = _ETC,
    yes: Annotated[bool, typer.Option("--yes", "-y", help=help_text("init.yes"))] = False,
    config: Config = None,
) -> None:
    """Ask, write, and say what comes next."""
    from config.loading import EXAMPLE  # noqa: PLC0415
    from daemon.cli.init_questions import Questions  # noqa: PLC0415

    spoken = language()
    target = config_path(config).absolute()
    if os.path.lexists(target):
        fail(say(spoken, "init.exists", path=target))
    questions = Questions(spoken, asking=not yes and _at_terminal())
    questions.check({"--number": number, "--administrator": administrator}, password_file, yes=yes)
    first = questions.settings(
        number=number,
        trunks=tuple(trunk or ()),
        data=None if data is None else data.absolute(),
        etc=asterisk.absolute(),
        secret_file=target.with_name("ami.secret"),
    )
    founder = questions.founder(administrator, password_file)
    _write(first, founder, target, asterisk.absolute(), EXAMPLE, spoken)
    typer.echo(say(spoken, "init.done", path=target, name=founder.name))
    if founder.must_change:
        typer.echo(say(spoken, "init.generated", password=founder.password))
    option = "" if config is None else f" --config {target}"
    typer.echo(say(spoken, "init.next", option=option))
    if not first.phones:
        typer.echo(say(spoken, "init.no_phones"))


def _at_terminal() -> bool:
    return sys.stdin.isatty()


def _write(  # noqa: PLR0917 - once
    first: FirstSettings,
    founder: Founder,
    target: Path,
    etc: Path,
    example: Path,
    spoken: Language,
) -> None:
    """All of it, the settings last: where anything fails there are none, and one can try again."""
    from config.first import written  # noqa: PLC0415
    from config.loading import load  # noqa: PLC0415
    from config.problems import SettingsError  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon.founding import NameTakenError  # noqa: PLC0415
    from dialplan.install import InstallError  # noqa: PLC0415
    from dialplan.manager_secret import get_manager_secret  # noqa: PLC0415
    from store.database import StoreError  # noqa: PLC0415

    try:
        with _draft(target, written(first, example)) as draft:
            settings = load(draft, os.environ)
            _found(settings, founder)
            get_manager_secret(settings, settings.pbx[0], etc).keep()
            # Whole or not at all, and never over a file that somebody else put there meanwhile.
            target.hardlink_to(draft)
    except FileExistsError:
        fail(say(spoken, "init.exists", path=target))
    except OSError as error:
        reason = error.strerror or type(error).__name__
        fail(say(spoken, "init.cannot_write", path=error.filename or target, reason=reason), FAILED)
    except SettingsError as error:
        fail(error.text(spoken))
    except (StoreError, VaultError) as error:
        fail(error.text(spoken), FAILED)
    except NameTakenError as error:
        fail(say(spoken, "api.name_taken", name=founder.name, other=error.args[0]), FAILED)
    except InstallError as error:
        fail(say(spoken, f"dialplan.{error.code}", **error.about), FAILED)


def _found(settings: Settings, founder: Founder) -> None:
    from config.settings import LogSettings  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.cli.request import unix_user  # noqa: PLC0415
    from daemon.founding import found  # noqa: PLC0415

    logs.configure(LogSettings(level="warning"))
    via = f"command:{unix_user()}"
    with _as_owner(settings.vault.key_file.parent):
        asyncio.run(found(settings, founder, via=via))


@contextmanager
def _draft(target: Path, text: str) -> Iterator[Path]:
    """A file beside the target, only for its owner, and for the group that owns the folder."""
    target.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
    # Mode 0600 (tempfile's contract).
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    draft = Path(name)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
            group = target.parent.stat().st_gid
            if os.geteuid() == 0 and group != 0:
                os.fchown(descriptor, -1, group)
                os.fchmod(descriptor, 0o640)
            file.flush()
            os.fsync(descriptor)
        yield draft
    finally:
        with suppress(FileNotFoundError):
            draft.unlink()


@contextmanager
def _as_owner(folder: Path) -> Iterator[None]:
    """Root writes there as the user whose folder it is: the daemon, who is he, has to read it."""
    if os.geteuid() != 0 or not folder.is_dir() or folder.stat().st_uid == 0:
        yield
        return
    owner = folder.stat()
    os.setegid(owner.st_gid)
    os.seteuid(owner.st_uid)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)
