"""The masked company: plain Asterisk, leaky endpoints, and Callward's dialplan installed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, Self

from rich.console import Console

from lab.daemon import Daemon, free_port
from lab.lab import Lab
from lab.masked.installation import install
from lab.masked.people import EMPLOYEES

_OVERLAY: Final = Path(__file__).with_name("config")
_SETTINGS: Final[Mapping[str, Mapping[str, Any]]] = {
    "routing": {
        "group": ["Quist", "Yarrow", "Zelnik"],
        "fallback": ["101", "102"],
        "curator_seconds": 15,
        "deputy_seconds": 15,
        "group_seconds": 15,
    },
    "callbacks": {"agent_seconds": 10, "client_seconds": 15, "each_per_minute": 100},
    "mobile": {"pin": "never"},
}


class MaskedLab(Lab):
    """A lab whose every employee and customer is a canary (see ``lab.masked``)."""

    def __init__(
        self,
        console: Console | None = None,
        *,
        settings: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        super().__init__(console, overlay=_OVERLAY)
        self.http_port = free_port()
        """Where the dialplan asks Callward."""
        given = settings or {}
        self._settings = {
            section: {**_SETTINGS.get(section, {}), **given.get(section, {})}
            for section in {**_SETTINGS, **given}
        }

    @property
    def config(self) -> Path:
        """Callward's settings."""
        return self.folder / "callward.toml"

    def start(self) -> Self:
        """Install Callward's dialplan, then start Asterisk."""
        try:
            self.config.write_text(self.settings_toml(http_port=self.http_port))
            install(self.config, self.folder / "etc")
        except BaseException:
            self.close()
            raise
        return super().start()

    def reinstall(self) -> None:
        """Install the dialplan anew, after its files or the settings changed."""
        install(self.config, self.folder / "etc")
        self.cli("dialplan reload")

    def daemon(self) -> Daemon:
        """Callward, not yet started, where the dialplan asks for it."""
        return Daemon(self, port=self.http_port)

    def people_toml(self) -> str:
        """The employees, and the sections that say how the company works."""
        tables = [
            "[[agents]]\n"
            + "".join(
                f"{key} = {_toml(value)}\n"
                for key, value in {
                    "name": one.agent,
                    "endpoints": [one.extension] if one.desk else None,
                    "extension": one.extension,
                    "mobiles": [one.mobile],
                    "ring": None if one.desk else ["mobile"],
                }.items()
                if value is not None
            )
            for one in EMPLOYEES
        ]
        for section, values in self._settings.items():
            lines = "".join(f"{key} = {_toml(value)}\n" for key, value in values.items())
            tables.append(f"[{section}]\n{lines}")
        return "\n".join(tables)


def _toml(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case str():
            return f'"{value}"'
        case list() | tuple():
            return "[" + ", ".join(_toml(one) for one in value) + "]"
        case Mapping():
            return "{" + ", ".join(f"{key} = {_toml(one)}" for key, one in value.items()) + "}"
        case _:
            return str(value)
