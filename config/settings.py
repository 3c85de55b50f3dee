"""Settings: one frozen, validated object. ``config.loading.load`` makes it from a file.

A wrong value raises pydantic's error; those raised here carry a code that ``config.problems``
words for operators, in Russian and English. What concerns two settings at once stands in
``config.consistency``.
"""

from __future__ import annotations

import re
from datetime import date
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple
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


def _over_first_trunk(known: dict[str, Any]) -> str:
    """A dial string over ``trunks[0]``; pydantic calls it only where ``trunks`` is valid."""
    return "PJSIP/{number}@" + str(known["trunks"][0]).removeprefix("PJSIP/")


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


def _numbered(value: str) -> str:
    """A text into which a number is put; ``{number}`` is E.164, ``{digits}`` the same without +."""
    if re.findall(r"\{[^{}]*\}?|\}", value) not in (["{number}"], ["{digits}"], ["{national}"]):
        raise PydanticCustomError("numbered", "no place for a number")
    return value


def _span(value: object) -> object:
    """``09:00-18:00``; the end may be ``24:00``."""
    found = re.fullmatch(r"(\d\d):(\d\d)-(\d\d):(\d\d)", value) if isinstance(value, str) else None
    if found is None:
        raise PydanticCustomError("span", "not a span of hours")
    begin, end = (int(found[i]) * 60 + int(found[i + 1]) for i in (1, 3))
    if int(found[2]) > 59 or int(found[4]) > 59 or not begin < end <= 24 * 60:
        raise PydanticCustomError("span", "not a span of hours")
    return Span(begin, end)


def _short_number(value: str) -> str:
    if not re.fullmatch(r"[0-9]{2,6}", value):
        raise PydanticCustomError("short_number", "not a short number")
    return value


class Span(NamedTuple):
    """A part of a day, in minutes after midnight; the end is outside of it."""

    begin: int
    end: int


E164 = Annotated[str, AfterValidator(_e164)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Numbered = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_numbered)]
HourSpan = Annotated[Span, BeforeValidator(_span)]
ShortNumber = Annotated[str, AfterValidator(_short_number)]
Port = Annotated[int, Field(ge=1, le=65535)]
RingSeconds = Annotated[int, Field(ge=3, le=300)]


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
    timezone: Annotated[ZoneInfo, BeforeValidator(_zone)] = ZoneInfo("UTC")
    """The zone in which working hours are meant."""


Policy = Literal["anyone", "clients_only", "nobody"]
"""Whom an employee may dial by a plain number."""
Reach = Literal["all", "own"]
"""Which clients an employee may call: all; or his own as curator or deputy, and nobody's."""
Order = Literal["together", "in_turn"]
"""How several phones are rung."""


class HoursSettings(_Section):
    """Working hours by weekday, ``["09:00-13:00", "14:00-18:00"]``; none on a day that is empty."""

    monday: tuple[HourSpan, ...] = ()
    tuesday: tuple[HourSpan, ...] = ()
    wednesday: tuple[HourSpan, ...] = ()
    thursday: tuple[HourSpan, ...] = ()
    friday: tuple[HourSpan, ...] = ()
    saturday: tuple[HourSpan, ...] = ()
    sunday: tuple[HourSpan, ...] = ()

    def on(self, weekday: int) -> tuple[Span, ...]:
        """The hours of a weekday; Monday is 0."""
        days = (self.monday, self.tuesday, self.wednesday, self.thursday, self.friday)
        return (*days, self.saturday, self.sunday)[weekday]


class AgentSettings(_Section):
    """One employee. Endpoints that no agent lists are agents of their own, named like them."""

    name: Name
    endpoints: tuple[Name, ...] = ()
    """Channel endpoints, ``101`` or ``PJSIP/101``; default: the one named like the agent."""
    mobiles: tuple[E164, ...] = ()
    """Numbers, E.164, at which the PBX reaches him over a trunk: mobiles, landlines. Never clients.
    """
    extension: ShortNumber | None = None
    """What colleagues dial; default: the first endpoint, where that is digits."""
    ring: tuple[Name, ...] = ()
    """On which of his phones he takes calls until he chooses otherwise: endpoints as above,
    ``mobile`` for the first of ``mobiles``, ``mobile2`` for the second; default: every endpoint."""
    ring_order: Order = "together"
    hours: HoursSettings | None = None
    """His own working hours; default: the company's."""
    dials: Policy | None = None
    """The exception from ``outbound.policy``."""
    calls: Reach | None = None
    """The exception from ``masking.calls``."""


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
    dial: Numbered = Field(default_factory=_over_first_trunk)
    """How numbers outside are dialled; default: ``PJSIP/{number}@`` and the first trunk."""
    caller_id: Numbered = "{number}"
    """How this trunk wants the company's number as caller id."""
    ask_url: str | None = None
    """Where the dialplan reaches Callward; default: ``http``'s address."""
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


class MaskingSettings(_Section):
    """What stands for a client's number, and who may call whom."""

    code_digits: Annotated[int, Field(ge=4, le=7)] = 5
    """Digits of a short code, its check digit included. One more where these run short."""
    calls: Reach = "all"


class RoutingSettings(_Section):
    """Whom a call to the company's number rings: curator, deputy, group, by working hours."""

    hours: HoursSettings | None = None
    """Default: always open."""
    holidays: tuple[date, ...] = ()
    after_hours: Literal["curator", "all", "nobody"] = "nobody"
    """Who is rung outside of working hours: the curator and deputy, all as usual, or nobody."""
    curator_seconds: RingSeconds = 20
    deputy_seconds: RingSeconds = 20
    group: tuple[Name, ...] = ()
    """Agents by name (or endpoints of nobody's); default: every agent of the settings."""
    group_seconds: RingSeconds = 40
    group_order: Order = "together"
    voicemail: Name | None = None
    """A mailbox, ``101@default``, for who was not answered; default: a word, and a task."""
    fallback: tuple[Name, ...] = ()
    """Endpoints that the PBX rings by itself while Callward is silent; default: the group's."""


class CallbackSettings(_Section):
    """Calls that a manager starts by a button."""

    agent_seconds: RingSeconds = 25
    client_seconds: RingSeconds = 45
    each_per_minute: Annotated[int, Field(ge=1, le=600)] = 10
    at_once: Annotated[int, Field(ge=1, le=1000)] = 20
    """Of all managers together."""


class OutboundSettings(_Section):
    """Plain numbers dialled on the company's phones."""

    policy: Policy = "anyone"
    emergency: tuple[ShortNumber, ...] = ()
    """Numbers that always pass, beside those of the company's country."""


class MobileSettings(_Section):
    """Managers who call the company's number from their own mobile."""

    pin: Literal["always", "never"] = "always"
    attempts: Annotated[int, Field(ge=1, le=20)] = 3
    """Wrong PINs in a row until he is locked out."""
    lockout_minutes: Annotated[int, Field(ge=1, le=10_080)] = 30


class AnnouncementSettings(_Section):
    """Whether the customer is told that the call is recorded."""

    inbound: Literal["off", "early", "answer"] = "off"
    """``early``: before the call is answered (not every carrier lets it through); ``answer``: the
    PBX answers first."""
    outbound: bool = False
    language: Literal["ru", "en"] | None = None
    """Default: the company's."""
    sound: Annotated[str, Field(pattern=r"^[A-Za-z0-9_./-]{1,80}$")] = "callward/recorded"
    """A sound of Asterisk's, without its ending."""


class LogSettings(_Section):
    """The daemon's log, to standard error."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["console", "json"] = "console"


class Settings(_Section):
    """All of it."""

    company: CompanySettings
    pbx: Annotated[tuple[PbxSettings, ...], Field(min_length=1)]
    agents: tuple[AgentSettings, ...] = ()
    masking: MaskingSettings = MaskingSettings()
    routing: RoutingSettings = RoutingSettings()
    callbacks: CallbackSettings = CallbackSettings()
    outbound: OutboundSettings = OutboundSettings()
    mobile: MobileSettings = MobileSettings()
    announcements: AnnouncementSettings = AnnouncementSettings()
    database: DatabaseSettings = DatabaseSettings()
    vault: VaultSettings = VaultSettings()
    recordings: RecordingSettings = RecordingSettings()
    http: HttpSettings = HttpSettings()
    log: LogSettings = LogSettings()
