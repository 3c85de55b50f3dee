"""``callward import``, ``export`` and ``exports``: clients brought and taken along."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from daemon.cli.context import (
    FAILED,
    Config,
    Json,
    fail,
    help_text,
    language,
    load_settings,
)
from daemon.cli.reading import show
from daemon.cli.request import (
    NoDaemonError,
    RefusedError,
    answering,
    fail_without_daemon,
    request,
)
from daemon.cli.staffing import HELP_NAMES
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

exports_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

_ADDRESS: Final = "/api/v1/imports"
_LOOK_SECONDS: Final = 0.3
_PATIENCE_SECONDS: Final = 60.0
"""For a large file that is read, and for the next part of one that is written."""
_SHOWN_LINES: Final = 20
_CHUNK: Final = 65_536
_FIELDS: Final = "name,phones,emails,addresses,messengers,company,category,curator,deputy"


def import_clients(  # noqa: PLR0917 - each is an option
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("import.file"))],
    column: Annotated[
        list[str] | None,
        typer.Option("--column", metavar="HEADING=FIELD", help=help_text("import.column")),
    ] = None,
    mode: Annotated[str, typer.Option("--mode", help=help_text("import.mode"))] = "good",
    existing: Annotated[str, typer.Option("--existing", help=help_text("import.existing"))] = (
        "fill"
    ),
    curator: Annotated[
        str | None, typer.Option("--curator", help=help_text("import.curator"))
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help=help_text("import.yes"))] = False,
    config: Config = None,
) -> None:
    """Show what a table would do, ask, and do it."""
    settings = load_settings(config)
    spoken = language(settings)
    found = _send(settings, spoken, _ADDRESS, file)
    address = f"{_ADDRESS}/{found['id']}"
    if column:
        columns = {one["heading"]: one["field"] for one in found["columns"] if one["field"]}
        columns |= dict(_pair(one) for one in column)
        wanted = {"columns": {heading: name for heading, name in columns.items() if name}}
        request(settings, spoken, "PUT", address, wanted)
    found = request(settings, spoken, "GET", f"{address}?existing={existing}")
    _print_plan(found, spoken)
    if not yes and not typer.confirm(say(spoken, "import.ask")):
        request(settings, spoken, "DELETE", address)
        raise typer.Exit(FAILED)
    order = {"mode": mode, "existing": existing, "curator": curator}
    request(settings, spoken, "POST", f"{address}/run", order)
    done = _follow(settings, spoken, address, found["rows"])
    for one in done["broken"][:_SHOWN_LINES]:
        typer.echo(say(spoken, "import.line", **one), err=True)
    if done["state"] == "done":
        typer.echo(say(spoken, "import.done", **done["counts"]))
    else:
        fail(say(spoken, "import.failed", **done["counts"]), FAILED)


def export_clients(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("export.file"))],
    fields: Annotated[str, typer.Option("--fields", help=help_text("export.fields"))] = _FIELDS,
    curator: Annotated[
        str | None, typer.Option("--curator", help=help_text("export.curator"))
    ] = None,
    category: Annotated[
        str | None, typer.Option("--category", help=help_text("export.category"))
    ] = None,
    config: Config = None,
) -> None:
    """Write clients into a file that is for its owner only."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted: dict[str, Any] = {"fields": [name.strip() for name in fields.split(",")]}
    wanted |= {
        name: value
        for name, value in (("curator", curator), ("category", category))
        if value is not None
    }
    if file.exists():
        fail(say(spoken, "export.there", file=file))
    try:
        with answering(
            settings, spoken, "POST", "/api/v1/exports", wanted, patience_seconds=_PATIENCE_SECONDS
        ) as answer:
            watermark = answer.headers["X-Callward-Export"]
            descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
            with os.fdopen(descriptor, "wb") as out:
                while chunk := answer.read(_CHUNK):
                    out.write(chunk)
    except NoDaemonError as error:
        fail_without_daemon(settings, spoken, error)
    except RefusedError as error:
        fail(str(error), FAILED)
    found = request(settings, spoken, "GET", "/api/v1/exports?limit=50")["items"]
    clients = next(one["clients"] for one in found if one["watermark"] == watermark)
    typer.echo(say(spoken, "export.done", clients=clients, file=file, watermark=watermark))


@exports_app.command("list", help=help_text("exports.list"))
def list_all(config: Config = None, as_json: Json = False) -> None:
    """Print the newest exports."""
    settings = load_settings(config)
    spoken = language(settings)
    found = request(settings, spoken, "GET", "/api/v1/exports")["items"]

    from daemon.cli.exchange_tables import exports_table  # noqa: PLC0415

    show(found, exports_table, spoken, as_json=as_json)


@exports_app.command("recognise", help=help_text("exports.recognise"))
def recognise(
    file: Annotated[Path, typer.Argument(metavar="FILE", help=help_text("import.file"))],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print from which exports a file is."""
    settings = load_settings(config)
    spoken = language(settings)
    found = _send(settings, spoken, "/api/v1/exports/recognise", file)["items"]
    if not found and not as_json:
        typer.echo(say(spoken, "export.unknown"))
        raise typer.Exit(FAILED)

    from daemon.cli.exchange_tables import exports_table  # noqa: PLC0415

    show(found, exports_table, spoken, as_json=as_json)


def _send(settings: Settings, spoken: Language, address: str, file: Path) -> Any:
    try:
        content = file.read_bytes()
    except OSError as error:
        fail(f"{file}: {error.strerror}")
    return request(settings, spoken, "POST", address, content)


def _pair(written: str) -> tuple[str, str]:
    heading, _, name = written.rpartition("=")
    if not heading:
        raise typer.BadParameter(written, param_hint="--column")
    return heading, name


def _print_plan(found: dict[str, Any], spoken: Language) -> None:
    for one in found["columns"]:
        key = "import.understood" if one["field"] else "import.left_out"
        typer.echo(say(spoken, key, heading=one["heading"], field=one["field"]))
    typer.echo(say(spoken, "import.would", rows=found["rows"], **found["would"]))
    for one in found["broken"][:_SHOWN_LINES]:
        typer.echo(say(spoken, "import.line", **one), err=True)


def _follow(settings: Settings, spoken: Language, address: str, rows: int) -> dict[str, Any]:
    """The import at its end; a progress bar until then."""
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(transient=True) as progress:
        bar = progress.add_task("", total=rows)
        while True:
            found: dict[str, Any] = request(settings, spoken, "GET", address)
            progress.update(bar, completed=found["counts"]["done"])
            if found["state"] != "running":
                return found
            time.sleep(_LOOK_SECONDS)
