"""Windows sign-in with real clients: curl against a real KDC, and curl's NTLM."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.lab.signin.office import Office, curl
from tests.lab.signin.realm import REALM, Realm, is_here

pytestmark = pytest.mark.lab

WINDOWS = """\
[http]
port = {port}
hosts = ["other.example"]
proxies = ["127.0.0.9"]

[windows]
enabled = true
hostname = "localhost"
keytab = "{folder}/http.keytab"
ntlm_users = "{folder}/ntlm.users"
"""


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    if not is_here() or find_spec("gssapi") is None:
        pytest.skip("needs krb5-kdc, krb5-admin-server, krb5-user and Python's gssapi")
    with Realm(tmp_path_factory.mktemp("realm")) as running:
        for name in ("anna", "boris", "stranger"):
            running.add_user(name, f"password of {name}".replace(" ", "-"))
        running.add_service("other.example")
        yield running


@pytest.fixture(scope="module")
def office(realm: Realm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    realm.add_service("localhost", folder / "http.keytab")
    users = folder / "ntlm.users"
    users.write_text("FORD:carol:winter-window-9\nFORD:stranger:winter-window-9\n")
    users.chmod(0o600)
    with Office(folder, WINDOWS, environ=realm.environ) as running:
        running.add("anna", "manager", "--windows", f"anna@{REALM}")
        running.add("boris", "manager", "--windows", f"boris@{REALM}")
        running.add("carol", "manager", "--windows", "FORD\\carol")
        yield running


def windows(office: Office) -> str:
    return f"{office.url}/api/v1/session/windows"


def test_a_ticket_of_the_domain_signs_in(office: Office, realm: Realm, tmp_path: Path) -> None:
    tickets = realm.tickets("anna", "password-of-anna")
    jar = str(tmp_path / "cookies")
    said = curl(windows(office), "--negotiate", "-u", ":", "-c", jar, environ=tickets)
    assert (said.status, said.body.get("person")) == (200, "anna"), said
    # From here on it is an ordinary session.
    me = curl(f"{office.url}/api/v1/session", "-b", jar)
    assert me.body["person"] == "anna"
    sessions = curl(f"{office.url}/api/v1/sessions", "-b", jar).body["items"]
    assert [(one["method"], one["browser"]) for one in sessions] == [("windows", "curl")]


def test_an_account_that_is_nobodys(office: Office, realm: Realm) -> None:
    tickets = realm.tickets("stranger", "password-of-stranger")
    said = curl(windows(office), "--negotiate", "-u", ":", environ=tickets)
    assert (said.status, said.code) == (403, "windows_unknown_account")
    ntlm = curl(windows(office), "--ntlm", "-u", "FORD\\stranger:winter-window-9")
    assert (ntlm.status, ntlm.code) == (403, "windows_unknown_account")


def test_a_ticket_for_another_service(office: Office, realm: Realm) -> None:
    tickets = realm.tickets("anna", "password-of-anna")
    url = windows(office).replace("localhost", "other.example")
    there = f"other.example:{office.port}:127.0.0.1"
    said = curl(url, "--negotiate", "-u", ":", "--resolve", there, environ=tickets)
    assert (said.status, said.code) == (401, "windows_refused")
    assert "another service" in said.body["detail"]


def test_who_left_is_refused(office: Office, realm: Realm) -> None:
    tickets = realm.tickets("boris", "password-of-boris")
    assert curl(windows(office), "--negotiate", "-u", ":", environ=tickets).status == 200
    leave(office, "boris")
    said = curl(windows(office), "--negotiate", "-u", ":", environ=tickets)
    assert (said.status, said.code) == (403, "windows_unknown_account")


def leave(office: Office, name: str) -> None:
    """As the row says it; how somebody leaves is shown elsewhere."""
    import sqlite3

    with sqlite3.connect(office.folder / "callward.db") as connection:
        connection.execute("UPDATE person SET left_at = 1 WHERE name = ?", [name])
    # Any change of people makes the daemon read them anew.
    office.add(f"after {name}", "manager")


def test_ntlm_signs_in(office: Office) -> None:
    said = curl(windows(office), "--ntlm", "-u", "FORD\\carol:winter-window-9")
    assert (said.status, said.body.get("person")) == (200, "carol"), said


def test_a_wrong_password_over_ntlm(office: Office) -> None:
    said = curl(windows(office), "--ntlm", "-u", "FORD\\carol:wrong")
    assert (said.status, said.code) == (401, "windows_refused")
    unknown = curl(windows(office), "--ntlm", "-u", "FORD\\nobody:wrong")
    assert (unknown.status, unknown.code) == (401, "windows_refused")


def test_ntlm_through_a_proxy_is_refused_and_kerberos_is_not(office: Office, realm: Realm) -> None:
    proxied = ("-H", "X-Forwarded-For: 192.0.2.7", "--interface", "127.0.0.9")
    url = windows(office).replace("localhost", "127.0.0.1")
    said = curl(url, "--ntlm", "-u", "FORD\\carol:winter-window-9", *proxied)
    assert (said.status, said.code) == (403, "windows_ntlm_through_proxy")
    tickets = realm.tickets("anna", "password-of-anna")
    there = f"localhost:{office.port}:127.0.0.1"
    said = curl(
        windows(office), "--negotiate", "-u", ":", "--resolve", there, *proxied, environ=tickets
    )
    assert said.status == 200, said


def test_half_of_an_exchange_is_good_on_its_own_connection_only(office: Office) -> None:
    """A third message of NTLM on a fresh connection answers nothing."""
    done = subprocess.run(
        ["curl", "--silent", "--verbose", "--ntlm", "-u", "FORD\\carol:winter-window-9",
         windows(office)],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    sent = [line for line in done.stderr.splitlines() if "Authorization: NTLM" in line]
    last = sent[-1].split("Authorization: ")[1].strip()
    said = curl(windows(office), "-H", f"Authorization: {last}")
    assert (said.status, said.code) == (401, "windows_not_begun")


def test_what_is_no_token_is_refused(office: Office) -> None:
    for header in ("Negotiate %%%", "Negotiate AAAA", "NTLM TlRMTVNTUAABAAAA"):
        said = curl(windows(office), "-H", f"Authorization: {header}")
        assert said.status == 401, (header, said)
        assert said.code in {"windows_unreadable", "windows_refused"}
    offered = curl(windows(office))
    assert (offered.status, offered.code) == (401, "windows_begin")
