"""A machine whose clocks a test sets, with clients who wait to be deleted for good."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Connection, insert, true

from crm.access import Access, Right, Scope
from crm.archive import archive_client, order_purge
from crm.audit import AuditLog
from crm.cards import NewCard, create_card
from crm.claims import add_number
from crm.short_codes import ShortCodes
from crm.vault import Vault
from crm.writing import Writing
from daemon.archive.erasing import Erasing
from daemon.archive.purger import Purger
from daemon.history.tables import call, leg, transfer
from store.database import Database
from store.ids import uuid7

VAULT = Vault(bytes(range(32)))
CODES = ShortCodes(VAULT, 6)
BEGAN = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
EVERYTHING = Access(person="dora", rights=dict.fromkeys(Right, Scope.ALL))
NUMBER, OTHER = "+442079460101", "+442079460102"


@dataclass
class Machine:
    """A database, a purger, and both clocks of a machine."""

    database: Database
    audit: AuditLog
    wall: datetime = BEGAN
    ticks: float = 1000.0
    erased: list[str] = field(default_factory=list)

    def purger(self) -> Purger:
        """As the daemon makes it when it starts."""
        return Purger(
            self.database,
            Erasing(vault=VAULT, audit=self.audit),
            erased=lambda: self.erased.append("phones"),
            afterwards=(lambda: self.erased.append("work"),),
            clock=lambda: self.wall,
            monotonic=lambda: self.ticks,
        )

    def pass_by(self, time: timedelta) -> None:
        """Both clocks go on."""
        self.wall += time
        self.ticks += time.total_seconds()


def make(connection: Connection, *numbers: str, name: str = "Ann Lee") -> UUID:
    by = Writing(vault=VAULT, actor="anna", at=BEGAN)
    id_, _ = create_card(connection, by, CODES, NewCard(changes={"name": name}))
    for number in numbers:
        add_number(connection, by, id_, number, None, known=true())
    return id_


def order(connection: Connection, id_: UUID, at: datetime) -> None:
    assert archive_client(connection, id_, by="anna", at=at)
    assert order_purge(connection, id_, by="dora", at=at) == at + 7 * DAY


async def ordered(machine: Machine) -> UUID:
    def work(connection: Connection) -> UUID:
        id_ = make(connection, NUMBER)
        order(connection, id_, machine.wall)
        return id_

    return await machine.database.write(work)


async def run_for(machine: Machine, purger: Purger, time: timedelta) -> int:
    """Looks every hour, until somebody went or the time is over; how many went."""
    left = time
    while left > timedelta():
        step = min(left, timedelta(hours=1))
        machine.pass_by(step)
        left -= step
        gone = await purger.look()
        if gone:
            return gone
    return 0


def a_call(connection: Connection, phone_id: UUID, *, gone: bool = True) -> UUID:
    id_ = uuid7()
    row = dict.fromkeys(column.name for column in call.c)
    row |= {
        "id": id_,
        "pbx": "pbx",
        "direction": "inbound",
        "origin": "trunk",
        "started_at": BEGAN,
        "customer_phone_id": phone_id,
        "ring_seconds": 1.0,
        "talk_seconds": 2.0,
        "hold_seconds": 0.0,
        "complete": True,
        "gone": gone,
    }
    connection.execute(insert(call), row)
    connection.execute(
        insert(leg),
        {
            "call_id": id_,
            "channel": "PJSIP/trunk-1",
            "position": 0,
            "kind": "external",
            "phone_id": phone_id,
            "started_at": BEGAN,
        },
    )
    connection.execute(
        insert(transfer),
        {"call_id": id_, "position": 0, "at": BEGAN, "kind": "blind", "to_phone_id": phone_id},
    )
    return id_
