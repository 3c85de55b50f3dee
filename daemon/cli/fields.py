"""``callward fields``: which fields are hidden from whom."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, print_json
from daemon.messages import say

fields_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

Fields = Annotated[list[str], typer.Argument(metavar="FIELD…", help=help_text("fields.fields"))]
Everyone = Annotated[bool, typer.Option("--everyone", help=help_text("fields.everyone"))]
Role = Annotated[str | None, typer.Option("--role", help=help_text("fields.role"))]
Person = Annotated[str | None, typer.Option("--person", help=help_text("fields.person"))]
Preview = Annotated[bool, typer.Option("--preview", help=help_text("fields.preview"))]


@fields_app.command("list", help=help_text("fields.list"))
def list_rules(config: Config = None, as_json: Json = False) -> None:
    """Print the rules."""
    settings = load_settings(config)
    spoken = language(settings)
    found = request(settings, spoken, "GET", "/api/v1/field-rules")
    if as_json:
        print_json(found)
        return

    from daemon.cli.staff_tables import field_rules_table  # noqa: PLC0415

    show(found["items"], field_rules_table, spoken, as_json=False)
    typer.echo(say(spoken, "fields.known", fields=", ".join(found["fields"])))


@fields_app.command("hide", help=help_text("fields.hide"))
def hide(  # noqa: PLR0917 - each is an option
    fields: Fields,
    everyone: Everyone = False,
    role: Role = None,
    person: Person = None,
    preview: Preview = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Hide fields from everyone, a role or a person."""
    _set({"hide": fields}, (everyone, role, person), config, preview=preview, as_json=as_json)


@fields_app.command("show", help=help_text("fields.show"))
def show_fields(  # noqa: PLR0917 - each is an option
    fields: Fields,
    everyone: Everyone = False,
    role: Role = None,
    person: Person = None,
    preview: Preview = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Show fields to everyone, a role or a person."""
    _set({"show": fields}, (everyone, role, person), config, preview=preview, as_json=as_json)


@fields_app.command("reset", help=help_text("fields.reset"))
def reset(
    fields: Fields,
    everyone: Everyone = False,
    role: Role = None,
    person: Person = None,
    config: Config = None,
) -> None:
    """Take rules away: the wider ones hold again."""
    settings = load_settings(config)
    spoken = language(settings)
    subject = {key: one for key, one in _subject(everyone, role, person, spoken).items() if one}
    for field in fields:
        query = urlencode({**subject, "field": field})
        request(settings, spoken, "DELETE", f"/api/v1/field-rules?{query}")
    typer.echo(say(spoken, "fields.reset"))


def _set(
    fields: dict[str, list[str]],
    whom: tuple[bool, str | None, str | None],
    config: Any,
    *,
    preview: bool,
    as_json: bool,
) -> None:
    settings = load_settings(config)
    spoken = language(settings)
    wanted = _subject(*whom, spoken) | fields
    asked = "/api/v1/field-rules/preview"
    found = request(settings, spoken, "POST", asked, wanted)
    if not preview:
        request(settings, spoken, "PUT", "/api/v1/field-rules", wanted)

    from daemon.cli.staff_tables import preview_table  # noqa: PLC0415

    # Whom it concerns; JSON holds everybody.
    items = found["items"] if as_json else [one for one in found["items"] if _differs(one)]
    show(items, preview_table, spoken, as_json=as_json)
    if not as_json:
        typer.echo(say(spoken, "fields.would" if preview else "fields.done", count=len(items)))


def _differs(item: dict[str, Any]) -> bool:
    return bool(item["hidden"] != item["before"])


def _subject(
    everyone: bool, role: str | None, person: str | None, spoken: Any
) -> dict[str, str | None]:
    """Exactly one of the three."""
    if everyone + (role is not None) + (person is not None) != 1:
        fail(say(spoken, "fields.whom"))
    kind = "everyone" if everyone else "role" if role is not None else "person"
    return {"subject": kind, "name": role or person}
