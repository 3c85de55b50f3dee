"""Callward's dialplan on the lab's Asterisk, put there by the product's own installer."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import Final

from config.loading import load
from crm.vault import KEY_BYTES, Vault
from dialplan.install import install as install_dialplan
from dialplan.product import Secrets

PYTHON: Final = "/usr/bin/python3"
"""As the lab's Asterisk sees it."""


def install(config: Path, etc: Path) -> None:
    """What ``callward dialplan install`` does, but for the manager's user, which the lab has.

    ``config``: Callward's settings. ``etc``: Asterisk's configuration folder.
    """
    settings = load(config, {})
    (pbx,) = settings.pbx
    vault = _vault(settings.vault.key_file)
    own = Secrets.of(vault, pbx.name, None)
    install_dialplan(settings, pbx, etc, own, python=PYTHON)


def _vault(key_file: Path) -> Vault:
    """The vault, with the key that the daemon's first start would make."""
    key_file.parent.mkdir(exist_ok=True)
    if not key_file.exists():
        key_file.touch(mode=0o600)
        key_file.write_bytes(secrets.token_bytes(KEY_BYTES))
    return Vault(key_file.read_bytes())
