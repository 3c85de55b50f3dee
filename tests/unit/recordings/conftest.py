"""Originals as Asterisk writes them, a database with a call in it, and quick patience."""

from __future__ import annotations

import asyncio
import struct
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import numpy as np
import pytest
from sqlalchemy import Connection

import crm.tables  # noqa: F401
import daemon.history.tables  # noqa: F401
from config.settings import CompanySettings, PbxSettings, RecordingSettings, Settings
from recordings.encoder import Encoder
from recordings.ingest import RecordingIngest
from recordings.job import Patience
from recordings.queries import Recording, recordings_of
from store.database import Database
from store.metadata import metadata

CALL = UUID("01938a4c-7400-7000-8000-000000000001")
"""A UUIDv7 of 2024-12-03."""
NAME = "pbx1-1733220000.42"


def tone(seconds: float, hertz: float = 440.0, rate: int = 8000) -> np.ndarray:
    """A sine at -10 dBFS."""
    at = np.arange(round(seconds * rate)) / rate
    return (10_000 * np.sin(2 * np.pi * hertz * at)).astype("<i2")


def wav_bytes(samples: np.ndarray, rate: int = 8000, declared: int | None = None) -> bytes:
    """As ``format_wav.c`` lays it out; ``declared`` is the header's data size."""
    data = samples.astype("<i2").tobytes()
    size = len(data) if declared is None else declared
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", size + 36, b"WAVE", b"fmt ", 16, 1, 1, rate, rate * 2, 2, 16
    )
    return head + struct.pack("<4sI", b"data", size) + data


@dataclass
class Pbx:
    """The folder into which MixMonitor writes."""

    folder: Path
    name: str = NAME

    @property
    def rx(self) -> Path:
        return self.folder / f"{self.name}.rx.wav"

    @property
    def tx(self) -> Path:
        return self.folder / f"{self.name}.tx.wav"

    def write(self, rx: bytes | None, tx: bytes | None) -> None:
        for path, data in ((self.rx, rx), (self.tx, tx)):
            if data is not None:
                path.write_bytes(data)

    @property
    def left(self) -> list[str]:
        return sorted(path.name for path in self.folder.iterdir())


@pytest.fixture
def pbx(tmp_path: Path) -> Pbx:
    folder = tmp_path / "monitor"
    folder.mkdir()
    return Pbx(folder)


@dataclass
class House:
    """The ingest with all that it needs, and what it left behind."""

    ingest: RecordingIngest
    database: Database
    encoder: Encoder
    storage: Path
    payload: dict[str, str] = field(
        default_factory=lambda: {
            "call_id": str(CALL),
            "pbx": "pbx",
            "name": NAME,
            "channel": NAME,
        }
    )

    async def deliver(self) -> None:
        """As the outbox does: until it is done. Raises what keeps it from that."""
        while isinstance(result := (await self.ingest([self.payload]))[0], timedelta):
            await asyncio.sleep(result.total_seconds())
        if result is not None:
            raise result

    async def row(self) -> Recording:
        (row,) = await self.rows()
        return row

    async def rows(self) -> tuple[Recording, ...]:
        async with self.database.read() as connection:
            return (await recordings_of(connection, [CALL])).get(CALL, ())

    @property
    def files(self) -> list[Path]:
        return sorted(path for path in self.storage.rglob("*") if path.is_file())


Build = Callable[..., House]


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = Database(f"sqlite+aiosqlite:///{tmp_path}/callward.db")
    call = metadata.tables["call"]

    def prepare(connection: Connection) -> None:
        metadata.create_all(connection)
        connection.execute(
            call.insert(),
            {
                "id": CALL,
                "pbx": "pbx",
                "direction": "inbound",
                "origin": "dialled",
                "started_at": datetime(2024, 12, 3, tzinfo=UTC),
                "ring_seconds": 0.0,
                "talk_seconds": 0.0,
                "hold_seconds": 0.0,
                "complete": True,
                "gone": True,
            },
        )

    await database.write(prepare)
    yield database
    await database.close()


@pytest.fixture
async def encoder() -> AsyncIterator[Encoder]:
    async with Encoder() as encoder:
        yield encoder


@pytest.fixture
def build(pbx: Pbx, database: Database, encoder: Encoder, tmp_path: Path) -> Build:
    def build(
        storage: Path | None = None, patience: Patience | None = None, **recordings: object
    ) -> House:
        storage = storage or tmp_path / "stored"
        settings = Settings(
            company=CompanySettings(numbers=("+442079460000",)),
            pbx=(PbxSettings(trunks=("operator",), recordings_folder=pbx.folder),),
            recordings=RecordingSettings(storage=f"file://{storage}", **recordings),  # type: ignore[arg-type]
        )
        patience = patience or Patience(settle=0.02, stall=0.1, limit=5.0, poll=0.01)
        return House(
            RecordingIngest(settings, database, encoder, patience), database, encoder, storage
        )

    return build


@pytest.fixture
def house(build: Build) -> Iterator[House]:
    yield build()


CUSTOMER, COMPANY = tone(3.0, 440), tone(2.5, 1000)


def speak(pbx: Pbx) -> None:
    """Asterisk has written both sides."""
    pbx.write(wav_bytes(CUSTOMER), wav_bytes(COMPANY))
