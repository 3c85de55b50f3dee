"""What a backup holds: a tar within the encrypted stream, and what it says of itself.

In order: ``about.json``; ``database.db`` (SQLite's file) or ``database.dump`` (``pg_dump``'s custom
format); ``vault.key``; ``audit.head``; ``settings.toml``; ``recordings/…`` as in the storage; and
``end.json``, which says of what came before that it was all.
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, BinaryIO, Final, Self, cast

from daemon.backup.errors import BackupError
from daemon.backup.stream import Opening, Sealing

FORMAT: Final = 1
ABOUT, END = "about.json", "end.json"
VAULT_KEY, AUDIT_HEAD, SETTINGS = "vault.key", "audit.head", "settings.toml"
DATABASES: Final = {"sqlite": "database.db", "postgresql": "database.dump"}
RECORDINGS: Final = "recordings/"
RECORDING: Final = re.compile(r"recordings/(\d{4}/\d\d/\d\d/[0-9a-f-]{36}\.(?:flac|opus))")
_SMALL: Final = 1 << 20
_CHUNK: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a backup says of itself at its beginning."""

    made_at: datetime
    version: str
    """Of Callward."""
    schema: str
    kind: str
    """``sqlite`` or ``postgresql``."""
    tables: Mapping[str, int]
    """Rows of each."""
    database_bytes: int
    database_sha256: str
    vault_check: str
    """The check value of the vault's key, hexadecimal."""
    recordings: int
    """That the database names; ``with_recordings``: whether they are here."""
    recording_bytes: int
    with_recordings: bool
    format: int = FORMAT

    def to_json(self) -> bytes:
        """As it stands in the file."""
        return json.dumps({**asdict(self), "made_at": self.made_at.isoformat()}).encode()

    @classmethod
    def from_json(cls, content: bytes, name: str) -> Self:
        """``BackupError`` for a later format."""
        said = json.loads(content)
        if said.get("format") != FORMAT:
            raise BackupError("format", name=name, version=said.get("version", "?"))
        return cls(**{**said, "made_at": datetime.fromisoformat(said["made_at"])})


@dataclass(slots=True)
class End:
    """What a backup says of itself at its end; counted by who writes and by who reads."""

    files: int = 0
    """Recordings in it."""
    size_bytes: int = 0
    digest: str = ""
    """Over names and contents of the recordings, in their order."""
    missing: list[str] = field(default_factory=list)
    """Ids of recordings whose file was not in the storage."""
    altered: list[str] = field(default_factory=list)
    """Ids of those whose file is another one than was stored; it is in the backup as it is."""

    def add(self, name: str, content_digest: bytes, size: int) -> None:
        """One more recording."""
        self.files += 1
        self.size_bytes += size
        chained = bytes.fromhex(self.digest) + name.encode() + content_digest
        self.digest = sha256(chained).hexdigest()


class Writer:
    """Puts files into a backup, and closes it."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        self._stream = Sealing(target, key)
        self._tar = tarfile.open(mode="w|", fileobj=cast(IO[bytes], self._stream))  # noqa: SIM115

    def add(self, name: str, content: bytes) -> None:
        """Something small, or a recording."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = len(content), 0o600
        self._tar.addfile(info, io.BytesIO(content))

    def add_file(self, name: str, path: Path) -> None:
        """A file of any size that nobody changes."""
        info = tarfile.TarInfo(name)
        info.size, info.mode = path.stat().st_size, 0o600
        with path.open("rb") as file:
            self._tar.addfile(info, file)

    def close(self, end: End) -> None:
        """Nothing can be added any more."""
        self.add(END, json.dumps(asdict(end)).encode())
        self._tar.close()
        self._stream.finish()


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup, to be read before the next is asked for."""

    name: str
    size: int
    _content: IO[bytes]

    def chunks(self) -> Iterator[bytes]:
        """Its content, in pieces."""
        while chunk := self._content.read(_CHUNK):
            yield chunk

    def read(self) -> bytes:
        """Its content; only of what is small, or a recording."""
        return self._content.read()


def members(path: Path, key: bytes) -> Iterator[Member]:
    """The files of a backup in their order; only at the end it is known to be whole.

    Raises ``BackupError``.
    """
    name = str(path)
    try:
        with path.open("rb") as file:
            stream = Opening(file, key, name)
            with tarfile.open(mode="r|", fileobj=cast(IO[bytes], stream)) as tar:
                for info in tar:
                    content = tar.extractfile(info)
                    if content is None:
                        raise BackupError("wrong_content", name=name, what=info.name)
                    yield Member(info.name, info.size, content)
            stream.drain()
    except FileNotFoundError:
        raise BackupError("no_file", name=name) from None
    except tarfile.TarError:
        raise BackupError("altered", name=name) from None
    except OSError as error:
        raise BackupError("unreadable", name=name, reason=error.strerror or error) from error


def read_about(path: Path, key: bytes) -> About:
    """What a backup says of itself, without reading it all. Raises ``BackupError``."""
    for member in members(path, key):
        if member.name == ABOUT and member.size <= _SMALL:
            return About.from_json(member.read(), str(path))
        break
    raise BackupError("wrong_content", name=path, what=ABOUT)


def read_member(path: Path, key: bytes, wanted: str) -> bytes | None:
    """One small file that stands before the recordings; ``None`` where it is not there."""
    for member in members(path, key):
        if member.name == wanted:
            return member.read()
        if member.name.startswith(RECORDINGS):
            break
    return None


def end_of(content: bytes) -> End:
    """What ``Writer.close`` wrote."""
    said: dict[str, Any] = json.loads(content)
    return End(**said)
