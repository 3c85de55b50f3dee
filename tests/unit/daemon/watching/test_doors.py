"""Every door that shows clients counts what it shows: a new one without that fails here."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterator

from crm.access import Right
from daemon.api import server

_AREAS = frozenset({"clients", "calls", "recordings", "tasks", "reports", "changes", "audit"})
_COUNTS = re.compile(
    r"reading\.(?:opened|listed|glimpsed)\(|self\.opened\(|self\.show\(|app\[LIVE\]\.watching\("
)
_SHOWS_NO_CLIENT = {
    "/api/v1/control/pauses": "people, calls' ids and times",
    "/api/v1/alerts": "ids alone, of cards that are counted when they are opened",
    "/api/v1/alerts/{id}": "ids alone",
    "/api/v1/audit/verify": "numbers of entries",
    "/api/v1/categories": "names of categories",
    "/api/v1/clients/{id}/merge": "ids of merges",
    "/api/v1/control/quiet": "counts of clients",
    "/api/v1/custom-fields": "names of fields",
    "/api/v1/divisions/{id}": "counts by curator",
    "/api/v1/exports": "exports: counted and watermarked themselves",
    "/api/v1/imports": "counts of rows",
    "/api/v1/imports/{id}": "rows of his own file",
    "/api/v1/ledger": "counts of calls",
    "/api/v1/ledger/{day}": "calls' ids",
    "/api/v1/calls/{id}/legal-hold": "whether a hold stands",
    "/api/v1/clients/{id}/legal-hold": "whether a hold stands",
    "/api/v1/legal-holds": "ids of calls and clients, and why",
    "/api/v1/recordings/{id}": "one call's recording, recorded by itself",
    "/api/v1/recordings/{id}/audio": "its sound, recorded by itself",
    "/api/v1/recordings/{id}/listens": "names of people, recorded by itself",
    "/api/v1/reports/hours": "counts of calls",
    "/api/v1/reports/numbers": "counts of calls",
    "/api/v1/reports/people": "counts of calls",
    "/api/v1/reports/service": "counts of calls",
    "/api/v1/takeovers": "counts of clients",
    "/api/v1/tasks/{id}": "one task of his scope",
    "/api/v1/undoings/{id}": "how far it is",
}


def _gets() -> Iterator[tuple[str, str]]:
    for module in server.MODULES:
        for path, resource in module.ROUTES:
            rule = resource.rights.get("GET")
            if isinstance(rule, Right) and rule.value.partition(".")[0] in _AREAS:
                yield path, inspect.getsource(resource.get)


def test_whatever_shows_clients_goes_through_reading() -> None:
    uncounted = {path for path, source in _gets() if not _COUNTS.search(source)}
    assert uncounted - _SHOWS_NO_CLIENT.keys() == set()
    assert _SHOWS_NO_CLIENT.keys() - uncounted == set()
