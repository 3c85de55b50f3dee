"""What only a PBX and Callward know. It follows from the vault's key: nothing has to be stored, and
every part of Callward makes the same.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from crm.vault import Vault


def dialplan_secret(vault: Vault, pbx: str) -> str:
    """By what the dialplan of the PBX of this name proves itself: 64 characters, 0-9 and a-f."""
    return vault.derive(f"dialplan {pbx}").hex()


@dataclass(frozen=True, slots=True)
class FallbackKeys:
    """With which a snapshot names callers, and by which it is known to be Callward's."""

    index: bytes = field(repr=False)
    signature: bytes = field(repr=False)

    @classmethod
    def of(cls, vault: Vault, pbx: str) -> FallbackKeys:
        """Those of one PBX."""
        return cls(vault.derive(f"fallback index {pbx}"), vault.derive(f"fallback signature {pbx}"))
