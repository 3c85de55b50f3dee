"""Of who was deleted for good nothing stays."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, func, insert, select

from crm.audit import Action, Entry
from crm.audit_chain import Finding, check_all
from crm.call_notes import add_call_note
from crm.call_tables import call_note, question, wrap_up
from crm.card_tables import client_change, contact, note
from crm.claims import add_number
from crm.contacts import add_contact
from crm.exports import keep_part, load_held
from crm.merges import Merging, merge
from crm.notes import add_note
from crm.people_tables import audit
from crm.phones import open_numbers
from crm.questions import answer, ask
from crm.tables import client, phone, short_code
from crm.watch_tables import export
from crm.wrap_ups import WrapUp, save_wrap_up
from crm.writing import Writing
from daemon.archive.erasing import RECORDING_ERASED
from daemon.archive.files import ErasedRecordings
from daemon.callbacks.tables import callback
from daemon.history.changes import RECORDING_FINISHED
from daemon.history.tables import call, leg, transfer
from daemon.outbox.queue import NewWork, add_work
from daemon.outbox.tables import outbox
from recordings.finished import RecordingFinished
from recordings.models import recording
from recordings.storage import LocalFolder
from store.ids import uuid7

from .machine import (
    BEGAN,
    DAY,
    EVERYTHING,
    NUMBER,
    OTHER,
    VAULT,
    Machine,
    a_call,
    make,
    order,
    run_for,
)


async def test_nothing_of_him_stays(machine: Machine, tmp_path: Path) -> None:
    """Rows, sealed bytes, files; and what is others' stays whole."""
    storage = LocalFolder(tmp_path / "recordings")
    originals = tmp_path / "pbx"
    originals.mkdir()

    def prepare(connection: Connection) -> dict[str, Any]:
        by = Writing(vault=VAULT, actor="anna", at=BEGAN)
        kept = make(connection, name="Zed Ray")
        id_ = make(connection, NUMBER, name="Ann Lee")
        source = make(connection, OTHER, name="Ann Leigh")
        add_contact(connection, by, id_, "email", "ann@example.com", label=None)
        add_note(connection, by, id_, "calls on Mondays")
        # Another card claims his number: it stays that card's.
        from sqlalchemy import false

        add_number(connection, by, kept, OTHER, "mine", known=false())
        merging = Merging(access=EVERYTHING, actor="dora", at=BEGAN, more=(callback,))
        merge(connection, VAULT, merging, id_, source, choices={})
        phones = connection.execute(select(phone.c.id).where(phone.c.client_id == id_)).scalars()
        calls = [a_call(connection, one) for one in phones.all()]
        add_call_note(connection, VAULT, calls[0], "will pay on Monday", by="anna", at=BEGAN)
        ask(connection, VAULT, calls[0], person="anna", text="what of it?", by="dora", at=BEGAN)
        answer(connection, VAULT, calls[0], person="anna", text="will pay", at=BEGAN)
        said = WrapUp(call_id=calls[0], person="anna", outcome="agreed", at=BEGAN, by_talker=True)
        save_wrap_up(connection, said)
        others = uuid7()
        add_call_note(connection, VAULT, others, "another's", by="anna", at=BEGAN)
        payload = {"call_id": str(calls[0]), "pbx": "pbx", "channel": "1.1", "name": "1.1"}
        finished = RecordingFinished.from_payload(payload)
        path = finished.key("flac")
        connection.execute(
            insert(recording),
            {
                "id": finished.recording_id,
                "call_id": calls[0],
                "pbx": "pbx",
                "channel": "1.1",
                "name": "1.1",
                "state": "stored",
                "truncated": False,
                "path": path,
            },
        )
        late = {**payload, "call_id": str(calls[1]), "channel": "1.2", "name": "1.2"}
        add_work(connection, [NewWork(RECORDING_FINISHED, late)])
        connection.execute(
            insert(callback),
            {
                "id": uuid7(),
                "pbx": "pbx",
                "agent": "anna",
                "client_id": id_,
                "via": "101",
                "state": "ended",
                "created_at": BEGAN,
                "changed_at": BEGAN,
                "ended_at": BEGAN,
            },
        )
        exported = uuid7()
        connection.execute(
            insert(export),
            {
                "id": exported,
                "actor": "dora",
                "at": BEGAN,
                "format": "csv",
                "fields": ["name"],
                "filter": VAULT.seal("{}", b"any"),
                "watermark": "one",
                "clients": 0,
            },
        )
        keep_part(connection, exported, 0, [kept, id_])
        machine.audit.add(
            connection,
            Entry(
                action=Action.CLIENT_CHANGED,
                actor="anna",
                client_id=id_,
                details={"after": {"phones": NUMBER}},
            ),
        )
        order(connection, id_, BEGAN)
        return {
            "kept": kept,
            "id": id_,
            "source": source,
            "path": path,
            "calls": calls,
            "others": others,
        }

    purger = machine.purger()
    await purger.look()
    made = await machine.database.write(prepare)
    for name in ("1.1.rx.wav", "1.1.tx.wav", "1.2.rx.wav", "1.2.tx.wav", "1.3.rx.wav"):
        (originals / name).write_bytes(b"RIFF")
    draft = storage.spool() / "draft"
    draft.write_bytes(b"fLaC")
    storage.put(made["path"], draft)

    def sealed(connection: Connection) -> list[bytes]:
        found: list[bytes] = []
        for query in (
            select(phone.c.number).where(phone.c.client_id == made["id"]),
            select(phone.c.blind_index).where(
                phone.c.client_id == made["id"], phone.c.blind_index != VAULT.blind_index(OTHER)
            ),
            select(contact.c.value).where(contact.c.client_id == made["id"]),
            select(note.c.text).where(note.c.client_id == made["id"]),
            select(client_change.c.after).where(client_change.c.client_id == made["id"]),
            select(audit.c.details).where(audit.c.client_id == made["id"]),
            select(call_note.c.text).where(call_note.c.call_id.in_(made["calls"])),
            select(question.c.text),
            select(question.c.answer),
        ):
            found += [bytes(one) for one in connection.execute(query).scalars() if one]
        number = select(phone.c.number).where(phone.c.blind_index == VAULT.blind_index(OTHER))
        others = connection.execute(number).scalar_one()
        return [one for one in found if one != bytes(others)]

    async with machine.database.read() as connection:
        secrets = await connection.run_sync(sealed)
    assert len(secrets) >= 7
    assert await run_for(machine, purger, 8 * DAY) == 1

    def look(connection: Connection) -> None:
        names = connection.execute(select(client.c.name)).scalars().all()
        assert names == ["Zed Ray"]
        codes = connection.execute(select(short_code.c.client_id)).scalars().all()
        assert sorted(codes, key=str) == sorted([made["kept"], None, None], key=str)
        # The number that another card claimed is that card's now.
        numbers = connection.execute(select(phone.c.id, phone.c.client_id)).all()
        opened = open_numbers(connection, VAULT, {row.id for row in numbers})
        assert {opened[row.id]: row.client_id for row in numbers} == {
            OTHER: made["kept"],
            "": None,
        }
        for row in connection.execute(select(call)):
            assert row.customer_phone_id is None
        assert connection.execute(select(leg.c.phone_id)).scalars().all() == [None, None]
        assert connection.execute(select(transfer.c.to_phone_id)).scalars().all() == [None, None]
        exported = connection.execute(select(export.c.id)).scalar_one()
        assert load_held(connection, exported) == (made["kept"],)
        assert connection.execute(select(export.c.clients)).scalar_one() == 2
        told = connection.execute(
            select(audit.c.actor, audit.c.object, audit.c.details).where(
                audit.c.action == Action.CLIENT_PURGED
            )
        ).all()
        assert [tuple(row) for row in told] == [("callward", "dora", None)] * 2
        noted = connection.execute(select(call_note.c.call_id)).scalars().all()
        assert noted == [made["others"]]
        for table in (question, wrap_up):
            assert connection.execute(select(table.c.call_id)).all() == []
        topics = connection.execute(select(outbox.c.topic)).scalars().all()
        assert set(topics) == {RECORDING_ERASED}
        # What an encoder has in hand just now, it may store a quarter of an hour later.
        last = connection.execute(select(func.max(outbox.c.next_at))).scalar_one()
        assert last > datetime.now(UTC) + timedelta(minutes=30)

    async with machine.database.read() as connection:
        await connection.run_sync(look)
    verdict = await check(machine)
    assert verdict == []
    for name in ("callward.db", "callward.db-wal"):
        raw = (tmp_path / name).read_bytes() if (tmp_path / name).exists() else b""
        for secret in secrets:
            assert secret not in raw
    # The files go afterwards, and it does no harm to be asked again.
    async with machine.database.read() as connection:
        payloads = (await connection.execute(select(outbox.c.payload))).scalars().all()
    files = erased_recordings(machine, storage, originals)
    for _ in range(2):
        assert await files(payloads) == [None] * 3
    assert sorted(path.name for path in originals.iterdir()) == ["1.3.rx.wav"]
    with pytest.raises(FileNotFoundError):
        storage.open(made["path"])


async def check(machine: Machine) -> list[Finding]:
    verdict = await check_all(machine.database, VAULT, None, lambda _done: None)
    return verdict.findings


def erased_recordings(machine: Machine, storage: LocalFolder, originals: Path) -> ErasedRecordings:
    from config.settings import Settings

    settings = Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"]},
            "pbx": [
                {
                    "name": "pbx",
                    "host": "127.0.0.1",
                    "username": "callward",
                    "trunks": ["trunk"],
                    "recordings_folder": str(originals),
                }
            ],
        }
    )
    return ErasedRecordings(settings, machine.database, storage)
