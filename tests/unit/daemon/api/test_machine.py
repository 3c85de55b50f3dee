"""What the daemon stands on, and what its settings say: told without secrets."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from config.settings import Settings
from crm.fields import PHONES
from daemon.api.settings import told
from daemon.api.system import FindingModel
from daemon.api.viewer import operator
from daemon.doctor.findings import fail, ok

from .conftest import ANNAS_MOBILE, COMPANY, Client, House

FULL = {
    "company": {"numbers": [COMPANY], "region": "GB", "timezone": "Europe/London"},
    "pbx": [
        {
            "name": "office",
            "host": "pbx.example.com",
            "username": "manager-user",
            "secret_file": "/srv/ivan/ami.secret",
            "trunks": ["operator"],
            "recordings_folder": "/srv/ivan/monitor",
        }
    ],
    "agents": [
        {"name": "anna", "endpoints": ["201"], "mobiles": [ANNAS_MOBILE]},
        {"name": "boris", "endpoints": ["202"], "hours": {"monday": ["09:00-13:00"]}},
    ],
    "routing": {
        "hours": {"monday": ["09:00-13:00", "14:00-18:00"], "sunday": []},
        "holidays": ["2027-01-01", "2026-12-25"],
        "group": ["anna"],
        "voicemail": "101@default",
    },
    "vault": {"key_file": "/srv/ivan/vault.key"},
    "recordings": {"storage": "file:///srv/ivan/recordings"},
    "database": {"url": "postgresql+asyncpg://ivan:hunter2@db.example.com/callward"},
    "windows": {"enabled": True, "hostname": "c.example.com", "keytab": "/srv/ivan/c.keytab"},
}


def test_no_secret_path_or_employees_number() -> None:
    model = told(Settings.model_validate(FULL), [])
    text = model.model_dump_json()
    for secret in (
        "ivan",
        "hunter2",
        "db.example.com",
        "pbx.example.com",
        "manager-user",
        ANNAS_MOBILE[-7:],
        "keytab",
        "/home",
        "101@default",
    ):
        assert secret not in text, secret
    assert model.company.numbers == [COMPANY]
    assert model.routing.hours is not None
    assert model.routing.hours[0] == ["09:00-13:00", "14:00-18:00"]
    assert model.routing.hours[6] == []
    assert [str(day) for day in model.routing.holidays] == ["2026-12-25", "2027-01-01"]
    assert (model.routing.agents, model.routing.own_hours, model.routing.voicemail) == (2, 1, True)
    assert (model.pbx[0].name, model.pbx[0].connected, model.pbx[0].records) == (
        "office",
        False,
        True,
    )
    assert (model.integrations.database, model.integrations.windows) == ("postgresql", True)
    assert "999" in model.calls.emergency


def test_an_employee_who_is_named_by_a_number_is_not_shown() -> None:
    group = {"group": ["anna", f"PJSIP/{ANNAS_MOBILE[1:]}"]}
    settings = Settings.model_validate({**FULL, "routing": group})
    assert told(settings, []).routing.group == ["anna", "…"]


async def test_who_may_read_the_settings(house: House, client: Client) -> None:
    statuses = {}
    for role in ("director", "administrator", "engineer", "supervisor", "manager"):
        await house.person(role, role=role)
        headers = await house.token(role)
        statuses[role] = (await client.get("/api/v1/settings", headers=headers)).status
    assert statuses == {
        "director": 200,
        "administrator": 200,
        "engineer": 200,
        "supervisor": 403,
        "manager": 403,
    }


async def test_the_doctors_findings(house: House, client: Client) -> None:
    await house.person("eve", role="engineer")
    headers = {**await house.token("eve"), "Accept-Language": "ru"}
    while True:
        answer = await client.get("/api/v1/system", headers=headers)
        assert answer.status == 200
        found = await answer.json()
        if found["finished_at"] is not None:
            break
    down = next(one for one in found["findings"] if one["code"] == "link_down")
    assert (down["verdict"], down["pbx"], found["ok"]) == ("fail", "pbx", False)
    assert "AMI" in down["text"]
    assert found["cut_short"] is False


def test_a_home_folder_names_no_user() -> None:
    home = Path("/", "home", "ivan")
    finding = fail("originals_missing", "pbx", path=home / "monitor", theirs="/var/x")
    text = FindingModel.of(finding, operator("root"), "en").text
    assert "ivan" not in text
    assert "~/monitor" in text


def test_endpoints_that_are_named_by_numbers_are_blotted_out_where_those_are_hidden() -> None:
    known = f"201, {ANNAS_MOBILE}, operator"
    finding = fail("trunk_missing", "pbx", missing=COMPANY, known=known)
    sees = operator("root")
    hides = replace(sees, access=replace(sees.access, hidden=frozenset({PHONES})))
    assert ANNAS_MOBILE in FindingModel.of(finding, sees, "en").text
    text = FindingModel.of(finding, hides, "en").text
    assert ANNAS_MOBILE[-4:] not in text
    assert COMPANY[-4:] not in text
    assert "201, •••, operator" in text.replace("+", "")


def test_counts_and_addresses_of_machines_are_no_phone_numbers() -> None:
    sees = operator("root")
    hides = replace(sees, access=replace(sees.access, hidden=frozenset({PHONES})))
    link = ok("link", "pbx", address="192.168.100.200:5038", username="callward")
    assert "192.168.100.200:5038" in FindingModel.of(link, hides, "en").text
    counted = ok("audit", None, records=12_345_678)
    assert "12345678" in FindingModel.of(counted, hides, "en").text
    odd = fail("link_down", "pbx", address="pbx.example.com:5038", text="020.7946.0123 said no")
    assert "0123" not in FindingModel.of(odd, hides, "en").text
