"""``callward ledger``: a day matched one to one, and mended."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from zoneinfo import ZoneInfo

import typer

from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.cli.request import request
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

NOT_CHECKED: Final = 3
"""Exit code: nothing differs, but not everything could be compared."""
_CODES: Final = {"matched": 0, "differs": FAILED, "unchecked": NOT_CHECKED}
_POLL_SECONDS: Final = 0.5


def ledger(
    day: Annotated[str | None, typer.Option("--day", help=help_text("ledger.day"))] = None,
    config: Config = None,
    *,
    fix: Annotated[bool, typer.Option("--fix", help=help_text("ledger.fix"))] = False,
    as_json: Json = False,
) -> None:
    """Look at a day now; exit code 0 where it matches."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted = _day(day, settings.company.timezone, spoken)
    found = _look(settings, spoken, wanted, "fix" if fix else "check")
    account = found["account"]
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        from daemon.cli.ledger_tables import print_ledger  # noqa: PLC0415

        print_ledger(found, spoken, mended=fix)
    raise typer.Exit(_CODES[account["state"]])


def _look(settings: Settings, spoken: Language, day: date, order: str) -> dict[str, Any]:
    """A look that takes long goes on in the daemon: it is asked again until that has ended."""
    path = f"/api/v1/ledger/{day}"
    before = (request(settings, spoken, "GET", path)["account"] or {}).get("checked_at")
    found: dict[str, Any] = request(settings, spoken, "POST", f"{path}/{order}")
    while found["checking"]:
        time.sleep(_POLL_SECONDS)
        found = request(settings, spoken, "GET", path)
    if found["account"] is None or found["account"]["checked_at"] == before:
        fail(say(spoken, "ledger.unfinished", day=day), FAILED)
    return found


def _day(written: str | None, zone: ZoneInfo, spoken: Language) -> date:
    if written is None:
        return datetime.now(UTC).astimezone(zone).date() - timedelta(days=1)
    try:
        return date.fromisoformat(written)
    except ValueError:
        fail(say(spoken, "ledger.bad_day", value=written))
