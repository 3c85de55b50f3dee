"""Trusted places between real network namespaces: a device on the same link, and one behind it."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from tests.lab.signin.office import Answer, Office, curl

pytestmark = pytest.mark.lab

TLS = """\
[http]
host = "0.0.0.0"
port = {port}
local_port = {local_port}
certificate = "{folder}/server.pem"
key = "{folder}/server.key"
hosts = ["192.0.2.1"]
"""
LISTED, OTHER = "02:00:5e:00:53:01", "02:00:5e:00:53:02"


class Wire:
    """Three namespaces in a row: the server's, a client's on its link, one behind that client."""

    def __init__(self) -> None:
        self.server, self.client, self.behind = (
            f"cw{os.getpid()}{letter}" for letter in ("s", "c", "b")
        )

    def __enter__(self) -> Wire:
        for name in (self.server, self.client, self.behind):
            run("ip", "netns", "add", name)
            self.at(name, "ip", "link", "set", "lo", "up")
        self._join(self.server, "192.0.2.1/24", self.client, "192.0.2.2/24", LISTED)
        self._join(self.client, "198.51.100.1/24", self.behind, "198.51.100.2/24", OTHER)
        self.at(self.server, "ip", "route", "add", "198.51.100.0/24", "via", "192.0.2.2")
        self.at(self.behind, "ip", "route", "add", "default", "via", "198.51.100.1")
        self.at(self.client, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward")
        return self

    def __exit__(self, *_about: object) -> None:
        for name in (self.server, self.client, self.behind):
            subprocess.run(["ip", "netns", "del", name], check=False, capture_output=True)

    def at(self, name: str, *command: str) -> None:
        run("ip", "netns", "exec", name, *command)

    def _join(self, one: str, address: str, other: str, far: str, mac: str) -> None:
        run("ip", "link", "add", "near", "netns", one, "type", "veth",
            "peer", "name", "far", "netns", other)  # fmt: skip
        self.at(one, "ip", "addr", "add", address, "dev", "near")
        self.at(other, "ip", "link", "set", "far", "address", mac)
        self.at(other, "ip", "addr", "add", far, "dev", "far")
        self.at(one, "ip", "link", "set", "near", "up")
        self.at(other, "ip", "link", "set", "far", "up")


def run(*command: str) -> None:
    subprocess.run(command, check=True, capture_output=True)


def certificate(folder: Path) -> None:
    """One that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "callward.example")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (folder / "server.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    file = folder / "server.key"
    file.touch(0o600)
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )


@pytest.fixture(scope="module")
def wire() -> Iterator[Wire]:
    probe = ["ip", "netns", "add", f"cw{os.getpid()}"]
    if subprocess.run(probe, check=False, capture_output=True).returncode != 0:
        pytest.skip("network namespaces need root")
    run("ip", "netns", "del", f"cw{os.getpid()}")
    with Wire() as up:
        yield up


@pytest.fixture(scope="module")
def office(wire: Wire, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder = tmp_path_factory.mktemp("office")
    certificate(folder)
    within = ("ip", "netns", "exec", wire.server)
    with Office(folder, TLS, within=within, url="https://192.0.2.1:{port}") as running:
        for name, role in (("ada", "administrator"), ("anna", "manager")):
            running.add(name, role)
        yield running


class Person:
    """Somebody with a browser somewhere."""

    def __init__(self, office: Office, name: str, tmp_path: Path) -> None:
        self._office, self._name = office, name
        self._password = office.command("people", "password", name).strip()
        self._jar = tmp_path / f"cookies.{name}"

    def sign_in(self, where: str) -> Answer:
        """From that namespace."""
        typed = f'{{"name": "{self._name}", "password": "{self._password}"}}'
        return curl(
            f"{self._office.url}/api/v1/session", "-k", "--json", typed,
            "-b", str(self._jar), "-c", str(self._jar), within=("ip", "netns", "exec", where),
        )  # fmt: skip

    def me(self, where: str) -> Answer:
        """With the cookie that he got."""
        return curl(
            f"{self._office.url}/api/v1/session", "-k", "-b", str(self._jar),
            within=("ip", "netns", "exec", where),
        )  # fmt: skip


def test_over_tls_the_cookie_is_bound_to_its_host(
    office: Office, wire: Wire, tmp_path: Path
) -> None:
    anna = Person(office, "anna", tmp_path)
    said = anna.sign_in(wire.client)
    assert said.status == 200, said
    cookie = said.headers["set-cookie"]
    assert cookie.startswith("__Host-callward=")
    assert "Secure" in cookie
    assert anna.me(wire.client).status == 200


def test_a_listed_device_and_no_other(office: Office, wire: Wire, tmp_path: Path) -> None:
    anna = Person(office, "anna", tmp_path)
    rule = office.command("places", "add", LISTED, "--person", "anna", "--json")
    assert anna.sign_in(wire.client).status == 200
    assert anna.me(wire.client).status == 200

    wire.at(wire.client, "ip", "link", "set", "far", "address", OTHER)
    wire.at(wire.server, "ip", "neigh", "flush", "all")
    for said in (anna.me(wire.client), anna.sign_in(wire.client)):
        assert (said.status, said.code) == (403, "place_refused"), said
        assert "not with this device" in said.body["detail"]
    assert office.audited("sign_in_refused")[0]["details"]["why"] == "place"
    wire.at(wire.client, "ip", "link", "set", "far", "address", LISTED)
    wire.at(wire.server, "ip", "neigh", "flush", "all")
    assert anna.me(wire.client).status == 200

    far = anna.sign_in(wire.behind)
    assert (far.status, far.code) == (403, "place_refused")
    assert "behind a router" in far.body["detail"]
    checked = office.command("places", "check", "192.0.2.2")
    assert "anna" in checked
    assert "may come" in checked

    id_ = json.loads(rule)[0]["id"]
    office.command("places", "remove", id_)
    assert anna.sign_in(wire.behind).status == 200


def test_a_rule_that_locks_out_who_decides(office: Office, wire: Wire, tmp_path: Path) -> None:
    ada = Person(office, "ada", tmp_path)
    said = ada.sign_in(wire.client)
    assert said.status == 200
    code, _, errors = office.try_command("places", "add", "203.0.113.0/24")
    assert code == 1
    assert "Nothing was changed" in errors
    office.command("places", "add", "192.0.2.0/24")
    assert ada.me(wire.client).status == 200
    refused = ada.me(wire.behind)
    assert (refused.status, refused.code) == (403, "place_refused")
