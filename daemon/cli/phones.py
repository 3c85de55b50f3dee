"""``callward phones`` and ``callward pin``: where an agent takes calls, and his proof there."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import quote

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.request import request
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Order


Agent = Annotated[str, typer.Argument(help=help_text("phones.agent"))]


def phones(  # noqa: PLR0917 - each is an option
    agent: Agent,
    ring: Annotated[list[str] | None, typer.Option("--ring", help=help_text("ring"))] = None,
    order: Annotated[str | None, typer.Option("--order", help=help_text("order"))] = None,
    reset: Annotated[bool, typer.Option("--reset", help=help_text("reset"))] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print an agent's phones; choose on which he takes calls from now on."""
    settings = load_settings(config)
    spoken = language(settings)
    path = f"/api/v1/agents/{quote(agent, safe='')}"
    if reset:
        if ring or order:
            fail(say(spoken, "reset_alone"))
        found = request(settings, spoken, "DELETE", f"{path}/phones")
    else:
        found = request(settings, spoken, "GET", path)
        if ring or order:
            choice = {"ring": ring or found["ring"], "order": order or found["order"]}
            found = request(settings, spoken, "PUT", f"{path}/phones", choice)
    _print(found, spoken, as_json=as_json)


def pin(
    agent: Agent,
    remove: Annotated[bool, typer.Option("--remove", help=help_text("pin.remove"))] = False,
    config: Config = None,
) -> None:
    """Ask for a new PIN, unseen and twice, and set it."""
    settings = load_settings(config)
    spoken = language(settings)
    path = f"/api/v1/agents/{quote(agent, safe='')}"
    if remove:
        request(settings, spoken, "DELETE", f"{path}/pin")
        typer.echo(say(spoken, "pin.removed", agent=agent))
        return
    # First, so that nobody types a PIN for somebody who is not there.
    request(settings, spoken, "GET", path)
    typed = typer.prompt(say(spoken, "pin.new"), hide_input=True)
    if typer.prompt(say(spoken, "pin.again"), hide_input=True) != typed:
        fail(say(spoken, "pin.differ"))
    request(settings, spoken, "PUT", f"{path}/pin", {"pin": typed})
    typer.echo(say(spoken, "pin.set", agent=agent))


def _print(found: dict[str, Any], spoken: Language, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    order: Order = found["order"]
    others = [phone["key"] for phone in found["phones"] if phone["key"] not in found["ring"]]
    for place, key in enumerate([*found["ring"], *others], 1):
        mark = "–" if key in others else "●" if order == "together" else f"{place}."
        typer.echo(f"{mark:<3} {key}")
    typer.echo(say(spoken, f"order.{order}"))
