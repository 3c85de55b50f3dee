"""Settings: one frozen, validated object. ``config.loading.load`` makes it from a file.

A wrong value raises pydantic's error; those raised here carry a code that ``config.problems``
words for operators, in Russian and English. What concerns two settings at once stands in
``config.consistency``.
"""

from __future__ import annotations

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
)
from pydantic_core import PydanticCustomError

DEFAULT_PATH = Path("/etc/callward/callward.toml")
"""Where ``callward`` looks when ``--config`` says nothing else."""


def _e164(value: str) -> str:
    """An international number as it is written in settings: ``+`` and digits, nothing else."""
    try:
        number = phonenumbers.parse(value, None)
    except phonenumbers.NumberParseException:
        raise PydanticCustomError("e164", "not E.164") from None
    canonical = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if canonical != value:
        raise PydanticCustomError("e164_form", "not E.164", {"canonical": canonical})
    if not phonenumbers.is_possible_number(number):
        raise PydanticCustomError("e164_length", "impossible number")
    return value


def _region(value: str) -> str:
    if value not in phonenumbers.SUPPORTED_REGIONS:
        raise PydanticCustomError("region", "unknown region")
    return value


def _region_of_first_number(known: dict[str, Any]) -> str:
    """The region of ``numbers[0]``; pydantic calls it only where ``numbers`` is valid."""
    number = phonenumbers.parse(known["numbers"][0], None)
    return phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )


def _zone(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        return ZoneInfo(value)
    except (OSError, ValueError, KeyError):
        raise PydanticCustomError("timezone", "unknown timezone") from None


def _loopback(value: str) -> str:
    try:
        if value == "localhost" or ip_address(value).is_loopback:
            return value
    except ValueError:
        pass
    raise PydanticCustomError("loopback", "not a loopback address")


def _database_url(value: str) -> str:
    if not value.startswith("sqlite+aiosqlite://"):
        raise PydanticCustomError("database_url", "unknown database")
    return value


def _storage_url(value: str) -> str:
    if not value.startswith("file:///"):
        raise PydanticCustomError("storage_url", "unknown storage")
    return value


E164 = Annotated[str, AfterValidator(_e164)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Port = Annotated[int, Field(ge=1, le=65535)]


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class CompanySettings(_Section):
    """Whose calls these are."""

    name: Name = "Company"
    numbers: Annotated[tuple[E164, ...], Field(min_length=1)]
    """The company's own numbers, E.164."""
    region: Annotated[str, AfterValidator(_region)] = Field(default_factory=_region_of_first_number)
    """ISO 3166 region in which national numbers are read; default: the first number's."""
    language: Literal["ru", "en"] = "en"


class AgentSettings(_Section):
    """One employee. Endpoints that no agent lists are agents of their own, named like them."""

    name: Name
    endpoints: tuple[Name, ...] = ()
    """Channel endpoints, ``101`` or ``PJSIP/101``; default: the one named like the agent."""
    mobiles: tuple[E164, ...] = ()
    """Numbers, E.164, at which the PBX reaches him over a trunk. Never clients."""


class CelSettings(_Section):
    """The PBX's own event log, a ``cel_custom`` CSV."""

    file: Path | None = None
    columns: tuple[str, ...] = ()
    """Names of the CSV's columns in order; default: those of ``dialplan/cel_custom.conf``."""


class PbxSettings(_Section):
    """One Asterisk or FreePBX server."""

    name: Name = "pbx"
    host: Name = "127.0.0.1"
    port: Port = 5038
    username: Name = "callward"
    secret: SecretStr | None = None
    secret_file: Path | None = None
    trunks: Annotated[tuple[Name, ...], Field(min_length=1)]
    """Endpoints that lead outside, ``operator`` or ``PJSIP/operator``; ``*`` stands for any."""
    recordings_folder: Path | None = None
    """Where MixMonitor's files appear, as this machine sees them."""
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
    """The zone in which this PBX writes its CEL."""
    cel: CelSettings = CelSettings()


class DatabaseSettings(_Section):
    """Where calls and clients are kept."""

    url: Annotated[str, AfterValidator(_database_url)] = (
        "sqlite+aiosqlite:////var/lib/callward/callward.db"
    )


class VaultSettings(_Section):
    """The key with which phone numbers are stored; made by the first start, mode 0600."""

    key_file: Path = Path("/var/lib/callward/vault.key")


class RecordingSettings(_Section):
    """What becomes of the PBX's sound files."""

    storage: Annotated[str, AfterValidator(_storage_url)] = "file:///var/lib/callward/recordings"
    format: Literal["flac", "opus"] = "flac"
    keep_originals: bool = False


class HttpSettings(_Section):
    """The API. Loopback only, because nothing yet asks who is calling."""

    host: Annotated[str, AfterValidator(_loopback)] = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8088
    """0 takes any free port."""

    @property
    def url(self) -> str:
        """Where other programs of this machine reach it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class LogSettings(_Section):
    """The daemon's log, to standard error."""

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
