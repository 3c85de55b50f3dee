from __future__ import annotations

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm import sheets
from crm.sheets import SheetError, read_sheet
from crm.watermark import marked


def cells(content: bytes) -> list[tuple[str, ...]]:
    sheet = read_sheet(content)
    return [sheet.columns, *(line.cells for line in sheet.lines)]


def xlsx(*rows: str) -> bytes:
    """The least that is an XLSX; each row is its cells' XML."""
    sheet = "".join(f'<row r="{n}">{row}</row>' for n, row in enumerate(rows, 1))
    types = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
        'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>'
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/>'
        '<Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.'
        'openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>'
    )
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http://schemas.openxmlformats.org/package/2006/relationships"
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{relations}"><sheets>'
        '<sheet name="One" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}"><Relationship Id="r1" '
        f'Type="{relations}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData>'
        "</worksheet>",
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return packed.getvalue()


def text(value: str) -> str:
    return f'<c t="inlineStr"><is><t>{value}</t></is></c>'


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_csv_as_spreadsheets_write_it(separator: str, encoding: str) -> None:
    written = f'Имя{separator}Телефон\r\n"Анна{separator} ""А"""{separator}020 7946 0101\r\n'
    assert cells(written.encode(encoding)) == [
        ("Имя", "Телефон"),
        (f'Анна{separator} "А"', "020 7946 0101"),
    ]


def test_a_cell_may_have_several_lines_and_lines_are_counted_as_people_count() -> None:
    sheet = read_sheet(b'name,note\n\nAnna,"one\ntwo"\nBoris,three\n')
    assert [(line.number, line.cells[0]) for line in sheet.lines] == [(3, "Anna"), (5, "Boris")]
    assert sheet.lines[0].cells[1] == "one\ntwo"


def test_a_number_of_excel_is_read_as_it_is_read_aloud() -> None:
    content = xlsx(text("Name") + text("Phone"), text("Anna") + "<c><v>442079460101</v></c>")
    assert cells(content) == [("Name", "Phone"), ("Anna", "442079460101")]


def test_what_cannot_be_seen_and_what_stops_a_formula_is_taken_off() -> None:
    hidden = marked("Anna", "E-23456789")
    assert cells(f"name,note\n{hidden},'=1+1\n".encode())[1] == ("Anna", "=1+1")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b" \r\n ", "empty"),
        (b"\n,,\n", "empty"),
        (b"name\n", "no_rows"),
        (b"name,,phone\nAnna,,1", "no_heading"),
        (b"name,Name\nAnna,Boris", "heading_twice"),
        (b'name\n"Anna', "broken_csv"),
        (b"\xff\xfe\x00", "encoding"),
        (b"\x98\x98name", "encoding"),
        (b"PK\x03\x04 but no archive", "kind"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"%PDF-1.7\n\x00\x01\x02", "kind"),
        (",".join(f"c{n}" for n in range(61)).encode() + b"\n1", "too_many_columns"),
    ],
)
def test_what_is_no_table(content: bytes, reason: str) -> None:
    with pytest.raises(SheetError) as caught:
        read_sheet(content)
    assert caught.value.reason == reason


def test_a_zip_that_is_no_workbook_is_none() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("a.txt", "name\nAnna")
    with pytest.raises(SheetError, match="kind"):
        read_sheet(packed.getvalue())


def test_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "MOST_ROWS", 2)
    with pytest.raises(SheetError, match="too_many_rows"):
        read_sheet(b"name\na\nb\nc\n")
    monkeypatch.setattr(sheets, "MOST_BYTES", 5)
    with pytest.raises(SheetError, match="too_large"):
        read_sheet(b"name\nAnna\n")


def test_a_workbook_that_unpacks_to_more_than_a_table_can_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sheets, "_MOST_UNPACKED", 100)
    with pytest.raises(SheetError, match="too_large"):
        read_sheet(xlsx(text("name"), text("Anna")))


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_none(content: bytes) -> None:
    try:
        sheet = read_sheet(content)
    except SheetError:
        return
    assert sheet.lines
    assert all(len(line.cells) >= len(sheet.columns) for line in sheet.lines)
