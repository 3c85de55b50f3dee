"""The password of Callward's manager user: the same in Callward's file and in Asterisk's."""

from __future__ import annotations

import os
import re
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from config.secrets import read_secrets
from config.settings import PbxSettings, Settings
from dialplan.install import InstallError
from dialplan.product import MANAGER_SECRET, USERNAME


@dataclass(frozen=True, slots=True)
class ManagerSecret:
    """``text`` is ``None`` where the engineer keeps a manager user of his own."""

    text: str | None = field(repr=False)
    new_file: Path | None = None
    """Where it has to be written for Callward."""

    def keep(self) -> None:
        """Write it where Callward reads it; never over a file. Raises ``InstallError``."""
        if self.new_file is None or self.text is None:
            return
        try:
            self.new_file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
            descriptor = os.open(self.new_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(f"{self.text}\n")
                if os.geteuid() == 0:
                    _hand_over(descriptor, self.new_file.parent)
        except OSError as error:
            raise InstallError("failed", path=self.new_file, reason=error.strerror) from error


def get_manager_secret(settings: Settings, pbx: PbxSettings, etc: Path) -> ManagerSecret:
    """The settings' password; where its file is not there yet, Asterisk's, else a new one.

    Raises ``SettingsError`` or ``InstallError``.
    """
    if pbx.username != USERNAME:
        return ManagerSecret(None)
    file = pbx.secret_file
    if file is not None and not file.exists():
        return ManagerSecret(_known(etc) or secrets.token_urlsafe(32), file)
    if file is None and pbx.secret is None:
        raise InstallError("no_secret")
    mine = settings.model_copy(update={"pbx": (pbx,)})
    return ManagerSecret(read_secrets(mine)[pbx.name].get_secret_value())


def _known(etc: Path) -> str | None:
    """What an earlier installation, or an engineer, wrote for Asterisk."""
    try:
        text = (etc / MANAGER_SECRET).read_text(encoding="utf-8")
    except OSError:
        return None
    found = re.search(r"^\s*secret\s*=>?\s*(.+?)\s*$", text, re.MULTILINE)
    return None if found is None else found[1].replace("\\;", ";")


def _hand_over(descriptor: int, folder: Path) -> None:
    """To the group that owns the folder (``callward``'s, of a packaged installation)."""
    group = folder.stat().st_gid
    if group != 0:
        os.fchown(descriptor, -1, group)
        os.fchmod(descriptor, stat.S_IRUSR | stat.S_IWUSR | stat.S_IRGRP)
