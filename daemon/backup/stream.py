"""A backup's outermost layer: a stream of encrypted pieces, none of which can be changed or lost.

It begins with a line that says what it is, 32 random bytes and 16 by which the key is known. Then
come pieces of 1 MiB, each sealed with AES-256-GCM under a nonce that holds its place and whether it
is the last (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár, as in ``age``). The
keys are derived from the backup's key and the random bytes (HKDF-SHA256): no two files share one.
"""

from __future__ import annotations

import hmac
import os
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from daemon.backup.errors import BackupError

MAGIC: Final = b"callward backup 1\n"
_SALT: Final = 32
_CHECK: Final = 16
_TAG: Final = 16
PIECE: Final = 1 << 20


class Sealing:
    """Writes: what is given to ``write`` goes to ``target`` encrypted; ``finish`` ends it."""

    def __init__(self, target: BinaryIO, key: bytes) -> None:
        salt = os.urandom(_SALT)
        self._cipher, check = _keys(key, salt)
        self._target = target
        self._waiting = bytearray()
        self._place = 0
        target.write(MAGIC + salt + check)

    def write(self, data: bytes) -> int:
        """As a file's."""
        self._waiting += data
        # The last piece is only known when there is no more.
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(data)

    def finish(self) -> None:
        """Write the last piece."""
        self._seal(bytes(self._waiting), last=True)
        self._waiting.clear()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        nonce = _nonce(self._place, last=last)
        self._target.write(self._cipher.encrypt(nonce, piece, MAGIC))
        self._place += 1


class Opening:
    """Reads what ``Sealing`` wrote, in one go from the beginning.

    Raises ``BackupError``: ``not_a_backup``, ``wrong_key``, ``cut_off``, ``altered``. Nothing that
    was altered is ever given out; that the end is missing shows at the end.
    """

    def __init__(self, source: BinaryIO, key: bytes, name: str) -> None:
        self._source = source
        self._name = name
        head = source.read(len(MAGIC) + _SALT + _CHECK)
        if not head.startswith(MAGIC):
            if head and MAGIC.startswith(head):
                raise BackupError("cut_off", name=name)
            raise BackupError("not_a_backup", name=name)
        if len(head) < len(MAGIC) + _SALT + _CHECK:
            raise BackupError("cut_off", name=name)
        salt, check = head[len(MAGIC) : -_CHECK], head[-_CHECK:]
        self._cipher, wanted = _keys(key, salt)
        if not hmac.compare_digest(check, wanted):
            raise BackupError("wrong_key", name=name)
        self._next = source.read(PIECE + _TAG)
        self._place = 0
        self._ended = False
        self._open = memoryview(b"")

    def read(self, size: int = -1) -> bytes:
        """As a file's; fewer bytes only at the end."""
        parts: list[bytes] = []
        while size != 0 and (self._open or self._fill()):
            taken = self._open[: size if size > 0 else len(self._open)]
            parts.append(bytes(taken))
            self._open = self._open[len(taken) :]
            size -= len(taken) if size > 0 else 0
        return b"".join(parts)

    def drain(self) -> None:
        """Read to the end, so that what is wrong there shows."""
        while self._fill():
            pass
        self._open = memoryview(b"")

    def _fill(self) -> bool:
        while not self._ended:
            piece, self._next = self._next, self._source.read(PIECE + _TAG)
            self._open = memoryview(self._unseal(piece, last=not self._next))
            if self._open:
                return True
        return False

    def _unseal(self, piece: bytes, *, last: bool) -> bytes:
        try:
            opened = self._cipher.decrypt(_nonce(self._place, last=last), piece, MAGIC)
        except InvalidTag:
            raise BackupError(self._what_is_wrong(piece, last=last), name=self._name) from None
        self._place += 1
        self._ended = last
        return opened

    def _what_is_wrong(self, piece: bytes, *, last: bool) -> str:
        """A piece that is whole, but was not the last one, ends a file that lost its end."""
        if last and len(piece) < PIECE + _TAG:
            # It cannot be told whether this piece was cut or changed: most likely cut.
            return "cut_off"
        try:
            self._cipher.decrypt(_nonce(self._place, last=not last), piece, MAGIC)
        except InvalidTag:
            return "altered"
        return "cut_off" if last else "altered"


def _nonce(place: int, *, last: bool) -> bytes:
    return place.to_bytes(11) + bytes([last])


def _keys(key: bytes, salt: bytes) -> tuple[AESGCM, bytes]:
    def derive(purpose: bytes, length: int) -> bytes:
        return HKDF(SHA256(), length, salt, b"callward backup 1 " + purpose).derive(key)

    return AESGCM(derive(b"seal", 32)), derive(b"check", _CHECK)
