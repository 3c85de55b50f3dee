"""``callward reconcile``, ``callward control``: calls against the work done in the base."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated
from urllib.parse import quote, urlencode

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.history import Limit
from daemon.cli.instants import parse_instant
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language

reconcile_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)
control_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

Call = Annotated[str, typer.Argument(metavar="CALL", help=help_text("reconcile.call"))]
Since = Annotated[str | None, typer.Option("--since", help=help_text("reconcile.since"))]


@reconcile_app.command("list", help=help_text("reconcile.list"))
def list_talks(  # noqa: PLR0917 - each is an option
    state: Annotated[str, typer.Option("--state", help=help_text("reconcile.state"))] = "unsettled",
    agent: Annotated[str | None, typer.Option("--agent", help=help_text("reconcile.agent"))] = None,
    since: Since = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print talks after which nothing was entered, newest first."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.cli.control_tables import talks_table  # noqa: PLC0415

    query = {"state": state, "limit": str(limit), **_since(since, spoken)}
    if agent is not None:
        query["agent"] = agent
    found = request(settings, spoken, "GET", f"/api/v1/reconciliation?{urlencode(query)}")
    show(found["items"], talks_table, spoken, as_json=as_json)


@reconcile_app.command("ask", help=help_text("reconcile.ask"))
def ask(
    call: Call,
    text: Annotated[str | None, typer.Option("--text", help=help_text("reconcile.text"))] = None,
    config: Config = None,
) -> None:
    """Ask who talked what came of it."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted = {} if text is None else {"text": text}
    talk = request(settings, spoken, "POST", f"{_address(call)}/question", wanted)
    typer.echo(say(spoken, "reconcile.asked", person=talk["person"]))


@reconcile_app.command("settle", help=help_text("reconcile.settle"))
def settle(
    call: Call,
    reason: Annotated[str, typer.Argument(metavar="REASON", help=help_text("reconcile.reason"))],
    config: Config = None,
) -> None:
    """Take a talk as settled though nothing was entered."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "POST", f"{_address(call)}/settle", {"reason": reason})
    typer.echo(say(spoken, "reconcile.settled"))


@control_app.command("missed", help=help_text("control.missed"))
def missed(
    curator: Annotated[
        str | None, typer.Option("--curator", help=help_text("control.curator"))
    ] = None,
    since: Since = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print who waits to be called back, the longest waiting first."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.cli.control_tables import missed_table  # noqa: PLC0415

    query = {"limit": str(limit), **_since(since, spoken)}
    if curator is not None:
        query["curator"] = curator
    found = request(settings, spoken, "GET", f"/api/v1/control/missed?{urlencode(query)}")
    show(found["items"], missed_table, spoken, as_json=as_json)


@control_app.command("quiet", help=help_text("control.quiet"))
def quiet(
    person: Annotated[
        str | None, typer.Argument(metavar="[NAME]", help=help_text("control.person"))
    ] = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print after whom clients went quiet, or those clients."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.cli.control_tables import quiet_table, shares_table  # noqa: PLC0415

    path = "/api/v1/control/quiet"
    if person is None:
        found = request(settings, spoken, "GET", path)
        show(found["items"], shares_table, spoken, as_json=as_json)
        return
    of_him = f"{path}/{quote(person, safe='')}?{urlencode({'limit': limit})}"
    found = request(settings, spoken, "GET", of_him)
    show(found["items"], quiet_table, spoken, as_json=as_json)


def _address(call: str) -> str:
    return f"/api/v1/reconciliation/{quote(call, safe='')}"


def _since(written: str | None, spoken: Language) -> dict[str, str]:
    if written is None:
        return {}
    try:
        return {"since": parse_instant(written, datetime.now().astimezone()).isoformat()}
    except (ValueError, OverflowError):
        fail(say(spoken, "bad_instant", option="--since", value=written))
