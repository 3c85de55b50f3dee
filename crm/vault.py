"""Numbers at rest: sealed with AES-GCM, found by a keyed blind index.

A sealed value is ``version (1 byte) | nonce (12) | ciphertext and tag``; the version names the
key, so that keys can rotate. The keys for sealing, for the index and for the check value are
derived from one master key (HKDF-SHA256, RFC 5869), which lives in a file beside the database.
"""

from __future__ import annotations

import hmac
import os
from typing import NewType

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

from config.worded import WordedError
from crm.vault_words import WORDS

KEY_BYTES = 32
_NONCE_BYTES = 12
_VERSION = b"\x01"

Sealed = NewType("Sealed", bytes)
"""What ``Vault.seal`` made; the only thing that an ``EncryptedText`` column takes."""


class VaultError(WordedError):
    """A key or a sealed value cannot be used; the message holds no secret and no plain text."""

    words = WORDS


class Vault:
    """Seals and opens short texts with the keys of one master key of 32 bytes."""

    def __init__(self, master_key: bytes) -> None:
        if len(master_key) != KEY_BYTES:
            raise VaultError("key_size", size=len(master_key), wanted=KEY_BYTES)
        self._master_key = master_key
        self._cipher = AESGCM(_derive(master_key, b"seal"))
        self._index_key = _derive(master_key, b"blind index")
        self.check_value = _derive(master_key, b"check value")
        """Tells this key from another and gives nothing of it away."""

    def seal(self, text: str, context: bytes) -> Sealed:
        """Encrypt; ``context`` (where it is stored) must be the same when it is opened."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), _VERSION + context)
        return Sealed(_VERSION + nonce + sealed)

    def open(self, sealed: Sealed, context: bytes) -> str:
        """Decrypt; ``VaultError`` for another key, another context or an altered value."""
        version, nonce, rest = sealed[:1], sealed[1:13], sealed[13:]
        if version != _VERSION:
            raise VaultError("sealed_version", version=version.hex() or "—")
        try:
            return self._cipher.decrypt(nonce, rest, version + context).decode()
        except (InvalidTag, ValueError):
            raise VaultError("sealed_altered") from None

    def blind_index(self, text: str) -> bytes:
        """32 bytes by which equal texts are found, and only by who holds the key (HMAC-SHA256)."""
        return hmac.digest(self._index_key, text.encode(), "sha256")

    def derive(self, purpose: str) -> bytes:
        """32 bytes for another use, the same for each ``purpose`` and of no use for any other."""
        return _derive(self._master_key, b"for " + purpose.encode())


class EncryptedText(TypeDecorator[Sealed]):
    """A column of sealed text. It neither seals nor opens: that is for whoever holds the Vault.

    So no session and no table needs the key, nothing is opened that nobody asked for, and plain
    text is refused on its way in.
    """

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: object, _dialect: Dialect) -> bytes | None:
        if value is None:
            return None
        if not isinstance(value, bytes) or value[:1] != _VERSION:
            raise TypeError("an encrypted column takes what Vault.seal made, never plain text")
        return value

    def process_result_value(self, value: bytes | None, _dialect: Dialect) -> Sealed | None:
        return None if value is None else Sealed(value)


def _derive(master_key: bytes, purpose: bytes) -> bytes:
    return HKDF(SHA256(), KEY_BYTES, salt=None, info=b"callward vault 1 " + purpose).derive(
        master_key
    )
