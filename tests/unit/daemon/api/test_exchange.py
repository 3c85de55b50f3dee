"""Clients brought as a table."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from crm.access import Right, Scope
from crm.import_jobs import ImportState
from crm.imports import Existing
from crm.people_tables import person
from crm.search import ClientQuery
from crm.sheets import Line, Sheet
from crm.watch_tables import client_import
from daemon.api.server import application
from daemon.api.viewer import Viewer
from daemon.exchange.exports import Exporter, ExportOrder
from daemon.exchange.import_run import Order
from tests.unit.daemon.api.conftest import CUSTOMERS, House

from .exchanging import IMPORTS, MAY_IMPORT, TABLE, Client, brought, cards, imported, ran
from .exchanging import olga as olga  # noqa: PLC0414 - a fixture


async def test_a_table_is_understood_before_it_is_imported(client: Client) -> None:
    found = await brought(client, TABLE)
    assert [(one["heading"], one["field"]) for one in found["columns"]] == [
        ("Name", "name"),
        ("Phone", "phones"),
        ("E-mail", "emails"),
        ("Company", "company"),
        ("Note", "notes"),
    ]
    assert found["would"] == {"done": 0, "created": 1, "changed": 0, "broken": 0}
    assert "Vera" not in await cards(client)


async def test_a_line_becomes_a_card(client: Client) -> None:
    done = await imported(client, TABLE)
    assert (done["state"], done["counts"]["created"]) == ("done", 1)
    card = (await cards(client))["Vera"]
    assert card["source"] == "import"
    assert card["company"] == "Roses"
    assert [phone["number"] for phone in card["phones"]] == ["+442079460301"]
    assert card["short_code"]


async def test_a_second_time_nothing_is_new(client: Client) -> None:
    await imported(client, TABLE)
    again = await imported(client, TABLE)
    assert again["counts"] == {"done": 1, "created": 0, "changed": 0, "broken": 0}


async def test_existing_cards_are_filled_overwritten_or_skipped(client: Client) -> None:
    await imported(client, TABLE)
    other = TABLE.replace("Roses", "Tulips").replace("Name;", "Who;")
    found = await brought(client, other)
    columns = {"Phone": "phones", "Company": "company"}
    await client.put(f"{IMPORTS}/{found['id']}", json={"columns": columns})
    await ran(client, found["id"], existing="fill")
    assert (await cards(client))["Vera"]["company"] == "Roses"
    await imported(client, TABLE.replace("Roses", "Tulips"), existing="skip")
    assert (await cards(client))["Vera"]["company"] == "Roses"
    await imported(client, TABLE.replace("Roses", "Tulips"), existing="overwrite")
    assert (await cards(client))["Vera"]["company"] == "Tulips"


BROKEN = (
    "name,phone,email,category\n"
    "Vera,020 7946 0301,,\n"
    "Wera,not a number,,\n"
    "Xenia 020 7946 0303,,x@example.com,\n"
    "Yana,,no e-mail,gold\n"
    ",,,\n"
    "Zoya,+442079460000,,\n"
    "Anna,,,,extra\n"
    ",,,gold\n"
)


async def test_every_fault_is_named_by_line_column_and_reason(client: Client) -> None:
    found = await brought(client, BROKEN)
    told = {(one["line"], one["column"]) for one in found["broken"]}
    assert told == {
        (3, "phone"),
        (4, "name"),
        (5, "email"),
        (5, "category"),
        (7, "phone"),
        (8, "5"),
        (9, "category"),
    }
    assert found["would"]["broken"] == 6
    assert not any("0303" in one["reason"] or "gold" in one["reason"] for one in found["broken"])
    russian = await client.get(f"{IMPORTS}/{found['id']}", headers={"Accept-Language": "ru"})
    reasons = [one["reason"] for one in (await russian.json())["broken"]]
    assert all(any("а" <= char <= "я" for char in reason) for reason in reasons)


async def test_the_good_ones_or_none(client: Client) -> None:
    before = len(await cards(client))
    failed = await imported(client, BROKEN, mode="all")
    assert (failed["state"], failed["counts"]["created"]) == ("failed", 0)
    assert len(await cards(client)) == before
    done = await imported(client, BROKEN, mode="good")
    assert (done["state"], done["counts"]["created"], done["counts"]["broken"]) == ("done", 1, 6)
    assert len(await cards(client)) == before + 1


async def test_all_or_none_also_where_a_fault_shows_only_at_work(client: Client) -> None:
    await imported(client, "name,phone\nVera,020 7946 0301\nNina,020 7946 0302\n")
    table = "name,phone\nPolina,020 7946 0303\nWho,020 7946 0301; 020 7946 0302\n"
    failed = await imported(client, table, mode="all")
    assert (failed["state"], [one["line"] for one in failed["broken"]]) == ("failed", [3])
    assert "Polina" not in await cards(client)


async def test_an_import_tells_nobody_who_is_in_the_base(
    olga: Client, client: Client, house: House
) -> None:
    """A number of somebody else's client: hers looks like any other."""
    await imported(client, "name,phone,manager\nHidden,020 7946 0301,boris\n")
    done = await imported(olga, "name,phone\nVera,020 7946 0301\nNina,020 7946 0302\n")
    assert (done["counts"]["created"], done["broken"]) == (2, [])
    own = await cards(olga)
    assert [phone["number"] for phone in own["Vera"]["phones"]] == ["+442079460301"]
    assert own["Vera"]["phones"][0].keys() == own["Nina"]["phones"][0].keys()
    assert "Hidden" not in own
    assert own["Vera"]["curator"] == "olga"


async def test_two_lines_of_one_number_are_one_client_whoever_has_it(
    olga: Client, house: House
) -> None:
    await house.write()
    for number in (CUSTOMERS[0], "+442079460350"):
        done = await imported(olga, f"name,phone\nVera,{number}\nVera,{number}\n")
        assert (done["counts"]["created"], done["counts"]["broken"]) == (1, 0)


async def test_what_is_seen_only_in_part_is_not_overwritten(
    olga: Client, client: Client, house: House
) -> None:
    await imported(client, "name,email,company,curator\nVera,v@example.com,Line 1,olga\n")
    await client.put("/api/v1/custom-fields/memo", json={"label": "memo", "kind": "text"})
    await imported(
        client, "name,email,memo\nVera,v@example.com,ring 020 7946 0350\n", existing="overwrite"
    )
    await house.hide("olga", "phones")
    done = await imported(olga, "name,email,memo\nVera,v@example.com,gone\n", existing="overwrite")
    assert done["counts"]["broken"] == 1
    assert done["broken"][0]["column"] == "memo"


async def test_a_number_in_the_place_of_a_heading_is_not_kept(client: Client, house: House) -> None:
    table = await brought(client, f"{CUSTOMERS[0]},Vera\n{CUSTOMERS[1]},Oleg\n")
    columns = {CUSTOMERS[0]: "phones", "Vera": "name"}
    assert (await client.put(f"{IMPORTS}/{table['id']}", json={"columns": columns})).status == 200
    async with house.context.database.read() as connection:
        kept = (await connection.execute(select(client_import.c.columns))).scalars().all()
    assert kept == [{"#1": "phones", "Vera": "name"}]


@pytest.mark.parametrize("what", ["export", "import"])
async def test_who_leaves_meanwhile_takes_and_brings_nothing_further(
    client: Client, house: House, what: str
) -> None:
    await house.person("olga", MAY_IMPORT)
    await house.hide("olga")
    context = house.context
    access = context.staff.access_of("olga")
    assert access is not None
    viewer = Viewer(access=access, actor="olga")
    await imported(client, "name,curator\n" + "Vera,olga\n" * 3)
    sheet = Sheet(columns=("name",), lines=tuple(Line(n, ("Oleg",)) for n in range(2, 90)))
    held = await context.imports.hold(viewer, sheet)
    exporter = Exporter(context.database, context.vault, context.audit, context.staff)
    wanted = ExportOrder(viewer=viewer, fields=("name",), query=ClientQuery(), filter={})
    begun = await exporter.begin(wanted)
    gone = {"left_at": datetime.now(UTC)}
    await context.staff.change(
        lambda connection: connection.execute(
            update(person).where(person.c.name == "olga").values(gone)
        )
    )
    if what == "export":
        lines = [line async for line in exporter.lines(wanted, begun)]
        assert len(lines) == 1
    else:
        await context.imports.work.run(held, Order(viewer=viewer, existing=Existing.FILL))
        assert (held.job.state, held.job.counts.created) == (ImportState.CANCELLED, 0)


MAY_ASSIGN_OWN = {
    **MAY_IMPORT,
    Right.CLIENTS_READ: Scope.DEPARTMENT,
    Right.CLIENTS_CHANGE: Scope.DEPARTMENT,
    Right.CLIENTS_ASSIGN: Scope.OWN,
    Right.PEOPLE_READ: Scope.DEPARTMENT,
}


@pytest.fixture
async def nora(house: House, aiohttp_client: Callable[..., Awaitable[Client]]) -> Client:
    """She changes clients of her department, where rita is too, and gives away her own alone."""
    await house.person("rita", department="sales")
    await house.person("nora", MAY_ASSIGN_OWN, department="sales")
    await house.hide("nora")
    return await aiohttp_client(application(house.context), headers=await house.token("nora"))


@pytest.mark.parametrize("column", ["curator", "deputy"])
@pytest.mark.parametrize("existing", ["fill", "overwrite"])
async def test_an_import_makes_no_colleagues_client_the_importers(
    nora: Client, client: Client, column: str, existing: str
) -> None:
    await imported(client, "name,email,curator\nVera,vera@example.com,rita\n")
    table = f"email,{column}\nvera@example.com,nora\n"
    would = await brought(nora, table)
    done = await ran(nora, would["id"], existing=existing)
    card = (await cards(client))["Vera"]
    if (column, existing) == ("curator", "fill"):
        # It is not empty, so that nothing is given away.
        assert done["counts"]["broken"] == 0
    else:
        assert [(one["line"], one["column"]) for one in done["broken"]] == [(2, column)]
    assert would["would"]["broken"] == (column == "deputy")
    assert (card["curator"], card["deputy"]) == ("rita", None)


async def test_who_stands_on_the_card_already_is_given_nobody(nora: Client, client: Client) -> None:
    await imported(client, "name,email,curator\nVera,vera@example.com,rita\n")
    table = "email,curator,company\nvera@example.com,rita,Roses\n"
    assert (await imported(nora, table, existing="overwrite"))["broken"] == []
    assert (await cards(client))["Vera"]["company"] == "Roses"


async def test_an_import_gives_clients_to_whom_the_importer_may_give(nora: Client) -> None:
    table = "name,curator\nVera,rita\nOleg,boris\nNina,nora\n"
    done = await imported(nora, table)
    assert done["counts"]["created"] == 1
    assert {one["line"] for one in done["broken"]} == {2, 3}
    # Of boris, who is of no department of hers, she learns nothing.
    assert not any("boris" in one["reason"] for one in done["broken"])
    unknown = (await imported(nora, "name,curator\nOleg,boris\n"))["broken"]
    nobody = (await imported(nora, "name,curator\nOleg,nobody\n"))["broken"]
    assert unknown == nobody


@pytest.mark.parametrize(
    ("curator", "status"), [("rita", 403), ("boris", 403), ("nobody", 400), ("nora", 202)]
)
async def test_so_does_the_curator_of_all_new_cards(
    nora: Client, curator: str, status: int
) -> None:
    id_ = (await brought(nora, "name\nVera\n"))["id"]
    answer = await nora.post(f"{IMPORTS}/{id_}/run", json={"curator": curator})
    assert answer.status == status


async def test_a_hidden_field_is_not_imported(olga: Client, house: House) -> None:
    await house.hide("olga", "phones")
    found = await brought(olga, TABLE)
    assert {one["heading"]: one["field"] for one in found["columns"]}["Phone"] is None
    answer = await olga.put(
        f"{IMPORTS}/{found['id']}", json={"columns": {"Name": "name", "Phone": "phones"}}
    )
    assert (answer.status, (await answer.json())["code"]) == (403, "field_hidden")


async def test_nobody_sees_anothers_table(olga: Client, client: Client) -> None:
    found = await brought(client, TABLE)
    assert (await olga.get(f"{IMPORTS}/{found['id']}")).status == 404
    assert (await olga.post(f"{IMPORTS}/{found['id']}/run", json={})).status == 404


async def test_it_runs_once(client: Client) -> None:
    id_ = (await brought(client, TABLE))["id"]
    await ran(client, id_)
    answer = await client.post(f"{IMPORTS}/{id_}/run", json={})
    assert (answer.status, (await answer.json())["code"]) == (409, "import_ran")


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        ({"Nothing": "name"}, "import_no_column"),
        ({"Name": "nothing"}, "import_no_field"),
        ({"Name": "name", "Company": "name"}, "import_field_twice"),
        ({"Company": "company"}, "import_nobody"),
    ],
)
async def test_wrong_columns(client: Client, columns: dict[str, str], code: str) -> None:
    id_ = (await brought(client, TABLE))["id"]
    answer = await client.put(f"{IMPORTS}/{id_}", json={"columns": columns})
    assert (answer.status, (await answer.json())["code"]) == (400, code)


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 400, "sheet_empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", 400, "sheet_kind"),
        (b"x" * 20_000_001, 413, "sheet_too_large"),
    ],
)
async def test_no_table(client: Client, content: bytes, status: int, code: str) -> None:
    answer = await client.post(IMPORTS, data=content)
    assert (answer.status, (await answer.json())["code"]) == (status, code)
