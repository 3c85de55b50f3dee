"""By what the dialplan of a PBX proves itself."""

from __future__ import annotations

from crm.vault import Vault


def dialplan_secret(vault: Vault, pbx: str) -> str:
    """64 characters, 0-9 and a-f, for the PBX of this name; the same as long as the vault's key."""
    return vault.derive(f"dialplan {pbx}").hex()
