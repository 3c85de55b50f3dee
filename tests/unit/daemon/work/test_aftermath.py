"""Who falls quiet after somebody left is found, told of once, and to who may know of him."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, select, update

from crm.people_tables import person
from crm.tables import client, phone
from crm.watch_tables import alert
from crm.watched import LEAST_QUIET, fell_quiet, follow
from daemon.history.tables import call, leg
from daemon.work.aftermath import Aftermath, first_id
from store.ids import uuid7

from .conftest import Office, cards

LEFT = datetime(2026, 6, 1, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)


def every(days: int, since: datetime, until: datetime) -> list[datetime]:
    return [since + days * n * DAY for n in range((until - since) // (days * DAY))]


def test_a_client_who_called_weekly_and_stopped_is_quiet() -> None:
    talks = every(7, LEFT - 90 * DAY, LEFT)
    assert fell_quiet(talks, LEFT, LEFT + 7 * DAY) is None
    quiet = fell_quiet(talks, LEFT, LEFT + 30 * DAY)
    assert quiet is not None
    assert (quiet.talks, quiet.usual_days, quiet.quiet_days) == (12, 7, 43)
    assert fell_quiet([*talks, LEFT + 20 * DAY], LEFT, LEFT + 30 * DAY) is None


def test_who_seldom_called_has_no_habit() -> None:
    assert fell_quiet([LEFT - 5 * DAY, LEFT - 3 * DAY], LEFT, LEFT + 100 * DAY) is None
    monthly = every(30, LEFT - 150 * DAY, LEFT)
    assert fell_quiet(monthly, LEFT, LEFT + 40 * DAY) is None
    assert fell_quiet(monthly, LEFT, LEFT + 80 * DAY) is not None


@given(st.lists(st.integers(-200, 100), max_size=30), st.integers(0, 200))
def test_nobody_who_talked_lately_is_quiet(days: list[int], passed: int) -> None:
    now = LEFT + passed * DAY
    talks = [at for day in days if (at := LEFT + day * DAY) <= now]
    if fell_quiet(talks, LEFT, now) is not None:
        assert now - max(talks) >= LEAST_QUIET
        assert sum(at < LEFT for at in talks) >= 3


def talked(connection: Connection, client_id: UUID, instants: list[datetime]) -> None:
    """Calls that were answered, as stored."""
    phone_id = uuid7()
    connection.execute(
        phone.insert().values(
            id=phone_id,
            number=b"\x01sealed",
            blind_index=phone_id.bytes,
            owner="client",
            client_id=client_id,
            created_at=LEFT,
        )
    )
    for at in instants:
        connection.execute(call.insert().values(**_row(uuid7(), at, phone_id)))


def _row(id_: UUID, at: datetime, phone_id: UUID | None) -> dict[str, object]:
    return {
        "id": id_,
        "pbx": "pbx",
        "direction": "inbound",
        "origin": "dialled",
        "started_at": at,
        "answered_at": at,
        "ended_at": at,
        "customer_phone_id": phone_id,
        "disposition": "answered",
        "ring_seconds": 1.0,
        "talk_seconds": 1.0,
        "hold_seconds": 0.0,
        "complete": True,
        "gone": True,
    }


def called_himself(connection: Connection, at: datetime) -> None:
    """Anna's own mobile in a call."""
    phone_id = uuid7()
    connection.execute(
        phone.insert().values(
            id=phone_id,
            number=b"\x01sealed",
            blind_index=phone_id.bytes,
            owner="employee",
            created_at=LEFT,
        )
    )
    id_ = UUID(int=first_id(at).int | 1)
    connection.execute(call.insert().values(**_row(id_, at, None)))
    connection.execute(
        leg.insert().values(
            call_id=id_,
            channel="1",
            position=0,
            kind="agent",
            agent="anna",
            phone_id=phone_id,
            started_at=at,
        )
    )


async def test_it_is_told_once_and_private_ones_never(office: Office) -> None:
    await office.person("boss", role="administrator")
    weekly = every(7, LEFT - 90 * DAY, LEFT)
    ids: list[UUID] = await office.write(lambda c: cards(c, 4, "anna"))

    def past(connection: Connection) -> None:
        follow(connection, "anna", LEFT)
        connection.execute(update(person).where(person.c.name == "anna").values(left_at=LEFT))
        talked(connection, ids[0], weekly)
        talked(connection, ids[1], [*weekly, LEFT + 25 * DAY])
        talked(connection, ids[2], weekly)
        connection.execute(update(client).where(client.c.id == ids[2]).values(private=True))
        called_himself(connection, LEFT - 10 * DAY)
        called_himself(connection, LEFT + 10 * DAY)

    await office.write(past)
    await office.context.staff.reload()
    now = LEFT + 30 * DAY
    looking = Aftermath(office.context.database, lambda: now)
    await looking.look()
    await looking.look()
    found = await office.rows(select(alert.c.kind, alert.c.person, alert.c.evidence))
    assert [(row.kind, row.person) for row in found] == [
        ("clients_quiet", "anna"),
        ("leaver_called", "anna"),
    ]
    assert found[0].evidence == {"count": 1, "clients": [str(ids[0])]}
    assert found[1].evidence["count"] == 1
    status, alerts = await office.ask("GET", "/api/v1/alerts")
    assert status == 200
    assert all(one["text"] and "{" not in one["text"] for one in alerts["items"])
    _, report = await office.ask("GET", "/api/v1/people/anna/aftermath")
    # By now Callward's own clock is later than that of the test: the second one is quiet too.
    assert {one["id"] for one in report["quiet"]} == {str(ids[0]), str(ids[1])}
    assert (report["followed"], report["own_calls"]) == (3, 1)


async def test_after_half_a_year_nobody_looks_any_more(office: Office) -> None:
    ids: list[UUID] = await office.write(lambda c: cards(c, 1, "anna"))

    def past(connection: Connection) -> None:
        follow(connection, "anna", LEFT)
        talked(connection, ids[0], every(7, LEFT - 90 * DAY, LEFT))

    await office.write(past)
    await Aftermath(office.context.database, lambda: LEFT + 181 * DAY).look()
    assert await office.rows(select(alert.c.id)) == []
