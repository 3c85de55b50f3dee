"""Where stored recordings live: a small protocol, and the local folder behind ``file://``."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Protocol
from urllib.parse import unquote, urlsplit

_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_SPOOL = ".incoming"


class StorageUrlError(ValueError):
    """``recordings.storage`` is not usable. Never repeats the URL: it may hold a password."""


class Storage(Protocol):
    """Objects under keys such as ``2025/01/31/<recording id>.flac``. Raises ``OSError``."""

    def spool(self) -> Path:
        """A local folder for drafts, from which ``put`` costs least; made if need be."""

    def put(self, key: str, draft: Path) -> None:
        """Move a finished draft under ``key`` at once; replaces what was there."""

    def sync(self) -> None:
        """Make durable what was put since the last time; where it fails, none of that is."""

    def open(self, key: str) -> BinaryIO:
        """Read an object. Raises ``FileNotFoundError``."""

    def get(self, key: str) -> AbstractContextManager[Path]:
        """The object as a local file for as long as the context lasts; never change it."""

    def delete(self, key: str) -> None:
        """Remove an object; one that is not there is no error."""

    def keys(self, folder: str) -> Iterator[str]:
        """Objects whose keys begin with this and a slash, ``2025/01/31``; in no order."""


class LocalFolder:
    """Objects are files in a folder of this machine; only their owner reads them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unsynced: set[Path] = set()

    def spool(self) -> Path:
        folder = self.root / _SPOOL
        _make_folder(folder)
        return folder

    def put(self, key: str, draft: Path) -> None:
        target = self._path(key)
        _make_folder(target.parent)
        draft.chmod(_FILE_MODE)
        _sync(draft)
        draft.replace(target)
        self._unsynced.add(target.parent)

    def sync(self) -> None:
        folders, self._unsynced = self._unsynced, set()
        for folder in folders:
            _sync(folder)

    def open(self, key: str) -> BinaryIO:
        return self._path(key).open("rb")

    @contextmanager
    def get(self, key: str) -> Iterator[Path]:
        path = self._path(key)
        _forget_cache(path)
        yield path

    def delete(self, key: str) -> None:
        self._path(key).unlink(missing_ok=True)

    def keys(self, folder: str) -> Iterator[str]:
        for path in self._path(folder).rglob("*"):
            if path.is_file():
                yield path.relative_to(self.root).as_posix()

    def _path(self, key: str) -> Path:
        parts = PurePosixPath(key).parts
        if not parts or key.startswith("/") or ".." in parts:
            raise ValueError("a storage key is a relative path without '..'")
        return self.root.joinpath(*parts)


def open_storage(url: str) -> Storage:
    """The storage that ``recordings.storage`` names. Raises ``StorageUrlError``."""
    parts = urlsplit(url)
    if parts.scheme != "file":
        given = f"scheme {parts.scheme!r}" if parts.scheme else "no scheme"
        raise StorageUrlError(
            f"recordings.storage: {given} is not supported; allowed: file:///absolute/folder"
        )
    if parts.netloc not in {"", "localhost"} or not parts.path.startswith("/"):
        raise StorageUrlError(
            "recordings.storage: a file URL names an absolute folder of this machine; "
            "allowed: file:///absolute/folder (three slashes)"
        )
    return LocalFolder(Path(unquote(parts.path)))


def _make_folder(folder: Path) -> None:
    """Make ``folder`` and its parents, each entry durable before anything is put into it."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(_FOLDER_MODE, exist_ok=True)
    _sync(folder.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _forget_cache(path: Path) -> None:
    """Let the next read come from the disk and not from memory, where the system can do it."""
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)
