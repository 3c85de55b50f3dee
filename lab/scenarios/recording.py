"""Plays scenarios on a lab and writes what came of them: journal, CEL rows, truth."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from lab.lab import Lab
from lab.scenarios.masked import MASKED_SCENARIOS, Office
from lab.scenarios.scenario import SCENARIOS
from lab.scenarios.stage import Stage
from lab.scenarios.truth import Record

SETTINGS = Path(__file__).with_name("callward.toml")


class _Scenario(Protocol):
    """One of the plain lab, or of the masked one."""

    @property
    def description(self) -> str: ...
    @property
    def verbose(self) -> bool: ...
    @property
    def play(self) -> Callable[[Any], Sequence[Record]]: ...


def record(
    names: Iterable[str], out: Path, told: Callable[[str, str | None], None] = lambda *_: None
) -> list[str]:
    """Record scenarios into ``out/<name>/``; returns the names of those that failed.

    ``told`` hears of each: its name, and what went wrong or ``None``. A scenario that failed
    leaves what was there before.
    """
    failed: list[str] = []

    def play(kind: Mapping[str, _Scenario], stage: Stage) -> None:
        for name in wanted:
            if name not in kind:
                continue
            error = None
            try:
                _record(kind[name], stage, out / name)
            except (TimeoutError, RuntimeError, OSError, LookupError) as problem:
                error = f"{type(problem).__name__}: {problem}"
                failed.append(name)
            told(name, error)

    wanted = list(names)
    out.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SETTINGS, out / "callward.toml")
    if SCENARIOS.keys() & set(wanted):
        with Lab() as lab:
            play(SCENARIOS, Stage(lab))
    if MASKED_SCENARIOS.keys() & set(wanted):
        with Office.opened() as office:
            play(MASKED_SCENARIOS, office)
    return failed


def _record(scenario: _Scenario, stage: Stage, folder: Path) -> None:
    stage.reset()
    fresh = folder.with_name(folder.name + ".new")
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir()
    cel = stage.lab.cel_file
    begin = cel.stat().st_size if cel.exists() else 0
    try:
        stage.record(fresh, verbose=scenario.verbose)
        truth = scenario.play(stage)
        stage.finish()
        calls = [plain(asdict(one)) for one in truth]
        document = {"scenario": scenario.description, "calls": calls}
        (fresh / "truth.json").write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n")
        with cel.open("rb") as rows:
            rows.seek(begin)
            (fresh / "cel.csv").write_bytes(rows.read())
        files = sorted(fresh.glob("*.ami"))
        if len(files) == 1:
            files[0].rename(fresh / "journal.ami")
    except BaseException:
        stage.cut()
        shutil.rmtree(fresh, ignore_errors=True)
        raise
    shutil.rmtree(folder, ignore_errors=True)
    fresh.rename(folder)


def plain(record: dict[str, object]) -> dict[str, object]:
    """Times as ISO 8601 with milliseconds, seconds with three places."""
    plain: dict[str, object] = {}
    for key, value in record.items():
        if isinstance(value, datetime):
            plain[key] = value.isoformat(timespec="milliseconds")
        elif isinstance(value, float):
            plain[key] = round(value, 3)
        else:
            plain[key] = value
    return plain
