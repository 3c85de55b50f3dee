"""Puts Callward's files into an Asterisk and takes them out again: plan first, then do.

Changes nothing of the engineer's but one marked line for each include (``dialplan.includes``).
"""

from __future__ import annotations

import grp
import os
import pwd
import stat
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal

from config.settings import PbxSettings, Settings
from dialplan import includes
from dialplan.folders import Folders, read_folders
from dialplan.product import (
    AGI_SCRIPT,
    CEL_CUSTOM,
    CONF_FILES,
    PUBLIC,
    OwnFile,
    Secrets,
    all_includes,
    own_files,
    sounds,
    wanted_includes,
)

_ASTERISK: Final = "asterisk"

Kind = Literal["new", "replaced", "mode", "included", "removed", "unincluded", "kept"]


class InstallError(Exception):
    """It cannot be done, and nothing was; ``code`` and ``about`` say it in ``daemon.texts``."""

    def __init__(self, code: str, **about: object) -> None:
        super().__init__(f"{code}: {about}")
        self.code = code
        self.about = about


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One file that will be another afterwards."""

    kind: Kind
    path: Path
    content: bytes | None = field(default=None, repr=False)
    """As it will be; ``None``: it goes (or stays, where ``kind`` is ``kept``)."""
    mode: int | None = None
    """``None``: as the file that stands there has it."""


def install(
    settings: Settings,
    pbx: PbxSettings,
    etc: Path,
    secrets: Secrets,
    *,
    python: str,
) -> list[Change]:
    """Do what ``plan_install`` plans; what was changed. Raises ``InstallError``."""
    changes = plan_install(settings, pbx, etc, secrets, python=python)
    apply(changes)
    return changes


def plan_install(
    settings: Settings,
    pbx: PbxSettings,
    etc: Path,
    secrets: Secrets,
    *,
    python: str,
) -> list[Change]:
    """Every file that is not as it has to be, in the order in which it is to be written."""
    folders = get_folders(etc)
    files = wanted_files(settings, pbx, folders, secrets, python=python)
    changes = [change for file in files if (change := _change(file)) is not None]
    for host, content in hosts(etc, manager=secrets.manager is not None).items():
        included = content
        for include in _of(host, etc, manager=secrets.manager is not None):
            included = includes.add(included, include)
        if included != content:
            mode = PUBLIC if content is None else None
            changes.append(Change(kind="included", path=host, content=included, mode=mode))
    return changes


def plan_remove(etc: Path) -> list[Change]:
    """What takes Callward out again: our lines first, then our files.

    A file of ours that somebody else includes by a line of his own is kept: without it Asterisk
    would refuse his.
    """
    folders = get_folders(etc)
    changes: list[Change] = []
    needed: set[str] = set()
    for include in all_includes():
        host = etc / include.host
        content = _read(host)
        if content is None:
            continue
        planned = next((one for one in changes if one.path == host), None)
        now = content if planned is None or planned.content is None else planned.content
        without = includes.remove(now, include)
        if without is not None and includes.theirs(without, include):
            needed.add(include.file)
        if without != now:
            changes = [one for one in changes if one is not planned]
            changes.append(Change(kind="unincluded", path=host, content=without))
    for file in _installed(folders):
        kind: Kind = "kept" if file.name in needed else "removed"
        changes.append(Change(kind=kind, path=file))
    return changes


def apply(changes: Iterable[Change]) -> None:
    """Do it, each file whole or not at all. Raises ``InstallError`` before the first change where
    a folder cannot be written.
    """
    changes = [change for change in changes if change.kind != "kept"]
    check_writable(change.path for change in changes)
    for change in changes:
        try:
            if change.content is None:
                _delete(change.path)
            else:
                _write(change.path, change.content, change.mode)
        except OSError as error:
            raise InstallError("failed", path=change.path, reason=error.strerror) from error


def check_writable(paths: Iterable[Path]) -> None:
    """Raises ``InstallError`` where a file cannot be put in one of these places."""
    for path in paths:
        folder = _existing(_target(path).parent)
        if not os.access(folder, os.W_OK | os.X_OK) or os.statvfs(folder).f_flag & os.ST_RDONLY:
            raise InstallError("not_writable", path=folder)


def get_folders(etc: Path) -> Folders:
    """The folders of the Asterisk configured in ``etc``. Raises ``InstallError``."""
    try:
        return read_folders(etc)
    except FileNotFoundError:
        raise InstallError("no_asterisk", path=etc) from None
    except OSError as error:
        raise InstallError("failed", path=error.filename, reason=error.strerror) from error


def wanted_files(
    settings: Settings, pbx: PbxSettings, folders: Folders, secrets: Secrets, *, python: str
) -> list[OwnFile]:
    """Every file of ours as it has to be. Raises ``InstallError``."""
    standing = hosts(folders.etc, manager=secrets.manager is not None)
    named = {path.name: content for path, content in standing.items()}
    try:
        return list(own_files(settings, pbx, folders, secrets, python=python, hosts=named))
    except ValueError as error:
        raise InstallError("bad_value", value=error) from None


def hosts(etc: Path, *, manager: bool) -> Mapping[Path, bytes | None]:
    """The engineer's files that have to include ours, as they are."""
    names = dict.fromkeys(include.host for include in wanted_includes(etc, manager=manager))
    found = {etc / name: _read(etc / name) for name in names}
    mapping = etc / CEL_CUSTOM.host
    if b"\ncallward.csv" in b"\n" + (found.get(mapping) or b""):
        # Copied there by hand, as it once was done: a second one would write each event twice.
        del found[mapping]
    return found


def _of(host: Path, etc: Path, *, manager: bool) -> Iterator[includes.Include]:
    wanted = wanted_includes(etc, manager=manager)
    return (include for include in wanted if include.host == host.name)


def _change(file: OwnFile) -> Change | None:
    standing = _read(file.path)
    if standing is None:
        return Change(kind="new", path=file.path, content=file.content, mode=file.mode)
    if standing != file.content:
        return Change(kind="replaced", path=file.path, content=file.content, mode=file.mode)
    if stat.S_IMODE(file.path.stat().st_mode) != file.mode:
        return Change(kind="mode", path=file.path, content=file.content, mode=file.mode)
    return None


def _installed(folders: Folders) -> Iterator[Path]:
    """Files of ours that stand there, of this version or an earlier one."""
    paths = [folders.etc / name for name in CONF_FILES]
    paths.append(folders.agi / AGI_SCRIPT)
    # Not whatever stands in those folders: some are links to one another, as Debian's are.
    paths += [target for target, _ in sounds(folders)]
    return (path for path in paths if path.is_file() or path.is_symlink())


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise InstallError("failed", path=path, reason=error.strerror) from error


def _target(path: Path) -> Path:
    """Where a symlink leads: it stays a symlink."""
    return path.resolve() if path.is_symlink() else path


def _write(path: Path, content: bytes, mode: int | None) -> None:
    target = _target(path)
    _make_folder(target.parent)
    try:
        standing = target.stat()
    except FileNotFoundError:
        standing = None
    # mode 0600 until it is the right one (tempfile's contract).
    descriptor, draft = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            if mode is None and standing is not None:
                _own(descriptor, standing.st_uid, standing.st_gid)
                os.fchmod(descriptor, stat.S_IMODE(standing.st_mode))
            else:
                _own(descriptor, -1, _group(_ASTERISK))
                os.fchmod(descriptor, PUBLIC if mode is None else mode)
            os.fsync(descriptor)
        Path(draft).replace(target)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise


def _delete(path: Path) -> None:
    path.unlink(missing_ok=True)
    # A folder of prompts, and that of their language where nobody else's are in it.
    folders = path.parents[:2] if path.parent.name == "callward" else ()
    for folder in folders:
        if folder.is_symlink() or any(folder.iterdir()):
            return
        folder.rmdir()


def _make_folder(folder: Path) -> None:
    if not folder.is_dir():
        _make_folder(folder.parent)
        folder.mkdir()
        # Whatever the umask of who installs says: Asterisk reads there.
        folder.chmod(0o755)


def _own(descriptor: int, user: int, group: int) -> None:
    if os.geteuid() == 0:
        os.fchown(descriptor, user, group)


def _group(name: str) -> int:
    """Of the user as whom Asterisk runs, by its usual name; -1 (as it is) where there is none."""
    try:
        return pwd.getpwnam(name).pw_gid
    except KeyError:
        pass
    try:
        return grp.getgrnam(name).gr_gid
    except KeyError:
        return -1


def _existing(path: Path) -> Path:
    while not path.exists():
        path = path.parent
    return path
