"""The examination by the running daemon: one at a time, kept for a while, ended when it hangs."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from config.problems import Language
from config.settings import Settings
from daemon.doctor.checkup import FRESH_SECONDS, KEPT_SECONDS, Checkup
from daemon.doctor.findings import Finding, ok

SETTINGS = Settings.model_validate(
    {
        "company": {"numbers": ["+442079460000"], "region": "GB"},
        "pbx": [{"trunks": ["operator"], "secret": "x"}],
    }
)
PATIENT = 20.0


class Clock:
    def __init__(self) -> None:
        self.at = datetime(2026, 1, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.at

    def go(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


class Doctor:
    """Finds one thing, waits until it may go on, finds another."""

    def __init__(self) -> None:
        self.began: list[Language] = []
        self.may_go_on = threading.Event()
        self.may_go_on.set()

    async def __call__(self, _: Settings, language: Language) -> AsyncIterator[Finding]:
        self.began.append(language)
        yield ok("key", path=Path("/k"))
        await asyncio.to_thread(self.may_go_on.wait)
        yield ok("dialplan")


async def test_who_asks_meanwhile_is_told_what_is_known_and_joins() -> None:
    doctor = Doctor()
    checkup = Checkup(SETTINGS, examine=doctor)
    doctor.may_go_on.clear()
    early = await checkup.report("en", fresh=False, patience=0)
    assert early.finished_at is None
    waiting = [
        asyncio.create_task(checkup.report("en", fresh=fresh, patience=PATIENT))
        for fresh in (True, False)
    ]
    doctor.may_go_on.set()
    for report in await asyncio.gather(*waiting):
        assert report.finished_at is not None
        assert [one.code for one in report.findings] == ["key", "dialplan"]
    assert doctor.began == ["en"]


async def test_a_result_is_kept_for_a_while() -> None:
    doctor, clock = Doctor(), Clock()
    checkup = Checkup(SETTINGS, examine=doctor, now=clock)

    async def ask(language: Language = "en", *, fresh: bool = False) -> None:
        report = await checkup.report(language, fresh=fresh, patience=PATIENT)
        assert (report.language, report.finished_at is None) == (language, False)

    await ask()
    clock.go(FRESH_SECONDS)
    await ask(fresh=True)
    assert len(doctor.began) == 1
    clock.go(1)
    await ask()
    assert len(doctor.began) == 1
    await ask(fresh=True)
    assert len(doctor.began) == 2
    clock.go(KEPT_SECONDS + 1)
    await ask()
    await ask("ru")
    assert doctor.began == ["en", "en", "en", "ru"]


async def test_two_languages_wait_for_each_other() -> None:
    doctor = Doctor()
    checkup = Checkup(SETTINGS, examine=doctor)
    both = await asyncio.gather(
        checkup.report("en", fresh=True, patience=PATIENT),
        checkup.report("ru", fresh=True, patience=PATIENT),
    )
    assert [one.language for one in both] == ["en", "ru"] == doctor.began
    assert all(one.finished_at for one in both)


async def test_one_that_takes_too_long_ends_with_what_it_has() -> None:
    never = asyncio.Event

    async def hangs(_: Settings, __: Language) -> AsyncIterator[Finding]:
        yield ok("key", path=Path("/k"))
        await never().wait()

    report = await Checkup(SETTINGS, examine=hangs, limit=0.05).report(
        "en", fresh=False, patience=PATIENT
    )
    assert report.cut_short
    assert report.finished_at is not None
    assert [one.code for one in report.findings] == ["key"]
