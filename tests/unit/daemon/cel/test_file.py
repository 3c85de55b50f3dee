"""The PBX's own log as files: from where to read, and what of it cannot be read."""

from __future__ import annotations

import bz2
import gzip
import lzma
import os
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from daemon.cel.file import CHUNK_BYTES, CelLog
from daemon.cel.rows import DEFAULT_COLUMNS, CelColumnsError

START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
ZONE = ZoneInfo("Europe/London")


def line(second: float, uniqueid: str | None = None) -> str:
    """A row of this second after the start."""
    at = (START + timedelta(seconds=second)).astimezone(ZONE).replace(tzinfo=None)
    values = dict.fromkeys(DEFAULT_COLUMNS, "")
    values |= {
        "eventtype": "CHAN_START",
        "eventtime": str(at),
        "uniqueid": uniqueid or f"{second:.0f}.0",
        "linkedid": "1.0",
        "channame": "PJSIP/101-00000001",
    }
    return ",".join(f'"{value}"' for value in values.values()) + "\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "callward.csv"


def read(file: Path, since: float = 0, surprises: Counter[str] | None = None) -> list[str]:
    log = CelLog(file, ZONE, surprises=surprises)
    batches = log.rows(START + timedelta(seconds=since))
    return [row.text("uniqueid") for rows in batches for row in rows]


def touched(file: Path, second: float) -> None:
    at = (START + timedelta(seconds=second)).timestamp()
    os.utime(file, (at, at))


def test_all_rows_of_a_small_file_come(file: Path) -> None:
    file.write_text("".join(line(second) for second in range(5)))
    assert read(file) == ["0.0", "1.0", "2.0", "3.0", "4.0"]


@pytest.mark.parametrize("since", [0, 1, 7_000, 12_345.6, 19_999])
def test_of_a_large_file_only_the_end_is_read(file: Path, since: float) -> None:
    file.write_text("".join(line(second) for second in range(20_000)))
    got = read(file, since)
    wanted = [f"{second}.0" for second in range(20_000) if second >= since]
    assert got[-len(wanted) :] == wanted
    row = len(line(10_000))
    assert len(got) - len(wanted) <= 2 * CHUNK_BYTES / row


def test_a_line_that_is_still_being_written_is_left_for_the_next_time(file: Path) -> None:
    file.write_text(line(0) + line(1)[:-30])
    surprises = Counter[str]()
    assert read(file, surprises=surprises) == ["0.0"]
    with file.open("a") as log:
        log.write(line(1)[-30:])
    assert read(file, surprises=surprises) == ["0.0", "1.0"]
    assert not surprises


def test_a_line_that_was_cut_off_takes_none_but_the_next_with_it(file: Path) -> None:
    file.write_text(line(0) + line(1)[:25] + line(2) + line(3))
    surprises = Counter[str]()
    assert read(file, surprises=surprises) == ["0.0", "3.0"]
    assert surprises == {"not CSV": 1}


def test_what_is_no_text_and_no_row_is_counted(file: Path) -> None:
    garbage = b"\xff\xfe\0garbage\n" + b"x" * 300_000 + b"\n"
    file.write_bytes(garbage + line(1).encode())
    surprises = Counter[str]()
    assert read(file, surprises=surprises) == ["1.0"]
    assert surprises


def test_rotated_files_come_first_and_old_ones_not_at_all(file: Path) -> None:
    older, old = file.with_name("callward.csv.2"), file.with_name("callward.csv-1")
    other = file.with_name("callward.csv2")
    older.write_text(line(0))
    touched(older, 0)
    old.write_text(line(10))
    touched(old, 10)
    other.write_text(line(11))
    file.write_text(line(20))
    assert read(file, 5) == ["10.0", "20.0"]
    assert read(file, 0) == ["0.0", "10.0", "20.0"]


@pytest.mark.parametrize(("ending", "pack"), [("gz", gzip), ("bz2", bz2), ("xz", lzma)])
def test_a_packed_file_is_read_as_well(file: Path, ending: str, pack: object) -> None:
    packed = file.with_name(f"callward.csv.1.{ending}")
    packed.write_bytes(pack.compress((line(0) + line(1)).encode()))  # type: ignore[attr-defined]
    file.write_text(line(2))
    assert read(file) == ["0.0", "1.0", "2.0"]


def test_a_damaged_packed_file_holds_up_no_other(file: Path) -> None:
    file.with_name("callward.csv.1.gz").write_bytes(gzip.compress(line(0).encode())[:-10])
    file.with_name("callward.csv.2.gz").write_bytes(b"no archive")
    # A block of zeros, as after a power cut.
    packed = gzip.compress("".join(line(second) for second in range(5000)).encode())
    half = len(packed) // 2
    file.with_name("callward.csv.3.gz").write_bytes(packed[:half] + bytes(len(packed) - half))
    file.write_text(line(2))
    surprises = Counter[str]()
    assert read(file, surprises=surprises)[-1] == "2.0"
    assert surprises["unreadable archive"] == 3


def test_a_file_that_is_rotated_while_it_is_read_is_read_to_its_end(file: Path) -> None:
    count = 3 * CHUNK_BYTES // len(line(0))
    file.write_text("".join(line(second) for second in range(count)))
    batches = CelLog(file, ZONE).rows(START)
    got = [row.text("uniqueid") for row in next(batches)]
    file.rename(file.with_name("callward.csv.1"))
    file.write_text(line(count))
    got += [row.text("uniqueid") for rows in batches for row in rows]
    assert got == [f"{second}.0" for second in range(count + 1)]


def test_just_after_a_rotation_there_may_be_no_file_yet(file: Path) -> None:
    file.with_name("callward.csv.1").write_text(line(0))
    assert read(file) == ["0.0"]


def test_a_missing_file_is_said(file: Path) -> None:
    with pytest.raises(FileNotFoundError):
        read(file)
    with pytest.raises(FileNotFoundError):
        read(file / "deeper" / "callward.csv")


def test_the_first_line_may_name_the_columns_wherever_reading_begins(file: Path) -> None:
    head = "uniqueid,linkedid,channame,eventtype,eventtime\n"
    rows = [f"{n}.0,1.0,X/1-1,ANSWER,{START.timestamp() + n}\n" for n in range(5000)]
    file.write_text(head + "".join(rows))
    assert read(file, 4990)[-10:] == [f"{n}.0" for n in range(4990, 5000)]
    file.write_text("eventtype,nothing\n")
    with pytest.raises(CelColumnsError, match="uniqueid"):
        read(file)
