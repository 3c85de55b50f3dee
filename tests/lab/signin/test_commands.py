"""The commands about signing in, against a running daemon."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.lab.signin.office import Office, curl

pytestmark = pytest.mark.lab

HTTP = "[http]\nport = {port}\n"


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with Office(tmp_path_factory.mktemp("office"), HTTP) as running:
        running.add("anna", "manager")
        yield running


def test_a_password_a_session_and_its_end(office: Office, tmp_path: Path) -> None:
    password = office.command("people", "password", "anna").strip()
    jar, url = str(tmp_path / "cookies"), f"{office.url}/api/v1/session"
    typed = json.dumps({"name": "anna", "password": password})
    said = curl(url, "--json", typed, "-c", jar)
    assert (said.status, said.body["must_change_password"]) == (200, True)
    change = json.dumps({"old": password, "new": "gravel lantern pigeon"})
    csrf = f"X-Callward-CSRF: {said.body['csrf']}"
    changed = curl(
        f"{url}/password", "--json", change, "-X", "PUT", "-b", jar, "-c", jar, "-H", csrf
    )
    assert changed.status == 204
    (held,) = json.loads(office.command("sessions", "list", "--person", "anna", "--json"))
    assert "anna" in office.command("sessions", "list")
    assert office.command("sessions", "close", held["id"]).strip() == "The session is closed"
    code, _, errors = office.try_command("sessions", "close", held["id"])
    assert (code, errors.strip()) == (1, "There is no such session that is open")
    assert curl(url, "-b", jar).code == "session_closed"
    for wrong in range(6):
        said = curl(url, "--json", json.dumps({"name": "anna", "password": f"wrong {wrong}"}))
    assert said.status == 429
    office.command("people", "unlock", "anna")
    typed = json.dumps({"name": "anna", "password": "gravel lantern pigeon"})
    assert curl(url, "--json", typed).status == 200
    assert office.audited("signed_in")[0]["person"] == "anna"
    assert office.audited("session_closed")[0]["person"] == "operator"


def test_a_narrow_key(office: Office) -> None:
    key = office.command(
        "tokens", "create", "anna", "--label", "report", "--scope", "calls.read"
    ).strip()
    bearer = f"Authorization: Bearer {key}"
    assert curl(f"{office.url}/api/v1/calls", "-H", bearer).status == 200
    refused = curl(f"{office.url}/api/v1/clients", "-H", bearer)
    assert (refused.status, refused.code) == (403, "not_allowed")
    listed = office.command("tokens", "list")
    assert "report" in listed
    assert key not in listed
    code, _, errors = office.try_command("tokens", "create", "anna", "--scope", "calls.invent")
    assert code == 1
    assert "calls.invent: there is no such right" in errors


def test_places(office: Office) -> None:
    (rule,) = json.loads(
        office.command("places", "add", "192.0.2.0/24", "--person", "anna", "--json")
    )
    assert (rule["network"], rule["name"]) == ("192.0.2.0/24", "anna")
    assert "192.0.2.0/24" in office.command("places", "list")
    assert "may not come" in office.command("places", "check", "127.0.0.1")
    code, _, errors = office.try_command("places", "add", "10.0.0.0/8", "--role", "manager",
                                         "--person", "anna")  # fmt: skip
    assert (code, errors.startswith("Name one of")) == (2, True)
    office.command("places", "remove", rule["id"])
    assert "may not come" not in office.command("places", "check", "127.0.0.1")
