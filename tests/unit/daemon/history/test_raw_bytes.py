"""A stolen database yields no number: its bytes, its log's and its backups' are searched."""

from __future__ import annotations

import base64
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, delete, insert, select, true

from crm.alerts import raise_alert, settle_alert
from crm.audit import Action, AuditLog, Entry
from crm.call_notes import add_call_note
from crm.call_tables import monitoring, question
from crm.card_tables import takeover
from crm.cards import NewCard, change_card, create_card
from crm.claims import add_number, change_number
from crm.clients import load_client
from crm.contacts import add_contact
from crm.custom_fields import checked, save_custom_field
from crm.key_file import open_vault
from crm.legal_holds import On, lift_holds, set_hold
from crm.notes import add_note, change_note
from crm.numbers import Owner
from crm.people_tables import person
from crm.phones import NewPhone, add_phones
from crm.saved_views import save_view
from crm.sealed import COLUMNS, seal
from crm.short_codes import ShortCodes
from crm.tables import phone
from crm.tasks import add_task
from crm.vault import Vault
from crm.watch_tables import alert, export
from crm.writing import Writing
from daemon.callbacks.tables import callback  # noqa: F401 - so that its table is there
from lab.messages import LabError
from lab.postgres import Postgres
from store.database import Database
from store.ids import uuid7
from store.migrate import migrate

from .conftest import Base
from .story import CUSTOMER, MOBILE, START, answered, ringing
from .traces import found_in

CALLER = "+442079460173"
ON_CARD = "+442079460584"
EDITED = "+442079460896"
CLAIMED = "+442079460237"
TEXTS: Mapping[str, str] = {
    "caller": CALLER,
    "customer": CUSTOMER,
    "mobile": MOBILE,
    "number on the card": ON_CARD,
    "number after an edit": EDITED,
    "claimed number": CLAIMED,
    "e-mail": "canary.quince@example.com",
    "address": "17 Canary Wharf Walnut Lane",
    "messenger": "@canary_hazelnut",
    "custom value": "canary-tamarind",
    "custom value before": "canary-medlar",
    "note": "ask for canary persimmon, call 020 7946 0341",
    "note before": "ask for canary rowan",
    "number in a note": "+442079460341",
    "task": "bring canary bilberry",
    "reason": "canary sloe is away",
    "settled": "canary damson was asked",
    "filter": "canary mulberry",
    "searched": "canary loganberry",
    "second factor": "CANARYGREENGAGE234567",
    "note on a call": "canary mangosteen, or 020 7946 0415",
    "number in a note on a call": "+442079460415",
    "saved view": "canarypomelo",
    "reason to listen in": "canary lychee",
    "question": "canary kumquat",
    "answer": "canary carambola",
    "reason to settle": "canary feijoa",
    "reason to hold": "canary salak",
    "reason to lift": "canary jackfruit",
}


def _fill(base: Base, log: AuditLog, connection: Connection) -> None:
    """Every field, as the application stores it."""
    vault = base.vault
    codes = ShortCodes(vault, 5)
    first = Writing(vault=vault, actor="anna", at=START)
    later = Writing(vault=vault, actor="boris", at=START + timedelta(hours=1))
    save_custom_field(connection, checked("fruit", "Fruit", "text"))
    id_, _ = create_card(
        connection,
        first,
        codes,
        NewCard(
            changes={"name": "Mallory", "custom:fruit": TEXTS["custom value before"]},
            number=ON_CARD,
        ),
    )
    other, _ = create_card(connection, first, codes, NewCard(changes={"name": "Trent"}))
    change_card(connection, later, id_, {"custom:fruit": TEXTS["custom value"]})
    phone_id, _ = add_number(connection, first, id_, ON_CARD, "work", known=true())
    change_number(connection, later, id_, phone_id, number=EDITED, label="work", known=true())
    add_number(connection, first, other, CLAIMED, None, known=true())
    add_number(connection, first, id_, CLAIMED, None, known=~true())
    for kind in ("email", "address", "messenger"):
        text = TEXTS["e-mail" if kind == "email" else kind]
        add_contact(connection, first, id_, kind, text, label=None)
    note = add_note(connection, first, id_, TEXTS["note before"])
    change_note(connection, later, note, TEXTS["note"])
    add_task(
        connection,
        vault,
        id_=uuid7(),
        client_id=id_,
        agent="anna",
        text=TEXTS["task"],
        due_at=None,
        remind_at=None,
        by="anna",
        at=START,
    )
    raise_alert(connection, "digits", person="anna", evidence={}, key="1", at=START)
    alert_id = connection.execute(select(alert.c.id)).scalar_one()
    settle_alert(connection, vault, alert_id, by="dora", note=TEXTS["settled"], at=START)
    _insert(
        connection,
        takeover,
        id=(id1 := uuid7()),
        curator="anna",
        successor="boris",
        reason=seal(vault, takeover.c.reason, id1, TEXTS["reason"]),
        requested_by="dora",
        requested_at=START,
    )
    _insert(
        connection,
        export,
        id=(id2 := uuid7()),
        actor="anna",
        at=START,
        format="csv",
        fields=["name"],
        filter=seal(vault, export.c.filter, id2, TEXTS["filter"]),
        watermark="w",
        clients=1,
    )
    _insert(
        connection,
        person,
        name="mallory",
        sign_in_name="mallory",
        role="manager",
        exceptions={},
        weight=100,
        must_change_password=False,
        totp_secret=seal(vault, person.c.totp_secret, "mallory", TEXTS["second factor"]),
        recovery_codes=[],
        wrong=0,
        created_by="dora",
        created_at=START,
    )
    _of_calls(connection, vault)
    on = On.client(id_)
    set_hold(connection, vault, on, reason=TEXTS["reason to hold"], by="anna", at=START)
    lift_holds(connection, vault, on, reason=TEXTS["reason to lift"], by="anna", at=START)
    log.add(
        connection,
        Entry(
            action=Action.CLIENT_CHANGED,
            actor="anna",
            client_id=id_,
            details={"before": {"phones": ON_CARD}, "after": {"phones": EDITED}},
        ),
        Entry(
            action=Action.CLIENTS_SEARCHED,
            actor="anna",
            details={"text": TEXTS["searched"], "number": CALLER},
        ),
    )
    card = load_client(connection, id_, vault=vault)
    assert card is not None
    assert {one.number for one in card.phones} == {EDITED, CLAIMED}, "the canaries are in there"
    assert TEXTS["e-mail"] in {one.value for one in card.contacts}


def _of_calls(connection: Connection, vault: Vault) -> None:
    """What people make of calls."""
    id_ = uuid7()
    add_call_note(connection, vault, id_, TEXTS["note on a call"], by="anna", at=START)
    query = f"queue={TEXTS['saved view']}"
    save_view(connection, vault, "anna", page="calls", name="Mine", query=query, at=START)
    _insert(
        connection,
        monitoring,
        id=id_,
        call_id=id_,
        person="dora",
        via="browser",
        modes=[],
        reason=seal(vault, monitoring.c.reason, id_, TEXTS["reason to listen in"]),
        started_at=START,
    )
    _insert(
        connection,
        question,
        call_id=id_,
        person="anna",
        text=seal(vault, question.c.text, id_, TEXTS["question"]),
        answer=seal(vault, question.c.answer, id_, TEXTS["answer"]),
        reason=seal(vault, question.c.reason, id_, TEXTS["reason to settle"]),
    )


def _insert(connection: Connection, table: Any, **values: Any) -> None:
    connection.execute(insert(table).values(**values))


@pytest.fixture
async def stolen(base: Base, tmp_path: Path) -> dict[str, bytes]:
    """The bytes of everything that a thief could carry away, but for the key."""
    log = AuditLog(base.database, base.vault)
    await base.writer().write([answered(ringing(CALLER)), ringing(channel="pbx-2.0", second=9)])
    await base.database.write(lambda connection: _fill(base, log, connection))
    filled = await base.database.write(_columns_filled)
    assert filled == {f"{one.column.table}.{one.column.name}" for one in COLUMNS}
    backup, vacuumed = tmp_path / "backup.db", tmp_path / "vacuumed.db"
    source = sqlite3.connect(base.database.name)
    with sqlite3.connect(backup) as target:
        source.backup(target)
    source.execute("VACUUM INTO ?", (str(vacuumed),))
    live = {path.name: path.read_bytes() for path in tmp_path.glob("callward.db*")}
    source.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    source.close()
    assert len(live["callward.db-wal"]) > 100_000
    return {
        **live,
        "backup": backup.read_bytes(),
        "vacuumed": vacuumed.read_bytes(),
        "checkpointed": Path(base.database.name).read_bytes(),
    }


def _columns_filled(connection: Connection) -> set[str]:
    """A column that nothing fills proves nothing."""
    return {
        f"{one.column.table}.{one.column.name}"
        for one in COLUMNS
        if connection.execute(select(one.column).where(one.column.is_not(None)).limit(1)).first()
    }


@pytest.mark.sqlite
async def test_no_byte_of_a_stolen_database_yields_a_contact(stolen: dict[str, bytes]) -> None:
    found = {
        (name, what): how
        for name, content in stolen.items()
        for what, text in TEXTS.items()
        if (how := found_in(content, text)) is not None
    }
    assert found == {}
    # What is plain by design is found: the search does look into these bytes.
    assert all(found_in(stolen[name], "Mallory") for name in ("backup", "vacuumed", "checkpointed"))


async def test_no_byte_of_a_stolen_server_yields_a_contact(tmp_path: Path) -> None:
    """What PostgreSQL has on the disk, its log of writes, and a dump."""
    with _server() as server:
        database = Database(server.create("callward"))
        await migrate(database)
        base = Base(tmp_path, database, await open_vault(database, tmp_path / "vault.key"))
        log = AuditLog(database, base.vault)
        await base.writer().write([answered(ringing(CALLER))])
        await database.write(lambda connection: _fill(base, log, connection))
        await database.close()
        server.run("psql", "--command", "CHECKPOINT")
        number = server.run(
            *("psql", "--tuples-only", "--no-align", "--command"),
            "SELECT oid FROM pg_database WHERE datname = 'callward'",
        ).strip()
        disk = {
            name: b"".join(
                path.read_bytes().rstrip(b"\0")
                for path in (server.data / name).iterdir()
                if path.is_file()
            )
            for name in (f"base/{number}", "pg_wal")
        }
        stolen = {**disk, "dump": server.run("pg_dump", "callward").encode()}
    found = {
        (name, what): how
        for name, content in stolen.items()
        for what, text in TEXTS.items()
        if (how := found_in(content, text)) is not None
    }
    assert found == {}
    assert all(found_in(content, "Mallory") for content in stolen.values())


@contextmanager
def _server() -> Iterator[Postgres]:
    try:
        with Postgres() as server:
            yield server
    except LabError:
        pytest.skip("PostgreSQL is not installed")


@pytest.mark.sqlite
async def test_a_deleted_value_leaves_no_sealed_trace_either(base: Base) -> None:
    index = base.vault.blind_index(CALLER)
    new = {index: NewPhone(CALLER, Owner.OUTSIDE)}
    await base.database.write(lambda connection: add_phones(connection, base.vault, new))
    async with base.database.read() as connection:
        sealed: bytes = (await connection.execute(select(phone.c.number))).scalar_one()
    assert sealed in _checkpointed(base)
    await base.database.write(lambda connection: connection.execute(delete(phone)))
    left = _checkpointed(base)
    assert sealed not in left
    assert index not in left


def _checkpointed(base: Base) -> bytes:
    connection = sqlite3.connect(base.database.name)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    return Path(base.database.name).read_bytes()


SPELLINGS: Mapping[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "digits": lambda text: text[1:].encode(),
    "national": lambda text: b"0" + text[3:].encode(),
    "grouped": lambda _: b"(020) 7946-05 84",
    "reversed": lambda text: text[::-1].encode(),
    "utf-16": lambda text: text.encode("utf-16-le"),
    "hex": lambda text: text.encode().hex().encode(),
    "base64": lambda text: base64.b64encode(b"x" + text.encode() + b"yz"),
    "bcd": lambda text: bytes.fromhex(text[3:]),
    "swapped bcd": lambda text: bytes.fromhex("0297645048"),
    "integer": lambda text: int(text[1:]).to_bytes(8, "big"),
}


@pytest.mark.sqlite
@pytest.mark.parametrize("spelling", SPELLINGS)
async def test_the_search_finds_a_column_that_is_left_plain(
    base: Base, tmp_path: Path, spelling: str
) -> None:
    copy = tmp_path / "copy.db"
    shutil.copy(base.database.name, copy)
    with sqlite3.connect(copy) as connection:
        connection.execute("CREATE TABLE careless (value BLOB)")
        connection.execute("INSERT INTO careless VALUES (?)", (SPELLINGS[spelling](ON_CARD),))
    connection.close()
    assert found_in(copy.read_bytes(), ON_CARD) is not None
    assert found_in(copy.read_bytes(), CLAIMED) is None
