"""``callward calls``: what is stored, also while no daemon runs."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

from daemon.calls.call import Direction, Disposition
from daemon.cli.context import (
    Config,
    Json,
    fail,
    help_text,
    language,
    load_settings,
)
from daemon.cli.instants import parse_instant
from daemon.cli.reading import read_stored, show
from daemon.messages import say

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from config.problems import Language
    from config.settings import Settings
    from crm.vault import Vault
    from daemon.api.viewer import Viewer

_EXAMPLE_ID = "01941f29-7c00-7aaa-9bbb-0123456789ab"


Limit = Annotated[int, typer.Option("--limit", "-n", min=1, max=100_000, help=help_text("limit"))]
Number = Annotated[str | None, typer.Option("--number", help=help_text("number"))]
MinTalk = Annotated[int | None, typer.Option("--min-talk", min=0, help=help_text("min_talk"))]
Recorded = Annotated[
    bool | None, typer.Option("--recorded/--not-recorded", help=help_text("recorded"))
]


def calls(  # noqa: PLR0917 - each is an option
    since: Annotated[str | None, typer.Option("--since", help=help_text("since"))] = None,
    until: Annotated[str | None, typer.Option("--until", help=help_text("until"))] = None,
    direction: Annotated[Direction | None, typer.Option(help=help_text("direction"))] = None,
    disposition: Annotated[Disposition | None, typer.Option(help=help_text("disposition"))] = None,
    agent: Annotated[str | None, typer.Option("--agent", help=help_text("agent"))] = None,
    client: Annotated[str | None, typer.Option("--client", help=help_text("client"))] = None,
    number: Number = None,
    running: Annotated[bool, typer.Option("--running", help=help_text("running"))] = False,
    missed: Annotated[bool, typer.Option("--missed", help=help_text("missed"))] = False,
    queue: Annotated[str | None, typer.Option("--queue", help=help_text("queue"))] = None,
    min_talk: MinTalk = None,
    recorded: Recorded = None,
    limit: Limit = 50,
    config: Config = None,
    as_json: Json = False,
) -> None:
    """Print the calls that match, newest first."""
    settings = load_settings(config)
    spoken = language(settings)
    from_at = _instant("--since", since, spoken)
    to_at = _instant("--until", until, spoken)
    client_id = _id("--client", client, spoken)
    e164 = parse_number(number, settings, spoken)

    from crm.access import Right  # noqa: PLC0415
    from crm.recording_pauses import pauses_of  # noqa: PLC0415
    from daemon.api.calls import call_model, heard_of  # noqa: PLC0415
    from daemon.history.queries import CallFilter, list_calls  # noqa: PLC0415
    from daemon.history.seen import Seen  # noqa: PLC0415

    async def reading(
        connection: AsyncConnection, vault: Vault, viewer: Viewer
    ) -> list[dict[str, Any]]:
        wanted = CallFilter(
            since=from_at,
            until=to_at,
            direction=direction,
            disposition=disposition,
            agent=agent,
            client_id=client_id,
            number=None if e164 is None else vault.blind_index(e164),
            running=running,
            missed=missed,
            queue=queue,
            least_talk_seconds=min_talk,
            recorded=recorded,
            heard=None if recorded is None else Seen(viewer.access, Right.RECORDINGS_LISTEN),
            seen=Seen(viewer.access, Right.CALLS_READ),
        )
        found = await list_calls(connection, wanted, limit=limit, vault=vault)
        recordings = await heard_of(connection, found, viewer)
        pauses = await connection.run_sync(pauses_of, [stored.call.id for stored in found])
        return [
            call_model(stored, recordings, viewer, pauses).model_dump(mode="json")
            for stored in found
        ]

    from daemon.cli.tables import calls_table  # noqa: PLC0415

    found = read_stored(settings, reading, spoken, "calls")
    show(found, calls_table, spoken, as_json=as_json)


def _instant(option: str, text: str | None, spoken: Language) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_instant(text, datetime.now().astimezone())
    except (ValueError, OverflowError):
        fail(say(spoken, "bad_instant", option=option, value=text))


def _id(option: str, text: str | None, spoken: Language) -> UUID | None:
    if text is None:
        return None
    try:
        return UUID(text)
    except ValueError:
        fail(say(spoken, "bad_id", option=option, value=text, example=_EXAMPLE_ID))


def parse_number(text: str | None, settings: Settings, spoken: Language) -> str | None:
    """E.164 of ``--number``; ends the command where it is none, without repeating it."""
    if text is None:
        return None
    from crm.numbers import normalise  # noqa: PLC0415

    e164 = normalise(text, settings.company.region)
    if e164 is None:
        fail(say(spoken, "bad_phone", option="--number"))
    return e164
