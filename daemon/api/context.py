"""What the API's resources stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import web

from config.settings import Settings
from crm.audit import AuditLog
from crm.numbers import NumberPlan
from crm.pins import Pins
from crm.short_codes import ShortCodes
from crm.vault import Vault
from daemon.ami.state import LinkState
from daemon.archive.undoings import Undoings
from daemon.away import AwayBook
from daemon.board import Board
from daemon.callbacks.callbacks import Callbacks
from daemon.decided import Decided
from daemon.metrics import Metrics
from daemon.routing.people import People
from daemon.signin.sign_in import SignIn
from daemon.staff import StaffBook
from daemon.work.work import Work
from recordings.storage import Storage
from store.database import Database

if TYPE_CHECKING:
    from daemon.exchange.imports import Imports
    from daemon.holding.holds import Holds
    from daemon.ledger.ledger import DayLedger
    from daemon.monitoring.monitorings import Monitorings
    from daemon.pausing.pauses import Pauses
    from daemon.watching.news import News
    from daemon.watching.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """The parts of the daemon that the API asks; it changes none of them."""

    settings: Settings
    database: Database
    vault: Vault
    audit: AuditLog
    plan: NumberPlan
    codes: ShortCodes
    people: People
    away: AwayBook
    decided: Decided
    staff: StaffBook
    sign_in: SignIn
    reading: Reading
    watching: News
    pins: Pins
    imports: Imports
    work: Work
    callbacks: Callbacks
    monitorings: Monitorings
    pauses: Pauses
    holds: Holds
    ledger: DayLedger
    board: Board
    metrics: Metrics
    storage: Storage
    links: Callable[[], list[LinkState]]
    leads: Callable[[], bool] = lambda: True
    """Whether it is sure that no other daemon has taken over."""
    undoings: Undoings = field(default_factory=Undoings)
    phones_changed: Callable[[], None] = lambda: None
    """To be called in the transaction that takes a number from a card: its next call makes one."""
    routing_changed: Callable[[], None] = lambda: None
    """To be called when whom a call rings has changed: the fallback has to learn it."""


CONTEXT: web.AppKey[ApiContext] = web.AppKey("context", ApiContext)
