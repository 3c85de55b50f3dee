"""Settings: one frozen, validated object, from TOML and the environment."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class CompanySettings(_Section):
    """Whose calls these are."""

    name: str = "Company"
    numbers: tuple[str, ...]
    """The company's own numbers, E.164."""
    region: str | None = None
    """ISO 3166 region in which national numbers are read; default: the first number's."""
    language: Literal["ru", "en"] = "en"


class AgentSettings(_Section):
    """One employee. Endpoints that no agent lists are agents of their own, named like them."""

    name: str
    endpoints: tuple[str, ...] = ()
    """Channel endpoints, ``101`` or ``PJSIP/101``; default: the one named like the agent."""
    mobiles: tuple[str, ...] = ()
    """Numbers, E.164, at which the PBX reaches him over a trunk. Never clients."""


class CelSettings(_Section):
    """The PBX's own event log, a ``cel_custom`` CSV."""

    file: Path | None = None
    columns: tuple[str, ...] = ()
    """Names of the CSV's columns in order; default: those of ``dialplan/cel_custom.conf``."""


class PbxSettings(_Section):
    """One Asterisk or FreePBX server."""

    name: str = "pbx"
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 5038
    username: str = "callward"
    secret: SecretStr | None = None
    secret_file: Path | None = None
    trunks: tuple[str, ...]
    """Endpoints that lead outside, ``operator`` or ``PJSIP/operator``; ``*`` stands for any."""
    recordings_folder: Path | None = None
    """Where MixMonitor's files appear, as this machine sees them."""
    timezone: ZoneInfo = ZoneInfo("UTC")
    """The zone in which this PBX writes its CEL."""
    cel: CelSettings = CelSettings()

    @field_validator("timezone", mode="before")
    @classmethod
    def _zone(cls, value: object) -> object:
        return ZoneInfo(value) if isinstance(value, str) else value


class DatabaseSettings(_Section):
    url: str = "sqlite+aiosqlite:////var/lib/callward/callward.db"


class VaultSettings(_Section):
    key_file: Path = Path("/var/lib/callward/vault.key")


class RecordingSettings(_Section):
    storage: str = "file:///var/lib/callward/recordings"
    format: Literal["flac", "opus"] = "flac"
    keep_originals: bool = False


class HttpSettings(_Section):
    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8088


class LogSettings(_Section):
    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Settings(_Section):
    """All of it."""

    company: CompanySettings
    pbx: Annotated[tuple[PbxSettings, ...], Field(min_length=1)]
    agents: tuple[AgentSettings, ...] = ()
    database: DatabaseSettings = DatabaseSettings()
    vault: VaultSettings = VaultSettings()
    recordings: RecordingSettings = RecordingSettings()
    http: HttpSettings = HttpSettings()
    log: LogSettings = LogSettings()
