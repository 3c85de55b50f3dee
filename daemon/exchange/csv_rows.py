"""Clients as lines of CSV (RFC 4180), as a spreadsheet opens them. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from crm.cards import MANUAL
from crm.clients import Client
from crm.fields import (
    ADDRESSES,
    CATEGORY,
    COMPANY,
    CONTACT_KINDS,
    CURATOR,
    CUSTOM,
    DEPUTY,
    EMAILS,
    MESSENGERS,
    NAME,
    PHONES,
    SOURCE,
    is_custom,
)
from crm.sheets import FORMULA
from crm.watermark import marked

FIELDS: Final = (
    NAME,
    PHONES,
    EMAILS,
    ADDRESSES,
    MESSENGERS,
    COMPANY,
    CATEGORY,
    CURATOR,
    DEPUTY,
    SOURCE,
)
"""What an export can hold, beside every custom field."""
MARK: Final = "callward export"
"""The column that says which export it is."""
BOM: Final = "\ufeff"
"""So that a spreadsheet reads UTF-8 as such."""
_BETWEEN: Final = "; "


def header(fields: Sequence[str], labels: Mapping[str, str]) -> str:
    """The first line. ``labels``: of custom fields, by name of the field."""
    return BOM + line([*(labels.get(name, name) for name in fields), MARK])


def client_line(client: Client, fields: Sequence[str], watermark: str) -> str:
    """One client; his name bears the mark."""
    cells = [_cell(client, name) for name in fields]
    if NAME in fields:
        at = fields.index(NAME)
        cells[at] = marked(cells[at], watermark) if cells[at] else ""
    return line([*cells, watermark])


def ghost_line(name: str, fields: Sequence[str], watermark: str, curator: str | None) -> str:
    """One client whom there is in this export alone."""
    about = {NAME: marked(name, watermark), SOURCE: MANUAL, CURATOR: curator or ""}
    return line([*(about.get(one, "") for one in fields), watermark])


def line(cells: Iterable[str]) -> str:
    """One line, with its end."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow([_harmless(cell) for cell in cells])
    return buffer.getvalue()


def _harmless(cell: str) -> str:
    """A cell that a spreadsheet would run as a formula is text there; an import takes that off.

    A number stays as it is: E.164 begins with a plus, and is no formula.
    """
    if cell[:1] not in FORMULA or cell[1:].isdigit():
        return cell
    return f"'{cell}"


def _cell(client: Client, name: str) -> str:
    if name == PHONES:
        return _BETWEEN.join(phone.number for phone in client.phones if phone.number)
    if name in CONTACT_KINDS.values():
        return _BETWEEN.join(
            one.value for one in client.contacts if one.value and CONTACT_KINDS[one.kind] == name
        )
    if is_custom(name):
        return client.custom.get(name.removeprefix(CUSTOM), "")
    return getattr(client, name) or ""
