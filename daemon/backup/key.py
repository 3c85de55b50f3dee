"""The key that encrypts backups: a file on this machine, and a text to be kept elsewhere."""

from __future__ import annotations

import base64
import binascii
import os
import stat
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import Final

from daemon.backup.errors import BackupError

KEY_BYTES: Final = 32
_CHECK_BYTES: Final = 3
_GROUP: Final = 4


def read_backup_key(path: Path) -> bytes:
    """The key in a file that only its owner may read. Raises ``BackupError``."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        with os.fdopen(descriptor, "rb") as file:
            mode = stat.S_IMODE(os.fstat(descriptor).st_mode)
            if mode & 0o077:
                raise BackupError("key_mode", path=path, mode=f"{mode:04o}")
            text = file.read(1024)
    except FileNotFoundError:
        raise BackupError("key_missing", path=path) from None
    except OSError as error:
        raise BackupError("key_unusable", path=path, reason=error.strerror) from error
    try:
        return from_recovery(text.decode("ascii"))
    except (UnicodeDecodeError, BackupError):
        raise BackupError("key_content", path=path) from None


def make_backup_key(path: Path, key: bytes | None = None) -> bytes:
    """Write a new key (or ``key``), whole or not at all; ``BackupError`` where one is there."""
    key = os.urandom(KEY_BYTES) if key is None else key
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # O_EXCL and mode 0600 (tempfile's contract).
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(recovery_text(key) + "\n")
                file.flush()
                os.fsync(descriptor)
            own_like(Path(draft), path.parent)
            path.hardlink_to(draft)
        finally:
            Path(draft).unlink()
    except FileExistsError:
        raise BackupError("key_exists", path=path) from None
    except OSError as error:
        raise BackupError("key_unusable", path=path, reason=error.strerror) from error
    return key


def recovery_text(key: bytes) -> str:
    """The key for paper: 56 letters and digits in groups of four, three bytes of them a check."""
    text = base64.b32encode(key + _check(key)).decode()
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def from_recovery(text: str) -> bytes:
    """The key that ``recovery_text`` wrote down, however its groups are parted. ``BackupError``."""
    plain = "".join(text.upper().split()).replace("-", "").replace("0", "O").replace("1", "I")
    plain = plain.replace("8", "B")
    try:
        whole = base64.b32decode(plain)
    except (binascii.Error, ValueError):
        raise BackupError("recovery_form") from None
    key, check = whole[:KEY_BYTES], whole[KEY_BYTES:]
    if len(whole) != KEY_BYTES + _CHECK_BYTES:
        raise BackupError("recovery_form")
    if check != _check(key):
        raise BackupError("recovery_check")
    return key


def own_like(path: Path, folder: Path) -> None:
    """What root makes in the daemon's folder is the daemon's; not what a link there leads to."""
    if os.geteuid() == 0:
        owner = folder.stat()
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)


def _check(key: bytes) -> bytes:
    return sha256(b"callward recovery key" + key).digest()[:_CHECK_BYTES]
