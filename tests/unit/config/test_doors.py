from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from config.doors import check_doors, tls_context
from config.problems import SettingsError
from config.settings import HttpSettings, Settings


def settings(**sections: object) -> Settings:
    return Settings.model_validate(
        {
            "company": {"numbers": ["+442079460000"]},
            "pbx": [{"trunks": ["operator"], "secret": "x"}],
            **sections,
        }
    )


@pytest.fixture
def pair(tmp_path: Path) -> dict[str, str]:
    """A certificate that signs itself, and its key."""
    files = {"certificate": str(tmp_path / "tls.pem"), "key": str(tmp_path / "tls.key")}
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
         "-nodes", "-subj", "/CN=callward.example", "-keyout", files["key"],
         "-out", files["certificate"]],
        check=True, capture_output=True,
    )  # fmt: skip
    Path(files["key"]).chmod(0o600)
    return files


def test_a_pair_that_is_good(pair: dict[str, str]) -> None:
    check_doors(settings(http=pair))
    assert tls_context(HttpSettings.model_validate(pair)) is not None
    assert tls_context(HttpSettings()) is None


@pytest.mark.parametrize("language", ["en", "ru"])
def test_every_file_that_cannot_be_used_is_named(
    pair: dict[str, str], tmp_path: Path, language: str
) -> None:
    Path(pair["key"]).chmod(0o644)
    (tmp_path / "users").touch(0o644)
    wrong = settings(
        company={"numbers": ["+442079460000"], "language": language},
        http=pair,
        windows={
            "enabled": True,
            "hostname": "callward.example",
            "keytab": str(tmp_path / "none"),
            "ntlm_users": str(tmp_path / "users"),
        },
    )
    with pytest.raises(SettingsError) as caught:
        check_doors(wrong)
    found = [(problem.where, problem.code) for problem in caught.value.problems]
    assert found == [
        ("http.key", "secret_open"),
        ("windows.keytab", "secret_unreadable"),
        ("windows.ntlm_users", "secret_open"),
    ]
    assert len(str(caught.value).splitlines()) == 3


def test_what_is_no_certificate(pair: dict[str, str], tmp_path: Path) -> None:
    Path(pair["certificate"]).write_text("not a certificate")
    with pytest.raises(SettingsError, match=r"http\.certificate.*cannot be used for TLS"):
        check_doors(settings(http=pair))
    Path(pair["certificate"]).unlink()
    with pytest.raises(SettingsError, match=r"No such file"):
        check_doors(settings(http=pair))


def test_a_key_with_a_password_is_not_asked_for(pair: dict[str, str], tmp_path: Path) -> None:
    locked = tmp_path / "locked.key"
    subprocess.run(
        ["openssl", "pkey", "-in", pair["key"], "-aes256", "-passout", "pass:secret",
         "-out", str(locked)],
        check=True, capture_output=True,
    )  # fmt: skip
    locked.chmod(0o600)
    with pytest.raises(SettingsError, match=r"protected by a password"):
        check_doors(settings(http={**pair, "key": str(locked)}))
