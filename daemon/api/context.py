"""What the API's resources stand on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from config.settings import Settings
from crm.numbers import NumberPlan
from crm.vault import Vault
from daemon.ami.state import LinkState
from daemon.board import Board
from daemon.metrics import Metrics
from recordings.storage import Storage
from store.database import Database


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiContext:
    """The parts of the daemon that the API asks; it changes none of them."""

    settings: Settings
    database: Database
    vault: Vault
    plan: NumberPlan
    board: Board
    metrics: Metrics
    storage: Storage
    links: Callable[[], list[LinkState]]


CONTEXT: web.AppKey[ApiContext] = web.AppKey("context", ApiContext)
