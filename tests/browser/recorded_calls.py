"""Calls for the journal's tests: one with everything in it, its sound stored by the ingest."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID

import numpy as np
import numpy.typing as npt
import soundfile
from sqlalchemy import Connection

from config.settings import CompanySettings, PbxSettings, RecordingSettings, Settings
from crm.monitorings import EndedBy, Mode, Monitoring, Step, Via, save
from crm.phones import find_phones
from daemon.calls.call import (
    Announcement,
    Call,
    DialStatus,
    Disposition,
    Leg,
    Party,
    PartyKind,
    Transfer,
    TransferKind,
)
from recordings.encoder import Encoder
from recordings.ingest import RecordingIngest
from recordings.job import Patience
from store.ids import uuid7
from tests.unit.daemon.api.conftest import CUSTOMERS, House, a_call, put_on_card

RATE: Final = 8000
SECONDS: Final = 40
SILENT: Final = (15, 25)
"""From which second to which nobody speaks."""
NAME: Final = "1767344400.7"
QUEUE: Final = "Sales"
CLIENT: Final = "Irene Adler"
NUMBER: Final = "+442079460104"


def the_call(now: datetime) -> Call:
    """A customer waits in a queue, talks with anna, is handed over to boris."""
    began = now - timedelta(minutes=30)

    def at(second: float) -> datetime:
        return began + timedelta(seconds=second)

    def leg(channel: str, party: Party, start: float, answer: float | None, end: float) -> Leg:
        is_agent = party.kind is PartyKind.AGENT
        return Leg(
            channel=channel,
            party=party,
            started_at=at(start),
            ringing_from=at(start) if is_agent else None,
            ringing_to=at(end if answer is None else answer) if is_agent else None,
            answered_at=None if answer is None else at(answer),
            ended_at=at(end),
            dial_status=DialStatus.ANSWER if is_agent and answer is not None else None,
        )

    anna, boris = (Party(kind=PartyKind.AGENT, name=name) for name in ("anna", "boris"))
    return replace(
        a_call(7, customer=NUMBER),
        started_at=began,
        answered_at=at(12),
        ended_at=at(12 + SECONDS),
        queue=QUEUE,
        answered_by="anna",
        last_agent="boris",
        ring_seconds=12.0,
        talk_seconds=float(SECONDS),
        legs=(
            leg("7.1", Party(kind=PartyKind.CUSTOMER), 0, 0, 12 + SECONDS),
            leg("7.2", anna, 4, 12, 34),
            leg("7.3", boris, 4, None, 12),
            leg("7.4", boris, 28, 33, 12 + SECONDS),
        ),
        transfers=(
            Transfer(
                at=at(34),
                kind=TransferKind.ATTENDED,
                by="anna",
                to="boris",
                result=Disposition.ANSWERED,
            ),
        ),
        announcements=(
            Announcement(
                channel="7.1", sound="callward/recorded", language="en", at=at(3), whole=True
            ),
        ),
        recordings=(),
    )


async def furnish(house: House) -> None:
    """The call, with its sound; and one that nobody took."""
    now = datetime.now(UTC).replace(microsecond=0)
    call = the_call(now)
    lost = replace(
        a_call(8, customer=CUSTOMERS[1]),
        started_at=now - timedelta(minutes=5),
        answered_at=None,
        ended_at=now - timedelta(minutes=4),
        disposition=Disposition.MISSED,
        answered_by=None,
        last_agent=None,
        talk_seconds=0.0,
        recordings=(),
    )
    await house.write(call)
    await house.write(lost)
    await house.context.database.write(lambda connection: _name(connection, house))
    await house.context.database.write(lambda connection: _listened(connection, house, call))
    await _store(house, call.id, call.started_at + timedelta(seconds=12))


def _name(connection: Connection, house: House) -> None:
    index = house.context.vault.blind_index(NUMBER)
    client_id = find_phones(connection, [index])[index].client_id
    assert client_id is not None
    put_on_card(connection, client_id, {"name": CLIENT, "sort_name": CLIENT.lower()})


def _listened(connection: Connection, house: House, call: Call) -> None:
    """A supervisor listened, whispered, and went."""
    began = call.started_at
    save(
        connection,
        house.context.vault,
        Monitoring(
            id=uuid7(),
            call_id=call.id,
            person="eva",
            agent="anna",
            via=Via.BROWSER,
            address=None,
            steps=(
                Step(mode=Mode.LISTEN, at=began + timedelta(seconds=16)),
                Step(mode=Mode.WHISPER, at=began + timedelta(seconds=20)),
            ),
            reason="anna is new",
            started_at=began + timedelta(seconds=16),
            ended_at=began + timedelta(seconds=30),
            ended_by=EndedBy.PERSON,
        ),
    )


async def _store(house: House, call_id: UUID, began: datetime) -> None:
    """As after a real call: two files of the PBX become one stored recording."""
    stored = Path(house.context.settings.recordings.storage.removeprefix("file://"))
    folder = stored.parent / "monitor"
    folder.mkdir()
    for side, tone, turn in (("rx", 180.0, 0), ("tx", 240.0, 1)):
        soundfile.write(folder / f"{NAME}.{side}.wav", speech(tone, turn), RATE, subtype="PCM_16")
    settings = Settings(
        company=CompanySettings(numbers=("+442079460000",)),
        pbx=(PbxSettings(trunks=("operator",), recordings_folder=folder),),
        recordings=RecordingSettings(storage=house.context.settings.recordings.storage),
    )
    payload = {
        "call_id": str(call_id),
        "pbx": "pbx",
        "channel": "7.1",
        "name": NAME,
        "started_at": began.isoformat(),
    }
    patience = Patience(settle=0.02, stall=0.1, limit=5.0, poll=0.01)
    async with Encoder() as encoder:
        ingest = RecordingIngest(settings, house.context.database, encoder, patience)
        while isinstance(result := (await ingest([payload]))[0], timedelta):
            await asyncio.sleep(result.total_seconds())
        assert result is None, result


def speech(pitch: float, turn: int) -> npt.NDArray[np.int16]:
    """Syllables of somebody who speaks every other two seconds, but for ``SILENT``."""
    time = np.arange(SECONDS * RATE) / RATE
    voice = sum(np.sin(2 * np.pi * pitch * n * time) / n for n in range(1, 8))
    syllables = np.clip(np.sin(2 * np.pi * 2.3 * time), 0, None) * (0.6 + 0.4 * np.sin(time))
    speaks = (time // 2 % 2 == turn) & ~((time >= SILENT[0]) & (time < SILENT[1]))
    samples: npt.NDArray[np.int16] = (voice * syllables * speaks * 9000).astype(np.int16)
    return samples
