"""A real daemon on the made-up base, and keys for three people."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from sqlalchemy import Connection, insert, select

from benchmarks.base.clients import MANAGERS
from crm.access_tokens import create_token
from crm.people_tables import department, person, policy
from crm.quotas import MOST
from lab.daemon import free_port
from store.database import Database

_START_SECONDS: Final = 120.0
ADMINISTRATOR: Final = "Administrator"
SUPERVISOR: Final = "Supervisor"
MANAGER: Final = MANAGERS[3]
DEPARTMENT: Final = "First"
_COLLEAGUES: Final = 10


class House:
    """Runs between ``with`` and its end."""

    def __init__(self, url: str, folder: Path) -> None:
        self.port = free_port()
        self.tokens: Mapping[str, str] = asyncio.run(_people(url))
        self._config = folder / "callward.toml"
        self._config.write_text(
            f"""
[company]
numbers = ["+442079460000"]
[[pbx]]
host = "127.0.0.1"
port = {free_port()}
secret = "x"
trunks = ["operator"]
[database]
url = "{url}"
[vault]
key_file = "{folder}/vault.key"
[recordings]
storage = "file://{folder}/recordings"
[http]
port = {self.port}
"""
        )
        self._process: subprocess.Popen[bytes]

    def __enter__(self) -> Self:
        with (self._config.parent / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "daemon", "run", "--config", str(self._config)],
                stdout=log,
                stderr=log,
            )
        end = time.monotonic() + _START_SECONDS
        while not self._answers():
            if time.monotonic() > end or self._process.poll() is not None:
                raise RuntimeError((self._config.parent / "log").read_text()[-2000:])
            time.sleep(0.2)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(30)

    def connect(self) -> HTTPConnection:
        """A connection that is kept, as a browser keeps it."""
        return HTTPConnection("127.0.0.1", self.port, timeout=120)

    def get(self, connection: HTTPConnection, who: str, path: str) -> Any:
        """The JSON of an answer; anything but 200 is an error."""
        connection.request("GET", path, headers={"Authorization": f"Bearer {self.tokens[who]}"})
        answer = connection.getresponse()
        body = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path.partition('?')[0]}: {answer.status}")
        return json.loads(body)

    def memory(self, field: str = "VmRSS") -> float:
        """Of the daemon, MB."""
        status = Path(f"/proc/{self._process.pid}/status").read_text()
        return int(status.partition(f"{field}:")[2].split()[0]) / 1024

    def _answers(self) -> bool:
        try:
            connection = self.connect()
            connection.request("GET", "/health")
            connection.getresponse().read()
        except (OSError, HTTPException):
            return False
        return True


async def _people(url: str) -> dict[str, str]:
    database = Database(url)
    try:
        return await database.write(_enrol)
    finally:
        await database.close()


def _enrol(connection: Connection) -> dict[str, str]:
    now = datetime.now(UTC)
    there = set(connection.execute(select(person.c.name)).scalars())
    roles = {ADMINISTRATOR: "administrator", SUPERVISOR: "supervisor"}
    roles |= dict.fromkeys(MANAGERS, "manager")
    first = {SUPERVISOR, *MANAGERS[:_COLLEAGUES]}
    new: list[dict[str, object]] = [
        {
            "name": name,
            "sign_in_name": name.casefold(),
            "role": role,
            "department": DEPARTMENT if name in first else None,
            "exceptions": {},
            "weight": 100,
            "must_change_password": False,
            "recovery_codes": [],
            "wrong": 0,
            "created_by": "benchmark",
            "created_at": now,
        }
        for name, role in roles.items()
        if name not in there
    ]
    if new:
        connection.execute(insert(department).values(name=DEPARTMENT))
        connection.execute(insert(person), new)
        # It is the base that is measured, not how copying is stopped.
        most = dict.fromkeys(("cards_hour", "cards_day", "rows_hour", "rows_day"), MOST)
        quotas = {"people": dict.fromkeys((*roles,), most)}
        connection.execute(
            insert(policy).values(
                key="quotas", value=quotas, changed_by="benchmark", changed_at=now
            )
        )
    return {
        name: create_token(connection, name, now) for name in (ADMINISTRATOR, SUPERVISOR, MANAGER)
    }
