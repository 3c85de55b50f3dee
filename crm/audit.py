"""The audit: who did what, when and from where. Append-only, each entry chained to the one before.

``mac`` of an entry is an HMAC over all that it says, the digest of its details and the ``mac``
before it: who changes, removes or moves a row without the key breaks the chain there. The details
themselves are sealed and stand outside of the chain, by their digest: they can be erased with
their client, and sealed anew when the vault's key changes.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Connection, func, literal, null, select, update

from crm.audit_actions import Action
from crm.people_tables import audit, kept_secret
from crm.sealed import open_sealed, seal
from crm.vault import Sealed, Vault
from store.database import Database
from store.types import to_microseconds
from store.upsert import insert_rows

__all__ = ["CALLWARD", "OPERATOR", "Action", "AuditLog", "Entry"]

SECRET: Final = "audit"  # noqa: S105 - a name
"""Under which the chain's key is kept."""
OPERATOR: Final = "operator"
"""The command on this machine."""
CALLWARD: Final = "callward"
"""Nobody's doing: its own."""
_KEY_BYTES: Final = 32
_LOCK: Final = 0x63616C6C_61756469
"""PostgreSQL's advisory lock: who adds waits for who added. SQLite has one writer as it is."""
_SECRET = select(kept_secret.c.value).where(kept_secret.c.name == SECRET)
_HEAD = (
    select(audit.c.seq, audit.c.mac, _SECRET.scalar_subquery().label("secret"))
    .order_by(audit.c.seq.desc())
    .limit(1)
)
_NOTHING = select(
    literal(0).label("seq"), null().label("mac"), _SECRET.scalar_subquery().label("secret")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that was done; ``AuditLog`` adds when and where in the chain.

    ``object`` is an id or a name, never what somebody typed: that is for ``details``, which are
    sealed. Of a search by number, ``client_id`` says whom it found; the number is not told.
    """

    action: Action
    actor: str
    """A person's name; ``operator``; ``callward`` itself."""
    via: str | None = None
    """``session:ID``, ``token:ID``, ``command:USER``, ``phone``; ``None``: Callward itself."""
    address: str | None = None
    client_id: UUID | None = None
    object: str | None = None
    count: int = 1
    """How many it was about: rows of a list, clients of an export."""
    details: Mapping[str, Any] | None = None
    """What JSON can hold. Values of fields stand in ``before`` and ``after``, by field."""


def mac_of(key: bytes, row: Mapping[str, Any], previous: bytes) -> bytes:
    """32 bytes for a row of the audit; ``previous``: of the one before, empty for the first."""
    details, client = row["details_digest"], row["client_id"]
    said = [
        row["seq"],
        to_microseconds(row["at"]),
        row["actor"],
        row["via"],
        row["address"],
        row["action"],
        None if client is None else client.hex,
        row["object"],
        row["count"],
        None if details is None else details.hex(),
        previous.hex(),
    ]
    return hmac.digest(key, json.dumps(said).encode(), "sha256")


class AuditLog:
    """Writes the audit. Any number of processes may, each with an object of its own."""

    def __init__(
        self,
        database: Database,
        vault: Vault,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._database = database
        self._vault = vault
        self._clock = clock
        self._known: tuple[Sealed, bytes] | None = None
        self._told: list[tuple[tuple[Entry, ...], asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    def add(self, connection: Connection, *entries: Entry) -> None:
        """Add these in the transaction that does what they tell of; best as its last step.

        Others who add wait for the end of that transaction.
        """
        if not entries:
            return
        if connection.dialect.name == "postgresql":
            connection.execute(select(func.pg_advisory_xact_lock(_LOCK)))
        seq, mac, key = self._head(connection)
        now = self._clock()
        rows = []
        for entry in entries:
            seq += 1
            row: dict[str, Any] = {
                "seq": seq,
                "at": now,
                "actor": entry.actor,
                "via": entry.via,
                "address": entry.address,
                "action": entry.action.value,
                "client_id": entry.client_id,
                "object": entry.object,
                "count": entry.count,
                "details": None,
                "details_digest": None,
            }
            if entry.details is not None:
                plain = _canonical(entry.details)
                row["details"] = seal(self._vault, audit.c.details, seq, plain)
                row["details_digest"] = digest(key, plain)
            mac = row["mac"] = mac_of(key, row, mac)
            rows.append(row)
        insert_rows(connection, audit, rows)

    async def tell(self, *entries: Entry) -> None:
        """Store these and return when they are stored. Told at once, they share a transaction.

        For what is read: to be awaited before what was read is answered.
        """
        if not entries:
            return
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._told.append((entries, stored))
        if self._storing is None:
            self._storing = asyncio.create_task(self._store(), name="audit")
        # Who no longer waits does not take others' entries with him.
        await asyncio.shield(stored)

    def _head(self, connection: Connection) -> tuple[int, bytes, bytes]:
        row = connection.execute(_HEAD).first() or connection.execute(_NOTHING).one()
        sealed = row.secret
        if sealed is None:
            sealed = make_key(connection, self._vault, self._clock())
        if self._known is None or self._known[0] != sealed:
            self._known = (sealed, open_key(self._vault, sealed))
        return row.seq, row.mac or b"", self._known[1]

    def _add_all(self, entries: Sequence[Entry], connection: Connection) -> None:
        self.add(connection, *entries)

    async def _store(self) -> None:
        try:
            while self._told:
                told, self._told = self._told, []
                entries = [entry for some, _ in told for entry in some]
                try:
                    await self._database.write(partial(self._add_all, entries))
                except BaseException as error:
                    for _, stored in told:
                        _fail(stored, error)
                    if not isinstance(error, Exception):
                        raise
                else:
                    for _, stored in told:
                        if not stored.done():
                            stored.set_result(None)
        finally:
            self._storing = None


def erase(connection: Connection, client_id: UUID) -> None:
    """Forget the details of what was done with a client. That it was done, by whom and when stays.

    For one transaction with the entry ``client_purged``: the chain's check asks for it.
    """
    connection.execute(update(audit).where(audit.c.client_id == client_id).values(details=None))


def digest(key: bytes, plain: str) -> bytes:
    """Of details as they were sealed."""
    return hmac.digest(key, b"details " + plain.encode(), "sha256")


def make_key(connection: Connection, vault: Vault, at: datetime) -> Sealed:
    """The chain's key, random and sealed; for a database that has none."""
    sealed = seal(vault, kept_secret.c.value, SECRET, os.urandom(_KEY_BYTES).hex())
    insert_rows(connection, kept_secret, [{"name": SECRET, "value": sealed, "created_at": at}])
    return sealed


def find_key(connection: Connection, vault: Vault) -> bytes | None:
    """The chain's key; ``None``: nothing was ever added, or it was taken out."""
    sealed = connection.execute(_SECRET).scalar_one_or_none()
    return None if sealed is None else open_key(vault, sealed)


def open_key(vault: Vault, sealed: Sealed) -> bytes:
    """``VaultError``: it was altered or sealed with another key."""
    return bytes.fromhex(open_sealed(vault, kept_secret.c.value, SECRET, sealed))


def _canonical(details: Mapping[str, object]) -> str:
    return json.dumps(details, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _fail(stored: asyncio.Future[None], error: BaseException) -> None:
    if stored.done():
        return
    if isinstance(error, asyncio.CancelledError):
        stored.cancel()
    else:
        stored.set_exception(error)
