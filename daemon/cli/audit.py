"""``callward audit``: questions to the audit, and its check, which needs no daemon."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import quote, urlencode

import typer

from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.messages import say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from config.problems import Language
    from config.settings import Settings
    from crm.audit_chain import Verdict

Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=500, help=help_text("audit.limit"))]
Since = Annotated[str | None, typer.Option("--since", help=help_text("audit.since"))]
Until = Annotated[str | None, typer.Option("--until", help=help_text("audit.until"))]
Who = Annotated[str | None, typer.Option("--who", help=help_text("audit.who"))]

_MONTH: Final = re.compile(r"(\d{4})-(0[1-9]|1[0-2])", re.ASCII)
_EXPORTS: Final = "exported,export_downloaded"

audit_app = typer.Typer(
    no_args_is_help=True, context_settings={"help_option_names": ["--help", "-h"]}
)


@audit_app.command("list", help=help_text("audit.list"))
def list_(
    *,
    who: Who = None,
    action: Annotated[str | None, typer.Option("--action", help=help_text("audit.action"))] = None,
    about: Annotated[str | None, typer.Option("--object", help=help_text("audit.object"))] = None,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print entries."""
    settings = load_settings(config)
    spoken = language(settings)
    asked = {
        "person": who,
        "action": action,
        "object": about,
        "since": _instant("--since", since, spoken),
        "until": _instant("--until", until, spoken),
        "limit": limit,
    }
    _print_entries(_entries(settings, spoken, asked), spoken, as_json=as_json)


@audit_app.command("client", help=help_text("audit.client"))
def client(
    *,
    wanted: Annotated[str, typer.Argument(help=help_text("audit.client.wanted"))],
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print what was done with one client."""
    settings = load_settings(config)
    spoken = language(settings)
    asked = {
        "client": wanted,
        "since": _instant("--since", since, spoken),
        "until": _instant("--until", until, spoken),
        "limit": limit,
    }
    _print_entries(_entries(settings, spoken, asked), spoken, as_json=as_json)


@audit_app.command("person", help=help_text("audit.person"))
def person(
    name: Annotated[str, typer.Argument(help=help_text("audit.person.name"))],
    days: Annotated[
        int, typer.Option("--days", min=1, max=3650, help=help_text("audit.days"))
    ] = 90,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print how often he did what, and with which clients."""
    from daemon.cli.request import request  # noqa: PLC0415

    settings = load_settings(config)
    spoken = language(settings)
    since = datetime.now(UTC) - timedelta(days=days)
    query = urlencode({"since": since.isoformat(timespec="seconds")})
    path = f"/api/v1/audit/people/{quote(name, safe='')}?{query}"
    found = request(settings, spoken, "GET", path)
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    entries = sum(one["entries"] for one in found["actions"])
    told = {"entries": entries, "clients": len(found["clients"]), "since": f"{since:%Y-%m-%d}"}
    typer.echo(say(spoken, "audit.summary", person=name, **told))
    if found["actions"]:
        _table(
            found["actions"],
            spoken,
            did=lambda one: one["text"],
            entries=lambda one: one["entries"],
            clients=lambda one: one["clients"],
            last=lambda one: _shown(one["last_at"]),
        )
    if found["clients"]:
        _table(
            found["clients"],
            spoken,
            client=lambda one: _name(one["client"], spoken),
            entries=lambda one: one["entries"],
            last=lambda one: _shown(one["last_at"]),
        )


@audit_app.command("exports", help=help_text("audit.exports"))
def exports(
    month: Annotated[str | None, typer.Option("--month", help=help_text("audit.month"))] = None,
    limit: Limit = 500,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print who exported and downloaded what in one month of this machine's time."""
    settings = load_settings(config)
    spoken = language(settings)
    here = datetime.now().astimezone()
    written = _MONTH.fullmatch(f"{here:%Y-%m}" if month is None else month)
    if written is None:
        fail(say(spoken, "audit.bad_month", value=month))
    year, number = int(written[1]), int(written[2])
    begin = datetime(year, number, 1).astimezone()
    end = datetime(year + number // 12, number % 12 + 1, 1).astimezone()
    asked = {
        "action": _EXPORTS,
        "since": begin.isoformat(),
        "until": end.isoformat(),
        "limit": limit,
    }
    _print_entries(_entries(settings, spoken, asked), spoken, as_json=as_json)


@audit_app.command("verify", help=help_text("audit.verify"))
def verify(config: Config = None, as_json: Json = False) -> None:
    """Check the chain in the database itself."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from config.settings import LogSettings  # noqa: PLC0415
    from crm.audit_head import HeadError, head_file, read_head  # noqa: PLC0415
    from crm.vault import VaultError  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.api.audit_models import VerdictModel  # noqa: PLC0415
    from daemon.cli.reading import require_database  # noqa: PLC0415
    from store.database import StoreError  # noqa: PLC0415

    settings = load_settings(config)
    spoken = language(settings)
    require_database(settings, spoken)
    logs.configure(LogSettings(level="warning"))
    path = head_file(settings.vault)
    head = None
    try:
        head = read_head(path)
        if head is None:
            typer.echo(say(spoken, "audit.head_missing", path=path), err=True)
    except HeadError as error:
        typer.echo(say(spoken, "audit.head_unreadable", path=path, reason=error), err=True)
    try:
        verdict = asyncio.run(_verify(settings, head, spoken, quiet=as_json))
    except (StoreError, VaultError) as error:
        fail(error.text(spoken), FAILED)
    except DBAPIError:
        fail(say(spoken, "old_database", name=settings.database.url), FAILED)
    model = VerdictModel.of(verdict, spoken)
    if as_json:
        typer.echo(model.model_dump_json(indent=2))
    else:
        for finding in model.findings:
            typer.echo(finding.text)
        if model.more:
            typer.echo(say(spoken, "audit.more_faults", count=model.more))
        for seq in model.shortened:
            typer.echo(say(spoken, "audit.shortened", seq=seq))
        typer.echo(say(spoken, "audit.good" if model.good else "audit.bad", count=model.records))
    if not model.good:
        raise typer.Exit(FAILED)


async def _verify(settings: Settings, head: Any, spoken: Language, *, quiet: bool) -> Verdict:
    from rich.console import Console  # noqa: PLC0415
    from rich.progress import Progress  # noqa: PLC0415

    from crm.audit_chain import check_all, count  # noqa: PLC0415
    from crm.key_file import open_vault_of  # noqa: PLC0415
    from store.database import Database  # noqa: PLC0415
    from store.migrate import require_head  # noqa: PLC0415

    database = Database(settings.database.url)
    try:
        await require_head(database)
        vault = await open_vault_of(settings.vault, database)
        with Progress(console=Console(stderr=True), disable=quiet, transient=True) as progress:
            bar = progress.add_task(say(spoken, "audit.checking"), total=await count(database))
            return await check_all(
                database, vault, head, lambda done: progress.update(bar, completed=done)
            )
    finally:
        await database.close()


def _entries(
    settings: Settings, spoken: Language, asked: Mapping[str, object]
) -> list[dict[str, Any]]:
    from daemon.cli.request import request  # noqa: PLC0415

    query = urlencode({name: value for name, value in asked.items() if value is not None})
    found: dict[str, Any] = request(settings, spoken, "GET", f"/api/v1/audit?{query}")
    items: list[dict[str, Any]] = found["items"]
    return items


def _print_entries(found: list[dict[str, Any]], spoken: Language, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    if not found:
        typer.echo(say(spoken, "audit.no_entries"))
        return
    _table(
        found,
        spoken,
        seq=lambda one: one["seq"],
        at=lambda one: _shown(one["at"]),
        person=lambda one: one["person"],
        did=lambda one: one["text"],
        address=lambda one: one["address"] or "",
        via=lambda one: (one["via"] or "").partition("-")[0],
    )


def _table(
    records: Sequence[Mapping[str, Any]],
    spoken: Language,
    **cells: Callable[[Mapping[str, Any]], object],
) -> None:
    from rich import box  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    from daemon.cli.tables import console  # noqa: PLC0415

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for column in cells:
        table.add_column(say(spoken, f"audit.column.{column}"), overflow="fold")
    for record in records:
        # Text, so that nothing in a name is taken for rich's own markup.
        table.add_row(*(Text(str(cell(record))) for cell in cells.values()))
    console().print(table)


def _name(client: Mapping[str, Any], spoken: Language) -> str:
    name = client["name"] or say(spoken, "audit.client_unnamed")
    code = client["short_code"]
    return name if code is None else say(spoken, "audit.client_with_code", name=name, code=code)


def _shown(value: str) -> str:
    return f"{datetime.fromisoformat(value).astimezone():%Y-%m-%d %H:%M:%S}"


def _instant(option: str, text: str | None, spoken: Language) -> str | None:
    from daemon.cli.instants import parse_instant  # noqa: PLC0415

    if text is None:
        return None
    try:
        return parse_instant(text, datetime.now().astimezone()).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        fail(say(spoken, "audit.bad_instant", option=option, value=text))
