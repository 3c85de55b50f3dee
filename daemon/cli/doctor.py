"""``callward doctor``."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Final

import typer

from daemon.cli.context import FAILED, Config, Json, config_path, language, load_settings

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings
    from daemon.doctor.findings import Finding

_MARKS: Final = {"ok": ("ok  ", "green"), "note": ("note", "yellow"), "fail": ("FAIL", "red")}


def doctor(config: Config = None, as_json: Json = False) -> None:
    """Check everything that the daemon stands on; exit code 1 when anything fails."""
    settings = load_settings(config)
    spoken = language(settings)

    from config.settings import LogSettings  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.doctor.findings import ok  # noqa: PLC0415

    # What the link would log is what a finding says.
    logs.configure(LogSettings(level="error"))
    found = [ok("settings", path=config_path(config))]
    if not as_json:
        print_finding(found[0], spoken)
    found += asyncio.run(_examine(settings, spoken, quiet=as_json))
    if as_json:
        shown = [finding.as_json(spoken) for finding in found]
        typer.echo(json.dumps(shown, ensure_ascii=False, indent=2))
    if any(finding.verdict == "fail" for finding in found):
        raise typer.Exit(FAILED)


async def _examine(settings: Settings, spoken: Language, *, quiet: bool) -> list[Finding]:
    from daemon.doctor.examine import examine  # noqa: PLC0415

    found = []
    async for finding in examine(settings, spoken):
        found.append(finding)
        if not quiet:
            print_finding(finding, spoken)
    return found


def print_finding(finding: Finding, spoken: Language) -> None:
    """One line, marked by its verdict."""
    mark, colour = _MARKS[finding.verdict]
    whose = f"{finding.pbx}: " if finding.pbx else ""
    typer.echo(f"{typer.style(mark, fg=colour)}  {whose}{finding.text(spoken)}")
