"""From which export a file is that turned up somewhere."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import Connection

from crm.exports import GHOST_PURPOSE, MOST_GHOSTS, Export, find_by_watermark, list_exports
from crm.sheets import SheetError, read_sheet
from crm.vault import Vault
from crm.watermark import found_marks, ghosts, unmarked

_NEWEST = 1000
"""So many exports are tried for clients whom there is in one alone."""


def recognise(connection: Connection, vault: Vault, content: bytes) -> list[Export]:
    """The exports whose marks, or whose own clients, a file holds; the newest first."""
    texts = list(_texts(content))
    found: dict[UUID, Export] = {}
    for mark in found_marks("\n".join(texts)):
        export = find_by_watermark(connection, vault, mark)
        if export is not None:
            found[export.id] = export
    names = {unmarked(text).strip() for text in texts}
    key = vault.derive(GHOST_PURPOSE)
    for export in list_exports(connection, vault, limit=_NEWEST):
        if not names.isdisjoint(ghosts(export.watermark, key, MOST_GHOSTS)):
            found[export.id] = export
    return sorted(found.values(), key=lambda one: one.id, reverse=True)


def _texts(content: bytes) -> Iterator[str]:
    """Every cell as it stands in the file; of what is no table, every line."""
    try:
        sheet = read_sheet(content, clean=False)
    except SheetError:
        yield from content.decode(errors="replace").splitlines()
        return
    yield from sheet.columns
    for line in sheet.lines:
        yield from line.cells
