"""Tables that people bring: CSV and XLSX, as rows of text. Pure: bytes in, rows out.

Excel writes CSV in the encoding and with the separator of its country, so both are recognised.
"""

from __future__ import annotations

import csv
import io
import unicodedata
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from crm.watermark import unmarked

MOST_BYTES: Final = 20_000_000
MOST_ROWS: Final = 200_000
MOST_COLUMNS: Final = 60
LONGEST_CELL: Final = 4000
_MOST_UNPACKED: Final = 400_000_000
"""Bytes of an XLSX's parts together: more is no honest table."""
_SEPARATORS: Final = ",;\t|"
_BOMS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_ZIP: Final = b"PK\x03\x04"
_OLD_EXCEL: Final = b"\xd0\xcf\x11\xe0"


class SheetError(ValueError):
    """A file that cannot be read as a table. ``reason`` is the end of a text's key."""

    def __init__(self, reason: str, **about: Any) -> None:
        super().__init__(reason)
        self.reason = reason
        self.about = about


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file."""

    number: int
    """As a person counts them: the header is line 1."""
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: its header, and the rows that are not empty."""

    columns: tuple[str, ...]
    lines: tuple[Line, ...]


def read_sheet(content: bytes, *, clean: bool = True) -> Sheet:
    """The first sheet of a file. ``SheetError``: wrong kind, too large, no header, no rows.

    ``clean``: cells without what cannot be seen (``crm.watermark``) and what stops formulas.
    """
    if not content.strip():
        raise SheetError("empty")
    if len(content) > MOST_BYTES:
        raise SheetError("too_large", most=MOST_BYTES // 1_000_000)
    if content.startswith(_OLD_EXCEL):
        raise SheetError("old_excel")
    rows = _xlsx(content) if content.startswith(_ZIP) else _csv(content)
    return _sheet(rows, _clean if clean else str)


def _sheet(rows: Iterator[tuple[int, list[str]]], clean: Callable[[str], str]) -> Sheet:
    header: tuple[str, ...] | None = None
    lines: list[Line] = []
    for number, raw in rows:
        cells = [clean(cell) for cell in raw]
        if not any(cells):
            continue
        if header is None:
            header = _header(cells)
            continue
        if len(lines) == MOST_ROWS:
            raise SheetError("too_many_rows", most=MOST_ROWS)
        # What stands right of the last heading has no name: it is a broken row, seen later.
        while len(cells) > len(header) and not cells[-1]:
            cells.pop()
        cells.extend([""] * (len(header) - len(cells)))
        lines.append(Line(number, tuple(cells)))
    if header is None:
        raise SheetError("empty")
    if not lines:
        raise SheetError("no_rows")
    return Sheet(header, tuple(lines))


def _header(cells: list[str]) -> tuple[str, ...]:
    while cells and not cells[-1]:
        cells.pop()
    if len(cells) > MOST_COLUMNS:
        raise SheetError("too_many_columns", most=MOST_COLUMNS)
    for position, name in enumerate(cells, 1):
        if not name:
            raise SheetError("no_heading", column=position)
    folded = [name.casefold() for name in cells]
    for position, name in enumerate(folded):
        if name in folded[:position]:
            raise SheetError("heading_twice", column=position + 1)
    return tuple(cells)


def _csv(content: bytes) -> Iterator[tuple[int, list[str]]]:
    text = _decode(content)
    first = next((line for line in text.splitlines() if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    # Longer cells are broken rows of their own, named by line and column.
    csv.field_size_limit(MOST_BYTES)
    began = 1
    try:
        for cells in reader:
            yield began, cells
            began = reader.line_num + 1
    except csv.Error:
        raise SheetError("broken_csv", line=began) from None


def _decode(content: bytes) -> str:
    encoding = next((name for bom, name in _BOMS if content.startswith(bom)), "utf-8")
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise SheetError("encoding") from None
        # What Russian Excel writes where it is not told otherwise.
        try:
            text = content.decode("cp1251")
        except UnicodeDecodeError:
            raise SheetError("encoding") from None
    if any(unicodedata.category(char) == "Cc" and char not in "\r\n\t" for char in text[:4096]):
        raise SheetError("kind")
    return text


def _xlsx(content: bytes) -> Iterator[tuple[int, list[str]]]:
    from python_calamine import (  # noqa: PLC0415 - loaded when a table comes
        CalamineError,
        PasswordError,
        load_workbook,
    )

    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            unpacked = sum(part.file_size for part in archive.infolist())
            if "[Content_Types].xml" not in archive.namelist():
                raise SheetError("kind")
    except zipfile.BadZipFile:
        raise SheetError("kind") from None
    if unpacked > _MOST_UNPACKED:
        raise SheetError("too_large", most=MOST_BYTES // 1_000_000)
    try:
        with load_workbook(io.BytesIO(content)) as workbook:
            if not workbook.sheet_names:
                raise SheetError("empty")
            sheet = workbook.get_sheet_by_index(0)
            first = sheet.start[0] if sheet.start else 0
            for number, row in enumerate(sheet.to_python(skip_empty_area=True), first + 1):
                yield number, [_text(cell) for cell in row]
    except PasswordError:
        raise SheetError("password") from None
    except CalamineError:
        raise SheetError("kind") from None


def _text(cell: object) -> str:
    """A cell as it is read aloud: a phone number in Excel is often a number."""
    match cell:
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer():
            return str(int(cell))
        case datetime() if cell.time() == time():
            return cell.date().isoformat()
        case datetime() | date() | time():
            return cell.isoformat()
        case _:
            return "" if cell is None else str(cell)


def _clean(cell: str) -> str:
    """Without what cannot be seen, and without the quote that keeps a formula from running."""
    text = unmarked(cell).strip()
    return text[1:] if text[:1] == "'" and text[1:2] in FORMULA else text


FORMULA: Final = frozenset("=+-@")
"""A cell that begins so is a formula to a spreadsheet."""
