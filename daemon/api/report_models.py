"""Reports on calls, as the API gives them."""

from __future__ import annotations

from datetime import date
from typing import Any

from pydantic import BaseModel

from daemon.reports.figures import Figures, Times


class TimesModel(BaseModel):
    """Of several durations, in seconds; null where there was none."""

    median: float | None
    mean: float | None
    longest: float | None

    @classmethod
    def of(cls, times: Times) -> TimesModel:
        """From what was counted."""
        return cls(median=times.median, mean=times.mean, longest=times.longest)


class CallFigures(BaseModel):
    """Of the calls of one group."""

    inbound: int
    answered: int
    """Of the inbound ones."""
    missed: int
    """Of the inbound ones: nobody answered."""
    outbound: int
    reached: int
    """Of the outbound ones: somebody talked with the customer."""
    waiting: TimesModel
    """Of who was answered: from the call's begin until somebody talked with him."""
    talk: TimesModel
    talk_seconds: float
    """All talks together."""


class HourFigures(CallFigures):
    """One hour of one weekday."""

    weekday: int
    """1 is Monday."""
    hour: int


class PersonFigures(CallFigures):
    """One manager: inbound calls that he answered first, outbound ones that were his."""

    person: str
    left: bool
    rang: int
    """Inbound calls that rang at him; one call counts with each at whom it rang."""
    unanswered: int
    """Of those: nobody answered."""


class NumberFigures(CallFigures):
    """One number of the company."""

    line: int | None
    """Its place in the settings, from 1; null: it stands there no more."""
    number: str | None
    """E.164; null where phones are hidden."""


class ServiceFigures(CallFigures):
    """One day."""

    day: date
    within: int
    """Answered within so many seconds."""
    left_early: int
    """Not answered, and over within so many seconds."""
    service_level: float | None
    """Which part of all who called was answered within so many seconds; null: nobody called."""


class ReportModel(BaseModel):
    """Calls that began on these days."""

    since: date
    until: date
    """The last day, itself included."""
    timezone: str
    """In which days and hours are meant: the company's."""
    total: CallFigures


class HoursReport(ReportModel):
    """By weekday and hour; hours without a call are left out."""

    items: list[HourFigures]


class PeopleReport(ReportModel):
    """By manager, by name."""

    items: list[PersonFigures]


class NumbersReport(ReportModel):
    """By number of the company, as they stand in the settings."""

    items: list[NumberFigures]


class ServiceTotal(CallFigures):
    """Of all the days."""

    within: int
    left_early: int
    service_level: float | None


class ServiceReport(ReportModel):
    """By day, each of them."""

    total: ServiceTotal
    within_seconds: int
    items: list[ServiceFigures]


def calls_of(figures: Figures) -> dict[str, Any]:
    """Fields of ``CallFigures``."""
    return {
        "inbound": figures.inbound,
        "answered": figures.answered,
        "missed": figures.missed,
        "outbound": figures.outbound,
        "reached": figures.reached,
        "waiting": TimesModel.of(figures.waiting),
        "talk": TimesModel.of(figures.talk),
        "talk_seconds": figures.talk_seconds,
    }


def service_of(figures: Figures) -> dict[str, Any]:
    """Fields of ``ServiceTotal``."""
    return {
        **calls_of(figures),
        "within": figures.within,
        "left_early": figures.left_early,
        "service_level": figures.service_level,
    }
