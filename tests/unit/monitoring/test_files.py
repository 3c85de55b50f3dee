"""What Prometheus and Grafana are given names metrics that there are, in words that they know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import promql_parser
import pytest
import yaml  # type: ignore[import-untyped]

from daemon.metrics import Metrics, PbxCounts

ROOT = Path(__file__).parents[3]
RULES = ROOT / "monitoring" / "callward.rules.yml"
DASHBOARD = ROOT / "monitoring" / "callward.dashboard.json"
_PROMETHEUS = {"up", "process_start_time_seconds", "process_resident_memory_bytes"} | {
    "process_cpu_seconds_total"
}


def exposed() -> set[str]:
    """Every metric of Callward's own, by the name under which it is asked for."""
    metrics = Metrics(pbx={"pbx": PbxCounts(stored_until=1.0)})
    metrics.backup.newest_at = 1.0
    metrics.routing.add("inbound", "ring", 0.01)
    body, _ = metrics.expose({"topic": 1}, {"topic": 1.0})
    families = re.findall(r"^# TYPE (callward_\w+)", body.decode(), re.MULTILINE)
    return set(families)


def expressions() -> list[str]:
    rules = [rule["expr"] for group in _rules()["groups"] for rule in group["rules"]]
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return rules + [target["expr"] for panel in panels for target in panel["targets"]]


def _rules() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(RULES.read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("expression", expressions())
def test_every_question_can_be_asked(expression: str) -> None:
    promql_parser.parse(expression)
    named = set(re.findall(r"\b(?:callward|process)_\w+|\bup\b", expression))
    assert named
    known = exposed()
    own = {re.sub(r"_(bucket|sum|count)$", "", name) for name in named}
    assert own <= known | _PROMETHEUS


def test_every_alert_says_what_is_wrong_in_both_languages() -> None:
    for group in _rules()["groups"]:
        for rule in group["rules"]:
            assert re.search("[A-Za-z]", rule["annotations"]["summary"])
            assert re.search("[а-я]", rule["annotations"]["summary_ru"])
            assert rule["labels"]["severity"] in {"warning", "critical"}


@pytest.mark.parametrize("page", ["metrics.md", "metrics.ru.md"])
def test_the_docs_name_every_metric_and_every_alert(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `(callward_\w+)`", text, re.MULTILINE)) == exposed()
    alerts = {rule["alert"] for group in _rules()["groups"] for rule in group["rules"]}
    assert set(re.findall(r"^\| `(Callward\w+)`", text, re.MULTILINE)) == alerts
