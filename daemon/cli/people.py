"""``callward people`` and ``callward departments``: who works here, and where."""

from __future__ import annotations

from typing import Annotated, Any
from urllib.parse import urlencode

import typer

from daemon.cli.context import Config, Json, fail, help_text, language, load_settings
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, address, print_json, rights_of
from daemon.messages import say

people_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)
departments_app = typer.Typer(no_args_is_help=True, context_settings=HELP_NAMES)

Name = Annotated[str, typer.Argument(metavar="NAME", help=help_text("people.name"))]
Role = Annotated[str | None, typer.Option("--role", help=help_text("people.role"))]
Department = Annotated[
    str | None, typer.Option("--department", help=help_text("people.department"))
]
FullName = Annotated[str | None, typer.Option("--full-name", help=help_text("people.full_name"))]
Weight = Annotated[int | None, typer.Option("--weight", help=help_text("people.weight"))]
Account = Annotated[str | None, typer.Option("--windows", help=help_text("people.windows"))]
Allow = Annotated[
    list[str] | None, typer.Option("--allow", metavar="RIGHT=SCOPE", help=help_text("people.allow"))
]


@people_app.command("list", help=help_text("people.list"))
def list_people(
    role: Annotated[str | None, typer.Option("--role", help=help_text("people.of_role"))] = None,
    department: Annotated[
        str | None, typer.Option("--department", help=help_text("people.of_department"))
    ] = None,
    left: Annotated[bool, typer.Option("--left", help=help_text("people.left"))] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print everybody."""
    settings = load_settings(config)
    spoken = language(settings)
    asked = {"role": role, "department": department, "left": "true" if left else None}
    query = urlencode({name: value for name, value in asked.items() if value is not None})
    found = request(settings, spoken, "GET", f"/api/v1/people?{query}")

    from daemon.cli.staff_tables import people_table  # noqa: PLC0415

    show(found["items"], people_table, spoken, as_json=as_json)


@people_app.command("show", help=help_text("people.show"))
def show_person(name: Name, config: Config = None, as_json: Json = False) -> None:
    """Print one person and what he may do."""
    settings = load_settings(config)
    spoken = language(settings)
    person = request(settings, spoken, "GET", address("people", name))

    from daemon.cli.staff_tables import print_person  # noqa: PLC0415

    print_json(person) if as_json else print_person(person, spoken)


@people_app.command("add", help=help_text("people.add"))
def add_person(  # noqa: PLR0917 - each is an option
    name: Name,
    role: Role = None,
    department: Department = None,
    full_name: FullName = None,
    weight: Weight = None,
    windows: Account = None,
    allow: Allow = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a person."""
    settings = load_settings(config)
    spoken = language(settings)
    given = {
        "role": role,
        "department": department,
        "full_name": full_name,
        "weight": weight,
        "windows_account": windows,
        "exceptions": None if allow is None else rights_of(allow, spoken),
    }
    wanted = {"name": name} | {key: value for key, value in given.items() if value is not None}
    person = request(settings, spoken, "POST", "/api/v1/people", wanted)
    if as_json:
        print_json(person)
        return
    typer.echo(say(spoken, "people.added", name=person["name"], role=person["role"]))


@people_app.command("set", help=help_text("people.set"))
def set_person(  # noqa: PLR0917 - each is an option
    name: Name,
    role: Role = None,
    department: Department = None,
    full_name: FullName = None,
    weight: Weight = None,
    windows: Account = None,
    allow: Allow = None,
    no_exceptions: Annotated[
        bool, typer.Option("--no-exceptions", help=help_text("people.no_exceptions"))
    ] = False,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Change a person; an empty text clears. ``--allow`` adds to his exceptions."""
    settings = load_settings(config)
    spoken = language(settings)
    cleared = {"department": department, "full_name": full_name, "windows_account": windows}
    changes: dict[str, Any] = {
        key: value or None for key, value in cleared.items() if value is not None
    }
    changes |= {
        key: value for key, value in {"role": role, "weight": weight}.items() if value is not None
    }
    at = address("people", name)
    if allow is not None or no_exceptions:
        now = {} if no_exceptions else request(settings, spoken, "GET", at)["exceptions"]
        changes["exceptions"] = now | rights_of(allow or [], spoken)
    if not changes:
        fail(say(spoken, "api.nothing_to_change"))
    person = request(settings, spoken, "PATCH", at, changes)

    from daemon.cli.staff_tables import print_person  # noqa: PLC0415

    print_json(person) if as_json else print_person(person, spoken)


@departments_app.command("list", help=help_text("departments.list"))
def list_departments(config: Config = None, as_json: Json = False) -> None:
    """Print the tree."""
    settings = load_settings(config)
    spoken = language(settings)
    found = request(settings, spoken, "GET", "/api/v1/departments")

    from daemon.cli.staff_tables import departments_tree  # noqa: PLC0415

    show(found["items"], departments_tree, spoken, as_json=as_json)


@departments_app.command("set", help=help_text("departments.set"))
def set_department(
    name: Annotated[str, typer.Argument(metavar="NAME", help=help_text("departments.name"))],
    parent: Annotated[
        str | None, typer.Option("--under", help=help_text("departments.under"))
    ] = None,
    config: Config = None,
) -> None:
    """Make a department, or move it."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "PUT", address("departments", name), {"parent": parent or None})
    typer.echo(say(spoken, "departments.set", name=name))


@departments_app.command("remove", help=help_text("departments.remove"))
def remove_department(
    name: Annotated[str, typer.Argument(metavar="NAME", help=help_text("departments.name"))],
    config: Config = None,
) -> None:
    """Take away an empty department."""
    settings = load_settings(config)
    spoken = language(settings)
    request(settings, spoken, "DELETE", address("departments", name))
    typer.echo(say(spoken, "departments.removed", name=name))
