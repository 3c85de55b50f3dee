"""``callward call`` and ``callward callbacks``."""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Annotated, Any, Final

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
from daemon.cli.history import Limit
from daemon.cli.reading import read_stored, show
from daemon.cli.request import NoDaemonError, RefusedError, ask, request
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from config.problems import Language
    from config.settings import Settings
    from crm.vault import Vault
    from daemon.api.viewer import Viewer

_EVERY_SECONDS: Final = 0.2
_CODE: Final = re.compile(r"[0-9]{1,10}")
_PATH: Final = "/api/v1/callbacks"


def call(
    client: Annotated[str, typer.Argument(help=help_text("call_target"), show_default=False)],
    agent: Annotated[str, typer.Option("--as", help=help_text("call_as"), show_default=False)],
    via: Annotated[str | None, typer.Option("--via", help=help_text("call_via"))] = None,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Ring the agent, then the client, and show how far it is; exit code 1 where nobody talked."""
    settings = load_settings(config)
    spoken = language(settings)
    body = {"short_code" if _CODE.fullmatch(client) else "client_id": client, "agent": agent}
    if via is not None:
        body["via"] = via
    begun = request(settings, spoken, "POST", _PATH, body)
    follow = _follow_silently if as_json else _follow
    try:
        ended = follow(settings, spoken, begun)
    except KeyboardInterrupt:
        ended = _cancel(settings, spoken, begun)
    if as_json:
        typer.echo(json.dumps(ended, ensure_ascii=False, indent=2))
    if ended["reason"] != "talked":
        raise typer.Exit(FAILED)


def callbacks(
    agent: Annotated[str | None, typer.Option("--agent", help=help_text("agent"))] = None,
    live: Annotated[bool, typer.Option("--live", help=help_text("live_callbacks"))] = False,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print callbacks, newest first."""
    settings = load_settings(config)
    spoken = language(settings)

    from daemon.api.callbacks import CallbackModel  # noqa: PLC0415
    from daemon.callbacks.rows import list_callbacks  # noqa: PLC0415
    from daemon.cli.tables import callbacks_table  # noqa: PLC0415

    async def reading(
        connection: AsyncConnection,
        vault: Vault,  # noqa: ARG001 - no number is opened
        viewer: Viewer,
    ) -> list[dict[str, Any]]:
        found = await connection.run_sync(
            list_callbacks,
            limit=limit,
            agents=None if agent is None else {agent},
            live=True if live else None,
        )
        return [CallbackModel.of(one, spoken, viewer).model_dump(mode="json") for one in found]

    found = read_stored(settings, reading, spoken, "callbacks")
    show(found, callbacks_table, spoken, as_json=as_json)


def _follow(settings: Settings, spoken: Language, begun: dict[str, Any]) -> dict[str, Any]:
    """One line for each state, the last one live."""
    from rich.text import Text  # noqa: PLC0415

    from daemon.cli.tables import console  # noqa: PLC0415

    shown = console()
    client = begun["client_name"] or begun["short_code"] or begun["client_id"]
    heading = say(spoken, "call.to", client=client, agent=begun["agent"], via=begun["via"])
    shown.print(Text(heading, style="bold"))
    now, last = begun, None
    with shown.status(Text(now["detail"])) as status:
        while True:
            if now["state"] != last:
                last = now["state"]
                ended = last == "ended"
                good = not ended or now["reason"] == "talked"
                shown.print(Text(f"  {'■' if ended else '●'} ", "green" if good else "red"), end="")
                shown.print(Text(now["detail"]))
                status.update(Text(now["detail"]))
            if last == "ended":
                return now
            time.sleep(_EVERY_SECONDS)
            now = _newest(settings, spoken, now)


def _follow_silently(settings: Settings, spoken: Language, begun: dict[str, Any]) -> dict[str, Any]:
    now = begun
    while now["state"] != "ended":
        time.sleep(_EVERY_SECONDS)
        now = _newest(settings, spoken, now)
    return now


def _cancel(settings: Settings, spoken: Language, begun: dict[str, Any]) -> dict[str, Any]:
    typer.echo(say(spoken, "call.cancelling"), err=True)
    request(settings, spoken, "DELETE", f"{_PATH}/{begun['id']}")
    return _follow_silently(settings, spoken, begun)


def _newest(settings: Settings, spoken: Language, known: dict[str, Any]) -> dict[str, Any]:
    """How far it is now; while the daemon is started anew, how far it was."""
    try:
        newest: dict[str, Any] = ask(settings, spoken, "GET", f"{_PATH}/{known['id']}")
    except NoDaemonError:
        return known
    except RefusedError as error:
        fail(str(error), FAILED)
    return newest
