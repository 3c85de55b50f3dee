from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from config.loading import load
from config.problems import SettingsError
from config.settings import Settings
from tests.unit.config.texts import Lines, Load


@pytest.fixture
def from_text(tmp_path: Path) -> Load:
    def from_text(text: str, environ: Mapping[str, str] | None = None) -> Settings:
        file = tmp_path / "callward.toml"
        file.write_text(text, encoding="utf-8")
        return load(file, environ or {})

    return from_text


@pytest.fixture
def mistakes(from_text: Load) -> Lines:
    def mistakes(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
        with pytest.raises(SettingsError) as caught:
            from_text(text, environ)
        return str(caught.value).splitlines()

    return mistakes
