"""What was read in the last day, from the audit: a restart of the daemon gives nobody more."""

from __future__ import annotations

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Row, Select, func, select

from crm.audit import Action
from crm.people_tables import audit
from crm.sealed import open_sealed
from crm.staff import OPERATOR
from crm.tables import client
from crm.vault import Vault
from daemon.watching.allowance import Allowance, Mark, minute_of

SHOWN: Final = "shown"
"""In an entry's details: the marks of the clients that a list showed, five bytes each, base64."""
IN_CALL: Final = "call:"
"""An opened card's ``object`` in the audit begins so where it was that client's turn: he was
ringing at, or talking with, whoever opened it. The call's id follows."""
_BYTES: Final = 5
_BATCH: Final = 1000

_OPENED: Final = (
    select(
        audit.c.actor,
        audit.c.at,
        audit.c.client_id,
        audit.c.object,
        client.c.curator,
        client.c.deputy,
    )
    .join(client, client.c.id == audit.c.client_id)
    .where(audit.c.action == Action.CLIENT_OPENED.value)
)


def write_marks(marks: Iterable[Mark]) -> str:
    """As they stand in the details."""
    return base64.b64encode(b"".join(mark.to_bytes(_BYTES) for mark in marks)).decode()


def read_marks(text: str) -> list[Mark]:
    """What ``write_marks`` wrote."""
    raw = base64.b64decode(text)
    return [int.from_bytes(raw[at : at + _BYTES]) for at in range(0, len(raw), _BYTES)]


def load_read(connection: Connection, vault: Vault, now: datetime) -> dict[str, Allowance]:
    """By person, what he has read in the last day and since his quota was lifted."""
    allowances: defaultdict[str, Allowance] = defaultdict(Allowance)
    entries = connection.execution_options(yield_per=_BATCH).execute(
        select(
            audit.c.seq,
            audit.c.at,
            audit.c.actor,
            audit.c.action,
            audit.c.client_id,
            audit.c.object,
            audit.c.details,
        )
        .where(
            audit.c.seq > _last_before(now - timedelta(days=1)), audit.c.actor != OPERATOR.person
        )
        .order_by(audit.c.seq)
    )
    for entry in entries:
        minute = minute_of(entry.at)
        if entry.action == Action.QUOTA_LIFTED:
            allowances[entry.object].lift()
        elif entry.action == Action.CLIENT_OPENED:
            if entry.client_id is not None and not is_in_call(entry.object):
                allowances[entry.actor].cards.add({entry.client_id}, minute)
        elif entry.details is not None:
            text = open_sealed(vault, audit.c.details, entry.seq, entry.details)
            shown = json.loads(text).get(SHOWN)
            if isinstance(shown, str):
                allowances[entry.actor].rows.add(read_marks(shown), minute)
    return dict(allowances)


def _last_before(at: datetime) -> ColumnElement[int]:
    """Entries stand in the order of time: from the end this looks at one day's."""
    last = select(audit.c.seq).where(audit.c.at < at).order_by(audit.c.seq.desc()).limit(1)
    return func.coalesce(last.scalar_subquery(), 0)


def load_opened(connection: Connection, person: str, since: datetime) -> Iterator[Row[Any]]:
    """Which cards that person opened out of turn, oldest first, and who serves them now.

    Rows of ``at``, ``client_id``, ``curator``, ``deputy``.
    """
    opened = _OPENED.where(audit.c.actor == person, audit.c.at >= since).order_by(audit.c.at)
    yield from _out_of_turn(connection, opened)


def load_opened_decoys(connection: Connection, since: datetime) -> Iterator[Row[Any]]:
    """Who opened a decoy; rows of ``actor``, ``at``, ``client_id`` and whatever else."""
    opened = _OPENED.where(
        audit.c.seq > _last_before(since), client.c.decoy, audit.c.actor != OPERATOR.person
    )
    yield from _out_of_turn(connection, opened.order_by(audit.c.seq))


def _out_of_turn(connection: Connection, opened: Select[Any]) -> Iterator[Row[Any]]:
    for row in connection.execute(opened):
        if not is_in_call(row.object):
            yield row


def is_in_call(object_: str | None) -> bool:
    """Whether a card was opened in a call with its client."""
    return object_ is not None and object_.startswith(IN_CALL)
