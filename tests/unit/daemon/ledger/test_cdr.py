"""The PBX's CDR, a file or a table of a real MariaDB: which calls it has, whatever its columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from config.event_log import CelSettings
from daemon.ledger.cdr import CdrFile, only_in_cdr
from daemon.ledger.cdr_table import CdrTable
from daemon.ledger.parts import source_of
from lab.mariadb import Mariadb
from tests.replay.recorded import settings

BEGIN = datetime(2026, 7, 1, tzinfo=UTC)
END = BEGIN + timedelta(days=1)


def epoch(hours: float) -> int:
    return int((BEGIN + timedelta(hours=hours)).timestamp())


def row(hours: float, serial: int = 1) -> str:
    """As ``cdr_csv`` writes it with ``loguniqueid=yes``."""
    at = BEGIN + timedelta(hours=hours)
    channels = '"","101","102","in","x","PJSIP/101-1","","Dial",""'
    return f'{channels},"{at}","{at}","{at}",9,5,"ANSWERED","3","{epoch(hours)}.{serial}",""'


def test_calls_of_a_day_are_found_in_a_file_of_a_year(tmp_path: Path) -> None:
    file = tmp_path / "Master.csv"
    hours = [*range(-24 * 120, 0), -0.5, 0, 5, 23.99, 24, 30, *range(60, 24 * 20)]
    file.write_text("\n".join(["no row at all", *map(row, hours), '"half a ro']) + "\n")
    found = list(CdrFile(file).calls(BEGIN, END))
    assert found == [frozenset({f"{epoch(each)}.1"}) for each in (0, 5, 23.99)]


def test_a_call_of_which_the_log_knows_any_channel_is_known() -> None:
    rows = [
        frozenset({f"{epoch(1)}.1", f"{epoch(1)}.2"}),
        frozenset({f"{epoch(2)}.3", f"{epoch(2) + 4}.4"}),
        frozenset({f"{epoch(2)}.3"}),
    ]
    found = only_in_cdr(rows, {f"{epoch(1)}.2"})
    assert found == [(f"{epoch(2)}.3", BEGIN + timedelta(hours=2))]


def test_a_file_that_is_not_there_is_the_systems_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        list(CdrFile(tmp_path / "Master.csv").calls(BEGIN, END))


@pytest.fixture(scope="module")
def mariadb() -> Iterator[Mariadb]:
    with Mariadb() as server:
        server.run(
            "CREATE DATABASE asteriskcdrdb;"
            "CREATE TABLE asteriskcdrdb.cdr (calldate datetime NOT NULL, src varchar(80),"
            " disposition varchar(45), uniqueid varchar(32), linkedid varchar(32));"
            "CREATE DATABASE without;"
            "CREATE USER reader@localhost IDENTIFIED BY 'what a reader knows';"
            "GRANT SELECT ON *.* TO reader@localhost;"
        )
        yield server


def table(mariadb: Mariadb, database: str) -> CdrTable:
    cel = CelSettings(
        url=mariadb.url("reader", database),
        secret="what a reader knows",  # type: ignore[arg-type]
    )
    pbx = settings().pbx[0]
    zone = ZoneInfo("Europe/London")
    found = source_of(pbx.model_copy(update={"cel": cel, "timezone": zone})).cdr
    assert isinstance(found, CdrTable)
    return found


def test_calls_of_a_day_are_found_in_freepbxs_table(mariadb: Mariadb) -> None:
    local = BEGIN.astimezone(ZoneInfo("Europe/London"))
    for hours in (-0.5, 0, 12, 23.9, 24.5):
        at = (local + timedelta(hours=hours)).replace(tzinfo=None)
        mariadb.run(
            f"INSERT INTO asteriskcdrdb.cdr VALUES ('{at}', '101', 'ANSWERED',"
            f" '{epoch(hours)}.2', '{epoch(hours)}.1')"
        )
    found = set(table(mariadb, "asteriskcdrdb").calls(BEGIN, END))
    expected = (0, 12, 23.9)
    assert found == {frozenset({f"{epoch(one)}.1", f"{epoch(one)}.2"}) for one in expected}


def test_a_database_without_that_table_has_no_cdr(mariadb: Mariadb) -> None:
    assert list(table(mariadb, "without").calls(BEGIN, END)) == []
