"""Where the lab's Asterisk comes from: this machine's own, or one built into a cached folder."""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import shutil
import subprocess
import tempfile
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from lab.messages import LabError, text
from lab.mirror import find_mirror

SUITE: Final = "forky"
PACKAGES: Final = ("asterisk", "asterisk-core-sounds-en-wav", "python3", "python3-six")
"""Python and six for the product's AGI script, which needs pyst2 as well: that is put beside."""
PYTHON: Final = Path("/usr/bin/python3")
"""In a built Asterisk's folder, as seen from there; it finds pyst2."""
KEYRING: Final = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
OLDEST: Final = 18
NEEDED_MB: Final = 900
"""While it is built: 330 MB unpacked, and the downloaded packages beside it."""

# A mirror may be a snapshot, whose Release file is past its date; its signature is still checked.
# Nobody reads manuals or translations in there.
OPTIONS: Final = (
    "--mode=root",
    "--variant=essential",
    '--aptopt=Acquire::Check-Valid-Until "false"',
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/info/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
)
_STAGES: Final = 9
_NO_SUITE: Final = re.compile(r"404 +Not Found|does not have a Release file", re.IGNORECASE)
_NETWORK: Final = re.compile(
    r"could not (connect|resolve)|temporary failure resolving|connection (refused|timed out|failed)"
    r"|failed to fetch|unable to connect|network is unreachable|50[0-9] |40[37] ",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Asterisk:
    """An Asterisk that the lab can start."""

    binary: Path
    """As seen from ``root``."""
    root: Path | None = None
    """The folder to chroot into; ``None`` for the machine's own Asterisk."""


def find_installed() -> Asterisk | None:
    """The Asterisk installed on this machine, if it is new enough."""
    path = shutil.which("asterisk", path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin:/sbin")
    if path is None:
        return None
    said = subprocess.run([path, "-V"], capture_output=True, text=True, check=False).stdout
    version = re.match(r"Asterisk (?:certified[/-])?(\d+)\.", said)
    if version is None or int(version[1]) < OLDEST:
        return None
    return Asterisk(Path(path))


def get_asterisk(console: Console | None = None) -> Asterisk:
    """The machine's own Asterisk, else the cached one, which the first call builds.

    Takes about half a minute the first time. Raises ``LabError`` that says what to do.
    """
    installed = find_installed()
    if installed is not None:
        return installed
    if os.geteuid() != 0:
        raise LabError("build.needs_root")
    return Asterisk(Path("/usr/sbin/asterisk"), build(console or Console(stderr=True)))


def cache_folder() -> Path:
    """``CALLWARD_LAB_CACHE``, else ``callward-lab`` in the user's cache folder."""
    if named := os.environ.get("CALLWARD_LAB_CACHE"):
        return Path(named).expanduser().absolute()
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "callward-lab"


def root_folder() -> Path:
    """Where the built Asterisk stands: a folder of its own for each recipe."""
    recipe = "\n".join((SUITE, *PACKAGES, *OPTIONS))
    return cache_folder() / f"asterisk-22-{hashlib.sha256(recipe.encode()).hexdigest()[:10]}"


def build(console: Console) -> Path:
    """Build the Asterisk into its cached folder, unless it stands there; give the folder."""
    root = root_folder()
    if root.is_dir():
        return root
    with _only_one_builder(root.parent, console):
        if root.is_dir():
            return root
        mirror = _check_means(root.parent)
        fresh = Path(tempfile.mkdtemp(prefix="building-", dir=root.parent))
        try:
            _debootstrap(fresh, mirror, console)
            _prepare_mount_points(fresh)
            _copy_pyst2(fresh)
            fresh.rename(root)
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
    return root


@contextmanager
def _only_one_builder(cache: Path, console: Console) -> Iterator[None]:
    try:
        cache.mkdir(parents=True, exist_ok=True)
        lock = (cache / "build.lock").open("w")
    except OSError as error:
        raise LabError("build.bad_cache", folder=cache, detail=error.strerror) from error
    with lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            with console.status(text("build.waiting")):
                fcntl.flock(lock, fcntl.LOCK_EX)
        for abandoned in cache.glob("building-*"):
            shutil.rmtree(abandoned, ignore_errors=True)
        yield


def _check_means(cache: Path) -> str:
    """The mirror to use, once it is sure that all the tools and the space are there."""
    if shutil.which("mmdebstrap") is None:
        raise LabError("build.needs_mmdebstrap")
    if not KEYRING.is_file():
        raise LabError("build.needs_keyring")
    forbidden = os.statvfs(cache).f_flag & (os.ST_NODEV | os.ST_NOEXEC | os.ST_RDONLY)
    if forbidden:
        raise LabError("build.bad_cache", folder=cache, detail="nodev, noexec, ro")
    free = shutil.disk_usage(cache).free >> 20
    if free < NEEDED_MB:
        raise LabError("build.disk_full", folder=cache, needed=NEEDED_MB, free=free)
    return find_mirror()


def _debootstrap(folder: Path, mirror: str, console: Console) -> None:
    command = [
        "mmdebstrap",
        *OPTIONS,
        *_proxy_options(),
        f"--keyring={KEYRING}",
        f"--include={','.join(PACKAGES)}",
        SUITE,
        str(folder),
        mirror,
    ]
    said: deque[str] = deque(maxlen=15)
    with (
        subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            env={**os.environ, "LC_ALL": "C.UTF-8"},
        ) as child,
        Progress(
            SpinnerColumn(),
            TextColumn("{task.description}"),
            BarColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[stage]}"),
            console=console,
        ) as progress,
    ):
        assert child.stderr is not None
        task = progress.add_task(text("build.progress"), total=_STAGES, stage="")
        try:
            for line in child.stderr:
                said.append(line.rstrip())
                if line.startswith("I: "):
                    progress.update(task, advance=1, stage=line[3:].strip())
        except BaseException:
            child.terminate()
            raise
    if child.returncode != 0:
        raise _explain(folder, "\n".join(said))


def _prepare_mount_points(root: Path) -> None:
    """What each lab binds something of its own over."""
    (root / "lab").mkdir()
    for name in ("hosts", "resolv.conf"):
        file = root / "etc" / name
        file.unlink(missing_ok=True)
        file.touch()


def _copy_pyst2(root: Path) -> None:
    """This environment's pyst2, which is Python alone, where the built folder's Python looks."""
    package = find_spec("asterisk")
    assert package is not None
    assert package.origin is not None
    version = (root / PYTHON.relative_to("/")).readlink().name
    target = root / "usr/local/lib" / version / "dist-packages" / "asterisk"
    shutil.copytree(
        Path(package.origin).parent, target, ignore=shutil.ignore_patterns("__pycache__")
    )


def _explain(folder: Path, detail: str) -> LabError:
    if "No space left on device" in detail:
        free = shutil.disk_usage(folder).free >> 20
        return LabError("build.disk_full", folder=folder.parent, needed=NEEDED_MB, free=free)
    if _NO_SUITE.search(detail):
        return LabError("build.no_suite", suite=SUITE, detail=detail)
    if _NETWORK.search(detail):
        return LabError("build.network", detail=detail)
    return LabError("build.failed", detail=detail)


def _proxy_options() -> list[str]:
    """The machine's own apt proxy: mmdebstrap leaves this machine's apt configuration aside."""
    options = []
    for scheme in ("http", "https"):
        key = f"Acquire::{scheme}::Proxy"
        said = subprocess.run(
            ["apt-config", "shell", "value", key], capture_output=True, text=True, check=False
        ).stdout
        if found := re.match(r"value='(.+)'", said):
            options.append(f'--aptopt={key} "{found[1]}"')
    return options
