"""What the doctor says of this machine."""

from __future__ import annotations

import asyncio
import http.server
import json
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import insert, text

from config.settings import Settings
from crm.audit import Action, AuditLog, Entry
from crm.audit_head import head_file
from crm.key_file import open_vault
from daemon.audit_head import AuditHead
from daemon.doctor import machine
from daemon.doctor.findings import Finding, Verdict
from daemon.history.tables import call
from recordings.errors import ErrorCode
from recordings.models import RecordingState
from recordings.queries import Recording, save
from store.database import Database
from store.migrate import migrate

# The doctor looks for the file that the settings name.
pytestmark = pytest.mark.sqlite
CEL_LINE = (
    '"CHAN_START","2026-01-02 09:00:00.000001","","","","","","s","in","PJSIP/x-1","","","3","",'
    '"1767344400.1","1767344400.1","","","",""'
)


def a_house(folder: Path, **changes: Any) -> Settings:
    return Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"]},
            "pbx": [{"trunks": ["operator"], "secret": "x", **changes}],
            "database": {"url": f"sqlite+aiosqlite:///{folder}/callward.db"},
            "vault": {"key_file": str(folder / "vault.key")},
            "recordings": {"storage": f"file://{folder}/recordings"},
        }
    )


async def make_database(settings: Settings) -> Database:
    database = Database(settings.database.url)
    await migrate(database)
    await open_vault(database, settings.vault.key_file)
    return database


def verdicts(findings: list[Finding]) -> dict[str, Verdict]:
    return {finding.code: finding.verdict for finding in findings}


async def test_before_the_first_start_nothing_is_wrong_and_nothing_is_made(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    found = verdicts(await machine.examine_database(settings))
    assert found == {"database_new": Verdict.NOTE, "key_new": Verdict.NOTE}
    assert list(tmp_path.iterdir()) == []


async def test_a_database_and_its_key_are_ok(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    await (await make_database(settings)).close()
    found = verdicts(await machine.examine_database(settings))
    assert found == {"database": Verdict.OK, "key": Verdict.OK, "audit_new": Verdict.NOTE}


async def test_the_newest_end_of_the_audit_and_old_keys_are_looked_at(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    database = await make_database(settings)
    vault = await open_vault(database, settings.vault.key_file)
    audit = AuditLog(database, vault)
    await audit.tell(*[Entry(action=Action.DATABASE_READ, actor="operator")] * 3)
    head = AuditHead(database, audit, head_file(settings.vault))
    await head.note()
    whole = {"database": Verdict.OK, "key": Verdict.OK, "audit": Verdict.OK}
    assert verdicts(await machine.examine_database(settings)) == whole
    settings.vault.key_file.with_name("vault.key.old-0011aabb").touch()
    assert verdicts(await machine.examine_database(settings)) == {
        **whole,
        "key_old": Verdict.NOTE,
    }
    await database.write(lambda c: c.exec_driver_sql("DELETE FROM audit WHERE seq = 3"))
    found = await machine.examine_database(settings)
    assert verdicts(found)["audit_broken"] is Verdict.FAIL
    assert "record 3" in found[-1].text("en")
    head_file(settings.vault).write_text("?")
    assert verdicts(await machine.examine_database(settings))["audit_head"] is Verdict.FAIL
    await database.close()


async def test_a_key_of_another_database_is_told(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    await (await make_database(settings)).close()
    settings.vault.key_file.write_bytes(bytes(settings.vault.key_file.stat().st_size))
    _, key = await machine.examine_database(settings)
    assert key.verdict is Verdict.FAIL
    assert "vault.key_file" in key.text("en")


async def test_a_lost_key_is_told_and_not_made_anew(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    await (await make_database(settings)).close()
    settings.vault.key_file.unlink()
    _, key = await machine.examine_database(settings)
    assert key.verdict is Verdict.FAIL
    assert not settings.vault.key_file.exists()


async def test_an_older_schema_will_be_upgraded(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    database = await make_database(settings)
    await database.write(
        lambda connection: connection.execute(
            text("UPDATE alembic_version SET version_num = '0005'")
        )
    )
    await database.close()
    assert verdicts(await machine.examine_database(settings))["database_old"] is Verdict.NOTE


async def test_a_newer_schema_is_told_with_what_to_do(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    database = await make_database(settings)
    await database.write(
        lambda connection: connection.execute(
            text("UPDATE alembic_version SET version_num = '9999'")
        )
    )
    await database.close()
    found = await machine.examine_database(settings)
    assert found[0].verdict is Verdict.FAIL
    assert "callward database downgrade" in found[0].text("en")


async def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    settings = a_house(tmp_path)
    (tmp_path / "callward.db").write_text("these are not the bytes of a database\n" * 100)
    found = await machine.examine_database(settings)
    assert found[0].verdict is Verdict.FAIL


async def test_a_locked_database_is_told_with_how_to_find_the_culprit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "_PATIENCE_SECONDS", 0.5)
    settings = a_house(tmp_path)
    await (await make_database(settings)).close()
    holder = sqlite3.connect(tmp_path / "callward.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    found = await machine.examine_database(settings)
    holder.close()
    assert found[-1].code == "database_locked"
    assert "fuser" in found[-1].text("en")


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nearly_full(path: Path) -> Any:
        return shutil._ntuple_diskusage(10**12, 10**12 - 10**6, 10**6)

    assert "disk" in verdicts(list(machine.examine_storage(a_house(tmp_path))))
    monkeypatch.setattr(shutil, "disk_usage", nearly_full)
    found = verdicts(list(machine.examine_storage(a_house(tmp_path))))
    assert found["disk_full"] is Verdict.FAIL


def test_a_folder_that_cannot_be_written_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "access", lambda path, mode: not mode & os.W_OK)
    found = [f for f in machine.examine_storage(a_house(tmp_path)) if f.verdict is Verdict.FAIL]
    assert [finding.about["setting"] for finding in found] == ["recordings.storage", "database.url"]
    originals = a_house(tmp_path, recordings_folder=str(tmp_path)).pbx[0]
    assert machine.examine_originals(originals, "").code == "originals_closed"


def test_what_is_closed_to_this_user_is_told_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = a_house(tmp_path / "closed", recordings_folder=str(tmp_path / "closed"))
    assert machine.examine_user(settings) is None
    look = Path.stat

    def closed(path: Path, **options: Any) -> os.stat_result:
        if path.is_relative_to(tmp_path / "closed"):
            raise PermissionError(13, "Permission denied")
        return look(path, **options)

    monkeypatch.setattr(Path, "stat", closed)
    found = machine.examine_user(settings)
    assert found is not None
    assert found.verdict is Verdict.FAIL
    assert "runuser -u callward" in found.text("en")
    assert machine.examine_originals(settings.pbx[0], "").code == "originals_closed"


def test_the_folder_of_the_pbxs_recordings(tmp_path: Path) -> None:
    def look(folder: Path | None) -> str:
        changes = {} if folder is None else {"recordings_folder": str(folder)}
        return machine.examine_originals(a_house(tmp_path, **changes).pbx[0], "/there").code

    (tmp_path / "file").touch()
    here = a_house(tmp_path, recordings_folder=str(tmp_path)).pbx[0]
    assert machine.examine_originals(here, "").code == "originals_here"
    assert look(None) == "originals_off"
    assert look(tmp_path) == "originals"
    assert look(tmp_path / "nowhere") == "originals_missing"
    assert look(tmp_path / "file") == "originals_missing"


@pytest.mark.parametrize(
    ("state", "error", "code"),
    [
        (None, None, "not_recorded_yet"),
        (RecordingState.STORED, None, "recorded"),
        (RecordingState.MISSING, ErrorCode.ORIGINAL_MISSING, "originals_elsewhere"),
        (RecordingState.FAILED, ErrorCode.FOLDER_MISSING, "recording_failed"),
    ],
)
async def test_the_last_recording_proves_that_both_mean_the_same_folder(
    tmp_path: Path, state: RecordingState | None, error: ErrorCode | None, code: str
) -> None:
    settings = a_house(tmp_path, recordings_folder=str(tmp_path))
    database = await make_database(settings)
    if state is not None:
        row = Recording(
            id=uuid4(),
            call_id=uuid4(),
            pbx="pbx",
            channel="1",
            name="1",
            state=state,
            error=error,
            started_at=datetime(2026, 1, 2, tzinfo=UTC),
        )

        def store(connection: Any) -> None:
            connection.execute(
                insert(call).values(
                    id=row.call_id,
                    pbx="pbx",
                    direction="inbound",
                    origin="dialled",
                    started_at=row.started_at,
                    ring_seconds=0,
                    talk_seconds=0,
                    hold_seconds=0,
                    complete=True,
                    gone=True,
                )
            )
            save(connection, row)

        await database.write(store)
    await database.close()
    finding = await machine.examine_last_recording(settings, settings.pbx[0], "/there")
    assert finding.code == code


@pytest.mark.parametrize(
    ("content", "calls_made", "code", "verdict"),
    [
        (None, False, "cel_missing", Verdict.NOTE),
        (None, True, "cel_missing", Verdict.FAIL),
        ("", True, "cel_empty", Verdict.NOTE),
        (CEL_LINE + "\n", True, "cel_file", Verdict.OK),
        ("one,two\n", True, "cel_unreadable", Verdict.FAIL),
        ("eventtype,eventtime\n" + CEL_LINE, True, "cel_columns", Verdict.FAIL),
    ],
)
def test_the_event_log(
    tmp_path: Path, content: str | None, calls_made: bool, code: str, verdict: Verdict
) -> None:
    file = tmp_path / "cel.csv"
    if content is not None:
        file.write_text(content)
    pbx = a_house(tmp_path, cel={"file": str(file)}).pbx[0]
    finding = machine.examine_cel(pbx, calls_made=calls_made)
    assert (finding.code, finding.verdict) == (code, verdict)


def test_a_large_event_log_is_read_from_its_end(tmp_path: Path) -> None:
    file = tmp_path / "cel.csv"
    file.write_text("garbage\n" * 100_000 + f"{CEL_LINE}\n" * 2000)
    pbx = a_house(tmp_path, cel={"file": str(file)}).pbx[0]
    assert machine.examine_cel(pbx, calls_made=True).code == "cel_file"


@contextmanager
def answering(status: int, body: bytes) -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


HEALTHY = {"ok": True, "database": True, "calls_running": 3, "links": []}
STUCK = {"ok": False, "database": False, "calls_running": 0, "links": []}
ILL = {"ok": False, "database": True, "calls_running": 0, "links": [{"notices": ["no PBX"]}]}


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (200, json.dumps(HEALTHY).encode(), "daemon"),
        (503, json.dumps(ILL).encode(), "daemon_ill"),
        (200, b"<html>", "daemon_other"),
        (200, b"[]", "daemon_other"),
    ],
)
def test_the_daemon_by_its_own_words(tmp_path: Path, status: int, body: bytes, code: str) -> None:
    with answering(status, body) as port:
        settings = a_house(tmp_path).model_copy(
            update={"http": a_house(tmp_path).http.model_copy(update={"port": port})}
        )
        assert machine.examine_daemon(settings, "en").code == code
    assert machine.examine_daemon(settings, "en").code == "daemon_down"


def test_a_daemon_whose_database_is_stuck_says_why(tmp_path: Path) -> None:
    with answering(503, json.dumps(STUCK).encode()) as port:
        settings = a_house(tmp_path).model_copy(
            update={"http": a_house(tmp_path).http.model_copy(update={"port": port})}
        )
        assert "диске нет места" in machine.examine_daemon(settings, "ru").text("ru")


def test_findings_are_made_of_words_in_both_languages() -> None:
    from string import Formatter

    from daemon.doctor.words import WORDS

    def left_open(sentence: str) -> set[str]:
        parts = Formatter().parse(sentence)
        return {name.removesuffix("_ru") for _, name, _, _ in parts if name}

    for english, russian in WORDS.values():
        assert left_open(english) == left_open(russian)


async def test_the_whole_examination_without_a_pbx(tmp_path: Path) -> None:
    from daemon.doctor.examine import examine

    settings = a_house(tmp_path, port=1)
    async with asyncio.timeout(30):
        found = {finding.code async for finding in examine(settings, "ru")}
    assert {"database_new", "disk", "link_down", "originals_off", "cel_off"} <= found
