"""The doors of the API over a real SQLite database, with a clock that the test moves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from aiohttp import CookieJar, web
from aiohttp.test_utils import TestClient, TestServer
from sqlalchemy import select, update

from config.settings import Settings
from crm.audit import AuditLog
from crm.key_file import open_vault
from crm.people import Person, create_person
from crm.people_tables import audit, person
from crm.roles import ADMINISTRATOR, MANAGER
from crm.vault import Vault
from daemon.api import (
    own_credentials,
    person_credentials,
    places,
    session,
    sessions,
    sign_in_policy,
    tokens,
)
from daemon.api.context import CONTEXT, ApiContext
from daemon.api.events import EVENTS
from daemon.api.origin import meant_for_us
from daemon.api.problems import problems
from daemon.operator_key import operator_key
from daemon.signin.places import PlaceBook
from daemon.signin.sign_in import SignIn
from daemon.staff import StaffBook
from store.database import Database
from store.migrate import migrate

NOON = datetime(2026, 1, 2, 12, 0, tzinfo=UTC)
PASSWORD = "umbrella kettle violin"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
CHROME = "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/131.0 Safari/537.36"
Client = TestClient[web.Request, web.Application]


@dataclass
class House:
    """What the doors stand on."""

    database: Database
    vault: Vault
    staff: StaffBook
    sign_in: SignIn
    app: web.Application
    clients: list[Client]
    at: list[datetime]
    macs: dict[str, str] = field(default_factory=dict)
    cut: list[str] = field(default_factory=list)

    def wait(self, **how_long: float) -> None:
        """Let time pass, or go back."""
        self.at[0] += timedelta(**how_long)

    async def browser(self, user_agent: str = FIREFOX) -> Browser:
        """A browser of somebody's, with cookies of its own."""
        client: Client = TestClient(
            TestServer(self.app), cookie_jar=CookieJar(unsafe=True),
            headers={"User-Agent": user_agent},
        )  # fmt: skip
        await client.start_server()
        self.clients.append(client)
        return Browser(client)

    async def set(self, name: str, **values: object) -> None:
        """Change a person's row."""
        await self.staff.change(
            lambda connection: (
                connection.execute(update(person).where(person.c.name == name).values(**values))
                and None
            )
        )

    async def audited(self) -> list[str]:
        """Actions, the oldest first."""
        async with self.database.read() as connection:
            return list(
                (await connection.execute(select(audit.c.action).order_by(audit.c.seq))).scalars()
            )

    @property
    def operator(self) -> dict[str, str]:
        """What the command shows."""
        return {"Authorization": f"Bearer {operator_key(self.vault)}"}


@dataclass
class Browser:
    """Somebody's browser: it keeps its cookie and shows the CSRF value."""

    client: Client
    csrf: str = ""

    async def ask(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Status and JSON."""
        shown = {"X-Callward-CSRF": self.csrf} if self.csrf else {}
        response = await self.client.request(
            method, f"/api/v1/{path}", json=body, headers=shown | (headers or {})
        )
        text = await response.text()
        return response.status, await response.json(content_type=None) if text else None

    async def sign_in(self, name: str, password: str = PASSWORD, **more: str) -> tuple[int, Any]:
        """As the page does."""
        status, said = await self.ask(
            "POST", "session", {"name": name, "password": password, **more}
        )
        if status == 200:
            self.csrf = said["csrf"]
        return status, said


class _Events:
    def __init__(self, cut: list[str]) -> None:
        self._cut = cut

    def cut(self, name: str) -> None:
        self._cut.append(name)


@pytest.fixture
def settings_of() -> dict[str, Any]:
    """Sections of the settings that a test sets."""
    return {}


@pytest.fixture
async def house(tmp_path: Path, settings_of: dict[str, Any]) -> AsyncIterator[House]:
    settings = Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"], "region": "GB", "name": "Ford Ltd"},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            **settings_of,
        }
    )
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    await migrate(database)
    vault = await open_vault(database, tmp_path / "vault.key")
    staff = StaffBook(database)
    at, macs, cut = [NOON], dict[str, str](), list[str]()
    log = AuditLog(database, vault, lambda: at[0])
    book = PlaceBook(database, staff, macs.get)
    sign_in = SignIn(
        settings, database=database, vault=vault, staff=staff, audit=log, places=book,
        clock=lambda: at[0],
    )  # fmt: skip
    hashed = await sign_in.passwords.hash(PASSWORD)
    roles = {"ada": ADMINISTRATOR, "anna": MANAGER, "boris": MANAGER}

    def people(connection: Any) -> None:
        for name, role in roles.items():
            create_person(
                connection,
                Person(name=name, role=role, exceptions={}, created_by="test", created_at=NOON),
            )
        connection.execute(update(person).values(password_hash=hashed))

    await staff.change(people)
    app = web.Application(middlewares=[problems, meant_for_us])
    app[CONTEXT] = cast(
        "ApiContext",
        SimpleNamespace(
            settings=settings, database=database, vault=vault, audit=log, staff=staff,
            sign_in=sign_in,
        ),
    )  # fmt: skip
    app[EVENTS] = cast("Any", _Events(cut))
    doors = (session, own_credentials, sessions, person_credentials, places, sign_in_policy, tokens)
    for module in doors:
        for path, resource in module.ROUTES:
            app.router.add_view(path, resource)
    house = House(database, vault, staff, sign_in, app, [], at, macs, cut)
    yield house
    for client in house.clients:
        await client.close()
    await database.close()


BrowserOf = Callable[[str], Awaitable[Browser]]


@pytest.fixture
def signed_in(house: House) -> BrowserOf:
    """Somebody's browser, in which he has signed in."""

    async def open_(name: str) -> Browser:
        browser = await house.browser()
        status, said = await browser.sign_in(name)
        assert status == 200, said
        return browser

    return open_
