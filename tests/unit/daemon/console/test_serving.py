"""The console's addresses, over the API of a house."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from yarl import URL

from daemon.api.context import CONTEXT
from daemon.api.origin import meant_for_us
from daemon.api.problems import problems
from daemon.console.serving import Console, add_console
from daemon.console.site import read_site
from tests.unit.daemon.api.conftest import House, house

__all__ = ["house"]

INDEX = b"<!doctype html><title>Callward</title>" + b" " * 400
SCRIPT = b"export const texts = [];\n" * 40
BROWSER = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
Client = TestClient[web.Request, web.Application]


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "built" / "site"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_bytes(INDEX)
    (folder / "assets" / "index-aB3.js").write_bytes(SCRIPT)
    (folder / "assets" / "index-aB3.js.map").write_bytes(b"{}")
    (folder / "assets" / "icon-Xy.svg").write_bytes(b"<svg/>")
    (folder.parent / "secret.txt").write_bytes(b"not for anybody")
    return folder


@pytest.fixture
async def client(house: House, site: Path) -> AsyncIterator[Client]:
    app = web.Application(middlewares=[problems, meant_for_us])
    app[CONTEXT] = house.context
    add_console(app, Console(read_site(site)))
    async with TestClient(TestServer(app), auto_decompress=False) as client:
        yield client


@pytest.mark.parametrize("path", ["/", "/live", "/clients/0192-a", "/a/b/c?agent=anna"])
async def test_every_page_is_the_index(client: Client, path: str) -> None:
    response = await client.get(path, headers=BROWSER | {"Accept-Encoding": "identity"})
    assert (response.status, response.content_type) == (200, "text/html")
    assert await response.read() == INDEX
    # Asked for anew each time: it names the files of the newest build.
    assert response.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    "path",
    ["/api/nothing", "/api", "/pbx/x", "/metrics/x", "/health/x", "/embed/x", "/assets/x.js"],
)
async def test_other_addresses_are_no_pages(client: Client, path: str) -> None:
    response = await client.get(path, headers=BROWSER)
    assert response.status == 404
    assert (await response.json(content_type=None))["code"] == "not_found"


async def test_a_program_that_asks_for_no_page_gets_none(client: Client) -> None:
    assert (await client.get("/calls", headers={"Accept": "application/json"})).status == 404
    assert (await client.post("/calls", headers=BROWSER)).status == 405


async def test_what_is_built_is_kept_for_ever_and_packed(client: Client) -> None:
    response = await client.get("/assets/index-aB3.js", headers={"Accept-Encoding": "gzip, br"})
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert response.content_type == "text/javascript"
    packed = await response.read()
    assert len(packed) < len(SCRIPT)
    assert gzip.decompress(packed) == SCRIPT
    assert response.headers["Vary"] == "Accept-Encoding"
    plain = await client.get("/assets/index-aB3.js", headers={"Accept-Encoding": "identity"})
    assert await plain.read() == SCRIPT


async def test_an_unchanged_page_is_not_sent_again(client: Client) -> None:
    first = await client.get("/", headers=BROWSER)
    tag = first.headers["ETag"]
    again = await client.get("/", headers=BROWSER | {"If-None-Match": tag})
    assert (again.status, await again.read()) == (304, b"")
    assert "Content-Security-Policy" in again.headers


async def test_no_source_map_is_given(client: Client, site: Path) -> None:
    assert (await client.get("/assets/index-aB3.js.map")).status == 404
    assert not [name for name in read_site(site) if name.endswith(".map")]


@pytest.mark.parametrize(
    "path",
    [
        "/assets/../../secret.txt",
        "/assets/..%2f..%2fsecret.txt",
        "/assets/%2e%2e/%2e%2e/secret.txt",
        "/assets/..%5c..%5csecret.txt",
        "/assets//etc/passwd",
        "/assets/%00",
        "/../secret.txt",
        "/secret.txt",
    ],
)
async def test_nothing_beside_the_build_is_given(client: Client, path: str) -> None:
    response = await client.get(URL(path, encoded=True), headers={"Accept": "*/*"})
    assert response.status == 404
    assert b"not for anybody" not in await response.read()


@pytest.mark.parametrize("path", ["/", "/assets/index-aB3.js", "/api/nothing"])
async def test_every_answer_tells_what_to_refuse(client: Client, path: str) -> None:
    headers = (await client.get(path, headers=BROWSER)).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "microphone=(self)" in headers["Permissions-Policy"]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]


async def test_a_page_runs_scripts_of_ours_alone(client: Client) -> None:
    policy = (await client.get("/", headers=BROWSER)).headers["Content-Security-Policy"]
    rules = {name: set(sources) for name, *sources in (rule.split() for rule in policy.split("; "))}
    assert rules["default-src"] == {"'self'"}
    assert "script-src" not in rules
    assert rules["object-src"] == rules["base-uri"] == {"'none'"}
    elsewhere = [source for sources in rules.values() for source in sources if "." in source]
    assert not elsewhere
    assert "unsafe-eval" not in policy


async def test_a_link_elsewhere_leads_to_a_page_but_to_no_data(client: Client) -> None:
    crossed = BROWSER | {"Sec-Fetch-Site": "cross-site"}
    assert (await client.get("/clients", headers=crossed)).status == 200
    assert (await client.get("/api/v1/session", headers=crossed)).status == 403
    assert (await client.post("/clients", headers=crossed)).status == 403


async def test_a_name_that_is_not_ours_gets_nothing(client: Client) -> None:
    response = await client.get("/", headers=BROWSER | {"Host": "attacker.example"})
    assert response.status == 421


async def test_without_a_build_it_is_said(house: House, tmp_path: Path) -> None:
    app = web.Application(middlewares=[problems])
    app[CONTEXT] = house.context
    add_console(app, Console(read_site(tmp_path / "nowhere")))
    async with TestClient(TestServer(app)) as client:
        response = await client.get("/", headers=BROWSER | {"Accept-Language": "ru"})
        assert response.status == 503
        assert "make web" in await response.text()
