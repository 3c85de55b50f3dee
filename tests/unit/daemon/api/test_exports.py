"""Clients taken along, with marks."""

from __future__ import annotations

import csv
import io

from crm.watermark import found_marks
from tests.unit.daemon.api.conftest import House

from .exchanging import TABLE, Client, exported, imported
from .exchanging import olga as olga  # noqa: PLC0414 - a fixture


async def test_an_export_holds_who_may_be_exported_and_is_marked(
    olga: Client, client: Client
) -> None:
    await imported(client, "name,phone,manager\nHidden,020 7946 0301,boris\n")
    await imported(olga, "name,phone\nVera,020 7946 0302\n")
    watermark, lines = await exported(olga, "name", "phones", "curator")
    header, *rows = lines
    assert header[:3] == ["name", "phones", "curator"]
    assert all(row[-1] == watermark for row in rows)
    real = [row for row in rows if row[1]]
    assert [row[1] for row in real] == ["+442079460302"]
    # One client whom there is nowhere else, with the same curator.
    ghosts = [row for row in rows if not row[1]]
    assert [row[2] for row in ghosts] == ["olga"]
    assert found_marks(real[0][0]) == {watermark}


async def test_a_file_that_turns_up_is_recognised(olga: Client, client: Client) -> None:
    await imported(olga, "name,phone\nVera,020 7946 0302\n")
    watermark, lines = await exported(olga, "name", "phones")
    other, _ = await exported(olga, "name", "phones")
    name_only = "\n".join(row[0] for row in lines[1:] if row[1])
    ghost_only = "client\n" + next(row[0] for row in lines[1:] if not row[1])
    by_column = "x,y\n" + "\n".join(f"1,{row[-1]}" for row in lines[1:])
    for file in (name_only, ghost_only, by_column):
        answer = await client.post("/api/v1/exports/recognise", data=file.encode())
        found = (await answer.json())["items"]
        assert [(one["watermark"], one["by"]) for one in found] == [(watermark, "olga")]
    assert other != watermark
    nothing = await client.post("/api/v1/exports/recognise", data=b"name\nVera\n")
    assert (await nothing.json())["items"] == []


async def test_an_exports_own_client_has_the_source_of_others(olga: Client) -> None:
    await olga.post("/api/v1/clients", json={"name": "Vera"})
    _, lines = await exported(olga, "name", "source")
    assert len(lines) == 3
    assert {row[1] for row in lines[1:]} == {"manual"}


async def test_who_looks_at_the_exports_is_on_record(client: Client) -> None:
    await client.get("/api/v1/exports")
    told = (await (await client.get("/api/v1/audit?action=audit_read")).json())["items"]
    assert {"exports": True} in [one["details"] for one in told]


async def test_an_export_is_on_record_and_raises_an_alert(olga: Client, client: Client) -> None:
    await imported(olga, "name,phone\nVera,020 7946 0302\n")
    watermark, _ = await exported(olga, "name")
    listed = (await (await client.get("/api/v1/exports")).json())["items"]
    assert [(one["by"], one["watermark"], one["clients"]) for one in listed] == [
        ("olga", watermark, 1)
    ]
    assert listed[0]["finished_at"]
    alerts = (await (await client.get("/api/v1/alerts")).json())["items"]
    assert any(watermark in one["text"] for one in alerts)


async def test_the_audit_tells_no_word_that_was_searched(olga: Client, client: Client) -> None:
    await imported(olga, TABLE)
    await exported(olga, "name", q="vera", company="Roses", category=None)
    said = await (await client.get("/api/v1/audit?action=exported")).text()
    assert "olga" in said
    assert "vera" not in said
    assert "Roses" not in said


async def test_a_hidden_field_is_not_exported(olga: Client, house: House) -> None:
    await house.hide("olga", "phones", "company")
    for body in ({"fields": ["name", "phones"]}, {"fields": ["name"], "company": "Roses"}):
        answer = await olga.post("/api/v1/exports", json=body)
        assert (answer.status, (await answer.json())["code"]) == (403, "field_hidden")


async def test_what_a_spreadsheet_would_run_is_text_there(client: Client) -> None:
    await imported(client, "name,email\n=cmd|x!A1,a@example.com\n")
    _, lines = await exported(client, "name")
    assert any(row[0].startswith("'=cmd") for row in lines)


async def test_what_was_exported_can_be_imported(client: Client) -> None:
    await imported(client, TABLE)
    _, lines = await exported(client, "name", "phones", "emails", "company")
    buffer = io.StringIO()
    csv.writer(buffer).writerows(row for row in lines if row[1])
    again = await imported(client, buffer.getvalue())
    assert again["counts"]["created"] == 0
    assert again["counts"]["changed"] == 0
