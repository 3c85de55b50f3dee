"""What every command begins with: the settings, the language, and how to fail in one line."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final, NoReturn

import typer

from daemon.messages import language_of, say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

BAD_USAGE: Final = 2
FAILED: Final = 1

HELP_LANGUAGE: Final = language_of(os.environ)


def help_text(key: str) -> str:
    """What ``--help`` says of an option or command: the text of the key ``help.KEY``."""
    return say(HELP_LANGUAGE, f"help.{key}")


Config = Annotated[
    Path | None,
    typer.Option("--config", "-c", help=help_text("config"), show_default=False),
]
Json = Annotated[bool, typer.Option("--json", help=help_text("json"))]


def fail(text: str, code: int = BAD_USAGE) -> NoReturn:
    """Say what is wrong on standard error and end."""
    typer.echo(text, err=True)
    raise typer.Exit(code)


def config_path(config: Path | None) -> Path:
    """``--config``, else ``CALLWARD_CONFIG``, else where a package installs it."""
    if config is not None:
        return config
    named = os.environ.get("CALLWARD_CONFIG")
    if named:
        return Path(named)
    from config.settings import DEFAULT_PATH  # noqa: PLC0415

    return DEFAULT_PATH


def load_settings(config: Path | None) -> Settings:
    """The settings; ends with one line for each mistake and exit code 2."""
    from config.loading import load  # noqa: PLC0415
    from config.problems import SettingsError  # noqa: PLC0415

    try:
        return load(config_path(config), os.environ)
    except SettingsError as error:
        fail(error.text(language_of(os.environ, error.language)))


def language(settings: Settings | None = None) -> Language:
    """In which language this command speaks."""
    return language_of(os.environ, settings.company.language if settings else None)
