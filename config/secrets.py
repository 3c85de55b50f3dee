"""The passwords that the settings point to, read when the daemon is about to log in."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

from pydantic import SecretStr

from config.problems import Problem, SettingsError
from config.settings import PbxSettings, Settings


def read_secrets(settings: Settings) -> dict[str, SecretStr]:
    """The manager user's password of every PBX, by the PBX's name. Raises ``SettingsError``, also
    where the password to an event log cannot be read.
    """
    secrets: dict[str, SecretStr] = {}
    problems: list[Problem] = []
    for i, pbx in enumerate(settings.pbx):
        found = _secret(pbx, f"pbx[{i}].secret")
        if isinstance(found, Problem):
            problems.append(found)
        else:
            secrets[pbx.name] = found
        password = _cel_secret(pbx, f"pbx[{i}].cel.secret")
        if isinstance(password, Problem):
            problems.append(password)
    if problems:
        raise SettingsError(problems, settings.company.language)
    return secrets


def read_cel_secret(pbx: PbxSettings) -> SecretStr | None:
    """The password to the database of a PBX's event log. Raises ``OSError`` with the problem."""
    found = _cel_secret(pbx, "pbx.cel.secret")
    if isinstance(found, Problem):
        raise PermissionError(errno.EACCES, found.text("en"))
    return found


def _cel_secret(pbx: PbxSettings, where: str) -> SecretStr | Problem | None:
    if pbx.cel.secret_file is not None:
        return _from_file(pbx.cel.secret_file, f"{where}_file")
    return pbx.cel.secret


def _secret(pbx: PbxSettings, where: str) -> SecretStr | Problem:
    if pbx.secret_file is not None:
        return _from_file(pbx.secret_file, f"{where}_file")
    if pbx.secret is None:
        return Problem(where=where, code="no_secret")
    if not pbx.secret.get_secret_value():
        return Problem(where=where, code="secret_empty")
    return pbx.secret


def _from_file(file: Path, where: str) -> SecretStr | Problem:
    def problem(code: str, **about: str) -> Problem:
        return Problem(where=where, code=code, value=f'"{file}"', about=about)

    try:
        mode = stat.S_IMODE(file.stat().st_mode)
        text = file.read_text(encoding="utf-8").rstrip("\r\n")
    except OSError as error:
        return problem("secret_unreadable", reason=error.strerror or type(error).__name__)
    except UnicodeDecodeError:
        return problem("secret_lines")
    # systemd hands credentials over with mode 0440, in a folder that only the service can enter.
    if mode & 0o037:
        return problem("secret_open", mode=f"{mode:04o}", file=str(file))
    if not text:
        return problem("secret_empty")
    if "\n" in text or "\r" in text:
        return problem("secret_lines")
    return SecretStr(text)
