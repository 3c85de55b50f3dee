"""Logs: structlog for us and for the libraries, with a last net that no phone number passes."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Final

import structlog

from config.settings import LogSettings
from daemon.journal import JournalHandler, is_read_by_journal, journal_entry

_HIDDEN: Final = "[number]"

_KEPT: Final = (
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}",  # UUID
    r"\b(?=\d*[a-f])[0-9a-f]{32,128}\b",  # digests
    # Asterisk's uniqueid: systemname, epoch, sequence; and the recordings named after it
    r"\b(?:[A-Za-z_]{1,16}\d{0,4}-)?1[5-9]\d{8}\.\d{1,9}(?:\.(?:rx|tx|wav))*\b",
    r"\b(?:PJSIP|SIP|IAX2|DAHDI)/\w{1,6}-[0-9a-f]{8}\b",  # channels of endpoints such as 101
    # ISO 8601
    r"\b\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])(?![\d-])"
    r"(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?",
    r"\b\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?\b",  # IPv4, with a port
)
_NUMBER: Final = r"\+?\d(?:[\s().\-\u00a0]{0,2}\d){6,}"
_NET: Final = re.compile(f"({'|'.join(_KEPT)})|{_NUMBER}")

_SILENT: Final = ("panoramisk", "aiohttp.access", "sqlalchemy.engine", "aiosqlite")
"""They log raw AMI lines, query strings and SQL values."""


def mask_numbers(text: str) -> str:
    """The text with everything that could be a phone number (7 digits and more) struck out.

    Ids that logs need survive: UUIDs, digests, uniqueids, endpoints' channels, instants, addresses.
    """
    return _NET.sub(lambda match: match.group(1) or _HIDDEN, text)


def _masked(value: object) -> object:
    match value:
        case str():
            return mask_numbers(value)
        case bool() | float() | None:
            return value
        case int():
            # Ten digits and more: counts and sizes stay below.
            return value if -(10**9) < value < 10**9 else _HIDDEN
        case Mapping():
            return {_masked(key): _masked(item) for key, item in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_masked(item) for item in value]
        case _:
            return mask_numbers(str(value))


def strike_numbers(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """structlog processor: ``mask_numbers`` on every field, whatever its shape."""
    for key, value in event.items():
        if not key.startswith("_"):  # ProcessorFormatter's own record stays an object
            event[key] = _masked(value)
    return event


def configure(settings: LogSettings) -> None:
    """Send our logs and the libraries' to stderr in one format; call once, at the start.

    Where stderr leads into systemd's journal, its fields go there as fields, unless JSON is wanted.
    """
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.format_exc_info,
        strike_numbers,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    handler: logging.Handler = logging.StreamHandler()
    renderer: structlog.typing.Processor
    if settings.format == "json":
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    elif is_read_by_journal():
        handler, renderer = JournalHandler(), journal_entry
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.ExtraAdder(), *shared],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                renderer,
            ],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(settings.level.upper())
    # One line for each of its plugins, at every start.
    logging.getLogger("alembic.runtime.plugins").setLevel(logging.WARNING)
    for name in _SILENT:
        silent = logging.getLogger(name)
        silent.setLevel(logging.CRITICAL + 1)
        silent.propagate = False
