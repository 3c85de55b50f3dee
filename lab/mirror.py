"""The Debian mirror that this machine's own apt uses; none is named in any file of ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from lab.messages import LabError

_ONE_LINE = re.compile(r"^deb\s+(?:\[[^]]*\]\s*)?(?P<uri>\S+)\s+(?P<suite>\S+)(?P<components>.*)$")


def find_mirror(apt: Path = Path("/etc/apt")) -> str:
    """Address of a Debian archive: ``CALLWARD_LAB_MIRROR``, else the first in the apt sources.

    Raises ``LabError`` where there is none.
    """
    if named := os.environ.get("CALLWARD_LAB_MIRROR"):
        return named
    for uri in _uris(apt):
        for address in _resolve(uri):
            if _is_debian(address):
                return address
    raise LabError("build.no_mirror")


def _uris(apt: Path) -> Iterator[str]:
    """Every binary archive of ``sources.list`` and ``sources.list.d`` (sources.list(5))."""
    for file in [apt / "sources.list", *sorted((apt / "sources.list.d").glob("*.list"))]:
        if file.is_file():
            yield from _classic(file.read_text(errors="replace"))
    for file in sorted((apt / "sources.list.d").glob("*.sources")):
        yield from _deb822(file.read_text(errors="replace"))


def _classic(content: str) -> Iterator[str]:
    for line in content.splitlines():
        entry = _ONE_LINE.match(line.partition("#")[0].strip())
        if entry and "main" in entry["components"].split():
            yield entry["uri"]


def _deb822(content: str) -> Iterator[str]:
    lines = [line for line in content.splitlines() if not line.startswith("#")]
    for stanza in re.split(r"\n\s*\n", "\n".join(lines)):
        fields = {
            name.strip().lower(): value.split()
            for name, value in re.findall(
                r"^([^\s:]+):((?:[^\n]*)(?:\n[ \t]+[^\n]*)*)", stanza, re.MULTILINE
            )
        }
        if (
            "deb" in fields.get("types", ())
            and "main" in fields.get("components", ())
            and fields.get("enabled", ["yes"])[0].lower() not in {"no", "false", "0", "off"}
        ):
            yield from fields.get("uris", ())


def _resolve(uri: str) -> Iterator[str]:
    """Cloud images of Debian list their mirrors in a file: ``mirror+file:/etc/apt/mirrors/…``."""
    if not uri.startswith("mirror+file:"):
        yield uri
        return
    listing = Path(urlsplit(uri.removeprefix("mirror+")).path)
    if listing.is_file():
        for line in listing.read_text(errors="replace").splitlines():
            if words := line.partition("#")[0].split():
                yield words[0]


def _is_debian(address: str) -> bool:
    """``…/debian`` or a snapshot of it; neither Debian's security archive nor another's."""
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and "debian" in parts.path.split("/")
