"""Settings: one frozen, validated object. ``config.loading.load`` makes it from a file.

What a single value may be stands in ``config.values``; ``config.problems`` words what is wrong with
it for operators, in Russian and English. What concerns two settings at once stands in
``config.consistency``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

import phonenumbers
from pydantic import BaseModel, ConfigDict, Field, SecretStr

from config.event_log import CelSettings
from config.keeping import BackupSettings, RetentionSettings
from config.ledger import CdrSettings, LedgerSettings
from config.values import (
    E164,
    CallerIdTemplate,
    DatabaseUrl,
    Day,
    DialTemplate,
    Endpoint,
    Host,
    HourSpan,
    HttpUrl,
    Mailbox,
    Name,
    Network,
    Port,
    Region,
    RingSeconds,
    ShortNumber,
    Sound,
    Span,
    StorageUrl,
    WebOrigin,
    Zone,
    is_loopback,
    is_plain,
)

DEFAULT_PATH = Path("/etc/callward/callward.toml")
"""Where ``callward`` looks when ``--config`` says nothing else."""


def _region_of_first_number(known: dict[str, Any]) -> str:
    """The region of ``numbers[0]``; pydantic calls it only where ``numbers`` is valid."""
    number = phonenumbers.parse(known["numbers"][0], None)
    return phonenumbers.region_code_for_number(number) or phonenumbers.region_code_for_country_code(
        number.country_code or 0
    )


def _over_first_trunk(known: dict[str, Any]) -> str:
    """A dial string over ``trunks``, empty where none of them says how numbers are dialled over it;
    pydantic calls it only where they are valid."""
    names = (trunk.removeprefix("PJSIP/") for trunk in known["trunks"])
    return next((f"PJSIP/{{number}}@{name}" for name in names if is_plain(name)), "")


class _Section(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


class CompanySettings(_Section):
    """Whose calls these are."""

    name: Name = "Company"
    numbers: Annotated[tuple[E164, ...], Field(min_length=1)]
    """The company's own numbers, E.164."""
    region: Region = Field(default_factory=_region_of_first_number)
    """ISO 3166 region in which national numbers are read; default: the first number's."""
    language: Literal["ru", "en"] = "en"
    timezone: Zone = ZoneInfo("UTC")
    """The zone in which working hours are meant."""


Policy = Literal["anyone", "clients_only", "nobody"]
"""Whom an employee may dial by a plain number."""
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
    endpoints: tuple[Endpoint, ...] = ()
    """Channel endpoints, ``101`` or ``PJSIP/101``; default: the one named like the agent, where his
    name can be an endpoint's."""
    mobiles: tuple[E164, ...] = ()
    """Numbers, E.164, at which the PBX reaches him over a trunk: mobiles, landlines. Never clients.
    """
    extension: ShortNumber | None = None
    """What colleagues dial; default: the first endpoint, where that is digits."""
    ring: tuple[Name, ...] = ()
    """On which of his phones he takes calls until he chooses otherwise: endpoints as above,
    ``mobile`` for the first of ``mobiles``, ``mobile2`` for the second; default: every
    endpoint, without any every mobile."""
    ring_order: Order = "together"
    hours: HoursSettings | None = None
    """His own working hours; default: the company's."""
    dials: Policy | None = None
    """The exception from ``outbound.policy``."""


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
    dial: DialTemplate = Field(default_factory=_over_first_trunk)
    """How numbers outside are dialled; default: ``PJSIP/{number}@`` and the first of ``trunks``
    that is a PJSIP endpoint and no pattern."""
    caller_id: CallerIdTemplate = "{number}"
    """How this trunk wants the company's number as caller id."""
    ask_url: HttpUrl | None = None
    """Where the dialplan reaches Callward; default: ``http``'s address."""
    answer_seconds: Annotated[float, Field(ge=0.1, le=2)] = 0.3
    """How long a call waits for Callward's answer before the PBX goes on without."""
    recordings_folder: Path | None = None
    """Where MixMonitor's files appear, as this machine sees them."""
    snapshot: Path | None = None
    """The file from which the PBX knows curators while Callward is silent; default:
    ``fallback.json`` in ``recordings_folder``."""
    timezone: Zone = ZoneInfo("UTC")
    """The zone in which this PBX writes its CEL."""
    cel: CelSettings = CelSettings()
    cdr: CdrSettings = CdrSettings()

    @property
    def snapshot_file(self) -> Path | None:
        """Where the snapshot for the fallback goes; ``None``: there is none."""
        if self.snapshot is None and self.recordings_folder is not None:
            return self.recordings_folder / "fallback.json"
        return self.snapshot


class DatabaseSettings(_Section):
    """Where calls and clients are kept."""

    url: DatabaseUrl = "sqlite+aiosqlite:////var/lib/callward/callward.db"


class VaultSettings(_Section):
    """The key with which contact details are stored; made by the first start, mode 0600."""

    key_file: Path = Path("/var/lib/callward/vault.key")
    credential: Name | None = None
    """The systemd credential from which the daemon takes its key instead."""
    audit_head_file: Path | None = None
    """Where the daemon notes the audit's newest entry; ``None``: beside the key."""


class RecordingSettings(_Section):
    """What becomes of the PBX's sound files."""

    storage: StorageUrl = "file:///var/lib/callward/recordings"
    format: Literal["flac", "opus"] = "flac"
    keep_originals: bool = False
    pause_seconds: Annotated[int, Field(ge=10, le=900)] = 120
    """After so long a recording that somebody paused goes on by itself."""


class HttpSettings(_Section):
    """Where the API listens: for this machine alone, or, over TLS, for others too."""

    host: Host = "127.0.0.1"
    """An address of this machine; one that others reach needs ``certificate`` and ``key``."""
    port: Annotated[int, Field(ge=0, le=65535)] = 8088
    """0 takes any free port."""
    local_port: Annotated[int, Field(ge=0, le=65535)] = 8089
    """With ``certificate``: where the PBX and the command on this machine ask, without TLS."""
    certificate: Path | None = None
    """PEM, with the chain; makes it TLS."""
    key: Path | None = None
    """PEM."""
    hosts: tuple[Name, ...] = ()
    """Names and addresses by which browsers reach it, beside ``host`` and loopback."""
    proxies: tuple[Network, ...] = ()
    """Proxies that are believed when they say for whom they ask."""
    embed_origins: tuple[WebOrigin, ...] = ()
    """Other sites' pages that may show the call button, and ``/dial`` and cards in a frame."""

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches it."""
        return is_loopback(self.host)

    @property
    def url(self) -> str:
        """Where other programs of this machine reach it."""
        if self.certificate is not None:
            return f"http://127.0.0.1:{self.local_port}"
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"


class WindowsSettings(_Section):
    """Sign-in with a Windows account: Kerberos, NTLM."""

    enabled: bool = False
    hostname: Name | None = None
    """The name in the address that browsers use; Kerberos' service is ``HTTP/`` and this."""
    keytab: Path | None = None
    """The key of that service: Kerberos."""
    ntlm_users: Path | None = None
    """Users and their passwords or NT hashes, in smbpasswd's form: NTLM without a domain."""


class MaskingSettings(_Section):
    """What stands for a client's number."""

    code_digits: Annotated[int, Field(ge=4, le=7)] = 5
    """Digits of a short code, its check digit included."""

    @property
    def code_lengths(self) -> range:
        """How many digits codes have: one more, and then another, where the shorter run short."""
        return range(self.code_digits, self.code_digits + 3)


class RoutingSettings(_Section):
    """Whom a call to the company's number rings: curator, deputy, group, by working hours."""

    hours: HoursSettings | None = None
    """Default: always open."""
    holidays: tuple[Day, ...] = ()
    after_hours: Literal["curator", "all", "nobody"] = "nobody"
    """Who is rung outside of working hours: the curator and deputy, all as usual, or nobody."""
    curator_seconds: RingSeconds = 20
    deputy_seconds: RingSeconds = 20
    group: tuple[Name, ...] = ()
    """Agents by name (or endpoints of nobody's); default: every agent of the settings."""
    group_seconds: RingSeconds = 40
    group_order: Order = "together"
    voicemail: Mailbox | None = None
    """A mailbox, ``101@default``, for who was not answered; default: a word, and a task."""
    fallback: tuple[Endpoint, ...] = ()
    """Endpoints that the PBX rings by itself while Callward is silent; default: the group's."""


class CallbackSettings(_Section):
    """Calls that a manager starts by a button."""

    agent_seconds: RingSeconds = 25
    client_seconds: RingSeconds = 45
    each_per_minute: Annotated[int, Field(ge=1, le=600)] = 10
    at_once: Annotated[int, Field(ge=1, le=1000)] = 20
    """Of all managers together."""


class MonitoringSettings(_Section):
    """Where the PBX brings the sound of running calls to which somebody listens in a browser."""

    host: Host = "127.0.0.1"
    """An address of this machine; the sound goes there unencrypted, so only within a trusted net.
    """
    port: Annotated[int, Field(ge=0, le=65535)] = 0
    """0 takes any free port."""
    address: Name | None = None
    """By which name or address the PBX reaches ``host``; default: the same."""


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
    sound: Sound = "callward/recorded"
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
    monitoring: MonitoringSettings = MonitoringSettings()
    outbound: OutboundSettings = OutboundSettings()
    mobile: MobileSettings = MobileSettings()
    announcements: AnnouncementSettings = AnnouncementSettings()
    database: DatabaseSettings = DatabaseSettings()
    vault: VaultSettings = VaultSettings()
    recordings: RecordingSettings = RecordingSettings()
    retention: RetentionSettings = RetentionSettings()
    backup: BackupSettings = BackupSettings()
    ledger: LedgerSettings = LedgerSettings()
    http: HttpSettings = HttpSettings()
    windows: WindowsSettings = WindowsSettings()
    log: LogSettings = LogSettings()
