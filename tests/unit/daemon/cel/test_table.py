"""The PBX's own log as a table of a real MariaDB and a real PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, make_url, text

from config.event_log import CelSettings
from config.settings import PbxSettings
from daemon.calls.call import Call
from daemon.calls.directory import Directory
from daemon.calls.tracker import Tracker
from daemon.cel.file import CelLog
from daemon.cel.rows import CelColumnsError, CelRow
from daemon.cel.source import CelSource, open_source
from daemon.cel.table import ROWS_AT_ONCE, CelTable
from daemon.cel.translate import CelTranslator
from daemon.replay import fold
from lab.mariadb import Mariadb
from lab.postgres import Postgres
from tests.replay.recorded import JOURNALS, settings

ZONE = ZoneInfo("Europe/London")
START = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
COLUMNS = (
    *("eventtype", "eventtime", "cid_name", "cid_num", "cid_ani", "cid_rdnis", "cid_dnid"),
    *("exten", "context", "channame", "appname", "appdata", "amaflags", "accountcode"),
    *("uniqueid", "linkedid", "peer", "userfield", "userdeftype", "extra"),
)
# As FreePBX's module "cdr" makes it; microseconds are this test's.
MARIADB = """
CREATE DATABASE asteriskcdrdb CHARACTER SET utf8mb4;
CREATE TABLE asteriskcdrdb.cel (
  id int(11) NOT NULL AUTO_INCREMENT PRIMARY KEY, eventtype varchar(30) NOT NULL,
  eventtime datetime(6) NOT NULL, cid_name varchar(80) NOT NULL, cid_num varchar(80) NOT NULL,
  cid_ani varchar(80) NOT NULL, cid_rdnis varchar(80) NOT NULL, cid_dnid varchar(80) NOT NULL,
  exten varchar(80) NOT NULL, context varchar(80) NOT NULL, channame varchar(80) NOT NULL,
  appname varchar(80) NOT NULL, appdata varchar(255) NOT NULL, amaflags int(11) NOT NULL,
  accountcode varchar(20) NOT NULL, uniqueid varchar(32) NOT NULL, linkedid varchar(32) NOT NULL,
  peer varchar(80) NOT NULL, userdeftype varchar(255) NOT NULL, extra varchar(512) NOT NULL,
  userfield varchar(255) NOT NULL, KEY uniqueid_index (uniqueid), KEY linkedid_index (linkedid));
CREATE TABLE asteriskcdrdb.other (id int PRIMARY KEY, eventtime datetime);
CREATE USER reader@localhost IDENTIFIED BY 'what a reader knows';
GRANT SELECT ON asteriskcdrdb.* TO reader@localhost;
"""
# As in Asterisk's documentation of cel_pgsql.
POSTGRESQL = """
CREATE TABLE cel (
  id serial PRIMARY KEY, eventtype varchar(30), eventtime timestamp, cid_name varchar(80),
  cid_num varchar(80), cid_ani varchar(80), cid_rdnis varchar(80), cid_dnid varchar(80),
  exten varchar(80), context varchar(80), channame varchar(80), appname varchar(80),
  appdata varchar(512), amaflags int, accountcode varchar(20), uniqueid varchar(150),
  linkedid varchar(150), peer varchar(80), userdeftype varchar(255), extra varchar(512),
  userfield varchar(255));
CREATE TABLE other (id int PRIMARY KEY, eventtime timestamp);
"""


class Log:
    """A PBX's table, written to by its administrator."""

    def __init__(self, url: str, cel: CelSettings) -> None:
        self._engine = create_engine(url)
        self.cel = cel
        self.run("DELETE FROM cel")

    def run(self, statement: str) -> None:
        with self._engine.begin() as connection:
            connection.execute(text(statement))

    def write(self, *rows: dict[str, object]) -> None:
        """Rows of which only some columns matter."""
        empty: dict[str, object] = dict.fromkeys(COLUMNS, "") | {"amaflags": 3}
        values = ", ".join(f":{name}" for name in COLUMNS)
        statement = f"INSERT INTO cel ({', '.join(COLUMNS)}) VALUES ({values})"
        with self._engine.begin() as connection:
            connection.execute(text(statement), [empty | row for row in rows])

    def source(self, **changed: object) -> CelTable:
        pbx = settings().pbx[0]
        found = open_source(
            pbx.model_copy(update={"timezone": ZONE, "cel": self.cel.model_copy(update=changed)})
        )
        assert isinstance(found, CelTable)
        return found

    def close(self) -> None:
        self._engine.dispose()


@pytest.fixture(scope="module")
def mariadb() -> Iterator[Mariadb]:
    with Mariadb() as server:
        server.run(MARIADB)
        yield server


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with Postgres() as server:
        server.create("asterisk")
        server.run("psql", "--quiet", "--dbname", "asterisk", "--command", POSTGRESQL)
        yield server


@pytest.fixture(params=["mariadb", "postgres"])
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Log]:
    server = request.getfixturevalue(request.param)
    if isinstance(server, Mariadb):
        secret = tmp_path / "secret"
        secret.touch(0o600)
        secret.write_text("what a reader knows\n")
        cel = CelSettings(url=server.url("reader", "asteriskcdrdb"), secret_file=secret)
        admin = server.url("root", "asteriskcdrdb").replace("mysql:", "mysql+pymysql:")
    else:
        admin = server.url("asterisk").replace("+asyncpg", "+psycopg")
        cel = CelSettings(url=admin.replace("+psycopg", ""))
    found = Log(admin, cel)
    yield found
    found.close()


def row(second: float, uniqueid: str = "", **more: object) -> dict[str, object]:
    """A row of this second after the start."""
    at = (START + timedelta(seconds=second)).astimezone(ZONE).replace(tzinfo=None)
    return {
        "eventtype": "CHAN_START",
        "eventtime": at,
        "uniqueid": uniqueid or f"{second:.0f}.0",
        "linkedid": "1.0",
        "channame": "PJSIP/101-00000001",
        **more,
    }


def read(source: CelSource, since: float = 0, until: float | None = None) -> list[str]:
    end = None if until is None else START + timedelta(seconds=until)
    batches = source.rows(START + timedelta(seconds=since), end)
    return [one.text("uniqueid") for rows in batches for one in rows]


def test_a_table_that_is_empty(log: Log) -> None:
    assert read(log.source()) == []


def test_rows_come_in_the_order_in_which_they_were_written(log: Log) -> None:
    log.write(row(1), row(0), row(2))
    assert read(log.source(), since=-1) == ["1.0", "0.0", "2.0"]


@pytest.mark.parametrize("since", [-5, 0, 1, 700, 1_234.5, 1_999, 5_000])
def test_of_a_long_table_only_the_end_is_read(log: Log, since: float) -> None:
    log.write(*(row(second) for second in range(4 * ROWS_AT_ONCE)))
    got = read(log.source(), since)
    assert got == [f"{second}.0" for second in range(2000) if second >= since]


def test_rows_that_are_gone_do_not_mislead(log: Log) -> None:
    log.write(*(row(second) for second in range(1000)))
    log.run("DELETE FROM cel WHERE uniqueid LIKE '4%'")
    got = read(log.source(), since=390)
    assert got[0] == "390.0"
    assert len(got) == 1000 - 390 - 100


def test_it_ends_a_little_after_what_was_asked_for(log: Log) -> None:
    log.write(*(row(second) for second in range(5 * ROWS_AT_ONCE)))
    got = read(log.source(), since=100, until=200)
    assert got[:101] == [f"{second}.0" for second in range(100, 201)]
    assert len(got) <= 2 * ROWS_AT_ONCE


def test_times_are_those_of_the_pbx_and_texts_are_any(log: Log) -> None:
    log.write(row(0.5, cid_name='Иван "Ваня", O\'Neil', extra='{"hangupcause":16}'))
    [[one]] = log.source().rows(START)
    assert one.at == START + timedelta(seconds=0.5)
    assert one.text("cid_name") == 'Иван "Ваня", O\'Neil'
    assert one.extra == {"hangupcause": 16}


def test_what_tells_nothing_is_counted(log: Log) -> None:
    source = log.source()
    log.write(row(0), {**row(1), "uniqueid": ""}, row(2))
    assert read(source) == ["0.0", "2.0"]
    assert source.surprises == {"unreadable row": 1}


def test_a_table_that_is_not_there_is_named(log: Log) -> None:
    with pytest.raises(CelColumnsError, match="there is no table calls"):
        read(log.source(table="calls"))


def test_columns_that_are_missing_are_named(log: Log) -> None:
    with pytest.raises(CelColumnsError, match="channame, eventtype, linkedid, uniqueid"):
        read(log.source(table="other"))


@pytest.mark.parametrize("log", ["mariadb"], indirect=True)
def test_a_wrong_password_says_so_and_shows_none(log: Log, tmp_path: Path) -> None:
    secret = tmp_path / "wrong"
    secret.touch(0o600)
    secret.write_text("what nobody knows")
    source = log.source(secret_file=secret)
    with pytest.raises(OSError, match="Access denied for user 'reader'") as refused:
        read(source)
    assert "what nobody" not in str(refused.value)
    assert "secret" not in source.name


def test_a_password_that_others_can_read_is_refused(log: Log, tmp_path: Path) -> None:
    secret = tmp_path / "open"
    secret.touch(0o644)
    secret.write_text("x")
    with pytest.raises(OSError, match="can be read by others"):
        read(log.source(secret_file=secret))


@pytest.mark.parametrize("scheme", ["mysql", "postgresql"])
def test_a_server_that_is_away_says_so(scheme: str, tmp_path: Path) -> None:
    place = "unix_socket" if scheme == "mysql" else "host"
    cel = CelSettings(url=f"{scheme}://reader@/asterisk?{place}={tmp_path / 'nobody'}")
    source = open_source(settings().pbx[0].model_copy(update={"cel": cel}))
    assert source is not None
    with pytest.raises(OSError, match=r"OperationalError"):
        read(source)


def test_a_server_that_was_restarted_is_asked_again(mariadb: Mariadb) -> None:
    cel = CelSettings(url=mariadb.url("root", "asteriskcdrdb"))
    log = Log(make_url(cel.url or "").set(drivername="mysql+pymysql").render_as_string(), cel)
    log.write(row(0))
    source = log.source()
    assert read(source) == ["0.0"]
    mariadb.stop()
    with pytest.raises(OSError, match="OperationalError"):
        read(source)
    mariadb.start()
    assert read(source) == ["0.0"]
    log.close()


def calls(pbx: PbxSettings, batches: Iterator[list[CelRow]]) -> list[Call]:
    known = settings()
    translator = CelTranslator()
    tracker = Tracker(pbx.name, Directory.from_settings(known.company, known.agents, pbx))
    events = (event for rows in batches for one in rows for event in translator.translate(one))
    return fold(tracker, events).calls


def test_the_table_tells_the_calls_of_the_file(log: Log) -> None:
    pbx = settings().pbx[0]
    # Those of before bear ids that are too long for FreePBX's table.
    fitting = [journal for journal in JOURNALS if '"callward-0' not in journal.cel.read_text()]
    for journal in fitting[::20]:
        log.run("DELETE FROM cel")
        long_ago = datetime(2020, 1, 1, tzinfo=UTC)
        file = CelLog(journal.cel, pbx.timezone, pbx.cel.columns)
        rows = [one for batch in file.rows(long_ago) for one in batch]
        log.write(
            *(
                {
                    **{name: one.text(name) for name in COLUMNS if name != "amaflags"},
                    "eventtime": one.at.astimezone(ZONE).replace(tzinfo=None),
                    "extra": one.text("eventextra"),
                }
                for one in rows
            )
        )
        expected = calls(pbx, file.rows(long_ago))
        assert calls(pbx, log.source().rows(long_ago)) == expected
