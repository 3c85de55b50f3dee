"""Which tables are Callward's own: what a backup of a PostgreSQL database holds."""

from __future__ import annotations

from importlib import import_module
from typing import Final

from store.metadata import metadata

_DECLARING: Final = (
    "crm.call_tables",
    "crm.card_tables",
    "crm.people_tables",
    "crm.tables",
    "crm.watch_tables",
    "daemon.callbacks.tables",
    "daemon.history.tables",
    "daemon.ledger.tables",
    "daemon.outbox.tables",
    "recordings.models",
)
"""Each declares its tables when it is loaded."""
VERSION: Final = "alembic_version"
EMPTY: Final = frozenset({"callward_leader"})
"""Their rows are about running processes: they are not taken along."""


def own_tables() -> list[str]:
    """Names, sorted. Not every one is in a database of an older schema."""
    for name in _DECLARING:
        import_module(name)
    return sorted({*metadata.tables, VERSION, *EMPTY})
