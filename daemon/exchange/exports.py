"""Exports: the clients that somebody may take along, page by page, with marks and a record."""

from __future__ import annotations

from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection

from crm.access import Right
from crm.alerts import raise_alert
from crm.audit import Action, AuditLog
from crm.clients import load_clients
from crm.custom_fields import load_custom_fields
from crm.exports import (
    GHOST_PURPOSE,
    MOST_GHOSTS,
    Export,
    begin_export,
    finish_export,
    keep_part,
)
from crm.search import ClientQuery, Order, Place, find_clients
from crm.vault import Vault
from crm.watermark import ghosts, new_watermark
from daemon.api.still_good import has_same_rights
from daemon.api.viewer import Viewer
from daemon.exchange.csv_rows import client_line, ghost_line, header
from daemon.staff import StaffBook
from store.database import Database
from store.ids import uuid7

ALERT: Final = "export"
"""The kind of alert that every export raises: whoever may settle it hears of it at once."""
_TELLING: Final = frozenset({"q", "company"})
_UNTOLD: Final = "…"
_PAGE: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportOrder:
    """What somebody wants to take along."""

    viewer: Viewer
    fields: tuple[str, ...]
    query: ClientQuery
    filter: dict[str, Any] = field(repr=False)
    """As it was asked, for the record."""


class Exporter:
    """Writes exports. What it holds of one is a page and 16 bytes for each client."""

    def __init__(self, database: Database, vault: Vault, audit: AuditLog, staff: StaffBook) -> None:
        self._database = database
        self._vault = vault
        self._audit = audit
        self._staff = staff

    async def begin(self, order: ExportOrder) -> Export:
        """Record it; nothing has gone out yet."""
        begun = Export(
            id=uuid7(),
            actor=order.viewer.actor,
            at=datetime.now(UTC),
            format="csv",
            fields=order.fields,
            filter=order.filter,
            watermark=new_watermark(),
            clients=0,
            finished_at=None,
        )
        # Words and companies could be those of private clients: they stand in the record alone.
        asked = {name: _UNTOLD if name in _TELLING else one for name, one in order.filter.items()}
        details = {"fields": list(order.fields), "filter": asked}
        entry = order.viewer.entry(Action.EXPORTED, object=str(begun.id), count=0, details=details)

        def work(connection: Connection) -> None:
            begin_export(connection, self._vault, begun)
            self._audit.add(connection, entry)

        await self._database.write(work)
        return begun

    async def lines(self, order: ExportOrder, begun: Export) -> AsyncGenerator[str]:
        """The file, a page at a time: each is recorded before it goes out."""
        count, pages, after = 0, 0, None
        own = ghosts(begun.watermark, self._vault.derive(GHOST_PURPOSE), MOST_GHOSTS)
        finished = False
        try:
            async with self._database.read() as connection:
                labels = {
                    one.field: one.label for one in await connection.run_sync(load_custom_fields)
                }
            yield header(order.fields, labels)
            # Who leaves meanwhile, or may no more what he might, takes nothing further along.
            while has_same_rights(self._staff.now, order.viewer):
                async with self._database.read() as connection:
                    # A client of this export alone stands among each of the first pages.
                    ghost = own[pages] if pages < len(own) else None
                    ids, text, after = await connection.run_sync(
                        self._page, order, begun.watermark, after, ghost
                    )
                if not ids:
                    finished = True
                    break
                await self._database.write(partial(keep_part, id_=begun.id, number=pages, ids=ids))
                count += len(ids)
                pages += 1
                yield text
                if after is None:
                    finished = True
                    break
        finally:
            await self._finish(order.viewer, begun, count, finished=finished)

    def _page(
        self,
        connection: Connection,
        order: ExportOrder,
        watermark: str,
        after: Place | None,
        ghost: str | None,
    ) -> tuple[list[UUID], str, Place | None]:
        places = find_clients(
            connection,
            order.viewer.access,
            order.query,
            right=Right.CLIENTS_EXPORT,
            order=Order.CREATED,
            after=after,
            limit=_PAGE,
        )
        cards = load_clients(
            connection,
            [place.id for place in places],
            vault=self._vault,
            hidden=order.viewer.access.hidden,
        )
        lines = [client_line(card, order.fields, watermark) for card in cards]
        if ghost is not None and cards:
            # Beside a client with the same curator, so that it does not stand out.
            at = len(cards) * 7 // 11
            curator = cards[at].curator
            lines.insert(at, ghost_line(ghost, order.fields, watermark, curator))
        more = places[-1] if len(places) == _PAGE else None
        return [card.id for card in cards], "".join(lines), more

    async def _finish(self, viewer: Viewer, begun: Export, count: int, *, finished: bool) -> None:
        now = datetime.now(UTC)
        entry = viewer.entry(
            Action.EXPORT_DOWNLOADED,
            object=str(begun.id),
            count=count,
            details={"finished": finished},
        )

        def work(connection: Connection) -> None:
            if finished:
                finish_export(connection, begun.id, now)
            raise_alert(
                connection,
                ALERT,
                person=viewer.person,
                evidence={"count": count, "watermark": begun.watermark},
                key=f"{ALERT} {begun.id}",
                at=now,
            )
            self._audit.add(connection, entry)

        await self._database.write(work)
