"""Signing in with Windows, in a real browser, with a real KDC."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path

import pytest
from playwright.sync_api import Page, Playwright, expect, sync_playwright

from daemon.console.site import FOLDER, INDEX
from tests.lab.signin.office import Office
from tests.lab.signin.realm import REALM, Realm, is_here

from .conftest import FLAGS

SETTINGS = """\
[http]
port = {port}

[windows]
enabled = true
hostname = "localhost"
keytab = "{folder}/http.keytab"
"""

# Chromium on Linux loads Kerberos' library from the start after the one at which it first met
# Negotiate; its profile remembers that it has.
MET_NEGOTIATE = {"net": {"received_http_auth_negotiate_headers": True}}
Come = Callable[..., Page]
"""``come(office, environ, allowed=True)``: the console's first page, in a browser of its own."""


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if shutil.which("chromium") is None or not (FOLDER / INDEX).exists():
        pytest.skip("no chromium or no console here: do make setup as root")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="module")
def realm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Realm]:
    if not is_here() or find_spec("gssapi") is None:
        pytest.skip("needs krb5-kdc, krb5-admin-server, krb5-user and Python's gssapi")
    with Realm(tmp_path_factory.mktemp("realm")) as running:
        for name in ("anna", "stranger"):
            running.add_user(name, f"password-of-{name}")
        yield running


@pytest.fixture(scope="module")
def office(realm: Realm, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A domain: Kerberos, and passwords beside it."""
    folder = tmp_path_factory.mktemp("office")
    realm.add_service("localhost", folder / "http.keytab")
    with Office(folder, SETTINGS, environ=realm.environ) as running:
        running.add("anna", "manager", "--windows", f"anna@{REALM}")
        running.add("bertha", "manager")
        yield running


@pytest.fixture
def come(playwright: Playwright, tmp_path: Path) -> Iterator[Come]:
    """Browsers with a profile of their own: a private window never shows who is signed in."""
    with ExitStack() as open_:

        def come(office: Office, environ: Mapping[str, str], *, allowed: bool = True) -> Page:
            profile = tmp_path / "profile"
            profile.mkdir()
            (profile / "Local State").write_text(json.dumps(MET_NEGOTIATE))
            context = playwright.chromium.launch_persistent_context(
                profile,
                executable_path=shutil.which("chromium"),
                # As a domain's policy AuthServerAllowlist says it.
                args=[*FLAGS, *(["--auth-server-allowlist=localhost"] if allowed else [])],
                env={"HOME": str(tmp_path), **environ},
                locale="en-GB",
            )
            open_.callback(context.close)
            context.set_default_timeout(30_000)
            page = context.pages[0]
            page.goto(f"{office.url}/")
            return page

        yield come


def temporary_password(office: Office, name: str) -> str:
    return office.command("people", "password", name).split()[-1]


def enter(page: Page) -> None:
    page.get_by_role("button", name="Sign in with Windows").click()


def test_who_is_signed_in_to_windows_is_in_by_one_click(
    office: Office, realm: Realm, come: Come
) -> None:
    page = come(office, realm.tickets("anna", "password-of-anna"))
    enter(page)
    expect(page.get_by_role("button", name="anna: account")).to_be_visible()
    # An ordinary session from here on.
    page.reload()
    expect(page.get_by_role("button", name="anna: account")).to_be_visible()


@pytest.mark.parametrize("allowed", [True, False], ids=["no ticket", "not allowed by policy"])
def test_without_an_account_the_form_remains(
    office: Office, realm: Realm, come: Come, allowed: bool
) -> None:
    tickets = realm.environ if allowed else realm.tickets("anna", "password-of-anna")
    page = come(office, tickets, allowed=allowed)
    enter(page)
    expect(page.get_by_role("alert")).to_contain_text("Your browser sent no Windows account")
    page.get_by_label("Name").fill("bertha")
    page.get_by_label("Password", exact=True).fill(temporary_password(office, "bertha"))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("heading", name="A password of your own")).to_be_visible()


def test_an_account_of_nobody_here_is_told_so(office: Office, realm: Realm, come: Come) -> None:
    page = come(office, realm.tickets("stranger", "password-of-stranger"))
    enter(page)
    expect(page.get_by_role("alert")).to_contain_text("nobody here has it; ask an administrator")
    expect(page.get_by_label("Name")).to_be_enabled()
