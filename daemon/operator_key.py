"""The operator's key: who can read the vault's key on this machine is the operator."""

from __future__ import annotations

from typing import Final

from crm.vault import Vault

OPERATOR_PREFIX: Final = "callward_operator_"
USER_HEADER: Final = "Callward-User"
"""Which Unix user runs the command: for the audit."""


def operator_key(vault: Vault) -> str:
    """What the command shows as ``Authorization: Bearer``; it is derived and never stored."""
    return OPERATOR_PREFIX + vault.derive("operator").hex()
