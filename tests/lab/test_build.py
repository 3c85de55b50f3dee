"""Where the lab's Asterisk comes from, and what is said where it cannot come."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from lab import build
from lab.messages import LabError, language, text
from lab.mirror import find_mirror

MIRROR = "http://mirror.example/debian"
QUIET = Console(quiet=True)


@pytest.fixture
def apt(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes one file of apt sources into a folder of its own."""
    monkeypatch.delenv("CALLWARD_LAB_MIRROR", raising=False)
    (tmp_path / "sources.list.d").mkdir()

    def write(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content)
        return tmp_path

    return write


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("sources.list", f"deb {MIRROR} bookworm main\n"),
        (
            "sources.list",
            f"# deb http://old.example/debian x main\ndeb [arch=amd64] {MIRROR} x main",
        ),
        (
            "sources.list.d/debian.sources",
            "Types: deb\n# URIs: http://old.example/debian\n"
            f"URIs: {MIRROR}\nSuites: bookworm bookworm-updates\nComponents: main contrib\n",
        ),
        (
            "sources.list.d/two.sources",
            "Types: deb\nURIs: http://a.example/debian-security\nSuites: x\nComponents: main\n\n"
            f"Types: deb-src deb\nURIs:\n  {MIRROR}\nSuites: x\nComponents: main\n",
        ),
        (
            "sources.list.d/off.sources",
            "Enabled: no\nTypes: deb\nURIs: http://off.example/debian\nSuites: x\n"
            "Components: main\n"
            f"\nTypes: deb\nURIs: {MIRROR}\nSuites: x\nComponents: main\n",
        ),
    ],
)
def test_mirror_is_read_from_apt_sources(
    apt: Callable[[str, str], Path], name: str, content: str
) -> None:
    assert find_mirror(apt(name, content)) == MIRROR


def test_snapshot_of_a_mirror(apt: Callable[[str, str], Path]) -> None:
    snapshot = "http://mirror.example/archive/debian/20250520T000000Z"
    assert find_mirror(apt("sources.list", f"deb {snapshot} x main")) == snapshot


def test_mirror_of_a_cloud_image(apt: Callable[[str, str], Path], tmp_path: Path) -> None:
    listing = tmp_path / "mirrors.list"
    listing.write_text(f"{MIRROR}\n")
    assert find_mirror(apt("sources.list", f"deb mirror+file:{listing} x main")) == MIRROR


@pytest.mark.parametrize(
    "content",
    ["", "deb http://mirror.example/ubuntu jammy main", "deb http://x.example/debian x contrib"],
)
def test_no_mirror(apt: Callable[[str, str], Path], content: str) -> None:
    with pytest.raises(LabError, match="CALLWARD_LAB_MIRROR"):
        find_mirror(apt("sources.list", content))


@pytest.fixture
def buildable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """As on a machine that has all it takes, and no Asterisk."""
    monkeypatch.setenv("CALLWARD_LAB_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CALLWARD_LAB_MIRROR", MIRROR)
    monkeypatch.setattr(build, "find_installed", lambda: None)
    monkeypatch.setattr("os.geteuid", lambda: 0)
    monkeypatch.setattr("shutil.which", lambda name, **_: f"/usr/bin/{name}")
    monkeypatch.setattr(build, "KEYRING", tmp_path)
    monkeypatch.setattr(Path, "is_file", lambda _self: True)
    monkeypatch.setattr(build, "NEEDED_MB", 0)
    monkeypatch.setattr(build, "_proxy_options", list)
    return monkeypatch


def test_without_root(buildable: pytest.MonkeyPatch) -> None:
    buildable.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(LabError) as raised:
        build.get_asterisk(QUIET)
    assert raised.value.key == "build.needs_root"


def test_without_mmdebstrap(buildable: pytest.MonkeyPatch) -> None:
    buildable.setattr("shutil.which", lambda _name, **_: None)
    with pytest.raises(LabError) as raised:
        build.get_asterisk(QUIET)
    assert raised.value.key == "build.needs_mmdebstrap"


def test_without_space(buildable: pytest.MonkeyPatch) -> None:
    buildable.setattr(build, "NEEDED_MB", 1 << 40)
    with pytest.raises(LabError) as raised:
        build.get_asterisk(QUIET)
    assert raised.value.key == "build.disk_full"


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("E: Temporary failure resolving 'mirror.example'", "build.network"),
        (
            "E: Could not connect to mirror.example:80 - connect (111: Connection refused)",
            "build.network",
        ),
        ("E: The repository 'x forky Release' does not have a Release file.", "build.no_suite"),
        ("dpkg: error: No space left on device", "build.disk_full"),
        ("E: something never seen", "build.failed"),
    ],
)
def test_failure_of_mmdebstrap_is_explained(
    buildable: pytest.MonkeyPatch, tmp_path: Path, said: str, key: str
) -> None:
    popen = subprocess.Popen
    script = f"echo 'I: downloading'; echo \"{said}\" >&2; exit 1"
    buildable.setattr(
        "subprocess.Popen", lambda _command, **options: popen(["sh", "-c", script], **options)
    )
    with pytest.raises(LabError) as raised:
        build.get_asterisk(QUIET)
    assert raised.value.key == key
    assert list((tmp_path / "cache").glob("building-*")) == []


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"CALLWARD_LANGUAGE": "ru", "LANG": "en_GB.UTF-8"}, "ru"),
        ({"LANG": "ru_RU.UTF-8"}, "ru"),
        ({"LANG": "C.UTF-8"}, "en"),
        ({}, "en"),
    ],
)
def test_language(
    environment: dict[str, str], expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("CALLWARD_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert language() == expected
    assert ("apt-get install" in text("build.needs_mmdebstrap")) is True
