"""The files by which people come in: TLS, Windows sign-in. Looked at when the daemon starts."""

from __future__ import annotations

import os
import ssl
import stat
from importlib.util import find_spec
from pathlib import Path

from config.problems import Problem, SettingsError
from config.settings import HttpSettings, Settings


def check_doors(settings: Settings) -> None:
    """Whether these files can be used. ``SettingsError`` names every one that cannot."""
    problems: list[Problem] = []
    try:
        tls_context(settings.http)
    except SettingsError as error:
        problems += error.problems
    windows = settings.windows
    if windows.enabled:
        for name in ("keytab", "ntlm_users"):
            file: Path | None = getattr(windows, name)
            if file is not None:
                problems += _private(file, f"windows.{name}")
        if windows.keytab is not None and find_spec("gssapi") is None:
            problems.append(Problem(where="windows.keytab", code="windows_package"))
    if problems:
        raise SettingsError(problems, settings.company.language)


def tls_context(http: HttpSettings) -> ssl.SSLContext | None:
    """What the API's server speaks TLS with; ``None``: it does not. ``SettingsError``."""
    if http.certificate is None or http.key is None:
        return None
    problems = _private(http.key, "http.key")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    try:
        context.load_cert_chain(http.certificate, http.key, password=_no_password)
    except (OSError, ValueError) as error:
        # An SSLError is an OSError, and says in which of both something is wrong.
        reason = getattr(error, "reason", None) or getattr(error, "strerror", None) or str(error)
        value = f'"{http.certificate}"'
        about = {"reason": str(reason)}
        problems.append(
            Problem(where="http.certificate", code="tls_unusable", value=value, about=about)
        )
    if problems:
        raise SettingsError(problems)
    return context


def _no_password() -> str:
    # Else OpenSSL would ask for it at the terminal.
    raise ValueError("the key is protected by a password")


def _private(file: Path, where: str) -> list[Problem]:
    def problem(code: str, **about: str) -> Problem:
        return Problem(where=where, code=code, value=f'"{file}"', about=about)

    try:
        mode = stat.S_IMODE(file.stat().st_mode)
    except OSError as error:
        return [problem("secret_unreadable", reason=error.strerror or type(error).__name__)]
    if not os.access(file, os.R_OK):
        return [problem("secret_unreadable", reason=os.strerror(13))]
    # As for secrets: a service's credentials have mode 0440.
    if mode & 0o037:
        return [problem("secret_open", mode=f"{mode:04o}", file=str(file))]
    return []
