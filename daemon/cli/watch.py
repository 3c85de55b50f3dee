"""``callward watch``: the daemon's board, live in a terminal."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Annotated, Any, Final

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
from daemon.cli.request import NoDaemonError, RefusedError, ask, fail_without_daemon
from daemon.messages import say

if TYPE_CHECKING:
    from rich.console import RenderableType

    from config.problems import Language
    from config.settings import Settings

_EVERY_SECONDS: Final = 0.5
_ENDED_SHOWN: Final = 8
_NO_BOARD: Final = (NoDaemonError, RefusedError)


def watch(
    once: Annotated[bool, typer.Option("--once", help=say(HELP_LANGUAGE, "help.once"))] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show running calls until Ctrl-C; the board itself comes from the daemon."""
    settings = load_settings(config)
    spoken = language(settings)
    try:
        board = _fetch(settings, spoken)
    except NoDaemonError as error:
        fail_without_daemon(settings, spoken, error)
    except RefusedError as error:
        fail(str(error), FAILED)
    if as_json:
        typer.echo(json.dumps(board, ensure_ascii=False, indent=2))
        return

    from rich.live import Live  # noqa: PLC0415

    from daemon.cli.tables import console  # noqa: PLC0415

    if once:
        console().print(_render(board, spoken))
        return
    try:
        with Live(_render(board, spoken), screen=True, auto_refresh=False) as live:
            while True:
                time.sleep(_EVERY_SECONDS)
                try:
                    board = _fetch(settings, spoken)
                except _NO_BOARD:
                    live.update(_render(board, spoken, lost=True), refresh=True)
                else:
                    live.update(_render(board, spoken), refresh=True)
    except KeyboardInterrupt:
        pass


def _fetch(settings: Settings, spoken: Language) -> dict[str, Any]:
    board: dict[str, Any] = ask(settings, spoken, "GET", "/api/v1/board")
    return board


def _render(board: dict[str, Any], spoken: Language, *, lost: bool = False) -> RenderableType:
    from rich.console import Group  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from daemon.cli.tables import calls_table  # noqa: PLC0415

    parts: list[RenderableType] = []
    if lost:
        parts.append(Text(say(spoken, "board.lost"), style="bold red"))
    parts.append(Text(say(spoken, "board.running", count=len(board["running"])), style="bold"))
    if board["running"]:
        parts.append(calls_table(board["running"], spoken))
    if board["ended"]:
        parts.append(Text(say(spoken, "board.ended"), style="dim"))
        parts.append(calls_table(board["ended"][:_ENDED_SHOWN], spoken))
    return Group(*parts)
