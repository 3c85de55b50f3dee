"""The manager user's password comes from one place, and only its owner can read it."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.problems import SettingsError
from config.secrets import read_secrets
from config.settings import Settings


def _settings(**pbx: object) -> Settings:
    return Settings.model_validate(
        {"company": {"numbers": ["+442079460000"]}, "pbx": [{"trunks": ["operator"], **pbx}]}
    )


def _file(tmp_path: Path, content: bytes, mode: int = 0o600) -> Path:
    file = tmp_path / "ami"
    file.write_bytes(content)
    file.chmod(mode)
    return file


def test_from_the_settings() -> None:
    assert read_secrets(_settings(secret="hunter2"))["pbx"].get_secret_value() == "hunter2"


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o440])
def test_from_a_file_without_its_line_end(tmp_path: Path, mode: int) -> None:
    file = _file(tmp_path, b"hunter2\n", mode)
    secrets = read_secrets(_settings(name="main", secret_file=file))
    assert secrets["main"].get_secret_value() == "hunter2"


def test_none_says_where_to_put_it() -> None:
    with pytest.raises(SettingsError, match=r"^pbx\[0\]\.secret: is missing: .*0600"):
        read_secrets(_settings())


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (b"hunter2", 0o644, "can be read by others (mode 0644); do: chmod 600"),
        (b"\n", 0o600, "is empty"),
        (b"hunter2\nmore", 0o600, "must hold the password alone"),
        (b"\xff", 0o600, "must hold the password alone"),
    ],
)
def test_a_wrong_file(tmp_path: Path, content: bytes, mode: int, words: str) -> None:
    file = _file(tmp_path, content, mode)
    with pytest.raises(SettingsError) as caught:
        read_secrets(_settings(secret_file=file))
    assert str(caught.value).startswith(f'pbx[0].secret_file = "{file}": {words}')
    assert "hunter2" not in str(caught.value).replace(str(file), "")


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        read_secrets(_settings(secret_file=tmp_path / "none"))
