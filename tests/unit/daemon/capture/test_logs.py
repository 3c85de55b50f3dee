"""No phone number passes the logs; the ids that operators need do."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from config.settings import LogSettings
from daemon import logs


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """The log as JSON lines; the logging set-up of the test run comes back afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    before = structlog.get_config()
    logs.configure(LogSettings(format="json"))
    stream = io.StringIO()
    handler = root.handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    handler.setStream(stream)
    yield stream
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**before)
    for name in ("panoramisk", "aiohttp.access", "sqlalchemy.engine", "aiosqlite"):
        logging.getLogger(name).propagate = True
        logging.getLogger(name).setLevel(logging.NOTSET)


def lines(log: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in log.getvalue().splitlines()]


@pytest.mark.parametrize(
    "number",
    [
        "+442079460101",
        "442079460101",
        "020 7946 0101",
        "(020) 7946-0101",
        "+44.20.7946.0101",
        "sip:+442079460101@198.51.100.7",
        "Local/+442079460101@company-00000001;2",
        "7946010",
        "7946-01-01-01",
        "7946-01-0101",
        "7946-60-01",
        "442079460101" * 4,
    ],
)
def test_a_number_is_struck_out_in_any_spelling(number: str) -> None:
    masked = logs.mask_numbers(f"call from {number} came")
    assert "[number]" in masked
    assert "0101" not in masked
    assert "7946" not in masked


@pytest.mark.parametrize(
    "kept",
    [
        "1700000000.12",
        "pbx1-1700000000.12",
        "1700000000.12.rx.wav",
        "01941f29-7c00-7aaa-9bbb-0123456789ab",
        "2026-11-21T20:24:24.123456+00:00",
        "127.0.0.1:5038",
        "192.168.100.200",
        "PJSIP/101-0000000a",
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
        "101",
        "22.10.1",
    ],
)
def test_ids_instants_and_addresses_survive(kept: str) -> None:
    assert logs.mask_numbers(f"about {kept} here") == f"about {kept} here"


def test_every_field_passes_the_net_whatever_its_shape(log: io.StringIO) -> None:
    structlog.get_logger("test").info(
        "constant",
        text="+442079460101",
        whole=442079460101,
        nested={"+442079460102": ["020 7946 0103"]},
        call_id="1700000000.12",
        bytes=33_554_432,
        connected=True,
    )
    (line,) = lines(log)
    assert "79460" not in log.getvalue()
    assert line["call_id"] == "1700000000.12"
    assert line["bytes"] == 33_554_432
    assert line["connected"] is True


def test_an_exception_of_a_library_passes_the_net(log: io.StringIO) -> None:
    try:
        int("+44 20 7946 0101")
    except ValueError:
        logging.getLogger("some.library").exception("failed for %s", "+442079460102")
    (line,) = lines(log)
    assert "79460" not in log.getvalue()
    assert "ValueError" in str(line["exception"])


@pytest.mark.parametrize("name", ["panoramisk.ami_protocol", "aiohttp.access", "sqlalchemy.engine"])
def test_libraries_that_log_raw_lines_say_nothing(log: io.StringIO, name: str) -> None:
    logging.getLogger(name).error("Event: Newchannel CallerIDNum: 101")
    assert log.getvalue() == ""
