"""An Asterisk's folders, and Callward's settings for it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from config.settings import Settings
from crm.vault import Vault
from dialplan.product import Secrets

PYTHON = "/usr/bin/python3"
VAULT = Vault(bytes(range(32)))
SECRETS = Secrets.of(VAULT, "pbx", "word")


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    """A small plain Asterisk's configuration, whose other folders are beside it."""
    folder = tmp_path / "etc" / "asterisk"
    folder.mkdir(parents=True)
    (folder / "asterisk.conf").write_text(
        f"[directories]\nastdatadir => {tmp_path}/share ; sounds\nastagidir = {tmp_path}/agi\n"
    )
    (folder / "extensions.conf").write_text("[general]\n[default]\nexten => s,1,NoOp()\n")
    (folder / "manager.conf").write_text("[general]\nenabled = yes\n")
    (folder / "cel.conf").write_text(";[general]\n")
    return folder


@pytest.fixture
def make_settings() -> Callable[..., Settings]:
    """Settings with other sections than the shortest ones."""

    def make(pbx: dict[str, Any] | None = None, **sections: Any) -> Settings:
        company = {"numbers": ["+442079460000"], **sections.pop("company", {})}
        one = {"trunks": ["operator"], **(pbx or {})}
        return Settings.model_validate({"company": company, "pbx": [one], **sections})

    return make
