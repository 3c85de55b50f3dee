"""What left the base: each export, what it held and its mark."""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, and_, insert, select, update

from crm.sealed import open_sealed, seal
from crm.vault import Vault
from crm.watch_tables import export, export_part

_ID_BYTES: Final = 16
MOST_GHOSTS: Final = 20
"""Clients of its own alone that an export has at most."""
GHOST_PURPOSE: Final = "export ghosts"
"""Of the key (``Vault.derive``) from which clients of one export alone are drawn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One export."""

    id: UUID
    actor: str
    at: datetime
    format: str
    fields: tuple[str, ...]
    filter: Mapping[str, Any] = field(repr=False)
    """What was asked for."""
    watermark: str
    clients: int
    finished_at: datetime | None
    """``None``: it goes on, or broke off."""


def begin_export(connection: Connection, vault: Vault, begun: Export) -> None:
    """Write down that an export begins: before its first byte goes out."""
    connection.execute(
        insert(export).values(
            id=begun.id,
            actor=begun.actor,
            at=begun.at,
            format=begun.format,
            fields=list(begun.fields),
            filter=seal(vault, export.c.filter, begun.id, json.dumps(dict(begun.filter))),
            watermark=begun.watermark,
            clients=0,
        )
    )


def keep_part(connection: Connection, id_: UUID, number: int, ids: Collection[UUID]) -> None:
    """Of the clients in it, those who went out as part ``number``."""
    packed = zlib.compress(b"".join(one.bytes for one in ids))
    connection.execute(insert(export_part).values(export_id=id_, number=number, held=packed))
    count = export.c.clients + len(ids)
    connection.execute(update(export).where(export.c.id == id_).values(clients=count))


def finish_export(connection: Connection, id_: UUID, at: datetime) -> None:
    """All of it went out."""
    connection.execute(update(export).where(export.c.id == id_).values(finished_at=at))


def list_exports(
    connection: Connection,
    vault: Vault,
    *,
    of: ColumnElement[bool] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    after: UUID | None = None,
) -> list[Export]:
    """Exports, newest first. ``of`` narrows to those whose row it holds for."""
    query = select(export).order_by(export.c.id.desc()).limit(limit)
    if of is not None:
        query = query.where(of)
    if since is not None:
        query = query.where(export.c.at >= since)
    if until is not None:
        query = query.where(export.c.at < until)
    if after is not None:
        query = query.where(export.c.id < after)
    return [_read(vault, row) for row in connection.execute(query)]


def find_by_watermark(connection: Connection, vault: Vault, watermark: str) -> Export | None:
    """The export that bears this mark."""
    row = connection.execute(select(export).where(export.c.watermark == watermark)).first()
    return None if row is None else _read(vault, row)


def load_held(connection: Connection, id_: UUID) -> tuple[UUID, ...]:
    """Whose cards were in an export, as they went out; none of those who are deleted for good."""
    parts = select(export_part.c.held).where(export_part.c.export_id == id_)
    packed = connection.execute(parts.order_by(export_part.c.number)).scalars()
    return tuple(one for part in packed for one in unpack_ids(part))


def unpack_ids(packed: bytes) -> Iterator[UUID]:
    """The ids in a part."""
    raw = zlib.decompress(packed)
    return (UUID(bytes=raw[at : at + _ID_BYTES]) for at in range(0, len(raw), _ID_BYTES))


def forget_held(connection: Connection, clients: Collection[UUID]) -> None:
    """Take these clients out of what exports held; the exports' counts stay."""
    gone = set(clients)
    key = (export_part.c.export_id, export_part.c.number)
    for export_id, number in connection.execute(select(*key)).all():
        row = and_(export_part.c.export_id == export_id, export_part.c.number == number)
        ids = list(
            unpack_ids(connection.execute(select(export_part.c.held).where(row)).scalar_one())
        )
        kept = [one for one in ids if one not in gone]
        if len(kept) < len(ids):
            packed = zlib.compress(b"".join(one.bytes for one in kept))
            connection.execute(update(export_part).where(row).values(held=packed))


def made_by(names: Iterable[str]) -> ColumnElement[bool]:
    """Exports that one of these people made."""
    return export.c.actor.in_(sorted(names))


def _read(vault: Vault, row: Row[Any]) -> Export:
    return Export(
        id=row.id,
        actor=row.actor,
        at=row.at,
        format=row.format,
        fields=tuple(row.fields),
        filter=json.loads(open_sealed(vault, export.c.filter, row.id, row.filter)),
        watermark=row.watermark,
        clients=row.clients,
        finished_at=row.finished_at,
    )
