"""systemd's journal gets the logs with their fields, and a journal that is away stops nobody."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from config.settings import LogSettings
from daemon import journal, logs
from daemon.journal import JournalHandler, is_read_by_journal


@pytest.fixture
def listener(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[socket.socket]:
    """The journal; the logging set-up of the test run comes back afterwards."""
    address = tmp_path / "journal"
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    before = structlog.get_config()
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(str(address))
        listener.settimeout(30)
        monkeypatch.setattr(logs, "JournalHandler", lambda: JournalHandler(address))
        monkeypatch.setattr(logs, "is_read_by_journal", lambda: True)
        logs.configure(LogSettings())
        yield listener
        root.handlers[0].close()
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    for name in ("panoramisk", "aiohttp.access", "sqlalchemy.engine", "aiosqlite"):
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)


def entry(listener: socket.socket) -> dict[str, str]:
    """Read as systemd's documentation has it."""
    data, fields = listener.recv(1 << 20), {}
    while data:
        line, _, rest = data.partition(b"\n")
        name, equals, value = line.partition(b"=")
        if not equals:
            size = int.from_bytes(rest[:8], "little")
            value, data = rest[8 : 8 + size], rest[8 + size + 1 :]
        else:
            data = rest
        fields[name.decode()] = value.decode()
    return fields


def test_every_field_is_a_field(listener: socket.socket) -> None:
    structlog.get_logger("daemon.flusher").error("call could not be stored", call_id="a-b", n=3)
    found = entry(listener)
    assert found["MESSAGE"] == "call could not be stored call_id=a-b n=3"
    assert (found["PRIORITY"], found["SYSLOG_IDENTIFIER"]) == ("3", "callward")
    assert found["CALLWARD_EVENT"] == "call could not be stored"
    assert (found["CALLWARD_CALL_ID"], found["CALLWARD_N"]) == ("a-b", "3")
    assert found["CALLWARD_LOGGER"] == "daemon.flusher"


def test_lines_of_a_trace_and_forged_fields_stay_in_their_place(listener: socket.socket) -> None:
    try:
        int("one\nPRIORITY=0")
    except ValueError:
        structlog.get_logger().exception("a bug", kind="x\nCALLWARD_KIND=y")
    found = entry(listener)
    assert found["PRIORITY"] == "3"
    assert found["CALLWARD_KIND"] == "x\nCALLWARD_KIND=y"
    assert "Traceback" in found["MESSAGE"]


def test_libraries_and_numbers_as_everywhere(listener: socket.socket) -> None:
    logging.getLogger("library").warning("called +442079460101")
    found = entry(listener)
    assert found["MESSAGE"] == "called [number]"
    assert found["PRIORITY"] == "4"


def test_what_is_very_long_is_cut(listener: socket.socket) -> None:
    structlog.get_logger().info("long", text="x" * 1_000_000)
    assert len(entry(listener)["CALLWARD_TEXT"]) == journal._MOST_BYTES


def test_a_journal_that_is_away_stops_nobody(
    listener: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    listener.close()
    structlog.get_logger().info("still here")
    assert "MESSAGE=still here" in capsys.readouterr().err


def test_a_journal_that_is_too_busy_is_not_waited_for(
    listener: socket.socket, capsys: pytest.CaptureFixture[str]
) -> None:
    log = structlog.get_logger()
    sent = 0
    handler = logging.getLogger().handlers[0]
    assert isinstance(handler, JournalHandler)
    while handler._dropped < 3:
        log.info("one of many")
        sent += 1
    assert capsys.readouterr().err == ""
    assert [entry(listener)["MESSAGE"] for _ in range(sent - 3)] == ["one of many"] * (sent - 3)
    log.info("again")
    assert entry(listener)["MESSAGE"] == "log lines were dropped lines=3"
    assert entry(listener)["MESSAGE"] == "again"


def test_whether_the_journal_reads_standard_error(tmp_path: Path) -> None:
    with (tmp_path / "stream").open("w") as stream:
        found = os.fstat(stream.fileno())
        here = {"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}
        assert is_read_by_journal(here, stream.fileno())
        assert not is_read_by_journal({"JOURNAL_STREAM": "1:2"}, stream.fileno())
        assert not is_read_by_journal({"JOURNAL_STREAM": "x"}, stream.fileno())
        assert not is_read_by_journal({}, stream.fileno())
