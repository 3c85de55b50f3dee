"""What the daemon opens before all else: its database, the vault, the audit, and its people."""

from __future__ import annotations

from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Protocol

from config.settings import Settings
from crm.audit import AuditLog
from crm.audit_head import head_file
from crm.key_file import open_vault_of
from crm.vault import Vault
from daemon.audit_head import AuditHead
from daemon.away import AwayBook
from daemon.routing.choices import load_people
from daemon.routing.people import People
from daemon.staff import StaffBook
from store.database import Database
from store.lease import share
from store.migrate import migrate


class Lead(Protocol):
    """That this daemon, and no other one, works on a database."""

    @property
    def database(self) -> Database:
        """Open as long as the lead is ours."""

    @property
    def is_sure(self) -> bool:
        """Whether another one cannot have taken over; asking costs nothing."""


@dataclass(frozen=True, slots=True)
class Store:
    """The database at its newest schema, its vault, and its audit."""

    database: Database
    vault: Vault
    audit: AuditLog
    audit_head: AuditHead


async def open_store(settings: Settings, lead: Lead | None, held: AsyncExitStack) -> Store:
    """The database of ``lead``, or one that is ours as long as ``held`` is."""
    if lead is None:
        database = Database(settings.database.url)
        held.push_async_callback(database.close)
        await held.enter_async_context(share(database))
    else:
        database = lead.database
    await migrate(database)
    vault = await open_vault_of(settings.vault, database)
    audit = AuditLog(database, vault)
    audit_head = AuditHead(database, audit, head_file(settings.vault))
    await audit_head.look_back()
    return Store(database, vault, audit, audit_head)


async def load_company(
    settings: Settings, database: Database
) -> tuple[People, StaffBook, AwayBook]:
    """The company's people: on which phones they are, who they are, and who is away or has left."""
    people = await load_people(settings, database)
    staff = StaffBook(database)
    await staff.enrol(agent.name for agent in (*people.settled, *people.group))
    people.has_left = staff.has_left
    away = AwayBook(database)
    await away.load()
    people.is_away = away.is_away
    return people, staff, away
