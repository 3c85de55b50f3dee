"""``callward reports``: calls as figures."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlencode

import typer

from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.cli.request import (
    NoDaemonError,
    RefusedError,
    answering,
    fail_without_daemon,
)
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language

_PATIENCE_SECONDS: Final = 120.0
"""A year of many calls is counted for some seconds."""


def reports(  # noqa: PLR0917 - each is an option
    kind: Annotated[str, typer.Argument(metavar="KIND", help=help_text("reports.kind"))],
    since: Annotated[str | None, typer.Option("--since", help=help_text("reports.since"))] = None,
    until: Annotated[str | None, typer.Option("--until", help=help_text("reports.until"))] = None,
    within: Annotated[
        int | None, typer.Option("--within", help=help_text("reports.within"))
    ] = None,
    config: Config = None,
    as_csv: Annotated[bool, typer.Option("--csv", help=help_text("reports.csv"))] = False,
    as_json: Json = False,
) -> None:
    """Print one report on calls."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.reports.sheet import COLUMNS  # noqa: PLC0415

    if kind not in COLUMNS:
        fail(say(spoken, "reports.no_kind", kind=kind, kinds=", ".join(COLUMNS)))
    query = {"format": "csv" if as_csv else "json"}
    for name, value in (("since", since), ("until", until), ("within", within)):
        if value is not None:
            query[name] = str(value)
    path = f"/api/v1/reports/{kind}?{urlencode(query)}"
    try:
        with answering(settings, spoken, "GET", path, patience_seconds=_PATIENCE_SECONDS) as answer:
            text = answer.read().decode()
    except NoDaemonError as error:
        fail_without_daemon(settings, spoken, error)
    except RefusedError as error:
        fail(str(error), FAILED)
    if as_csv:
        typer.echo(text, nl=False)
    elif as_json:
        typer.echo(json.dumps(json.loads(text), ensure_ascii=False, indent=2))
    else:
        _print(kind, json.loads(text), spoken)


def _print(kind: str, report: dict[str, Any], spoken: Language) -> None:
    from daemon.cli.report_tables import report_table  # noqa: PLC0415
    from daemon.cli.tables import console  # noqa: PLC0415

    typer.echo(f"{report['since']} – {report['until']}, {report['timezone']}")
    if not report["items"]:
        typer.echo(say(spoken, "nothing_found"))
        return
    console().print(report_table(kind, report, spoken))
    typer.echo(say(spoken, "report.legend"))
