"""How the lab comes to Callward's API: as the operator, who can read the vault's key."""

from __future__ import annotations

import tomllib
from pathlib import Path

from crm.vault import Vault
from daemon.operator_key import USER_HEADER, operator_key


def operator_headers(config: Path) -> dict[str, str]:
    """By which the Callward of these settings knows its operator; none before its first start."""
    key_file = Path(tomllib.loads(config.read_text())["vault"]["key_file"])
    try:
        key = operator_key(Vault(key_file.read_bytes()))
    except FileNotFoundError:
        return {}
    return {"Authorization": f"Bearer {key}", USER_HEADER: "lab"}
