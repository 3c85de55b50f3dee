"""``/api/v1/settings``: the settings as they hold, for those who may not read their file.

It holds no secret, no path, and no number but the company's own.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from http import HTTPStatus
from typing import Final, Literal, Self
from urllib.parse import urlsplit

from aiohttp_pydantic.oas.typing import r200, r400, r403
from pydantic import BaseModel

from config.emergency import emergency_numbers
from config.settings import HoursSettings, Order, PbxSettings, Policy, Settings
from crm.access import Right
from crm.archive import PURGE_AFTER
from crm.names import holds_number
from daemon.ami.state import LinkState
from daemon.api.parameters import Open, Resource, rules
from daemon.api.problems import ProblemDocument, ProblemError
from daemon.api.responses import json_response


class CompanyModel(BaseModel):
    """``[company]``."""

    name: str
    numbers: list[str]
    """E.164."""
    region: str
    language: Literal["ru", "en"]
    timezone: str


class PbxModel(BaseModel):
    """One ``[[pbx]]``, and whether it is connected."""

    name: str
    connected: bool
    since: datetime | None
    """When it came up or went down."""
    trunks: list[str]
    records: bool
    """Whether Callward fetches what it records."""
    logs_events: bool
    """Whether calls that nobody watched are completed from its own log."""

    @classmethod
    def of(cls, pbx: PbxSettings, state: LinkState | None) -> Self:
        """Its settings, and how its link is."""
        return cls(
            name=pbx.name,
            connected=state is not None and state.connected,
            since=None if state is None else state.since,
            trunks=_plain(pbx.trunks),
            records=pbx.recordings_folder is not None,
            logs_events=pbx.cel.file is not None,
        )


class RoutingModel(BaseModel):
    """``[routing]``: whom a call to the company rings."""

    hours: list[list[str]] | None
    """By weekday from Monday: ``["09:00-13:00", "14:00-18:00"]``; null: always open."""
    holidays: list[date]
    after_hours: Literal["curator", "all", "nobody"]
    curator_seconds: int
    deputy_seconds: int
    group: list[str]
    """Who is rung when neither of them answers."""
    group_seconds: int
    group_order: Order
    voicemail: bool
    agents: int
    """Employees that the settings list."""
    own_hours: int
    """Of them, how many have working hours of their own."""


class CallsModel(BaseModel):
    """``[outbound]``, ``[callbacks]``, ``[mobile]``, ``[masking]``: calls that employees make."""

    dial: Policy
    """Whom an employee may dial by a plain number."""
    emergency: list[str]
    """What always passes."""
    agent_seconds: int
    client_seconds: int
    each_per_minute: int
    at_once: int
    mobile_pin: Literal["always", "never"]
    code_digits: int


class AnnouncementsModel(BaseModel):
    """``[announcements]``: whether customers are told that calls are recorded."""

    inbound: Literal["off", "early", "answer"]
    outbound: bool
    language: Literal["ru", "en"]
    sound: str


class RetentionModel(BaseModel):
    """``[recordings]``, and what is kept for how long."""

    storage: Literal["folder"]
    """A folder of Callward's own machine."""
    format: Literal["flac", "opus"]
    recordings_days: int | None
    """Null: until their client is deleted for good."""
    keep_originals: bool
    """Whether the PBX's own files stay, too."""
    purge_days: int
    """Between the order to delete a client for good and the deed."""


class IntegrationsModel(BaseModel):
    """What works with other systems."""

    clients: Literal["own"]
    """Where clients are kept: Callward's own base."""
    database: str
    """``sqlite`` or ``postgresql``."""
    windows: bool
    """Whether people sign in with their Windows accounts."""
    tls: bool
    proxies: int
    """How many are believed when they say for whom they ask."""


class SettingsModel(BaseModel):
    """The settings as the daemon runs with them: the file's, and over them what was decided in the
    console (``/api/v1/policies/…``). A change of the file takes effect when it starts anew."""

    company: CompanyModel
    pbx: list[PbxModel]
    routing: RoutingModel
    calls: CallsModel
    announcements: AnnouncementsModel
    retention: RetentionModel
    integrations: IntegrationsModel


class SettingsResource(Resource):
    """The settings."""

    rights = rules(GET=Open.SIGNED_IN)

    async def get(self) -> r200[SettingsModel] | r400[ProblemDocument] | r403[ProblemDocument]:
        """What was decided in the settings file, and over it in the console.

        Status codes:
            200: The settings
            403: It takes ``policy.read`` or ``system.read``
        """
        if not (self.viewer.has(Right.POLICY_READ) or self.viewer.has(Right.SYSTEM_READ)):
            raise ProblemError(HTTPStatus.FORBIDDEN, "not_allowed")
        return json_response(told(self.context.decided.now, self.context.links()))


def told(settings: Settings, links: list[LinkState]) -> SettingsModel:
    """What of the settings may be told. Pure."""
    states = {state.pbx: state for state in links}
    company, recordings = settings.company, settings.recordings
    return SettingsModel(
        company=CompanyModel(
            name=company.name,
            numbers=list(company.numbers),
            region=company.region,
            language=company.language,
            timezone=str(company.timezone),
        ),
        pbx=[PbxModel.of(pbx, states.get(pbx.name)) for pbx in settings.pbx],
        routing=_routing(settings),
        calls=_calls(settings),
        announcements=AnnouncementsModel(
            inbound=settings.announcements.inbound,
            outbound=settings.announcements.outbound,
            language=settings.announcements.language or company.language,
            sound=settings.announcements.sound,
        ),
        retention=RetentionModel(
            storage="folder",
            format=recordings.format,
            recordings_days=None,
            keep_originals=recordings.keep_originals,
            purge_days=PURGE_AFTER.days,
        ),
        integrations=IntegrationsModel(
            clients="own",
            database=urlsplit(settings.database.url).scheme.partition("+")[0],
            windows=settings.windows.enabled,
            tls=settings.http.certificate is not None,
            proxies=len(settings.http.proxies),
        ),
    )


def _routing(settings: Settings) -> RoutingModel:
    routing, agents = settings.routing, settings.agents
    return RoutingModel(
        hours=_week(routing.hours),
        holidays=sorted(routing.holidays),
        after_hours=routing.after_hours,
        curator_seconds=routing.curator_seconds,
        deputy_seconds=routing.deputy_seconds,
        group=_plain(routing.group or (agent.name for agent in agents)),
        group_seconds=routing.group_seconds,
        group_order=routing.group_order,
        voicemail=routing.voicemail is not None,
        agents=len(agents),
        own_hours=sum(agent.hours is not None for agent in agents),
    )


def _calls(settings: Settings) -> CallsModel:
    callbacks = settings.callbacks
    return CallsModel(
        dial=settings.outbound.policy,
        emergency=list(emergency_numbers(settings)),
        agent_seconds=callbacks.agent_seconds,
        client_seconds=callbacks.client_seconds,
        each_per_minute=callbacks.each_per_minute,
        at_once=callbacks.at_once,
        mobile_pin=settings.mobile.pin,
        code_digits=settings.masking.code_digits,
    )


def _week(hours: HoursSettings | None) -> list[list[str]] | None:
    return None if hours is None else [list(map(str, hours.on(day))) for day in range(7)]


def _plain(names: Iterable[str]) -> list[str]:
    """Names that may be shown: one that is a number says whose it is to nobody."""
    return ["…" if holds_number(name) else name for name in names]


ROUTES: Final = (("/api/v1/settings", SettingsResource),)
