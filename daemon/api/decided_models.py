"""Models of what is decided in the console over the settings file.

What a value may be, the settings themselves say: where a body names a limit, it is read from there.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Final, Literal

from annotated_types import Ge, Le
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from config.settings import CallbackSettings, Order, RoutingSettings
from daemon.api.parameters import Text, whole

AfterHours = Literal["curator", "all", "nobody"]
Inbound = Literal["off", "early", "answer"]
SoundFormat = Literal["flac", "opus"]
_MOST_SPANS: Final = 12
_MOST_DAYS: Final = 500
_MOST_NAMES: Final = 200


def _within(section: type[BaseModel], key: str) -> BeforeValidator:
    """A whole number within the limits of that setting."""
    limits = section.model_fields[key].metadata
    least = next(int(str(one.ge)) for one in limits if isinstance(one, Ge))
    most = next(int(str(one.le)) for one in limits if isinstance(one, Le))
    return whole(least, most)


Spans = Annotated[list[Text], Field(max_length=_MOST_SPANS)]


class WeekModel(BaseModel):
    """Working hours by weekday, ``["09:00-13:00", "14:00-18:00"]``; none on a day that is empty."""

    model_config = ConfigDict(extra="forbid")

    monday: Spans = []
    tuesday: Spans = []
    wednesday: Spans = []
    thursday: Spans = []
    friday: Spans = []
    saturday: Spans = []
    sunday: Spans = []


class RoutingValues(BaseModel):
    """Whom a call to the company rings, and when."""

    hours: WeekModel | None
    """In the company's time zone; null: always open."""
    holidays: list[str]
    """``2026-12-25``."""
    after_hours: AfterHours
    curator_seconds: int
    deputy_seconds: int
    group: list[str]
    """Empty: every agent of the settings file."""
    group_seconds: int
    group_order: Order


class RoutingChanges(BaseModel):
    """What is to be decided; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    hours: WeekModel | None = None
    """Null: always open."""
    holidays: Annotated[list[Text], Field(max_length=_MOST_DAYS)] = []
    after_hours: AfterHours = "nobody"
    """Who is rung outside of working hours."""
    curator_seconds: Annotated[int, _within(RoutingSettings, "curator_seconds")] = 20
    deputy_seconds: Annotated[int, _within(RoutingSettings, "deputy_seconds")] = 20
    group: Annotated[list[Text], Field(max_length=_MOST_NAMES)] = []
    """Agents of whom ``people`` tells; empty: every agent of the settings file."""
    group_seconds: Annotated[int, _within(RoutingSettings, "group_seconds")] = 40
    group_order: Order = "together"


class AnnouncementValues(BaseModel):
    """Whether customers are told that calls are recorded."""

    inbound: Inbound
    outbound: bool
    language: Literal["ru", "en"] | None
    """Null: the company's."""


class AnnouncementChanges(BaseModel):
    """What is to be decided; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    inbound: Inbound = "off"
    """``early``: before the call is answered; ``answer``: the PBX answers first."""
    outbound: Annotated[bool, Field(strict=True)] = False
    language: Literal["ru", "en"] | None = None
    """Null: the company's."""


class CallbackValues(BaseModel):
    """Calls that a manager starts by a button."""

    agent_seconds: int
    client_seconds: int
    each_per_minute: int
    at_once: int


class CallbackChanges(BaseModel):
    """What is to be decided; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    agent_seconds: Annotated[int, _within(CallbackSettings, "agent_seconds")] = 25
    client_seconds: Annotated[int, _within(CallbackSettings, "client_seconds")] = 45
    each_per_minute: Annotated[int, _within(CallbackSettings, "each_per_minute")] = 10
    """How many each manager may start in a minute."""
    at_once: Annotated[int, _within(CallbackSettings, "at_once")] = 20
    """Of all managers together."""


class RecordingValues(BaseModel):
    """How recordings are kept."""

    format: SoundFormat
    keep_originals: bool
    """Whether the PBX's own files stay, too."""


class RecordingChanges(BaseModel):
    """What is to be decided; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    format: SoundFormat = "flac"
    """Of recordings that are stored from now on."""
    keep_originals: Annotated[bool, Field(strict=True)] = False


class DecisionModel(BaseModel):
    """A setting that was decided in the console: it stands over the file's."""

    key: str
    by: str | None
    at: datetime
    refused: str | None
    """Why it does not hold: it goes with the settings file no longer. The file's value holds."""


class _Policy(BaseModel):
    decided: list[DecisionModel]
    """Whatever is not named here is the file's."""


class RoutingPolicy(_Policy):
    """As it holds, as the file has it, and what was decided in the console."""

    now: RoutingValues
    file: RoutingValues
    people: list[str]
    """Who may be in the group."""


class AnnouncementPolicy(_Policy):
    """As it holds, as the file has it, and what was decided in the console."""

    now: AnnouncementValues
    file: AnnouncementValues


class CallbackPolicy(_Policy):
    """As it holds, as the file has it, and what was decided in the console."""

    now: CallbackValues
    file: CallbackValues


class RecordingPolicy(_Policy):
    """As it holds, as the file has it, and what was decided in the console."""

    now: RecordingValues
    file: RecordingValues
