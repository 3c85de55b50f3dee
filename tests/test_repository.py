"""What must hold of the repository as a whole, and would otherwise rot quietly."""

from __future__ import annotations

import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import phonenumbers
import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
READMES = ("README.md", "README.ru.md")
GUIDES = (*READMES, "CONTRIBUTING.md")
LONGEST_MODULE = 400
BINARY = {".flac", ".opus", ".wav", ".png", ".webp", ".gz"}

# In two halves, so that this file passes its own test.
PLACES = {
    "a package registry or mirror": re.compile(
        "|".join(
            re.escape("".join(halves))
            for halves in (
                ("pypi", ".org"),
                ("python", "hosted"),
                ("npm", "js.org"),
                ("npm", "js.com"),
                ("deb.", "debian.org"),
                ("snapshot.", "debian.org"),
                ("archive.", "ubuntu.com"),
                ("--extra-", "index-url"),
                ("--trusted", "-host"),
            )
        )
    ),
    "a path of somebody's machine": re.compile(r"(?<![\w./*<])/(?:root|home|work|Users)/\w"),
    "the number of an issue": re.compile(r"\bissue #?\d+\b", re.IGNORECASE),
}

# Ofcom keeps these for fiction: London 020 7946 0000 to 0999, mobiles 07700 900000 to 900999.
FICTION = ("442079460", "447700900")
INTERNATIONAL = re.compile(r"(?<![\w+])\+(\d{8,15})(?!\d)")
NATIONAL = re.compile(r"(?<![\w.+\-])0([1-9]\d{9})(?![\w.\-])")


@cache
def files() -> tuple[Path, ...]:
    """Every file that is or would be committed."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-co", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    names = listed.stdout.decode().rstrip("\0").split("\0")
    return tuple(path for name in names if (path := ROOT / name).is_file())


def texts() -> list[tuple[str, str]]:
    return [
        (str(path.relative_to(ROOT)), path.read_text(encoding="utf-8", errors="replace"))
        for path in files()
        if path.suffix not in BINARY
    ]


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


@pytest.mark.parametrize("what", PLACES)
def test_no_file_names(what: str) -> None:
    found = [
        f"{name}: {match[0]}" for name, text in texts() for match in PLACES[what].finditer(text)
    ]
    assert found == []


def test_phone_numbers_are_fiction() -> None:
    found = [
        f"{name}: +{number}"
        for name, text in texts()
        if not name.startswith(("requirements/", "LICENSE"))
        for number in (
            *INTERNATIONAL.findall(text),
            *("44" + digits for digits in NATIONAL.findall(text)),
        )
        if not number.startswith(FICTION) and could_be_dialled(f"+{number}")
    ]
    assert found == []


def could_be_dialled(number: str) -> bool:
    """Whether somebody may have this number."""
    try:
        return phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        return False


def test_a_module_fits_in_one_reading() -> None:
    lengths = {
        str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines())
        for path in files()
        if path.suffix == ".py"
    }
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_MODULE} == {}


# --- the locks ---

LOCKS = ("build", "run", "lab", "dev", "postgresql", "windows", "windows-build")


def locked(name: str) -> dict[str, str]:
    """Package → version; fails where a package has no hash."""
    blocks = re.split(r"\n(?=[a-zA-Z0-9])", "\n" + read(f"requirements/{name}.txt"))[1:]
    versions: dict[str, str] = {}
    for block in blocks:
        match = re.match(r"([\w.\-]+)==(\S+)", block)
        assert match is not None, block.splitlines()[0]
        assert "--hash=sha256:" in block, match[0]
        versions[canonicalize_name(match[1])] = match[2]
    return versions


def wanted(name: str) -> list[Requirement]:
    project = tomllib.loads(read("pyproject.toml"))
    if name == "build":
        lines = project["build-system"]["requires"]
    else:
        extra = project["project"]["optional-dependencies"].get(name, [])
        lines = project["project"]["dependencies"] + extra
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("name", LOCKS)
def test_locks_hold_what_pyproject_wants(name: str) -> None:
    versions = locked(name)
    assert [
        str(requirement)
        for requirement in wanted(name)
        if not requirement.specifier.contains(
            versions.get(canonicalize_name(requirement.name), "0"), prereleases=True
        )
    ] == [], "do: make lock"


@pytest.mark.parametrize("name", ["lab", "dev", "postgresql", "windows"])
def test_locks_agree_with_each_other(name: str) -> None:
    run = locked("run")
    assert {package: locked(name).get(package) for package in run} == run


def test_locks_come_from_the_index_alone() -> None:
    for name in LOCKS:
        text = read(f"requirements/{name}.txt")
        assert not re.search(r"^\s*-(?!-hash)\S|://|@ file:", text, re.MULTILINE), name


# --- the wheel ---


def test_the_wheel_takes_along_what_is_no_code() -> None:
    """And no compiled code, which names folders of the machine that built it."""
    wanted = tomllib.loads(read("pyproject.toml"))["tool"]["setuptools"]["package-data"]
    taken = {
        path
        for package, patterns in wanted.items()
        for pattern in patterns
        for path in ROOT.joinpath(*package.split(".")).glob(pattern)
    }
    assert not [path for path in taken if path.suffix in {".py", ".pyc"}]
    packages = ("config", "store", "crm", "crm_sync", "recordings", "daemon", "dialplan", "lab")
    needed = {
        path
        for path in files()
        if path.relative_to(ROOT).parts[0] in packages and path.suffix not in {".py", ".md"}
    }
    assert needed - taken == set()


# --- the guides ---


def code(text: str) -> list[str]:
    """Lines of code blocks, without their comments."""
    blocks = re.findall(r"^ *```\n(.*?)^ *```", text, re.MULTILINE | re.DOTALL)
    lines = (re.sub(r"\s+#.*", "", line).strip() for block in blocks for line in block.splitlines())
    return [line for line in lines if line]


def commands(text: str, program: str) -> set[str]:
    """Words after ``program`` in code, in blocks and within a line."""
    spans = code(text) + re.findall(r"`([^`\n]+)`", text)
    return {match[1] for span in spans if (match := re.match(rf"{program} ([a-z-]+)\b", span))}


@pytest.mark.parametrize("guide", GUIDES)
def test_guides_name_make_targets_that_exist(guide: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):", read("Makefile"), re.MULTILINE))
    assert commands(read(guide), "make") - targets == set()


@pytest.mark.parametrize("guide", [*GUIDES, "CHANGELOG.md"])
def test_guides_name_commands_that_exist(guide: str) -> None:
    from daemon.cli.app import app

    existing = {command.name for command in app.registered_commands}
    existing |= {group.name for group in app.registered_groups}
    assert commands(read(guide), "callward") - existing == set()


@pytest.mark.parametrize("guide", GUIDES)
def test_guides_name_files_that_exist(guide: str) -> None:
    text = read(guide)
    named = set(re.findall(r"\]\(([^)#:]+)\)", text))
    named |= set(re.findall(r"(?:^|[ `])((?:systemd|config|requirements|dialplan)/[\w./]+)", text))
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


def anchors(text: str) -> set[str]:
    """What ``#…`` may name in a page: its headings, as web pages of repositories spell them."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {
        re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-") for heading in headings
    }


def test_links_between_the_pages_lead_somewhere() -> None:
    lost = []
    for page in (path for path in files() if path.suffix == ".md"):
        text = re.sub(r"```.*?```|`[^`\n]*`", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)\s]+)\)", text):
            name, _, anchor = link.partition("#")
            if "://" in link:
                continue
            target = page.parent / name if name else page
            if not target.exists() or (
                anchor and anchor not in anchors(target.read_text(encoding="utf-8"))
            ):
                lost.append(f"{page.relative_to(ROOT)}: {link}")
    assert lost == []


def test_every_page_is_there_in_both_languages() -> None:
    pages = {path.name for path in (ROOT / "docs").glob("*.md")}
    russian = {name.replace(".ru.md", ".md") for name in pages if name.endswith(".ru.md")}
    assert {name for name in pages if not name.endswith(".ru.md")} == russian


def test_both_readmes_say_the_same() -> None:
    english, russian = (read(name) for name in READMES)

    def levels(text: str) -> list[int]:
        return [len(mark) for mark in re.findall(r"^(#+) ", text, re.MULTILINE)]

    assert levels(english) == levels(russian)
    assert code(english) == code(russian)
    for program in ("make", "callward"):
        assert commands(english, program) == commands(russian, program)


def test_ci_runs_the_test_command_of_the_readme_last() -> None:
    script = read(".ci/run").splitlines()
    assert [line for line in script if line.startswith("make")] == ["make lint", "make test"]
    assert "make test" in code(read("README.md"))
