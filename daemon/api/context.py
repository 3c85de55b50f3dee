"""What the API's resources stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from config.settings import Settings
from crm.numbers import NumberPlan
from crm.pins import Pins
from crm.vault import Vault
from daemon.ami.state import LinkState
from daemon.board import Board
from daemon.callbacks.callbacks import Callbacks
from daemon.metrics import Metrics
from daemon.routing.people import People
from recordings.storage import Storage
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """The parts of the daemon that the API asks; it changes none of them."""

    settings: Settings
    database: Database
    vault: Vault
    plan: NumberPlan
    people: People
    pins: Pins
    callbacks: Callbacks
    board: Board
    metrics: Metrics
    storage: Storage
    links: Callable[[], list[LinkState]]
    routing_changed: Callable[[], None] = lambda: None
    """To be called when whom a call rings has changed: the fallback has to learn it."""


CONTEXT: web.AppKey[ApiContext] = web.AppKey("context", ApiContext)
