"""What is wrong with a card or a search is named, with what is allowed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from crm.tables import client as client_table

from .asking import NEW, Person, rows
from .conftest import COMPANY, Client, House


@pytest.fixture
def operator(house: House, client: Client) -> Person:
    return Person(house, client, house.operator)


@pytest.mark.parametrize(
    ("body", "named", "allowed"),
    [
        ({}, "name", "a name, a company or a number"),
        ({"name": "Ivan 020 7946 0201"}, "name", "at most 6 digits"),
        ({"name": "x" * 121}, "name", "1 to 120"),
        ({"name": "a\x00b"}, "name", "control characters"),
        ({"name": "\ud800"}, "name", "text"),
        ({"name": "mail a@example.com"}, "name", "no e-mail"),
        ({"company": "+442079460201"}, "company", "at most 6 digits"),
        ({"name": "I", "category": "None"}, "category", "must be one of: Trusted"),
        ({"name": "I", "curator": "nobody"}, "curator", "there are: anna, boris"),
        ({"name": ""}, "name", "1 to 120"),
        ({"name": "I", "curator": "anna", "deputy": "anna"}, "deputy", "somebody else"),
        ({"name": "I", "private": "yes"}, "private", "true or false"),
        ({"name": "I", "custom": {"none": 1}}, "custom:none", "no such field"),
        ({"name": "I", "custom": {"size": "much"}}, "custom:size", "number such as"),
        ({"name": "I", "custom": {"size": 1e300}}, "custom:size", "number such as"),
        ({"name": "I", "custom": {"grade": "d"}}, "custom:grade", "a, b"),
        ({"name": "I", "custom": {"born": "31.01.2026"}}, "custom:born", "2026-01-31"),
        ({"name": "I", "custom": {"good": "maybe"}}, "custom:good", "true or false"),
        ({"phones": [{"number": "12"}]}, "phones", "phone number"),
        ({"phones": [{"number": COMPANY}]}, "phones", "somebody outside"),
        ({"phones": [{"number": "+447700900101"}]}, "phones", "somebody outside"),
        ({"phones": [{"number": NEW, "label": "0207946 0203"}]}, "label", "at most 6 digits"),
        ({"phones": [{"number": NEW}, {"number": NEW}]}, "phones", ""),
        ({"name": "I", "contacts": [{"kind": "email", "value": "x"}]}, "emails", "an e-mail"),
        ({"name": "I", "contacts": [{"kind": "fax", "value": "x"}]}, "contacts.0.kind", "email"),
        ({"name": "I", "contacts": [{"kind": "address", "value": " "}]}, "addresses", "1 to 500"),
        ({"name": "I", "source": "x"}, "source", ""),
    ],
)
async def test_each_mistake_is_named_with_what_is_allowed(
    house: House, operator: Person, body: Any, named: str, allowed: str
) -> None:
    await operator.put("/categories/Trusted", {})
    for key, kind, choices in (
        ("size", "number", []),
        ("grade", "choice", ["a", "b"]),
        ("born", "date", []),
        ("good", "flag", []),
    ):
        wanted = {"label": key, "kind": kind, "choices": choices}
        await operator.put(f"/custom-fields/{key}", wanted)
    before = len(await rows(house, select(client_table.c.id)))
    response = await operator.ask("POST", "/clients", body)
    problem = await response.json()
    assert response.status == (409 if problem["code"] == "already_there" else 400), problem
    assert named in problem["detail"]
    assert allowed in problem["detail"]
    assert "7946" not in problem["detail"] or "442079460101" in problem["detail"]
    assert len(await rows(house, select(client_table.c.id))) == before


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("q=!", "no_words"),
        ("sort=phones", "invalid_parameter"),
        ("after=x", "invalid_cursor"),
        ("email=x", "invalid_email"),
        ("number=12", "invalid_number"),
        ("curator=%00", "invalid_parameter"),
        ("phones=1", "unknown_parameter"),
    ],
)
async def test_bad_searches_are_refused(operator: Person, query: str, code: str) -> None:
    assert (await operator.get(f"/clients?{query}", 400))["code"] == code
