"""Recordings go by the first rule that holds, and never one on legal hold; on either database."""

from __future__ import annotations

import asyncio
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from functools import partial
from uuid import UUID

import pytest
from rich.console import Console
from sqlalchemy import Connection, insert, select, true, update
from structlog.testing import capture_logs

from config.keeping import RetentionSettings
from crm.audit import Action
from crm.cards import NewCard, create_card
from crm.claims import add_number, remove_number
from crm.clients import load_client
from crm.departments import delete_department, save_department
from crm.legal_holds import LegalHoldError, On, lift_holds, set_hold
from crm.merges import Merging, merge, merges_of, unmerge
from crm.people import Person, change_person, create_person
from crm.people_tables import audit
from crm.roles import MANAGER
from crm.short_codes import ShortCodes
from crm.tables import client, phone
from crm.writing import Writing
from daemon.archive.erasing import RECORDING_ERASED
from daemon.archive.files import ErasedRecordings
from daemon.cli.retention_tables import shares_table
from daemon.history.tables import call
from daemon.outbox.tables import outbox
from daemon.retention.expiry import Expiry
from daemon.retention.rules import shares
from recordings.models import recording
from recordings.storage import open_storage
from store.ids import uuid7
from tests.unit.crm.cards_in_memory import director
from tests.unit.daemon.backup.conftest import Company

NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)
DAY = timedelta(days=1)


class Clocks:
    """Both of a machine's."""

    def __init__(self) -> None:
        self.wall, self.ticks = NOW, 1000.0

    def go(self, time: timedelta) -> None:
        self.wall += time
        self.ticks += time.total_seconds()


def expiry(company: Company, clocks: Clocks, **settings: object) -> Expiry:
    return Expiry(
        RetentionSettings.model_validate(settings),
        company.database,
        company.vault,
        company.audit,
        clock=lambda: clocks.wall,
        monotonic=lambda: clocks.ticks,
    )


async def states(company: Company) -> dict[UUID, str]:
    async with company.database.read() as connection:
        rows = await connection.execute(select(recording.c.call_id, recording.c.state))
        return {row.call_id: row.state for row in rows}


async def old(company: Company, days: int, **values: object) -> UUID:
    return await company.add_call("+442079460150", began=NOW - days * DAY, **values)


async def test_nothing_goes_where_nothing_is_said(company: Company) -> None:
    await old(company, 5000)
    assert await expiry(company, Clocks()).look() == 0
    assert set((await states(company)).values()) == {"stored"}


async def test_the_first_rule_that_holds_counts(company: Company) -> None:
    kept = await old(company, 400, direction="outbound", talk_seconds=300.0)
    short = await old(company, 40, direction="outbound", talk_seconds=5.0)
    young = await old(company, 20, direction="outbound", talk_seconds=5.0)
    for_ever = await old(company, 900, queue="sales")
    other = await old(company, 800)
    rules = [
        {"queue": "sales", "days": 0},
        {"direction": "outbound", "max_talk_seconds": 20, "days": 30},
        {"direction": "outbound", "days": 1000},
    ]
    looking = expiry(company, Clocks(), recordings_days=700, rules=rules)

    def dry(connection: Connection) -> list[tuple[int | None, int, int, int]]:
        found = shares(connection, looking._settings, company.vault, NOW, 30)
        return [(one.rule, one.stored, one.due, one.soon) for one in found]

    async with company.database.read() as connection:
        said = await connection.run_sync(dry)
    assert said == [(0, 1, 0, 0), (1, 2, 1, 1), (2, 1, 0, 0), (None, 4, 1, 0)]
    assert await looking.look() == 2
    found = await states(company)
    assert {found[one] for one in (kept, young, for_ever)} == {"stored"}
    assert {found[one] for one in (short, other)} == {"expired"}
    assert await looking.look() == 0


async def test_the_sound_goes_and_the_rest_stays(company: Company) -> None:
    call_id = await old(company, 50)
    storage = open_storage(company.settings.recordings.storage)
    assert await expiry(company, Clocks(), recordings_days=10).look() == 4

    async with company.database.read() as connection:
        row = (
            await connection.execute(select(recording).where(recording.c.call_id == call_id))
        ).one()
        work = (await connection.execute(select(outbox.c.topic, outbox.c.payload))).all()
        told = (
            await connection.execute(select(audit.c.action, audit.c.count).order_by(audit.c.seq))
        ).all()
    assert (row.state, row.path, row.peaks, row.expired_at) == ("expired", None, None, NOW)
    assert row.sha256 is not None
    assert {one.topic for one in work} == {RECORDING_ERASED}
    assert told[-1] == (Action.RECORDINGS_EXPIRED.value, 4)
    erased = ErasedRecordings(company.settings, company.database, storage)
    assert await erased([one.payload for one in work]) == [None] * 4
    for name in company.sounds:
        with pytest.raises(FileNotFoundError):
            storage.open(name)
    assert (await states(company))[call_id] == "expired"


async def test_a_hold_on_a_call_or_its_client_keeps_it(company: Company) -> None:
    on_call, free = await old(company, 50), await old(company, 51)
    with_client = await company.add_call("+442079460160", began=NOW - 52 * DAY)
    merged = await company.add_call("+442079460161", began=NOW - 53 * DAY)

    def prepare(connection: Connection) -> None:
        one, target, source = uuid7(), uuid7(), uuid7()
        for id_, into in ((one, None), (target, None), (source, target)):
            connection.execute(
                insert(client).values(id=id_, source="call", created_at=NOW, merged_into=into)
            )
        for call_id, client_id in ((with_client, one), (merged, target)):
            of = select(call.c.customer_phone_id).where(call.c.id == call_id).scalar_subquery()
            connection.execute(update(phone).where(phone.c.id == of).values(client_id=client_id))
        # One on a card that became part of another counts for that one's calls.
        for on in (On.call(on_call), On.client(one), On.client(source)):
            assert set_hold(connection, company.vault, on, reason="a suit", by="dora", at=NOW)
            assert not set_hold(connection, company.vault, on, reason="again", by="dora", at=NOW)

    await company.database.write(prepare)
    looking = expiry(company, Clocks(), recordings_days=10)
    assert await looking.look() == 4
    found = await states(company)
    assert {found[one] for one in (on_call, with_client, merged)} == {"stored"}
    assert found[free] == "expired"
    lift = partial(
        lift_holds, vault=company.vault, on=On.call(on_call), reason="over", by="dora", at=NOW
    )
    assert await company.database.write(lift) == 1
    assert await looking.look() == 1


async def test_a_held_client_keeps_his_number_and_so_his_calls(company: Company) -> None:
    """Neither taking it off nor an undone merge lets the rules have the calls."""
    first = await company.add_call("+442079460160", began=NOW - 52 * DAY)
    second = await company.add_call("+442079460161", began=NOW - 53 * DAY)
    codes = ShortCodes(company.vault, 6)
    by = Writing(vault=company.vault, actor="anna", at=NOW)
    held: list[UUID] = []

    def prepare(connection: Connection) -> None:
        for number in ("+442079460160", "+442079460161"):
            id_, _ = create_card(connection, by, codes, NewCard(changes={"name": number[-3:]}))
            add_number(connection, by, id_, number, None, known=true())
            held.append(id_)
        merging = Merging(access=director(), actor="dora", at=NOW)
        merge(connection, company.vault, merging, held[0], held[1], choices={})
        on = On.client(held[0])
        assert set_hold(connection, company.vault, on, reason="a suit", by="dora", at=NOW)

    def take_off(connection: Connection) -> None:
        card = load_client(connection, held[0], vault=company.vault)
        assert card is not None
        remove_number(connection, by, held[0], card.phones[0].id)

    def part(connection: Connection) -> list[UUID | None]:
        [made] = merges_of(connection, held[0])
        merging = Merging(access=director(), actor="dora", at=NOW)
        undone = unmerge(connection, company.vault, merging, made)
        return [one.on.client_id for one in undone.holds]

    await company.database.write(prepare)
    with pytest.raises(LegalHoldError):
        await company.database.write(take_off)
    assert await company.database.write(part) == [held[1]]
    assert await expiry(company, Clocks(), recordings_days=10).look() == 3
    found = await states(company)
    assert {found[first], found[second]} == {"stored"}
    on = On.client(held[0])
    lift = partial(lift_holds, vault=company.vault, on=on, reason="over", by="dora", at=NOW)
    await company.database.write(lift)
    await company.database.write(take_off)
    assert await expiry(company, Clocks(), recordings_days=10).look() == 1


async def test_a_hold_set_at_the_same_moment_is_never_between(company: Company) -> None:
    """Of two transactions one is first: who got his hold has his recording."""
    calls = [await old(company, 50) for _ in range(12)]

    async def hold(call_id: UUID) -> bool:
        def work(connection: Connection) -> bool:
            state = select(recording.c.state).where(recording.c.call_id == call_id)
            on = On.call(call_id)
            hold = set_hold(connection, company.vault, on, reason="a suit", by="dora", at=NOW)
            assert hold is not None
            return bool(connection.execute(state).scalar_one() == "stored")

        return await company.database.write(work)

    looking = expiry(company, Clocks(), recordings_days=10)
    results = await asyncio.gather(
        *(hold(one) for one in calls[:6]), looking.look(), *(hold(one) for one in calls[6:])
    )
    got = [*results[:6], *results[7:]]
    found = await states(company)
    assert [found[one] == "stored" for one in calls] == got


async def test_a_clock_that_leaps_deletes_nothing_for_a_day(company: Company) -> None:
    await old(company, 5)
    clocks = Clocks()
    looking = expiry(company, clocks, recordings_days=600)
    assert await looking.look() == 0
    clocks.wall += 900 * DAY
    assert await looking.look() == 0
    # A restart finds it again.
    assert await expiry(company, clocks, recordings_days=600).look() == 0
    # And who puts the clock right has lost nothing.
    clocks.wall -= 900 * DAY
    assert await looking.look() == 0
    clocks.go(2 * DAY)
    assert await looking.look() == 0
    assert set((await states(company)).values()) == {"stored"}


async def test_a_long_pause_is_a_leap_too(company: Company) -> None:
    await old(company, 5)
    clocks = Clocks()
    assert await expiry(company, clocks, recordings_days=600).look() == 0
    clocks.wall += 900 * DAY
    again = expiry(company, clocks, recordings_days=600)
    assert await again.look() == 0
    clocks.go(timedelta(hours=23))
    assert await again.look() == 0
    clocks.go(timedelta(hours=2))
    assert await again.look() == 4


async def test_a_rule_whose_department_is_not_there_lets_nothing_expire(company: Company) -> None:
    await old(company, 50)
    rules = [{"direction": "outbound", "days": 1}, {"department": "Claims", "days": 0}]
    looking = expiry(company, Clocks(), recordings_days=10, rules=rules)

    async def said() -> tuple[int, list[bool], str]:
        async with company.database.read() as connection:
            found = await connection.run_sync(shares, looking._settings, company.vault, NOW, 30)
        console = Console(width=200)
        with console.capture() as shown:
            table = shares_table([asdict(one) for one in found], looking._settings, 30, "en")
            console.print(table)
        return sum(one.due for one in found), [o.unknown_department for o in found], shown.get()

    with capture_logs() as logs:
        assert [await looking.look() for _ in range(3)] == [0, 0, 0]
    [told] = [one for one in logs if one["log_level"] == "error"]
    assert told["rules"] == ["retention.rules[1]"]
    due, unknown, shown = await said()
    assert (due, unknown) == (0, [False, True, False])
    assert "Nothing expires" in shown
    await company.database.write(partial(save_department, name="Claims", parent=None))
    due, unknown, shown = await said()
    assert (due, unknown) == (4, [False] * 3)
    assert "Nothing expires" not in shown
    with capture_logs() as logs:
        assert await looking.look() == 4
    assert sum("there" in one["event"] for one in logs) == 1
    # And where it goes again.
    await old(company, 50)
    await company.database.write(partial(delete_department, name="Claims"))
    assert await looking.look() == 0


async def test_a_department_s_rule_is_for_who_is_in_it_today(company: Company) -> None:
    for_ever = await old(company, 50, answered_by="anna")
    moved = await old(company, 50, answered_by="boris")

    def people(connection: Connection) -> None:
        for name in ("Claims", "Sales"):
            save_department(connection, name, None)
        for name in ("anna", "boris"):
            person = Person(
                name=name,
                role=MANAGER,
                department="Claims",
                exceptions={},
                created_by="dora",
                created_at=NOW,
            )
            create_person(connection, person)
        change_person(connection, "boris", {"department": "Sales"})

    await company.database.write(people)
    rules = [{"department": "Claims", "days": 0}]
    looking = expiry(company, Clocks(), recordings_days=40, rules=rules)
    await looking.look()
    found = await states(company)
    assert (found[for_ever], found[moved]) == ("stored", "expired")
