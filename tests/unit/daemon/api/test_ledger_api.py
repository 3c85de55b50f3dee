"""``/api/v1/ledger``: what a day is told as, to whom, and what is mended."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from crm.access import Right, Scope
from crm.people_tables import audit
from crm.tables import phone

from .conftest import BEGAN, Client, House

DAY = BEGAN.date().isoformat()


async def without_card(house: House) -> str:
    """One of the house's calls loses its customer's card; the call's id."""
    call = house.calls[1]
    assert call.customer_number is not None
    index = house.context.vault.blind_index(call.customer_number)
    taken = update(phone).where(phone.c.blind_index == index).values(client_id=None)
    await house.context.database.write(lambda connection: connection.execute(taken) and None)
    return str(call.id)


async def look(client: Client, order: str, language: str = "en") -> dict[str, Any]:
    answer = await client.post(
        f"/api/v1/ledger/{DAY}/{order}", headers={"Accept-Language": language}
    )
    assert answer.status == 200, await answer.text()
    found: dict[str, Any] = await answer.json()
    return found


async def test_a_day_is_looked_at_mended_and_listed(house: House, client: Client) -> None:
    answer = await client.get(f"/api/v1/ledger/{DAY}")
    assert await answer.json() == {
        "day": DAY,
        "checking": False,
        "account": None,
        "differences": [],
    }
    call = await without_card(house)
    found = await look(client, "check")
    [told] = [one for one in found["differences"] if one["kind"] == "no_card"]
    assert (told["call_id"], told["left"]) == (call, None)
    assert told["why"].startswith("A customer called")
    [pbx] = found["account"]["pbxs"]
    assert (pbx["unchecked"], pbx["stored"]) == ("no_log", 4)
    assert "pbx.cel" in pbx["text"]
    # In the storage of this house stands a recording that is not what its row says.
    kinds = {one["kind"] for one in found["differences"]}
    assert {"no_card", "object_altered", "recording_missing"} <= kinds

    mended = await look(client, "fix", "ru")
    assert "no_card" not in {one["kind"] for one in mended["differences"]}
    assert [one["kind"] for one in mended["account"]["mended"]] == ["no_card"]
    assert all(one["left"].startswith("Не исправлено") for one in mended["differences"])
    async with house.context.database.read() as connection:
        rows = await connection.execute(
            select(audit.c.object, audit.c["count"]).where(audit.c.action == "ledger_mended")
        )
        assert rows.all() == [(DAY, 1)]
    listed = await client.get(f"/api/v1/ledger?since={DAY}&until={DAY}")
    [day] = (await listed.json())["items"]
    assert day == mended["account"] | {key: day[key] for key in ("pbxs", "counts", "mended")}


@pytest.mark.parametrize("day", ["2026-13-01", "yesterday", "1969-12-31", "future"])
async def test_a_day_that_is_none_is_refused(client: Client, day: str) -> None:
    if day == "future":
        day = (datetime.now(UTC) + timedelta(days=2)).date().isoformat()
    for method, path in (("GET", ""), ("POST", "/check"), ("POST", "/fix")):
        answer = await client.request(method, f"/api/v1/ledger/{day}{path}")
        assert answer.status == 400
        assert (await answer.json())["detail"].startswith("day")


async def test_it_takes_the_right_for_all(house: House, client: Client) -> None:
    rights = {Right.REPORTS_READ: Scope.DEPARTMENT, Right.REPORTS_SETTLE: Scope.DEPARTMENT}
    await house.person("chief", rights)
    await house.person("reader", {Right.REPORTS_READ: Scope.ALL})
    for name, method, path, status in (
        ("chief", "GET", "", 403),
        ("chief", "GET", f"/{DAY}", 403),
        ("chief", "POST", f"/{DAY}/check", 403),
        ("reader", "GET", f"/{DAY}", 200),
        ("reader", "POST", f"/{DAY}/fix", 403),
    ):
        headers = await house.token(name)
        answer = await client.request(method, f"/api/v1/ledger{path}", headers=headers)
        assert answer.status == status, (name, method, path)


async def test_metrics_tell_what_is_unmatched(house: House, client: Client) -> None:
    await look(client, "check")
    text = await (await client.get("/metrics")).text()
    ledger = house.context.metrics.ledger
    assert ledger.checked_at > 0
    # That day is long over: what stands in the last month counts.
    assert f"callward_ledger_unmatched {float(ledger.unmatched)}" in text
    assert f"callward_ledger_unchecked_days {float(ledger.unchecked)}" in text
    assert "callward_ledger_checked_timestamp_seconds 1." in text
