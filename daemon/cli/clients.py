"""``callward clients``: the cards, asked of and changed through the running daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote, urlencode

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
from daemon.cli.history import Limit, Number, parse_number
from daemon.cli.reading import show
from daemon.cli.request import request
from daemon.cli.staffing import HELP_NAMES, print_json
from daemon.messages import say

if TYPE_CHECKING:
    from config.problems import Language
    from config.settings import Settings

_CLIENTS: Final = "/api/v1/clients"

clients_app = typer.Typer(invoke_without_command=True, context_settings=HELP_NAMES)

Card = Annotated[str, typer.Argument(metavar="CLIENT", help=help_text("id_or_code"))]
Code = Annotated[str | None, typer.Option("--code", help=help_text("code"))]
Name = Annotated[str | None, typer.Option("--name", help=help_text("name"))]
Curator = Annotated[str | None, typer.Option("--curator", help=help_text("curator"))]
Deputy = Annotated[str | None, typer.Option("--deputy", help=help_text("deputy"))]
Company = Annotated[str | None, typer.Option("--company", help=help_text("clients.company"))]
Category = Annotated[str | None, typer.Option("--category", help=help_text("clients.category"))]
Email = Annotated[str | None, typer.Option("--email", help=help_text("clients.email"))]
Custom = Annotated[
    list[str] | None,
    typer.Option("--custom", metavar="KEY=VALUE", help=help_text("clients.custom")),
]
Unassigned = Annotated[bool, typer.Option("--unassigned", help=help_text("clients.unassigned"))]
OpenTask = Annotated[bool, typer.Option("--open-task", help=help_text("clients.open_task"))]
Sort = Annotated[str | None, typer.Option("--sort", help=help_text("clients.sort"))]


@clients_app.callback()
def clients(  # noqa: PLR0917 - each is an option
    context: typer.Context,
    number: Number = None,
    code: Code = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print clients, newest first, or the one that a number or short code belongs to."""
    if context.invoked_subcommand is None:
        _list({"code": code, "limit": str(limit)}, number, config, as_json=as_json)


@clients_app.command("list", help=help_text("clients.list"))
def list_clients(  # noqa: PLR0917 - each is an option
    number: Number = None,
    code: Code = None,
    email: Email = None,
    curator: Curator = None,
    category: Category = None,
    company: Company = None,
    unassigned: Unassigned = False,
    open_task: OpenTask = False,
    sort: Sort = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print clients that match."""
    asked = {
        "code": code,
        "email": email,
        "curator": curator,
        "category": category,
        "company": company,
        "unassigned": "true" if unassigned else None,
        "open_task": "true" if open_task else None,
        "sort": sort,
        "limit": str(limit),
    }
    _list(asked, number, config, as_json=as_json)


@clients_app.command("search", help=help_text("clients.search"))
def search_clients(
    words: Annotated[list[str], typer.Argument(metavar="WORDS", help=help_text("clients.words"))],
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print clients whose name and company have words that begin so, by name."""
    _list({"q": " ".join(words), "limit": str(limit)}, None, config, as_json=as_json)


@clients_app.command("show", help=help_text("clients.show"))
def show_client(client: Card, config: Config = None, as_json: Json = False) -> None:
    """Print one card in full."""
    settings = load_settings(config)
    spoken = language(settings)
    _print(request(settings, spoken, "GET", _address(client, settings, spoken)), spoken, as_json)


@clients_app.command("add", help=help_text("clients.add"))
def add_client(  # noqa: PLR0917 - each is an option
    name: Name = None,
    company: Company = None,
    category: Category = None,
    curator: Curator = None,
    deputy: Deputy = None,
    phone: Annotated[
        list[str] | None, typer.Option("--phone", help=help_text("clients.phone"))
    ] = None,
    email: Annotated[
        list[str] | None, typer.Option("--email", help=help_text("clients.email"))
    ] = None,
    custom: Custom = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Make a card and print it."""
    settings = load_settings(config)
    spoken = language(settings)
    wanted = _fields(spoken, name, company, category, curator, deputy, custom)
    wanted["phones"] = [{"number": number} for number in phone or ()]
    wanted["contacts"] = [{"kind": "email", "value": value} for value in email or ()]
    _print(request(settings, spoken, "POST", _CLIENTS, wanted), spoken, as_json)


@clients_app.command("set", help=help_text("clients.set"))
def set_client(  # noqa: PLR0917 - each is an option
    client: Card,
    name: Name = None,
    company: Company = None,
    category: Category = None,
    curator: Curator = None,
    deputy: Deputy = None,
    custom: Custom = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Change a card and print it."""
    settings = load_settings(config)
    spoken = language(settings)
    changes = _fields(spoken, name, company, category, curator, deputy, custom)
    if not changes:
        fail(say(spoken, "clients.nothing_to_change"))
    address = _address(client, settings, spoken)
    _print(request(settings, spoken, "PATCH", address, changes), spoken, as_json)


@clients_app.command("note", help=help_text("clients.note"))
def note_client(
    client: Card,
    text: Annotated[str, typer.Argument(metavar="TEXT", help=help_text("clients.text"))],
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Write a note on a card."""
    settings = load_settings(config)
    spoken = language(settings)
    address = f"{_address(client, settings, spoken)}/notes"
    written = request(settings, spoken, "POST", address, {"text": text})
    print_json(written) if as_json else typer.echo(say(spoken, "clients.noted"))


def _list(asked: dict[str, str | None], number: str | None, config: Any, *, as_json: bool) -> None:
    settings = load_settings(config)
    spoken = language(settings)
    e164 = parse_number(number, settings, spoken)
    given = {name: value for name, value in {**asked, "number": e164}.items() if value is not None}
    found = request(settings, spoken, "GET", f"{_CLIENTS}?{urlencode(given)}")

    from daemon.cli.card_tables import clients_table  # noqa: PLC0415

    show(found["items"], clients_table, spoken, as_json=as_json)


def _print(card: Any, spoken: Language, as_json: bool) -> None:
    from daemon.cli.card_tables import print_card  # noqa: PLC0415

    print_json(card) if as_json else print_card(card, spoken)


def _fields(  # noqa: PLR0917 - each is an option
    spoken: Language,
    name: str | None,
    company: str | None,
    category: str | None,
    curator: str | None,
    deputy: str | None,
    custom: list[str] | None,
) -> dict[str, Any]:
    """What was given; an empty one takes a value away."""
    given = {
        "name": name,
        "company": company,
        "category": category,
        "curator": curator,
        "deputy": deputy,
    }
    wanted: dict[str, Any] = {
        field: value or None for field, value in given.items() if value is not None
    }
    for one in custom or ():
        key, equals, value = one.partition("=")
        if not key or not equals:
            fail(say(spoken, "clients.bad_custom", value=one))
        wanted.setdefault("custom", {})[key] = value or None
    return wanted


def _address(client: str, settings: Settings, spoken: Language) -> str:
    """Of the card that an id or a short code names."""
    if not client.isdecimal():
        return f"{_CLIENTS}/{quote(client, safe='')}"
    found = request(settings, spoken, "GET", f"{_CLIENTS}?{urlencode({'code': client})}")
    if not found["items"]:
        fail(say(spoken, "api.client_not_found"), FAILED)
    return f"{_CLIENTS}/{found['items'][0]['id']}"
