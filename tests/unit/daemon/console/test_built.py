"""What the console was built into: small, self-contained, and without its source."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

import pytest

from daemon.console.site import FOLDER, INDEX, File, read_site

FIRST_LOAD: Final = 300_000
"""Bytes, compressed: all that a browser fetches before the page for signing in."""
IMPORTED = re.compile(rb"""(?:import|from)\s*["']\./([\w.\-]+)["']""")
NAMED = re.compile(rb"""["'(=]/assets/([\w.\-]+)["')]""")


@pytest.fixture(scope="module")
def site() -> Mapping[str, File]:
    if not (FOLDER / INDEX).exists():
        pytest.skip("the console is not built: do make web")
    return read_site()


def loaded_first(site: Mapping[str, File]) -> Iterator[str]:
    """``index.html``, what it names, what that imports, and one language."""
    waiting = [INDEX]
    met: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name in met:
            continue
        met.add(name)
        yield name
        named = NAMED.findall(site[name].body) if name == INDEX else []
        found = [*named, *IMPORTED.findall(site[name].body)]
        waiting.extend(f"assets/{one.decode()}" for one in found)
    yield from (name for name in site if re.match(r"assets/common\.ru-.*\.js$", name))


def test_the_first_load_is_small(site: Mapping[str, File]) -> None:
    sizes = {name: len(site[name].packed or site[name].body) for name in loaded_first(site)}
    assert len(sizes) > 3
    assert sum(sizes.values()) < FIRST_LOAD, sizes


def test_every_page_is_a_chunk_of_its_own(site: Mapping[str, File]) -> None:
    first = set(loaded_first(site))
    scripts = {name for name in site if name.endswith(".js")}
    assert len(scripts - first) > 10


def test_it_holds_no_source(site: Mapping[str, File]) -> None:
    assert not list(FOLDER.rglob("*.map"))
    assert not [name for name, file in site.items() if b"sourceMappingURL" in file.body]


def test_it_loads_nothing_from_elsewhere(site: Mapping[str, File]) -> None:
    loading = re.compile(
        rb"""(?:src|href)=["']?https?:|@import|url\(["']?https?:|import\(["']https?:"""
    )
    # What others embed names our own address, in its comments.
    ours = {name: file.body for name, file in site.items() if not name.startswith("embed/")}
    found = {name: loading.findall(body) for name, body in ours.items()}
    assert {name: what for name, what in found.items() if what} == {}


def test_scripts_are_files(site: Mapping[str, File]) -> None:
    """The page's policy refuses any other."""
    scripts = re.findall(rb"<script[^>]*>([^<]*)", site[INDEX].body)
    assert scripts
    assert set(scripts) == {b""}
    assert not re.search(rb"\son\w+=", site[INDEX].body)
