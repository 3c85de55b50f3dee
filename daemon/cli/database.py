"""``callward database``: the schema, forward and back by one step."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from importlib.metadata import version
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from daemon.cli.context import FAILED, Config, Json, fail, help_text, language, load_settings
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from config.problems import Language
    from config.settings import Settings
    from store.database import Database
    from store.migrate import Schema, StepBack

T = TypeVar("T")

database_app = typer.Typer(
    no_args_is_help=True, context_settings={"help_option_names": ["--help", "-h"]}
)


@database_app.command("version", help=help_text("database.version"))
def show_version(as_json: Json = False, config: Config = None) -> None:
    """Where the database stands; exit code 1 where this Callward cannot work with it."""
    from store.migrate import DatabaseNewerError, is_newer, require_head, stored_schema  # noqa: PLC0415

    async def look(database: Database) -> tuple[Schema, str, str | None]:
        schema = await stored_schema(database)
        if not is_newer(schema):
            return schema, database.name, None
        try:
            await require_head(database)
        except DatabaseNewerError as error:
            return schema, database.name, error.text(spoken)
        return schema, database.name, None

    settings, spoken = _begin(config)
    schema, name, refused = _with_database(settings, spoken, look)
    if as_json:
        typer.echo(json.dumps(_as_dict(schema, name), ensure_ascii=False, indent=2))
    else:
        _tell(schema, name, spoken, refused)
    if refused is not None:
        if as_json:
            typer.echo(refused, err=True)
        raise typer.Exit(FAILED)


@database_app.command("upgrade", help=help_text("database.upgrade"))
def upgrade(config: Config = None) -> None:
    """Bring it up to this code; nobody may work on it meanwhile."""
    from store.migrate import migrate_alone  # noqa: PLC0415
    from store.migrations import HEAD  # noqa: PLC0415

    async def work(database: Database) -> tuple[bool, str]:
        return await migrate_alone(database), database.name

    settings, spoken = _begin(config)
    done, name = _with_database(settings, spoken, work)
    text = say(spoken, "database.upgraded", name=name, version=HEAD)
    typer.echo(text if done else say(spoken, "database.is_current"))


@database_app.command("downgrade", help=help_text("database.downgrade"))
def downgrade(
    yes: Annotated[bool, typer.Option("--yes", "-y", help=help_text("database.yes"))] = False,
    config: Config = None,
) -> None:
    """Say what is lost, ask, and undo the last step."""
    settings, spoken = _begin(config)
    step, name = _with_database(settings, spoken, _look_back)
    if step.before is None:
        fail(say(spoken, "database.first", name=name, version=step.version), FAILED)
    brings = say(spoken, f"database.step.{step.version}")
    about = {"version": step.version, "before": step.before, "brings": brings}
    typer.echo(say(spoken, "database.goes_back", name=name, **about))
    typer.echo(say(spoken, "database.lost" if step.losses else "database.nothing_lost"))
    for loss in step.losses:
        typer.echo(say(spoken, "database.loss", what=loss.name, rows=loss.rows))
    if step.losses:
        typer.echo(say(spoken, "database.backup_first"))
    if not yes:
        typer.confirm(say(spoken, "database.ask"), abort=True)

    async def work(database: Database) -> str | None:
        return await _go_back(settings, database, step)

    now = _with_database(settings, spoken, work)
    own = version("callward")
    typer.echo(say(spoken, "database.downgraded", name=name, version=now, own=own))


async def _look_back(database: Database) -> tuple[StepBack, str]:
    from store.lease import reserve  # noqa: PLC0415
    from store.migrate import step_back  # noqa: PLC0415

    # Who is told that it cannot be has not been asked before.
    async with reserve(database):
        return await step_back(database), database.name


async def _go_back(settings: Settings, database: Database, told: StepBack) -> str | None:
    """The version that it has now."""
    from sqlalchemy import inspect  # noqa: PLC0415

    from crm.audit import OPERATOR, Action, AuditLog, Entry  # noqa: PLC0415
    from crm.audit_head import head_file  # noqa: PLC0415
    from crm.key_file import open_vault_of  # noqa: PLC0415
    from daemon.audit_head import AuditHead  # noqa: PLC0415
    from daemon.cli.request import unix_user  # noqa: PLC0415
    from store import migrate  # noqa: PLC0415

    audit = AuditLog(database, await open_vault_of(settings.vault, database))
    entry = Entry(
        action=Action.DATABASE_DOWNGRADED,
        actor=OPERATOR,
        via=f"command:{unix_user()}",
        object=f"{told.version} → {told.before}",
        details={"lost": {loss.name: loss.rows for loss in told.losses}},
    )

    def tell(connection: Connection) -> None:
        if inspect(connection).has_table("audit"):
            audit.add(connection, entry)

    step = await migrate.downgrade(database, tell)
    async with database.read() as connection:
        kept = await connection.run_sync(lambda sync: inspect(sync).has_table("audit"))
    if kept:
        await AuditHead(database, audit, head_file(settings.vault)).note()
    return step.before


def _begin(config: object) -> tuple[Settings, Language]:
    from config.settings import LogSettings  # noqa: PLC0415
    from daemon import logs  # noqa: PLC0415
    from daemon.cli.reading import require_database  # noqa: PLC0415

    settings = load_settings(config)  # type: ignore[arg-type]
    spoken = language(settings)
    require_database(settings, spoken)
    logs.configure(LogSettings(level="warning"))
    return settings, spoken


def _with_database(
    settings: Settings, spoken: Language, work: Callable[[Database], Awaitable[T]]
) -> T:
    """``work``'s result; ends with one line where that cannot be."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from crm.vault import VaultError  # noqa: PLC0415
    from store.database import Database, StoreError  # noqa: PLC0415

    async def run() -> T:
        database = Database(settings.database.url)
        try:
            return await work(database)
        except DBAPIError as error:
            raise StoreError("unreadable", name=database.name, reason=error.orig) from error
        finally:
            await database.close()

    try:
        return asyncio.run(run())
    except (StoreError, VaultError) as error:
        fail(error.text(spoken), FAILED)


def _tell(schema: Schema, name: str, spoken: Language, refused: str | None) -> None:
    from store.migrate import versions_between  # noqa: PLC0415
    from store.migrations import HEAD  # noqa: PLC0415

    if schema.version is None:
        typer.echo(say(spoken, "database.stands_empty", name=name))
    elif schema.callward is None:
        typer.echo(say(spoken, "database.stands_unsigned", name=name, version=schema.version))
    else:
        about = {"version": schema.version, "writer": schema.callward}
        typer.echo(say(spoken, "database.stands", name=name, **about))
    typer.echo(say(spoken, "database.needs", own=version("callward"), head=HEAD))
    if refused is not None:
        typer.echo(refused, err=True)
        return
    steps = versions_between(schema.version, HEAD)
    typer.echo(say(spoken, "database.is_older" if steps else "database.is_current"))
    for step in steps:
        brings = say(spoken, f"database.step.{step}")
        typer.echo(say(spoken, "database.step", version=step, brings=brings))


def _as_dict(schema: Schema, name: str) -> dict[str, object]:
    from store.migrate import is_newer, versions_between  # noqa: PLC0415
    from store.migrations import HEAD  # noqa: PLC0415

    newer = is_newer(schema)
    return {
        "database": name,
        "schema": schema.version,
        "written_by": schema.callward,
        "needed": HEAD,
        "callward": version("callward"),
        "newer": newer,
        "to_do": [] if newer else list(versions_between(schema.version, HEAD)),
    }
