"""``callward division`` and ``callward clients assign``: who serves whom."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote

import typer

from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, print_json
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

_LOOK_EVERY_SECONDS: Final = 0.5

division_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

To = Annotated[str | None, typer.Option("--to", metavar="A,B", help=help_text("division.to"))]
Deputy = Annotated[bool, typer.Option("--deputy", help=help_text("division.deputy"))]


@division_app.command("plan", help=help_text("division.plan"))
def plan(  # noqa: PLR0917 - each is an option
    to: To = None,
    unassigned: Annotated[
        bool, typer.Option("--unassigned", help=help_text("division.unassigned"))
    ] = False,
    of: Annotated[str | None, typer.Option("--of", help=help_text("division.of"))] = None,
    category: Annotated[
        str | None, typer.Option("--category", help=help_text("division.category"))
    ] = None,
    by_category: Annotated[
        list[str] | None,
        typer.Option("--by-category", metavar="NAME=A,B", help=help_text("division.by_category")),
    ] = None,
    deputy: Deputy = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print what a division would do, and the id under which it can be run."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted: dict[str, Any] = {"post": "deputy" if deputy else "curator", "unassigned": unassigned}
    if of is not None:
        wanted["of"] = of
    if category is not None:
        wanted["category"] = category
    if to is not None:
        wanted["to"] = names(to)
    if by_category:
        wanted["by_category"] = dict(_category(one, spoken) for one in by_category)
    made = request(settings, spoken, "POST", "/api/v1/divisions", wanted)

    from daemon.cli.work_tables import print_plan  # noqa: PLC0415

    print_json(made) if as_json else print_plan(made, spoken)


@division_app.command("run", help=help_text("division.run"))
def run(
    plan_id: Annotated[str, typer.Argument(metavar="ID", help=help_text("division.id"))],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Do what was shown and wait until it is done."""
    settings = load_settings(config)
    spoken = language(settings)
    address = f"/api/v1/divisions/{quote(plan_id, safe='')}"
    request(settings, spoken, "POST", f"{address}/run")
    done = follow_moves(settings, spoken, address)
    if as_json:
        print_json(done)


@division_app.command("rule", help=help_text("division.rule"))
def rule(
    name: Annotated[
        str | None,
        typer.Argument(metavar="nobody|who_talked|evenly", help=help_text("division.rule_name")),
    ] = None,
    among: Annotated[
        str | None, typer.Option("--among", metavar="A,B", help=help_text("division.among"))
    ] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print what becomes of clients whom nobody serves; with a name, set it."""
    settings = load_settings(config)
    spoken = language(settings)
    address = "/api/v1/policies/division"
    if name is None:
        held = request(settings, spoken, "GET", address)
    else:
        wanted = {"rule": name, "among": names(among or "")}
        held = request(settings, spoken, "PUT", address, wanted)
    if as_json:
        print_json(held)
        return
    typer.echo(say(spoken, f"division.rule.{held['rule']}", among=", ".join(held["among"])))


def assign(
    clients: Annotated[list[str], typer.Argument(help=help_text("id_or_code"))],
    to: Annotated[str | None, typer.Option("--to", help=help_text("assign.to"))] = None,
    nobody: Annotated[bool, typer.Option("--nobody", help=help_text("assign.nobody"))] = False,
    deputy: Deputy = False,
    config: Config = None,
) -> None:
    """Give clients to somebody at once."""
    settings = load_settings(config)
    spoken = language(settings)
    if (to is None) is not nobody:
        fail(say(spoken, "assign.to_or_nobody"))
    wanted = {
        "clients": [client_id(one, settings, spoken) for one in clients],
        "to": to,
        "post": "deputy" if deputy else "curator",
    }
    done = request(settings, spoken, "POST", "/api/v1/clients/assign", wanted)
    typer.echo(say(spoken, "assign.done", moved=done["moved"], stayed=done["stayed"]))


def names(written: str) -> list[str]:
    """``A,B`` as a list."""
    return [name.strip() for name in written.split(",") if name.strip()]


def client_id(written: str, settings: Settings, spoken: Language) -> str:
    """The id of a client by short code, or as it is; ends the command where there is none."""
    if not written.isdecimal():
        return written
    found = request(settings, spoken, "GET", f"/api/v1/clients?code={quote(written, safe='')}")
    if not found["items"]:
        fail(say(spoken, "api.client_not_found"), FAILED)
    return str(found["items"][0]["id"])


def follow_moves(settings: Settings, spoken: Language, address: str) -> Any:
    """Show how far it is until it is done."""
    from rich.progress import Progress  # noqa: PLC0415

    with Progress(transient=True) as shown:
        task = shown.add_task(say(spoken, "division.running"), total=None)
        while True:
            progress = request(settings, spoken, "GET", address)
            total = progress["total"]
            shown.update(task, total=total, completed=total - progress["left"])
            if progress["state"] == "done":
                break
            time.sleep(_LOOK_EVERY_SECONDS)
    passed = progress["passed"] or 0
    typer.echo(say(spoken, "division.done", moved=progress["total"] - passed, passed=passed))
    return progress


def _category(written: str, spoken: Language) -> tuple[str, list[str]]:
    category, _, people = written.partition("=")
    if not category or not names(people):
        fail(say(spoken, "division.bad_category", value=written))
    return category, names(people)
