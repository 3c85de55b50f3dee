"""``callward replay``: recorded journals through the code that runs live."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.context import HELP_LANGUAGE, Config, Json, fail, language, load_settings
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings
    from daemon.calls.call import Call

Files = Annotated[list[Path], typer.Argument(help=say(HELP_LANGUAGE, "help.files"))]
Cel = Annotated[Path | None, typer.Option("--cel", help=say(HELP_LANGUAGE, "help.cel"))]
Pbx = Annotated[str | None, typer.Option("--pbx", help=say(HELP_LANGUAGE, "help.pbx"))]


def replay(
    files: Files,
    cel: Cel = None,
    pbx: Pbx = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Fold the journals and print what calls they tell of, oldest first."""
    settings = load_settings(config)
    spoken = language(settings)
    names = [one.name for one in settings.pbx]
    if pbx is not None and pbx not in names:
        fail(say(spoken, "unknown_pbx", value=pbx, allowed=", ".join(names)))
    surprises = Counter[str]()
    calls = _fold(files, cel, settings, pbx, spoken, surprises=surprises)
    if surprises:
        counted = ", ".join(f"{kind} ({count})" for kind, count in sorted(surprises.items()))
        typer.echo(say(spoken, "passed_over", kinds=counted), err=True)

    from daemon.replay import as_json as call_as_json  # noqa: PLC0415

    shown = [call_as_json(call) for call in calls]
    if as_json:
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
        return

    from daemon.cli.tables import calls_table, console  # noqa: PLC0415

    console().print(calls_table(shown, spoken) if shown else say(spoken, "nothing_found"))


def _fold(
    files: list[Path],
    cel: Path | None,
    settings: Settings,
    pbx: str | None,
    spoken: Language,
    *,
    surprises: Counter[str],
) -> list[Call]:
    from daemon.cel.rows import CelColumnsError  # noqa: PLC0415
    from daemon.replay import replay_calls  # noqa: PLC0415

    try:
        return replay_calls(files, cel, settings, pbx, surprises)
    except FileNotFoundError as error:
        fail(say(spoken, "no_file", file=error.filename))
    except OSError as error:
        fail(say(spoken, "unreadable_file", file=error.filename, reason=error.strerror))
    except CelColumnsError as error:
        fail(say(spoken, "bad_cel", file=cel, reason=error))
